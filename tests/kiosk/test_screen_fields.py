"""What a screen is told besides: officers to choose, the next opening, how a number is checked."""

import hashlib
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.models.channel import Kiosk
from shared.models.organisation import Officer, Unit
from shared.services import staff_pins
from tests.conftest import Clock
from tests.infrastructure.office import paired_desk


@pytest.fixture
def token(session: Session, clock: Clock) -> str:
    """The token of a kiosk at a desk."""
    made = paired_desk(session, clock())
    session.commit()
    return made


def state(client: FlaskClient, token: str) -> dict[str, object]:
    """Ask as a screen does."""
    answer = client.get("/api/v1/screen", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    told: dict[str, object] = answer.json or {}
    return told


def test_it_lists_the_officers_in_service_by_name(
    client: FlaskClient, token: str, session: Session
) -> None:
    unit = session.scalars(select(Unit)).one()
    long_ago, yesterday = date(2025, 7, 1), date(2026, 11, 17)
    for code, name, last in (("B", "Bình", None), ("A", "An", None), ("X", "Xa", yesterday)):
        session.add(
            Officer(unit_id=unit.id, code=code, name=name, valid_from=long_ago, valid_to=last)
        )
    session.commit()
    assert state(client, token)["officers"] == [
        {"code": "A", "name": "An", "post": "", "photo": None},
        {"code": "B", "name": "Bình", "post": "", "photo": None},
    ]


def test_it_says_when_the_office_opens_only_while_it_is_closed(
    client: FlaskClient, token: str, clock: Clock
) -> None:
    assert state(client, token)["opens_at"] is None
    clock.advance(timedelta(hours=10))
    assert state(client, token)["opens_at"] == "2026-11-19T07:30:00+07:00"


def test_the_number_can_be_checked_but_not_read(
    client: FlaskClient, token: str, session: Session, settings: Settings
) -> None:
    kiosk = session.scalars(select(Kiosk)).one()
    pin = staff_pins.pin(session, kiosk.id, settings.secret_key)
    check = state(client, token)["staff"]
    assert isinstance(check, dict)
    salt = bytes.fromhex(check["salt"])
    digest = hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, check["rounds"]).hex()
    assert check["digest"] == digest
    assert pin not in (check["salt"], check["digest"])
