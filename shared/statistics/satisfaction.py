"""How many were satisfied: by unit, officer, day and week, from the daily totals alone."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.calendar import monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.sampling import enough
from shared.models.rating import RatingDay, RatingDayProcedure

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
    query = _within(_counts(RatingDay.unit_id, settings), unit_ids, window, settings)
    return tallies(session, query.group_by(RatingDay.unit_id))


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
) -> dict[int, Tally]:
    """Count as `by_unit` does, but by officer, wherever among the units they served."""
    query = _within(_counts(RatingDay.officer_id, settings), unit_ids, window, settings)
    query = query.where(RatingDay.officer_id.in_(officer_ids))
    return tallies(session, query.group_by(RatingDay.officer_id))


def by_day(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    officer_id: int | None = None,
) -> dict[date, Tally]:
    """Count as `by_unit` does, but by local day over all the units together, oldest first."""
    query = _within(_counts(RatingDay.on, settings), unit_ids, window, settings)
    if officer_id is not None:
        query = query.where(RatingDay.officer_id == officer_id)
    return tallies(session, query.group_by(RatingDay.on).order_by(RatingDay.on))


def by_lane(
    session: Session, unit_ids: Collection[int], window: Window, settings: Settings
) -> dict[str, Tally]:
    """Count by lane, those that a campaign does not count included."""
    query = _counts(RatingDay.lane, settings).where(
        RatingDay.unit_id.in_(unit_ids), RatingDay.on.between(window.first, window.last)
    )
    return tallies(session, query.group_by(RatingDay.lane))


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


def _counts(key: InstrumentedAttribute[Any], settings: Settings) -> Select[Any]:
    return select(key, *counts_of(RatingDay, settings.satisfied_from_score))


def _within(
    query: Select[Any], unit_ids: Collection[int], window: Window, settings: Settings
) -> Select[Any]:
    return query.where(
        RatingDay.unit_id.in_(unit_ids),
        RatingDay.on.between(window.first, window.last),
        RatingDay.lane.in_(settings.lanes),
    )


def counts_of(table: Totals, satisfied_from: int) -> tuple[Any, Any]:
    """Give the sums of the satisfied and of all ratings over daily totals, as columns."""
    return sum_of(table, range(satisfied_from, 6)), sum_of(table, range(1, 6))


def sum_of(table: Totals, scores: Iterable[int]) -> Any:
    """Give the sum of the ratings with one of these scores over daily totals, as a column."""
    first, *others = (getattr(table, f"score_{score}") for score in scores)
    return func.sum(sum(others, first))


def tallies(session: Session, query: Select[Any]) -> dict[Any, Tally]:
    """Run a query of keys, hits and cases."""
    return {key: Tally(int(hits), int(cases)) for key, hits, cases in session.execute(query)}
