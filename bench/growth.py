"""What the pages that are opened most cost when the ratings are ten times as many."""

import http.client
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median
from typing import cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Engine,
    Insert,
    Table,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
    true,
    update,
)
from sqlalchemy.orm import Session

from bench.ground import Ground, empty_database, port_of, served
from bench.table import Row, Section
from shared import sample
from shared.audit import sign_session
from shared.db import make_engine
from shared.models.account import Account
from shared.models.campaign import Campaign
from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import Rating, RatingDay, RatingDayProcedure
from shared.services import accounts
from shared.services.rating_totals import differences

SMALL, LARGE = 100_000, 1_000_000
MOST_GROWTH = 1.3
ROUNDS = 40
WARM_UP = 5
PASSWORD = "only for measuring, four words"
# Who opens which page; the sample's people.
PAGES = {
    "My work": ("mau.canbo1", "/admin/work"),
    "Today": ("mau.giamdoc", "/admin/today"),
    "Standing": ("mau.noivu", "/admin/campaigns/{campaign}"),
    "Ratings of the unit": ("mau.giamdoc", "/admin/ratings"),
    "Single ratings": ("mau.giamsat", "/admin/ratings/single"),
}
# The pages everybody works with are held to it; lists of single records are shown beside them.
HELD = frozenset({"My work", "Today", "Standing"})
HOW = (
    "The sample's four communes with its ratings copied until there are so many, over the same "
    f"sixty days; both sizes served at once, opened in turns, medians of {ROUNDS}, as the browser "
    "on the same machine waits for them."
)


@dataclass
class Side:
    """One size of database, served, with the people's cookies."""

    ratings: int
    port: int
    cookies: Mapping[str, str]
    campaign: str
    took: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in PAGES})

    def open(self, name: str) -> float:
        """Open a page; give the milliseconds until all of it was there."""
        person, path = PAGES[name]
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begin = time.perf_counter()
        head = {"Cookie": f"niemno={self.cookies[person]}"}
        connection.request("GET", path.format(campaign=self.campaign), headers=head)
        answer = connection.getresponse()
        answer.read()
        took = (time.perf_counter() - begin) * 1_000
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        return took


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure the growth on both databases."""
    return [_section(kind, tell) for kind in ("sqlite", "postgresql")]


def _section(kind: str, tell: Callable[[str], None]) -> Section:
    with ExitStack() as stack:
        sides = []
        for wanted in (SMALL, LARGE):
            tell(f"growth on {kind}: {wanted:,} ratings")
            sides.append(_side(stack, kind, wanted))
        for name in PAGES:
            for number in range(ROUNDS + WARM_UP):
                for side in sides:
                    took = side.open(name)
                    if number >= WARM_UP:
                        side.took[name].append(took)
        return Section(f"Growth on {kind}", [_row(name, *sides) for name in PAGES], HOW)


def _row(name: str, small: Side, large: Side) -> Row:
    few, many = median(small.took[name]), median(large.took[name])
    asked_for = name in HELD
    return Row(
        what=f"{name} at {large.ratings:,} ratings",
        figure=f"{many:.1f} ms",
        beside=f"{few:.1f} ms at {small.ratings:,}",
        ratio=f"{many / few:.2f}",
        wanted=f"≤ {MOST_GROWTH}" if asked_for else "",
        met=many / few <= MOST_GROWTH if asked_for else None,
    )


def _side(stack: ExitStack, kind: str, wanted: int) -> Side:
    ground = stack.enter_context(empty_database(kind))
    cookies, campaign = fill(ground)
    engine = make_engine(ground.url)
    grow(engine, wanted)
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Rating)) or 0
        if differences(session):
            raise RuntimeError("the totals do not equal the facts")
    engine.dispose()
    return Side(count, port_of(stack.enter_context(served(ground))), cookies, campaign)


def fill(ground: Ground) -> tuple[dict[str, str], str]:
    """Load the sample; give its people's session tokens by name, and the campaign's code."""
    now = datetime.now(UTC)
    engine = make_engine(ground.url)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        passwords = sample.load(session, now).passwords
        people = {person for person, _path in PAGES.values()}
        cookies = {name: _signed_in(session, name, passwords[name], now) for name in people}
        code = session.execute(select(Campaign.code)).scalar_one()
    engine.dispose()
    return cookies, code


def _signed_in(session: Session, name: str, password: str, now: datetime) -> str:
    account_id = session.execute(select(Account.id).where(Account.name == name)).scalar_one()
    accounts.change_password(session, account_id, password, PASSWORD, now)
    return accounts.sign_in(session, name, PASSWORD, now).token


def grow(engine: Engine, wanted: int) -> None:
    """Copy every rating as often as it takes, and its totals with it."""
    on_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as connection:
        kept = connection.execute(select(func.count()).select_from(Rating)).scalar_one()
        times = -(-wanted // kept)  # rounded up
        connection.execute(_copies(times, on_sqlite=on_sqlite))
        for model in (RatingDay, RatingDayProcedure):
            scores = [model.__table__.c[f"score_{value}"] for value in range(1, 6)]
            connection.execute(update(model).values({score: score * times for score in scores}))
        answers = [RatingDayAnswer.__table__.c[f"value_{value}"] for value in range(6)]
        more = {answer: answer * times for answer in answers}
        connection.execute(update(RatingDayAnswer).values(more))
        months = [RatingMonthAnswer.__table__.c[f"value_{value}"] for value in range(6)]
        more = {answer: answer * times for answer in months}
        connection.execute(update(RatingMonthAnswer).values(more))
    settle = "PRAGMA wal_checkpoint(TRUNCATE)" if on_sqlite else "VACUUM ANALYZE"
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(settle))


def _copies(times: int, *, on_sqlite: bool) -> Insert:
    """Build the statement that stores every rating so many times in all, under new ids."""
    counted = select(literal(1).label("number")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.number + 1).where(counted.c.number < times - 1))
    new_id: ColumnElement[UUID] = literal_column(
        "lower(hex(randomblob(16)))" if on_sqlite else "gen_random_uuid()"
    )
    table = cast(Table, Rating.__table__)
    same = [column for column in table.columns if column.name not in {"id", "sequence"}]
    rows = select(new_id, *same).select_from(table.join(counted, true()))
    return insert(table).from_select(["id", *(column.name for column in same)], rows)
