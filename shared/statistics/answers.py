"""What residents answered to the items of questionnaires, from the daily totals of answers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain.calendar import ONE_DAY
from shared.domain.campaign import Settings, Window
from shared.domain.questionnaire import (
    BUILT_IN,
    VALUES,
    Group,
    Item,
    Kind,
    Questionnaire,
    items_of_data,
    judge,
)
from shared.domain.sampling import enough, share, wilson
from shared.models import questionnaire as tables
from shared.models.organisation import Unit
from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.statistics import left_aside
from shared.statistics.frames import Frame
from shared.statistics.given import FIRST, LANES, LAST, OFFICERS, UNITS, Served, within
from shared.statistics.participation import months_of, next_month
from shared.statistics.satisfaction import Tally

Counts = tuple[int, ...]  # of the values 0 to 5
Asked = tuple[Select[*tuple[Any, ...]], Mapping[str, Any]]  # a query and what it is given
Versions = Mapping[tuple[int, str], Questionnaire]  # by organisation and code
TENTH = Decimal("0.1")
ONE_VISIT = 1
# Built once: every standing with items asks.
_VERSIONS = (
    select(tables.Questionnaire)
    .where(
        tables.Questionnaire.organisation_id.in_(
            select(Unit.organisation_id).where(Unit.id.in_(UNITS))
        )
    )
    .order_by(tables.Questionnaire.id)
)


@dataclass(frozen=True)
class ItemLine:
    """One item over a time: how many answered, and unless these are too few, what.

    `average` is of 1 to 5 for a scale, of visits for a count (four and more count as four), and
    missing for yes and no. `value` with its 95 % interval is in percent: of answers 4 and 5, of a
    single visit, or of yes.
    """

    item: Item
    cases: int
    average: Decimal | None = None
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


def items(
    session: Session,
    units: Collection[int],
    window: Window,
    lanes: Sequence[str],
    *,
    unseal: bool = False,
) -> list[ItemLine]:
    """Give every item that the units' residents answered within local days, in the order asked.

    An item is the same in every version that asks it by the same code in the same group; its words
    are those of the newest. Under five answers only their number is told. `unseal` also gives the
    items whose answers are for the level above.
    """
    queries = _totals(("lane",), units, window, lanes)
    counts: dict[tuple[Group, Kind, str], Counts] = {}
    asked: dict[tuple[Group, Kind, str], Item] = {}
    places: dict[tuple[Group, Kind, str], int] = {}
    for _lane, place, item, values in _read(session, queries, units):
        key = (item.group, item.kind, item.code)
        counts[key] = _sum(counts.get(key), values)
        asked[key], places[key] = item, place  # versions come oldest first
    order = list(Group)
    return [
        _line(asked[key], counts[key])
        for key in sorted(counts, key=lambda key: (order.index(key[0]), places[key], key[2]))
        if unseal or not asked[key].sealed
    ]


def by_unit(
    session: Session, units: Collection[int], window: Window, settings: Settings
) -> dict[tuple[int, Group], Tally]:
    """Count answers by unit and group of items, as campaigns do.

    Every answered item is one case; nobody is asked to answer all. A hit is an answer of
    `settings.satisfied_from_score` or more on a scale, and a single visit for a count. Only the
    lanes of `settings` count. Yes and no have no hits.
    """
    queries = _totals(("unit_id",), units, window, settings.lanes)
    return _tallies(_read(session, queries, units), settings)


def by_officer(
    session: Session,
    officers: Collection[int],
    units: Collection[int],
    window: Window,
    settings: Settings,
) -> dict[tuple[Served, Group], Tally]:
    """Count as `by_unit` does, but by officer and the unit they served at."""
    queries = _totals(("officer_id", "unit_id"), units, window, settings.lanes, officers)
    return _tallies(_read(session, queries, units), settings)


def by_day(
    session: Session,
    units: Collection[int],
    window: Window,
    settings: Settings,
    group: Group,
    officer_id: int | None = None,
) -> dict[date, Tally]:
    """Count as `by_unit` does, but of one group by local day over all the units together."""
    own = None if officer_id is None else [officer_id]
    days = _sums(RatingDayAnswer, ("on",), of_officers=own is not None)
    given = within(units, window, lanes=settings.lanes, officers=own)
    found = _tallies(_read(session, [(days, given)], units), settings)
    return {on: tally for (on, of), tally in sorted(found.items()) if of is group}


@dataclass(frozen=True)
class LateAnswers:
    """Answers of a rating that a standing does not count, by the place it belongs to."""

    unit_id: int
    officer_id: int | None
    on: date
    tallies: Mapping[Group, Tally]


def left_out(
    session: Session, units: Collection[int], window: Window, settings: Settings, frame: Frame
) -> list[LateAnswers]:
    """Find the answers that the totals hold and the standing of a frame does not count."""
    late = left_aside.answered(session, units, window, settings, frame)
    versions = _versions(session, units) if late else {}
    organisations = _organisations(session, units) if late else {}
    found = []
    for unit_id, officer_id, on, code, answers in late:
        asked = versions.get((organisations.get(unit_id, 0), code), BUILT_IN)
        counted = judge(asked, answers).counted
        tallies: dict[Group, Tally] = {}
        for item in asked.items:
            if item.code in counted:
                hit = _is_hit(item.kind, settings)(counted[item.code])
                tallies[item.group] = tallies.get(item.group, Tally()) + Tally(int(hit), 1)
        found.append(LateAnswers(unit_id, officer_id, on, tallies))
    return found


def _totals(
    by: tuple[str, ...],
    units: Collection[int],
    window: Window,
    lanes: Sequence[str],
    officers: Collection[int] | None = None,
) -> list[Asked]:
    """Give the queries that add up a window: its whole months, and the days on either side."""
    of_officers = officers is not None
    days = _sums(RatingDayAnswer, by, of_officers=of_officers)
    months = _sums(RatingMonthAnswer, by, of_officers=of_officers)
    others = {"lanes": lanes, "officers": None if officers is None else list(officers)}
    whole = [
        start
        for start in months_of(window)
        if window.first <= start and next_month(start) - ONE_DAY <= window.last
    ]
    if not whole:
        return [(days, within(units, window, **others))]
    sides = ((window.first, whole[0] - ONE_DAY), (next_month(whole[-1]), window.last))
    return [
        (months, within(units, Window(whole[0], whole[-1]), **others)),
        *((days, within(units, Window(*side), **others)) for side in sides if side[0] <= side[1]),
    ]


@cache
def _sums(
    table: type[RatingDayAnswer] | type[RatingMonthAnswer],
    by: tuple[str, ...],
    *,
    of_officers: bool,
) -> Select[*tuple[Any, ...]]:
    on = RatingDayAnswer.on if table is RatingDayAnswer else RatingMonthAnswer.month
    own = [getattr(table, name) for name in by]
    keys = (*own, Unit.organisation_id, table.questionnaire, table.item)
    sums = [func.sum(getattr(table, f"value_{value}")) for value in range(6)]
    query = (
        select(*keys, *sums)
        .join(Unit, table.unit_id == Unit.id)
        .where(table.unit_id.in_(UNITS), table.lane.in_(LANES), on.between(FIRST, LAST))
        .group_by(*keys)
    )
    return query.where(table.officer_id.in_(OFFICERS)) if of_officers else query


def _read(
    session: Session, queries: Iterable[Asked], units: Collection[int]
) -> list[tuple[Any, int, Item, Counts]]:
    """Run queries of totals; give key, place, item and counts, older versions first."""
    rows = [row for query, given in queries for row in session.execute(query, given)]
    versions = _versions(session, units) if rows else {}
    order = {key: place for place, key in enumerate(versions)}
    found = []
    for *by, organisation, code, item_code, c0, c1, c2, c3, c4, c5 in rows:
        asked = versions.get((organisation, code), BUILT_IN)
        item = asked.item(item_code)
        if item is not None:
            values = tuple(int(count) for count in (c0, c1, c2, c3, c4, c5))
            key = by[0] if len(by) == 1 else tuple(by)
            version = order[organisation, code]
            found.append((version, key, asked.items.index(item), item, values))
    found.sort(key=lambda entry: entry[0])
    return [(key, place, item, values) for _version, key, place, item, values in found]


def _versions(session: Session, units: Collection[int]) -> Versions:
    """Find the versions of the units' organisations, oldest first."""
    rows = session.scalars(_VERSIONS, {"units": list(units)})
    return {
        (row.organisation_id, row.code): Questionnaire(row.code, row.name, items_of_data(row.items))
        for row in rows
    }


def _organisations(session: Session, units: Collection[int]) -> dict[int, int]:
    rows = session.execute(select(Unit.id, Unit.organisation_id).where(Unit.id.in_(units)))
    return {row.id: row.organisation_id for row in rows}


def _tallies(
    rows: Iterable[tuple[Any, int, Item, Counts]], settings: Settings
) -> dict[tuple[Any, Group], Tally]:
    found: dict[tuple[Any, Group], Tally] = defaultdict(Tally)
    for key, _place, item, counts in rows:
        is_hit = _is_hit(item.kind, settings)
        hits = sum(counts[value] for value in VALUES[item.kind] if is_hit(value))
        found[key, item.group] += Tally(hits, sum(counts))
    return dict(found)


def _is_hit(kind: Kind, settings: Settings) -> Callable[[int], bool]:
    if kind is Kind.SCALE:
        return lambda value: value >= settings.satisfied_from_score
    if kind is Kind.COUNT:
        return lambda value: value == ONE_VISIT
    return lambda _value: False


def _sum(known: Counts | None, more: Counts) -> Counts:
    return more if known is None else tuple(map(sum, zip(known, more, strict=True)))


def _line(item: Item, counts: Counts) -> ItemLine:
    cases = sum(counts)
    if not enough(cases):
        return ItemLine(item, cases)
    is_hit = _is_hit(item.kind, Settings())
    hits = counts[1] if item.kind is Kind.YES_NO else 0
    hits += sum(counts[value] for value in VALUES[item.kind] if is_hit(value))
    whole = Decimal(sum(value * count for value, count in enumerate(counts)))
    average = None
    if item.kind is not Kind.YES_NO:
        average = (whole / cases).quantize(TENTH, ROUND_HALF_UP)
    interval = wilson(hits, cases)
    return ItemLine(item, cases, average, share(hits, cases), interval.low, interval.high)
