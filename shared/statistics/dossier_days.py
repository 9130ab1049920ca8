"""Dossiers by what became of them, as of any day: daily totals, less what came after that day.

The totals of a day of receipt say how its dossiers stand in the end. Only of days of which some
dossier was not settled at the end of `today` the unsettled ones are looked up, each by an index,
so a figure costs by the units, the days and what was open, not by how many dossiers there are.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Label,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.campaign import Window
from shared.models.dossier import Dossier, DossierDay, DossierMonthProcedure
from shared.statistics import dossier_times
from shared.statistics.given import FIRST, LAST, OFFICERS, TODAY, UNITS, Served, within

ONLINE_FROM_LEVEL = 3  # the old degrees 3 and 4: submitted and handled online
WHOLE_UNIT = 0  # stands in the officer's place
Condition = ColumnElement[bool]
Keys = tuple[Label[Any], ...]  # what is counted by


@dataclass(frozen=True)
class DayCounts:
    """Dossiers received in a period as they stand at the end of a day.

    What is said of judged ones alone: `on_time` and all that follow.
    """

    received: int = 0
    one_stop: int = 0
    could_be_online: int = 0  # an unknown degree counts: leaving it out must not help
    online: int = 0
    online_of_these: int = 0  # of those that could be
    without_due: int = 0
    finished: int = 0
    unjudged: int = 0  # neither finished nor past their appointment
    on_time: int = 0
    reappointed: int = 0
    shorter: int = 0
    equal: int = 0
    not_asked: int = 0
    asked_once: int = 0
    online_dated: int = 0
    online_kept: int = 0

    @property
    def judged(self) -> int:
        """Give how many could be judged by their appointment."""
        return self.received - self.without_due - self.unjudged


def could_be_online() -> Condition:
    """Give the condition that a dossier could have been submitted online."""
    return or_(Dossier.level.is_(None), Dossier.level >= ONLINE_FROM_LEVEL)


def served_online() -> Condition:
    """Give the condition that a dossier shows its procedure to be served online."""
    return or_(Dossier.level >= ONLINE_FROM_LEVEL, Dossier.online)


def at_once() -> Mapping[str, Condition]:
    """Give what holds of a dossier from its receipt on, by the name of its total."""
    return {
        "received": true(),
        "one_stop": Dossier.one_stop.is_(True),
        "could_be_online": could_be_online(),
        "online": Dossier.online.is_(True),
        "online_of_these": and_(could_be_online(), Dossier.online),
        "without_due": Dossier.due_on.is_(None),
    }


def once_judged() -> Mapping[str, Condition]:
    """Give what holds of a dossier with an appointment from when it can be judged on."""
    dated, last = Dossier.due_on.is_not(None), dossier_times.last_day()
    kept = Dossier.finished_on <= last
    conditions = {
        "on_time": dossier_times.is_on_time(),
        "reappointed": dossier_times.is_reappointed(),
        "shorter": Dossier.finished_on < last,
        "equal": Dossier.finished_on == last,
        "not_asked": Dossier.supplements == 0,
        "asked_once": Dossier.supplements == 1,
        "online_dated": Dossier.online.is_(True),
        "online_kept": and_(Dossier.online, kept),
    }
    return {name: and_(dated, condition) for name, condition in conditions.items()}


def in_the_end() -> Mapping[str, Condition]:
    """Give what every daily total counts, by its name."""
    return {**at_once(), "finished": Dossier.finished_on.is_not(None), **once_judged()}


def number_of(condition: Condition) -> ColumnElement[int]:
    """Give how many rows meet a condition, as a column."""
    return func.sum(case((condition, 1), else_=0))


class WindowCounts:
    """The counts of one window, each read once, for all who ask for a figure of dossiers."""

    def __init__(
        self,
        session: Session,
        unit_ids: Collection[int],
        officer_ids: Collection[int],
        window: Window,
        today: date,
    ) -> None:
        self._session, self._units, self._officers = session, unit_ids, officer_ids
        self._window, self._today = window, today

    @cached_property
    def by_unit(self) -> Mapping[int, DayCounts]:
        """The dossiers by unit."""
        return by_unit(self._session, self._units, self._window, self._today)

    @cached_property
    def by_officer(self) -> Mapping[Served, DayCounts]:
        """The dossiers by officer and unit."""
        return by_officer(self._session, self._officers, self._units, self._window, self._today)


def by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, DayCounts]:
    """Count the dossiers units received within local days, as they stand at the end of `today`."""
    given = within(unit_ids, window)
    return _less(session, _totals_by_unit(), _not_yet_by_unit(), given, today)


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    today: date,
) -> dict[Served, DayCounts]:
    """Count as `by_unit` does, but by the officer who handled the dossier and its unit."""
    given = within(unit_ids, window, officers=list(officer_ids))
    return _less(session, _totals_by_officer(), _not_yet_by_officer(), given, today)


def overdue_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, int]:
    """Count the dossiers of units, however old, not finished though their last day is past.

    Those never finished are found by their index, and those finished only after `today` among the
    days that were not settled then.
    """
    found: dict[int, int] = defaultdict(int)
    ever = Window(date.min, window.last)  # overdue is overdue, however long ago it was received
    for unit_id, count in session.execute(_overdue(), within(unit_ids, ever, today=today)):
        found[unit_id] += int(count)
    return dict(found)


def units_receiving(session: Session, unit_ids: Collection[int], window: Window) -> frozenset[int]:
    """Find the units that received a dossier within local days."""
    return frozenset(session.scalars(_receiving(), within(unit_ids, window)))


def online_procedures(
    session: Session, unit_ids: Collection[int], window: Window
) -> dict[int, frozenset[int]]:
    """Find the procedures each unit received dossiers of, within local days, that are online."""
    given = within(unit_ids, window, month=window.first.replace(day=1))
    found: dict[int, set[int]] = defaultdict(set)
    for unit_id, procedure_id in session.execute(_online_procedures(), given):
        found[unit_id].add(procedure_id)
    return {unit_id: frozenset(keys) for unit_id, keys in found.items()}


@cache
def _overdue() -> CompoundSelect[Any]:
    late = dossier_times.last_day() < TODAY
    counted = select(Dossier.unit_id, func.count())
    never = counted.where(
        Dossier.unit_id.in_(UNITS),
        Dossier.finished_on.is_(None),
        # Within a function no index goes by it: the one of what is not finished holds few.
        func.coalesce(Dossier.received_on, LAST) <= LAST,
        late,
    )
    later = _of_unsettled_days(counted).where(Dossier.finished_on > TODAY, late)
    return union_all(*(query.group_by(Dossier.unit_id) for query in (never, later)))


@cache
def _receiving() -> Select[Any]:
    return _of_whole_units(select(DossierDay.unit_id)).distinct()


@cache
def _online_procedures() -> Select[int, int]:
    month = DossierMonthProcedure
    query = select(month.unit_id, month.procedure_id).where(
        month.unit_id.in_(UNITS),
        month.month.between(bindparam("month", type_=Date()), LAST),
        month.last_on >= FIRST,
        month.first_on <= LAST,
        _shown_by_days(),
    )
    return query.distinct()


def _shown_by_days() -> Condition:
    """Give the condition that one of the days between a month's first and last is of the window.

    It need not be only where both ends of the window lie within the month: then it is looked up.
    """
    month = DossierMonthProcedure
    between = select(Dossier.id).where(
        Dossier.unit_id == month.unit_id,
        Dossier.received_on.between(FIRST, LAST),
        Dossier.procedure_id == month.procedure_id,
        served_online(),
    )
    return or_(month.first_on >= FIRST, month.last_on <= LAST, between.exists())


def _of_whole_units(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    return query.where(
        DossierDay.officer_id == WHOLE_UNIT,
        DossierDay.unit_id.in_(UNITS),
        DossierDay.on.between(FIRST, LAST),
    )


@cache
def _totals_by_unit() -> Select[Any]:
    totals = _totals(_of_unit(DossierDay.unit_id))
    return totals.where(DossierDay.officer_id == WHOLE_UNIT)


@cache
def _totals_by_officer() -> Select[Any]:
    keys = _of_officer(DossierDay.officer_id, DossierDay.unit_id)
    return _totals(keys).where(DossierDay.officer_id.in_(OFFICERS))


def _of_unit(unit: InstrumentedAttribute[int]) -> Keys:
    return (unit.label("key"),)


def _of_officer(officer: InstrumentedAttribute[Any], unit: InstrumentedAttribute[int]) -> Keys:
    return officer.label("key"), unit.label("unit")


def _totals(keys: Keys) -> Select[Any]:
    sums = [func.sum(getattr(DossierDay, name)).label(name) for name in in_the_end()]
    return (
        select(*keys, func.max(DossierDay.settled_on).label("settled_on"), *sums)
        .where(DossierDay.unit_id.in_(UNITS), DossierDay.on.between(FIRST, LAST))
        .group_by(*(key.element for key in keys))
    )


def _of_unsettled_days(query: Select[*tuple[Any, ...]]) -> Select[Any]:
    """Narrow a query of dossiers to days of which some were not settled at the end of `today`.

    The days come first, by themselves: a planner would rather go through all dossiers.
    """
    days = select(DossierDay.unit_id, DossierDay.on).where(DossierDay.settled_on > TODAY)
    unsettled = _of_whole_units(days).cte().prefix_with("MATERIALIZED")
    joined = and_(Dossier.unit_id == unsettled.c.unit_id, Dossier.received_on == unsettled.c.on)
    return query.select_from(unsettled).join(Dossier, joined)


@cache
def _not_yet_by_unit() -> CompoundSelect[Any]:
    return _not_yet(_of_unit(Dossier.unit_id), true())


@cache
def _not_yet_by_officer() -> CompoundSelect[Any]:
    keys = _of_officer(Dossier.officer_id, Dossier.unit_id)
    return _not_yet(keys, Dossier.officer_id.in_(OFFICERS))


def _not_yet(keys: Keys, wanted: Condition) -> CompoundSelect[Any]:
    """Count what totals say of dossiers but was not so yet at the end of `today`.

    In two parts, each of which follows the index to the very rows: not finished, finished later.
    """
    unjudged = and_(Dossier.due_on.is_not(None), dossier_times.last_day() >= TODAY)
    later = Dossier.finished_on > TODAY
    of_the_finished = {"shorter", "equal", "online_kept"}
    never = {
        "finished": false(),
        "unjudged": true(),
        **{
            name: false() if name in of_the_finished else condition
            for name, condition in once_judged().items()
        },
    }
    in_time = {
        "finished": true(),
        "unjudged": unjudged,
        **{name: and_(unjudged, condition) for name, condition in once_judged().items()},
    }
    parts = ((never, and_(Dossier.finished_on.is_(None), unjudged)), (in_time, later))
    queries = []
    for counted, condition in parts:
        sums = [number_of(met).label(name) for name, met in counted.items()]
        query = _of_unsettled_days(select(*keys, *sums))
        grouped = query.where(wanted, condition).group_by(*(key.element for key in keys))
        queries.append(grouped)
    return union_all(*queries)


def _less(
    session: Session,
    totals: Select[Any],
    not_yet: CompoundSelect[Any],
    given: Mapping[str, Any],
    today: date,
) -> dict[Any, DayCounts]:
    """Count by totals; only where some were not settled at the end of `today`, less what was not.

    A dossier that was not settled is one of a day that was not, of its unit and of its officer.
    """
    rows = session.execute(totals, given).mappings().all()
    found = {_key(row): {name: int(row[name]) for name in _TOTALS} for row in rows}
    if all(row["settled_on"] <= today for row in rows):
        return {key: DayCounts(**counts) for key, counts in found.items()}
    for row in session.execute(not_yet, {**given, "today": today}).mappings():
        counts = found[_key(row)]
        counts["unjudged"] = counts.get("unjudged", 0) + int(row["unjudged"])
        for name in _NOT_YET:
            counts[name] -= int(row[name])
    return {key: DayCounts(**counts) for key, counts in found.items()}


def _key(row: RowMapping) -> int | Served:
    return (row["key"], row["unit"]) if "unit" in row else row["key"]


_TOTALS, _NOT_YET = tuple(in_the_end()), ("finished", *once_judged())
