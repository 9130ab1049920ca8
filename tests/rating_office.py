"""An office for tests of ratings: two desks, two officers with shifts, a procedure, kiosks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.channel import Kiosk
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Shift, Unit
from shared.services import channels
from tests.infrastructure.worlds import lay

LONG_AGO = date(2025, 7, 1)
MORNING, AFTERNOON = "NV-SANG", "NV-CHIEU"
ADDRESS = "/api/v1/ratings"
_numbers = count(1)


@dataclass(frozen=True)
class RatingOffice:
    """What tests name of it; `token` is the first kiosk's."""

    unit_id: int
    desk_id: int
    officers: dict[str, int]
    procedure_id: int
    token: str
    second_token: str


def rating_office(session: Session, now: datetime) -> RatingOffice:
    """Add the office and commit it."""
    office = lay(_rating_office, session, now)
    session.commit()
    return office


def _rating_office(session: Session, now: datetime) -> RatingOffice:
    organisation = Organisation(code="VP-DG", name="Văn phòng thử")
    session.add(organisation)
    session.flush()
    unit = Unit(
        organisation_id=organisation.id,
        code="XA-DG",
        name="Xã Thử",
        level="commune",
        valid_from=LONG_AGO,
    )
    procedure = Procedure(
        organisation_id=organisation.id, code="1.000894", name="Khai sinh", valid_from=LONG_AGO
    )
    session.add_all([unit, procedure])
    session.flush()
    desk = Desk(unit_id=unit.id, code="Q-1", name="Quầy 1", valid_from=LONG_AGO)
    other = Desk(unit_id=unit.id, code="Q-2", name="Quầy 2", valid_from=LONG_AGO)
    session.add_all([desk, other])
    session.flush()
    officers = {
        code: _officer(session, desk, code, starts, ends)
        for code, starts, ends in (
            (MORNING, time(7, 30), time(11, 30)),
            (AFTERNOON, time(13), time(17)),
        )
    }
    _kiosk, token = channels.pair(session, "Q-1", None, now)
    _kiosk, second_token = channels.pair(session, "Q-1", None, now)
    return RatingOffice(unit.id, desk.id, officers, procedure.id, token, second_token)


def _officer(session: Session, desk: Desk, code: str, starts: time, ends: time) -> int:
    officer = Officer(unit_id=desk.unit_id, code=code, name="Người mẫu", valid_from=LONG_AGO)
    session.add(officer)
    session.flush()
    session.add(
        Shift(
            desk_id=desk.id,
            officer_id=officer.id,
            starts=starts,
            ends=ends,
            valid_from=LONG_AGO,
        )
    )
    return officer.id


def kiosk_of(session: Session, token: str) -> Kiosk:
    """Find the kiosk of a token."""
    wanted = Kiosk.token_hash == channels.hash_token(token)
    found = select(Kiosk).where(wanted).execution_options(populate_existing=True)
    return session.scalars(found).one()


def a_rating(sequence: int | None = None, at: datetime | None = None, **fields: Any) -> Any:
    """Write one rating as a screen sends it; `fields` replace or add."""
    number = next(_numbers)
    moment = at or datetime(2026, 11, 18, 2, 29, tzinfo=UTC)
    return {
        "id": str(UUID(int=number, version=4)),
        "sequence": sequence or number,
        "rated_at": moment.isoformat(),
        "score": 4,
        "questionnaire": "default",
        "answers": {},
        "procedure": None,
        "dossier": None,
        "language": "vi",
        "duration_ms": 3_000,
        **fields,
    }


def send(
    client: FlaskClient,
    token: str,
    *ratings: Any,
    device_time: str = "2026-11-18T09:30:00+07:00",
) -> TestResponse:
    """Post a batch as a kiosk does."""
    return client.post(
        ADDRESS,
        json={"device_time": device_time, "ratings": list(ratings)},
        headers={"Authorization": f"Bearer {token}"},
    )
