"""An office with eight kiosks on a database that a real server serves."""

import pytest
from sqlalchemy import Engine

from tests.faults.posting import Kiosk, pair_kiosks

KIOSKS = 8


@pytest.fixture
def kiosks(engine: Engine) -> list[Kiosk]:
    """Eight kiosks of one desk."""
    return pair_kiosks(engine, KIOSKS)
