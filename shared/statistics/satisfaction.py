"""How many were satisfied: by unit, officer, day and week, from the daily totals alone."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.calendar import monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.sampling import enough
from shared.models.rating import RatingDay, RatingDayProcedure
from shared.statistics.given import FIRST, LANES, LAST, OFFICERS, UNITS, Served, within

Totals = type[RatingDay] | type[RatingDayProcedure]


@dataclass(frozen=True)
class Tally:
    """How many of the cases are hits."""

    hits: int = 0
    cases: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add the cases of two units, days or officers."""
        return Tally(self.hits + other.hits, self.cases + other.cases)

    def __sub__(self, other: "Tally") -> "Tally":
        """Leave some of the cases out."""
        return Tally(self.hits - other.hits, self.cases - other.cases)


@dataclass(frozen=True)
class Week:
    """The ratings of the week that begins on a Monday; no share under five answers."""

    monday: date
    cases: int
    tally: Tally | None


def by_unit(
    session: Session, unit_ids: Collection[int], window: Window, settings: Settings
) -> dict[int, Tally]:
    """Count the satisfied and all ratings of units within local days, one query for all.

    Only the lanes of `settings` count; satisfied is a score of at least
    `settings.satisfied_from_score`. Units without ratings are left out.
    """
    given = within(unit_ids, window, lanes=settings.lanes)
    return tallies(session, _by_unit(settings.satisfied_from_score), given)


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
) -> dict[Served, Tally]:
    """Count as `by_unit` does, but by officer and the unit they served at."""
    given = within(unit_ids, window, lanes=settings.lanes, officers=list(officer_ids))
    return tallies_served(session, _by_officer(settings.satisfied_from_score), given)


def by_day(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    officer_id: int | None = None,
) -> dict[date, Tally]:
    """Count as `by_unit` does, but by local day over all the units together, oldest first."""
    query = _counts(RatingDay.on, settings.satisfied_from_score).order_by(RatingDay.on)
    if officer_id is not None:
        query = query.where(RatingDay.officer_id == officer_id)
    return tallies(session, query, within(unit_ids, window, lanes=settings.lanes))


def by_lane(
    session: Session, unit_ids: Collection[int], window: Window, settings: Settings
) -> dict[str, Tally]:
    """Count by lane, those that a campaign does not count included."""
    columns = RatingDay.lane, *counts_of(RatingDay, settings.satisfied_from_score)
    query = select(*columns).where(_of_days()).group_by(RatingDay.lane)
    return tallies(session, query, within(unit_ids, window))


def weeks(days: Iterable[tuple[date, Tally]]) -> list[Week]:
    """Gather days into weeks, oldest first; under five answers only their number is told.

    Residents' ratings must not be traceable to them (NĐ 61/2018, article 27).
    """
    sums: dict[date, Tally] = {}
    for day, tally in days:
        monday = monday_of(day)
        sums[monday] = sums.get(monday, Tally()) + tally
    return [
        Week(monday, tally.cases, tally if enough(tally.cases) else None)
        for monday, tally in sorted(sums.items())
    ]


@cache
def _by_unit(satisfied_from: int) -> Select[Any]:
    return _counts(RatingDay.unit_id, satisfied_from)


@cache
def _by_officer(satisfied_from: int) -> Select[Any]:
    query = _counts(RatingDay.officer_id, satisfied_from)
    query = query.add_columns(RatingDay.unit_id).group_by(RatingDay.unit_id)
    return query.where(RatingDay.officer_id.in_(OFFICERS))


def _counts(key: InstrumentedAttribute[Any], satisfied_from: int) -> Select[Any]:
    columns = key, *counts_of(RatingDay, satisfied_from)
    return select(*columns).where(_of_days(), RatingDay.lane.in_(LANES)).group_by(key)


def _of_days() -> ColumnElement[bool]:
    return and_(RatingDay.unit_id.in_(UNITS), RatingDay.on.between(FIRST, LAST))


def counts_of(table: Totals, satisfied_from: int) -> tuple[Any, Any]:
    """Give the sums of the satisfied and of all ratings over daily totals, as columns."""
    return sum_of(table, range(satisfied_from, 6)), sum_of(table, range(1, 6))


def sum_of(table: Totals, scores: Iterable[int]) -> Any:
    """Give the sum of the ratings with one of these scores over daily totals, as a column."""
    first, *others = (getattr(table, f"score_{score}") for score in scores)
    return func.sum(sum(others, first))


def tallies(
    session: Session, query: Select[Any], given: Mapping[str, Any] | None = None
) -> dict[Any, Tally]:
    """Run a query of keys, hits and cases, with what it is given where it is built once."""
    rows = session.execute(query, given)
    return {key: Tally(int(hits), int(cases)) for key, hits, cases in rows}


def tallies_served(
    session: Session, query: Select[Any], given: Mapping[str, Any] | None = None
) -> dict[Served, Tally]:
    """Run a query of officers, hits, cases and units, with what it is given."""
    rows = session.execute(query, given)
    return {(officer, unit): Tally(int(hits), int(cases)) for officer, hits, cases, unit in rows}
