"""Ratings whose moment nobody can be sure of, and which came only after a period was over.

A rating marked `time_uncertain` counts by the day it was received. One received after the last
moment of a period (its end, or the close of the campaign) does not count in the period: it never
slips into a result that is settled. How many were left aside is told beside the result.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, not_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import Settings, Window
from shared.domain.rating import Mark
from shared.models.rating import Rating, bears
from shared.statistics import given
from shared.statistics.satisfaction import Tally

# Screens keep what was stored for 35 days; what comes later than that is not of the period.
TOLD_FOR = timedelta(days=35)


@dataclass(frozen=True)
class Late:
    """Ratings of a unit's officer (or nobody's) and local day that the daily totals hold."""

    unit_id: int
    officer_id: int | None
    on: date
    tally: Tally


def within(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    as_of: datetime,
) -> list[Late]:
    """Find what the daily totals of a window hold and the period does not count.

    `as_of` (UTC) is the last moment of the period; at a running one, now, nothing is found.
    """
    asked = given.within(unit_ids, window, lanes=settings.lanes, as_of=as_of)
    rows = session.execute(_counted(settings.satisfied_from_score), asked)
    return [
        Late(unit_id, officer_id, on, Tally(int(hits), cases))
        for unit_id, officer_id, on, hits, cases in rows
    ]


def answered(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    as_of: datetime,
) -> list[tuple[int, int | None, date, str, Mapping[str, Any]]]:
    """Find the same ratings one by one, with the version and answers of those that gave any."""
    asked = given.within(unit_ids, window, lanes=settings.lanes, as_of=as_of)
    return [
        (unit_id, officer_id, on, code, answers)
        for unit_id, officer_id, on, code, answers in session.execute(_ANSWERED, asked)
        if answers
    ]


def count(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    as_of: datetime,
) -> int:
    """Count the ratings left aside: received after the period, up to 35 days after its window."""
    told = Window(window.first, window.last + TOLD_FOR)
    asked = given.within(unit_ids, told, lanes=settings.lanes, as_of=as_of)
    return session.scalar(_COUNT, asked) or 0


def counted(as_of: datetime) -> ColumnElement[bool]:
    """Give the condition that a single rating counts in a period that ended at an instant."""
    return not_(and_(bears(Mark.TIME_UNCERTAIN), Rating.received_at > as_of))


def _late(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Rating)
        .where(
            bears(Mark.TIME_UNCERTAIN),
            Rating.unit_id.in_(given.UNITS),
            Rating.received_at > bindparam("as_of"),
            Rating.lane.in_(given.LANES),
            Rating.rated_on.between(given.FIRST, given.LAST),
        )
    )


@cache
def _counted(satisfied_from: int) -> Select[Any]:
    hit = case((Rating.score >= satisfied_from, 1), else_=0)
    return _late(*_KEYS, func.sum(hit), func.count()).group_by(*_KEYS)


# Built once: every standing of a period that is over asks.
_KEYS = (Rating.unit_id, Rating.officer_id, Rating.rated_on)
_ANSWERED = _late(*_KEYS, Rating.questionnaire, Rating.answers)
_COUNT = _late(func.count())
