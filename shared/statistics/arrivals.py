"""Ratings by the week they came: what was shown of a week never changes afterwards.

A rating of a screen without network may come days after the touch. Every other figure counts it on
the day of the touch. What is shown to people who could find out who gave it, the officer and
whoever passes a board, counts it in the week it came: else two looks at a week that is over would
differ by what one resident said (NĐ 61/2018, article 27). Such weeks are then joined until five
ratings are together (domain/small_groups.py).
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    TextClause,
    case,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date, monday_of
from shared.domain.campaign import Window
from shared.domain.small_groups import Week
from shared.models.organisation import Organisation, Unit
from shared.models.rating import MAYBE_LATE, Rating, RatingDay
from shared.statistics.satisfaction import Tally, counts_of


@dataclass(frozen=True)
class Among:
    """Which ratings are looked at; without lanes, officer or window all of them are."""

    units: Collection[int] | CompoundSelect[int]
    satisfied_from: int
    lanes: Sequence[str] | None = None
    officer_id: int | None = None
    window: Window | None = None  # local days of the touch


def weeks_by_unit(session: Session, among: Among) -> dict[int, list[Week]]:
    """Count the satisfied and all ratings of each unit by the local week they came in."""
    zones = _zones(session, among)
    sums: defaultdict[int, defaultdict[date, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for unit_id, on, received_at, hits, cases in session.execute(_counted(session, among)):
        of_unit, tally = sums[unit_id], Tally(int(hits), int(cases))
        if received_at is not None:  # in the totals already, of the day of its touch
            of_unit[monday_of(on)] -= tally
        came_on = on if received_at is None else local_date(received_at, zones[unit_id])
        of_unit[monday_of(came_on)] += tally
    return {unit_id: _in_order(of_unit) for unit_id, of_unit in sums.items()}


def weeks(session: Session, among: Among) -> list[Week]:
    """Count as `weeks_by_unit` does, over all the units together, oldest first."""
    sums: defaultdict[date, Tally] = defaultdict(Tally)
    for found in weeks_by_unit(session, among).values():
        for week in found:
            sums[week.monday] += Tally(week.hits, week.cases)
    return _in_order(sums)


def maybe_late(session: Session) -> TextClause:
    """Give the condition that a rating may have come on a later local day than its touch."""
    return MAYBE_LATE[session.get_bind().dialect.name]


def _in_order(sums: Mapping[date, Tally]) -> list[Week]:
    return [Week(monday, one.hits, one.cases) for monday, one in sorted(sums.items()) if one.cases]


def _zones(session: Session, among: Among) -> dict[int, ZoneInfo]:
    query = select(Unit.id, Organisation.zone).join(Organisation).where(Unit.id.in_(among.units))
    return {unit_id: ZoneInfo(zone) for unit_id, zone in session.execute(query)}


def _counted(session: Session, among: Among) -> CompoundSelect[Any]:
    """Select the totals of days, and one by one what may have come on a later day than its touch.

    In one statement, so that nothing comes in between.
    """
    day = RatingDay.unit_id, RatingDay.on
    totals = select(*day, null(), *counts_of(RatingDay, among.satisfied_from))
    hit = case((Rating.score >= among.satisfied_from, 1), else_=0)
    late = select(Rating.unit_id, Rating.rated_on, Rating.received_at, hit, literal(1))
    late = late.where(maybe_late(session))
    return union_all(
        late.where(*_conditions(among, Rating, Rating.rated_on)),
        totals.where(*_conditions(among, RatingDay, RatingDay.on)).group_by(*day),
    )


def _conditions(
    among: Among, table: type[Rating] | type[RatingDay], on: Any
) -> Iterator[ColumnElement[bool]]:
    yield table.unit_id.in_(among.units)
    if among.officer_id is not None:
        yield table.officer_id == among.officer_id
    if among.lanes is not None:
        yield table.lane.in_(among.lanes)
    if among.window is not None:
        yield on.between(among.window.first, among.window.last)
