"""What My work costs an officer with a thousand, ten thousand and a hundred thousand open cases."""

import http.client
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Engine,
    Integer,
    String,
    Table,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy import cast as as_type
from sqlalchemy.orm import Session

from bench.ground import Ground, empty_database, port_of, served
from bench.table import Row, Section
from shared.audit import sign_session
from shared.db import make_engine
from shared.domain.access import Actor, Role
from shared.domain.calendar import ONE_DAY
from shared.domain.complaint import Kind
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.models.organisation import Organisation, Unit
from shared.services import accounts, complaints, handling, organisations, reach
from shared.services.complaints import Filing

SIZES = (1_000, 10_000, 100_000)
MOST_MS = 100
MOST_GROWTH = 1.5
ROUNDS, WARM_UP = 30, 4
UNITS = 100
DAYS = 20
PER_DAY = 5  # two that nobody has, one of the officer's, one of another's, one that waits
PASSWORD = "only for measuring, four words"
OFFICER, COLLEAGUE, PROVINCE = "bench.officer", "bench.colleague", "bench.province"
# Who opens which page; `WORK` is held to the limits, the others stand beside it.
PAGES = {
    "My work, all in one unit": (OFFICER, "/admin/work"),
    f"My work, over {UNITS} units": (PROVINCE, "/admin/work"),
    "Its longest list": (OFFICER, "/admin/work?list=overdue&who=unit"),
    "The officer's own": (OFFICER, "/admin/work?who=mine"),
    "One procedure that none has": (OFFICER, "/admin/work?procedure=999"),
    "A word that none has": (OFFICER, "/admin/work?q=khong"),
    "Month of due days": (OFFICER, "/admin/work-calendar"),
}
HELD = frozenset(list(PAGES)[:2])
_NUMBER: ColumnElement[int] = literal_column("counted.number", Integer)
HOW = (
    f"So many open cases in one unit, and as many again over {UNITS} others, received over {DAYS} "
    "days: two of five nobody has, one is the officer's, one another's, one waits for its sender. "
    f"All sizes served at once, opened in turns, medians of {ROUNDS}, as the browser on the same "
    "machine waits for the whole page."
)


@dataclass
class Side:
    """One size of database, served, with the people's cookies."""

    cases: int
    port: int
    cookies: Mapping[str, str]
    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PAGES})

    def open(self, name: str) -> float:
        """Open a page; give the milliseconds until all of it was there."""
        person, path = PAGES[name]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begin = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": f"niemno={self.cookies[person]}"})
        answer = connection.getresponse()
        answer.read()
        took = (time.perf_counter() - begin) * 1_000
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return took


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure on both databases."""
    return [_section(kind, tell) for kind in ("sqlite", "postgresql")]


def _section(kind: str, tell: Callable[[str], None]) -> Section:
    with ExitStack() as stack:
        sides = []
        for size in SIZES:
            tell(f"inbox on {kind}: {size:,} open cases")
            ground = stack.enter_context(empty_database(kind))
            cookies = fill(ground, size)
            sides.append(Side(size, port_of(stack.enter_context(served(ground))), cookies))
        for name in PAGES:
            for number in range(ROUNDS + WARM_UP):
                for side in sides:
                    took = side.open(name)
                    if number >= WARM_UP:
                        side.took[name].append(took)
        return Section(f"My work on {kind}", [_row(name, sides) for name in PAGES], HOW)


def _row(name: str, sides: list[Side]) -> Row:
    figures = [median(side.took[name]) for side in sides]
    few, many = figures[0], figures[-1]
    held = name in HELD
    beside = (f"{one:.1f} ms at {side.cases:,}" for one, side in zip(figures, sides, strict=True))
    return Row(
        what=f"{name}, {sides[-1].cases:,} open",
        figure=f"{many:.1f} ms",
        beside=", ".join(list(beside)[:-1]),
        ratio=f"{many / few:.2f}",
        wanted=f"≤ {MOST_MS} ms, growth ≤ {MOST_GROWTH}" if held else "",
        met=(many <= MOST_MS and many / few <= MOST_GROWTH) if held else None,
    )


def fill(ground: Ground, size: int) -> dict[str, str]:
    """Write so many cases into one unit and as many over others; give who is signed in."""
    now = datetime.now(UTC)
    engine = make_engine(ground.url)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        alone, province, first_of_many = _office(session, now)
        for name, role, unit in (
            (OFFICER, Role.OFFICER, alone),
            (COLLEAGUE, Role.OFFICER, alone),
            (PROVINCE, Role.HEAD, province),
        ):
            accounts.add(session, name, name, [(role, unit)], now)
        _first_cases(session, alone, now)
    times = size // (DAYS * PER_DAY)
    _copy(engine, times - 1, literal(alone), "A")
    _copy(engine, times, first_of_many + _NUMBER % UNITS, "B")
    _settle(engine)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        cookies = {name: _signed_in(session, name, now) for name in (OFFICER, PROVINCE)}
    engine.dispose()
    return cookies


def _office(session: Session, now: datetime) -> tuple[int, int, int]:
    """Found a unit by itself and a province of a hundred; give their keys, and the first's."""
    organisation = organisations.found(session, "BENCH", "Bench", now)
    alone = _unit(session, organisation, "ALONE", None, now)
    province = _unit(session, organisation, "PROVINCE", None, now)
    below = [_unit(session, organisation, f"U{one}", province, now) for one in range(UNITS)]
    return alone, province, below[0]


def _unit(
    session: Session, organisation: Organisation, code: str, parent_id: int | None, now: datetime
) -> int:
    unit = Unit(
        organisation_id=organisation.id,
        code=code,
        name=f"Đơn vị {code}",
        level="province" if parent_id is None else "commune",
        parent_id=parent_id,
        valid_from=(now - 365 * ONE_DAY).date(),
    )
    session.add(unit)
    session.flush()
    return unit.id


def _first_cases(session: Session, unit_id: int, now: datetime) -> None:
    """Receive a few cases a day and do with them what offices do."""
    officer, colleague = (_actor(session, name) for name in (OFFICER, COLLEAGUE))
    for day in range(DAYS):
        at = now - day * ONE_DAY - timedelta(minutes=day)
        for place in range(PER_DAY):
            form = uuid4()
            words = f"Words of case {place} of day {day} that are long enough for a line in a list."
            filing = Filing(form, unit_id, Kind.REPORT, words, "vi", "phone")
            case = complaints.receive(session, filing, complaints.code_of(form, "bench"), at)
            handler = {2: officer, 3: colleague, 4: colleague}.get(place)
            if handler is not None:
                complaints.take(session, case.number, case.version, handler, at)
            if place == PER_DAY - 1:
                handling.note(session, case.number, "Which day was it?", colleague, at, ask=True)


def _actor(session: Session, name: str) -> Actor:
    account = session.scalars(select(Account).where(Account.name == name)).one()
    return reach.actor_with(session, account)


def _copy(engine: Engine, times: int, unit_id: ColumnElement[int], mark: str) -> None:
    """Copy the first cases so many times each, into the units that a number gives."""
    table = cast(Table, Complaint.__table__)
    counted = select(literal(1).label("number")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.number + 1).where(counted.c.number < times))
    name = literal(f"{mark}-") + as_type(table.c.id, String) + "-" + as_type(_NUMBER, String)
    other: dict[str, ColumnElement[Any]] = dict.fromkeys(("number", "code_hash", "form_id"), name)
    other["unit_id"] = unit_id
    columns = [column for column in table.columns if column.name != "id"]
    rows = (
        select(*(other.get(column.name, column) for column in columns))
        .select_from(table.join(counted, true()))
        .where(table.c.id <= DAYS * PER_DAY)
    )
    names = [column.name for column in columns]
    with engine.begin() as connection:
        connection.execute(insert(table).from_select(names, rows))


def _settle(engine: Engine) -> None:
    on_sqlite = engine.dialect.name == "sqlite"
    settle = "PRAGMA wal_checkpoint(TRUNCATE)" if on_sqlite else "VACUUM ANALYZE"
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(settle))


def _signed_in(session: Session, name: str, now: datetime) -> str:
    account = session.scalars(select(Account).where(Account.name == name)).one()
    first = accounts.reset_password(session, account.id, now)
    accounts.change_password(session, account.id, first, PASSWORD, now)
    return accounts.sign_in(session, name, PASSWORD, now).token
