"""What tests of both doors share: the forms of the pages, and residents who need not wait."""

import pytest

import kiosk.guessing
import kiosk.views.phone
from kiosk.slowing import Slowing
from tests.infrastructure.peopled import Peopled
from tests.web.every_form import Place, every_form

_found: list[Place] = []


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let public forms take as many as a test sends; that they slow down is tested elsewhere."""
    monkeypatch.setattr(kiosk.views.phone, "slowing", Slowing(free=1_000_000))
    monkeypatch.setattr(kiosk.guessing.typed, "_by_address", Slowing(free=1_000_000))
    monkeypatch.setattr(kiosk.guessing.typed, "_in_all", Slowing(free=1_000_000))


@pytest.fixture
def places(peopled: Peopled, unhurried: None) -> list[Place]:
    """Every form there is."""
    if not _found:
        _found.extend(every_form(peopled))
        peopled.put_back()
    return _found
