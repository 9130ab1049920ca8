"""Ratings that the daily totals hold and a standing does not count.

A rating marked `time_uncertain` counts by the day it was received. One received after the last
moment of a period (its end, or the close of the campaign) does not count in the period: it never
slips into a result that is settled. How many were left aside is told beside the result.

Where ratings are shown in whole weeks (services/shown_weeks.py), those of a unit that came
after the last of them wait too, whatever day they were touched on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, not_, select, true
from sqlalchemy.orm import Session

from shared.domain.calendar import ONE_DAY
from shared.domain.campaign import Settings, Window
from shared.domain.rating import Mark
from shared.models.rating import Rating, bears
from shared.statistics import given
from shared.statistics.arrivals import maybe_late
from shared.statistics.frames import Frame
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
    frame: Frame,
) -> list[Late]:
    """Find what the daily totals of a window hold and the standing of a frame does not count.

    Of a running period, shown as it is now, nothing is found.
    """
    asked = given.within(unit_ids, window, lanes=settings.lanes, as_of=frame.as_of)
    query = _counted(settings.satisfied_from_score)
    return [
        Late(unit_id, officer_id, on, Tally(int(hits), cases))
        for left_out in _left_out(session, unit_ids, window, frame)
        for unit_id, officer_id, on, hits, cases in session.execute(query.where(left_out), asked)
    ]


def answered(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    settings: Settings,
    frame: Frame,
) -> list[tuple[int, int | None, date, str, Mapping[str, Any]]]:
    """Find the same ratings one by one, with the version and answers of those that gave any."""
    asked = given.within(unit_ids, window, lanes=settings.lanes, as_of=frame.as_of)
    return [
        (unit_id, officer_id, on, code, answers)
        for left_out in _left_out(session, unit_ids, window, frame)
        for unit_id, officer_id, on, code, answers in session.execute(
            _ANSWERED.where(left_out), asked
        )
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


def counted_in(frame: Frame) -> ColumnElement[bool]:
    """Give the condition that a single rating counts in the standing of a frame."""
    kept = counted(frame.as_of) if frame.over else true()
    waiting = (_came_after(on, frame, units) for on, units in _by_last_day(frame))
    return and_(kept, *(not_(waits) for waits in waiting))


def _left_out(
    session: Session, unit_ids: Collection[int], window: Window, frame: Frame
) -> Iterator[ColumnElement[bool]]:
    """Give conditions, each of an index of its own, that never hold of the same rating."""
    if frame.over:
        yield _UNCERTAIN
    sure = counted(frame.as_of) if frame.over else true()
    for on, units in _by_last_day(frame):
        waits = and_(_came_after(on, frame, units.intersection(unit_ids)), sure)
        # Within a function no index goes by the day of the touch: that of the late ones holds few.
        touched_on = func.coalesce(Rating.rated_on, given.FIRST)
        until = min(on, window.last)
        yield and_(waits, touched_on.between(given.FIRST, until), maybe_late(session))
        if on < window.last:
            yield and_(waits, Rating.rated_on.between(max(on + ONE_DAY, window.first), window.last))


def _by_last_day(frame: Frame) -> list[tuple[date, frozenset[int]]]:
    """Give the units whose later arrivals wait, by the last local day that is shown."""
    units: dict[date, set[int]] = {}
    for unit_id, on in (frame.shown_until or {}).items():
        units.setdefault(on, set()).add(unit_id)
    return [(on, frozenset(found)) for on, found in sorted(units.items())]


def _came_after(on: date, frame: Frame, units: Collection[int]) -> ColumnElement[bool]:
    midnight = datetime.combine(on + ONE_DAY, time(), frame.zone)
    return and_(Rating.unit_id.in_(units), Rating.received_at >= midnight)


def _of_units(*columns: Any) -> Select[Any]:
    query = select(*columns).select_from(Rating)
    return query.where(Rating.unit_id.in_(given.UNITS), Rating.lane.in_(given.LANES))


@cache
def _counted(satisfied_from: int) -> Select[Any]:
    hit = case((Rating.score >= satisfied_from, 1), else_=0)
    return _of_units(*_KEYS, func.sum(hit), func.count()).group_by(*_KEYS)


# Built once: every standing of a period that is over asks.
_KEYS = (Rating.unit_id, Rating.officer_id, Rating.rated_on)
_UNCERTAIN = and_(
    bears(Mark.TIME_UNCERTAIN),
    Rating.received_at > bindparam("as_of"),
    Rating.rated_on.between(given.FIRST, given.LAST),
)
_ANSWERED = _of_units(*_KEYS, Rating.questionnaire, Rating.answers)
_COUNT = _of_units(func.count()).where(_UNCERTAIN)
