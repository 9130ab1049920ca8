"""An office before anybody knew of the swap of 2 January 2026, and how its calendar changes."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.domain.calendar import CalendarDay, DayKind
from shared.domain.calendar_change import CalendarChange
from shared.models.calendar import CalendarDay as CalendarDayRow
from shared.models.calendar import CalendarVersion
from shared.models.organisation import Organisation
from shared.services import calendar_changes, calendar_moves
from shared.services.calendar_changes import Origin
from shared.services.registers import Setup
from tests.case_world import build, person
from tests.cast import Place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
FRIDAY, SATURDAY = date(2026, 1, 2), date(2026, 1, 10)
DOCUMENT = "Thông báo mẫu về hoán đổi ngày làm việc"


def at(text: str) -> datetime:
    """Read local time in Việt Nam."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def row(on: date, kind: DayKind, **fields: Any) -> CalendarDay:
    return CalendarDay(on, kind, "Hoán đổi", DOCUMENT, **({"provisional": False} | fields))


SWAP = CalendarChange((row(FRIDAY, DayKind.SWAPPED_OFF), row(SATURDAY, DayKind.MAKE_UP_WORKING)))
HOLIDAY = CalendarChange((row(date(2026, 1, 6), DayKind.HOLIDAY),))


def before_the_swap(session: Session, now: datetime) -> Place:
    """Make Phường Sen Hồng without the swap in its calendar; commit it."""
    place = build(session, now)["sen"]
    session.execute(delete(CalendarDayRow).where(CalendarDayRow.on.in_([FRIDAY, SATURDAY])))
    session.commit()
    return place


def setup(
    session: Session, sen: Place, name: str = "root", when: str = "2025-12-31T16:00"
) -> Setup:
    organisation = session.get_one(Organisation, sen.organisation_id)
    return Setup(person(session, name), organisation, at(when))


def change(session: Session, sen: Place, wanted: CalendarChange = SWAP) -> CalendarVersion:
    version = calendar_changes.apply(session, setup(session, sen), wanted, Origin.FORM)
    assert version is not None
    session.commit()
    return version


def move(session: Session, version: CalendarVersion) -> CalendarVersion:
    moved = calendar_moves.move_open(
        session, version.id, at("2025-12-31T16:01"), lambda _done, _all: None
    )
    session.commit()
    session.expire_all()
    return moved
