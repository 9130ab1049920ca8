"""How long ten thousand open cases take to follow a change of the calendar, and to look first."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench.ground import Ground, empty_database
from bench.table import Row, Section
from shared.audit import sign_session
from shared.db import make_engine
from shared.domain.access import Actor, Permission
from shared.domain.calendar import ONE_DAY, CalendarDay, DayKind
from shared.domain.calendar_change import CalendarChange
from shared.domain.complaint import Kind
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint
from shared.models.organisation import Unit
from shared.services import calendar_changes, calendar_moves, complaints, organisations
from shared.services.calendar_changes import Origin
from shared.services.complaints import Filing
from shared.services.registers import Setup

CASES = 10_000
DAYS = 20
MOST_SECONDS = 10
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
UNIQUE = ("code_hash", "form_id")
HOW = (
    f"{CASES} open reports of the last {DAYS} days with three clocks each; a day off is added to "
    "the calendar. The job counts every clock again, logs what moved with the old deadline, "
    "writes the step into each case's history and the new days, in one transaction."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure on both databases."""
    rows: list[Row] = []
    for kind in ("sqlite", "postgresql"):
        tell(f"deadlines, {kind}")
        with empty_database(kind) as ground:
            rows += _rows(ground)
    return [Section("Deadlines that follow the calendar", rows, HOW)]


def _rows(ground: Ground) -> list[Row]:
    engine = make_engine(ground.url)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", NOW)
        setup = _office(session)
        _fill(session, session.scalars(select(Unit.id)).one())
    tomorrow = (NOW + ONE_DAY).date()
    day = CalendarDay(tomorrow, DayKind.HOLIDAY, "Bench", "Bench", provisional=False)
    change = CalendarChange((day,))
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", NOW)
        session.add(setup.organisation)
        begin = time.perf_counter()
        calendar_moves.outlook(session, setup, change)
        looked = time.perf_counter() - begin
        version = calendar_changes.apply(session, setup, change, Origin.FORM)
        number = version.id if version else 0
    with Session(engine) as session:
        begin = time.perf_counter()
        with session.begin():
            sign_session(session, "bench", NOW)
            moved = calendar_moves.move_open(session, number, NOW, lambda _done, _all: None).moved
        took = time.perf_counter() - begin
    engine.dispose()
    return [
        Row(
            what=f"{CASES:,} open cases follow a new day off, {ground.kind}",
            figure=f"{took:.1f} s",
            beside=f"{moved:,} deadlines moved, looked at first in {looked:.1f} s",
            wanted=f"≤ {MOST_SECONDS} s",
            met=took <= MOST_SECONDS,
        )
    ]


def _office(session: Session) -> Setup:
    organisation = organisations.found(session, "BENCH", "Bench", NOW)
    unit = Unit(
        organisation_id=organisation.id,
        code="BENCH-1",
        name="Bench",
        level="commune",
        valid_from=(NOW - 365 * ONE_DAY).date(),
    )
    session.add(unit)
    session.flush()
    everywhere = frozenset({Permission.ORGANISATION})
    actor = Actor(1, "bench", "bench", None, "vi", False, everywhere=everywhere)
    session.expunge(organisation)
    return Setup(actor, organisation, NOW)


def _fill(session: Session, unit_id: int) -> None:
    """Receive one case a day and copy each as often as it takes."""
    for day in range(DAYS):
        at = NOW - day * ONE_DAY - timedelta(minutes=day)
        form = uuid4()
        words = "Ten words are enough for a case to be measured."
        filing = Filing(form, unit_id, Kind.REPORT, words, "vi", "phone")
        first = complaints.receive(session, filing, complaints.code_of(form, "bench"), at)
        _copy(session, first, CASES // DAYS - 1)


def _copy(session: Session, first: Complaint, times: int) -> None:
    case = _values(session, Complaint, Complaint.id == first.id)[0]
    clocks = _values(session, ComplaintClock, ComplaintClock.complaint_id == first.id)
    rows = [
        case | {"number": f"{first.id}-{copy}"} | {name: str(uuid4()) for name in UNIQUE}
        for copy in range(times)
    ]
    keys = session.scalars(insert(Complaint).returning(Complaint.id), rows).all()
    session.execute(
        insert(ComplaintClock), [{**clock, "complaint_id": key} for key in keys for clock in clocks]
    )


def _values(session: Session, table: type[Any], which: Any) -> list[dict[str, Any]]:
    """Give rows without their keys."""
    names = [column.name for column in table.__table__.columns if column.name != "id"]
    found = session.execute(select(*(getattr(table, name) for name in names)).where(which))
    return [dict(zip(names, row, strict=True)) for row in found]
