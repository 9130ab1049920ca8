"""The bench's office: desks with officers on duty at all hours, procedures, paired kiosks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.models.organisation import Desk, Officer, Organisation, Procedure, Shift, Unit
from shared.services import channels

LONG_AGO = date(2025, 7, 1)
DESKS = 5
PROCEDURES = 45


@dataclass(frozen=True)
class Office:
    """What the load client needs to know of it."""

    tokens: list[str]
    procedures: list[str]


def build(engine: Engine, kiosks: int) -> Office:
    """Fill a migrated, empty database; give the kiosks' tokens."""
    now = datetime.now(UTC)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        organisation = Organisation(code="BENCH", name="Xã Mẫu")
        session.add(organisation)
        session.flush()
        procedures = _procedures(session, organisation.id)
        desks = _desks(session, organisation.id)
        tokens = [
            channels.pair(session, desks[number % DESKS], None, now)[1] for number in range(kiosks)
        ]
    return Office(tokens, procedures)


def _desks(session: Session, organisation_id: int) -> list[str]:
    unit = Unit(
        organisation_id=organisation_id,
        code="BENCH-U",
        name="Xã Mẫu",
        level="commune",
        valid_from=LONG_AGO,
    )
    session.add(unit)
    session.flush()
    codes = [f"B-{number}" for number in range(1, DESKS + 1)]
    for code in codes:
        _desk(session, unit.id, code)
    return codes


def _desk(session: Session, unit_id: int, code: str) -> None:
    desk = Desk(unit_id=unit_id, code=code, name=f"Quầy {code}", valid_from=LONG_AGO)
    officers = [
        Officer(unit_id=unit_id, code=f"{code}-{half}", name="Cán bộ mẫu", valid_from=LONG_AGO)
        for half in ("sáng", "chiều")
    ]
    session.add_all([desk, *officers])
    session.flush()
    for officer, starts, ends in zip(officers, (0, 12), (12, 23), strict=True):
        session.add(
            Shift(
                desk_id=desk.id,
                officer_id=officer.id,
                weekdays="1234567",
                starts=time(starts),
                ends=time(ends),
                valid_from=LONG_AGO,
            )
        )


def _procedures(session: Session, organisation_id: int) -> list[str]:
    codes = [f"1.{number:06}" for number in range(1, PROCEDURES + 1)]
    session.add_all(
        Procedure(
            organisation_id=organisation_id, code=code, name="Thủ tục mẫu", valid_from=LONG_AGO
        )
        for code in codes
    )
    session.flush()
    return codes
