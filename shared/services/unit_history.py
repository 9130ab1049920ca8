"""What units were: their names, levels and places as of a day, and what they are called now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.unit_history import Past, Standing, as_of, check_change
from shared.models.organisation import Unit
from shared.models.unit_history import UnitSuccession, UnitWas
from shared.services.unit_tree import Tree

KEPT = ("name", "level", "parent_id")
MOST_STEPS = 10  # from a unit to what it is now, so that a circle of successions ends
# Built once: every page of a campaign asks.
_GIVEN = bindparam("units", type_=Integer(), expanding=True)
_PASTS = select(UnitWas).where(UnitWas.unit_id.in_(_GIVEN)).order_by(UnitWas.until)
_UNITS = (
    select(Unit.id, Unit.name, Unit.level, Unit.parent_id)
    .where(Unit.id.in_(_GIVEN))
    .order_by(Unit.id)
)
_PARENTS = select(Unit.id, Unit.parent_id)
_LATER = select(UnitWas).where(UnitWas.until >= bindparam("on")).order_by(UnitWas.until.desc())


def differs(unit: Unit, values: Mapping[str, Any]) -> bool:
    """Tell whether a unit's name, level or the unit above it would change."""
    return any(getattr(unit, name) != values[name] for name in KEPT)


def keep(session: Session, unit: Unit, since: date) -> None:
    """Keep what a unit was before it changes since a local day; Invalid for a day that is not one.

    Call it before the change.
    """
    pasts = pasts_of(session, [unit.id]).get(unit.id, [])
    until = check_change(pasts, unit.valid_from, unit.valid_to, since)
    session.add(
        UnitWas(
            unit_id=unit.id,
            until=until,
            name=unit.name,
            level=unit.level,
            parent_id=unit.parent_id,
        )
    )
    session.flush()


def pasts_of(session: Session, unit_ids: Collection[int]) -> dict[int, list[Past]]:
    """Give what units were, the earliest first."""
    found: dict[int, list[Past]] = defaultdict(list)
    for row in session.scalars(_PASTS, {"units": list(unit_ids)}):
        found[row.unit_id].append(Past(row.until, Standing(row.name, row.level, row.parent_id)))
    return found


@dataclass(frozen=True)
class History:
    """What a unit was and is."""

    pasts: Sequence[Past]
    now: Standing

    def on(self, day: date) -> Standing:
        """Give what it was called and where it stood on a local day."""
        return as_of(self.pasts, self.now, day)


def histories(session: Session, unit_ids: Collection[int]) -> dict[int, History]:
    """Give what units were and are."""
    rows = session.execute(_UNITS, {"units": list(unit_ids)})
    return _histories(session, {row.id: Standing(*row[1:]) for row in rows})


def histories_of(session: Session, units: Iterable[Unit]) -> dict[int, History]:
    """Give what units that were read already were and are."""
    now = {unit.id: Standing(unit.name, unit.level, unit.parent_id) for unit in units}
    return _histories(session, now)


def units_as_of(session: Session, unit_ids: Collection[int], on: date) -> dict[int, Standing]:
    """Give what units were called and where they stood on a local day."""
    return {key: one.on(on) for key, one in histories(session, unit_ids).items()}


def tree_as_of(session: Session, on: date) -> Tree:
    """Give the tree of units as of a local day; ended units stand where they stood last.

    Today's tree says who reaches whom; this one, whose facts a campaign of that day counts.
    """
    parents: dict[int, int | None] = dict(iter(session.execute(_PARENTS)))
    for row in session.scalars(_LATER, {"on": on}):  # the earliest comes last and holds
        parents[row.unit_id] = row.parent_id
    tree: dict[int | None, list[int]] = defaultdict(list)
    for key, parent_id in parents.items():
        tree[parent_id].append(key)
    return tree


def called_now(session: Session, names: Mapping[int, str], today: date) -> dict[int, list[str]]:
    """Give what units are called today where it differs from the names they are shown by.

    Of a renamed one its name; of one that ended the names of those it went on as, to the end of
    the line. Units that are as they were, and those that ended for good, are left out.
    """
    followed: dict[int, set[int]] = {key: {key} for key in names}
    lines = _successors(session)
    for _ in range(MOST_STEPS):
        followed = {
            key: {after for one in ends for after in lines.get(one, {one})}
            for key, ends in followed.items()
        }
    ends = {one for found in followed.values() for one in found}
    units = {row.id: row for row in session.scalars(select(Unit).where(Unit.id.in_(ends)))}
    now: dict[int, list[str]] = {}
    for key, found in followed.items():
        living = [units[one] for one in found if _goes_on(units[one], today)]
        called = sorted(unit.name for unit in living)
        if called and called != [names[key]]:
            now[key] = called
    return now


def _histories(session: Session, now: Mapping[int, Standing]) -> dict[int, History]:
    pasts = pasts_of(session, now.keys())
    return {key: History(pasts.get(key, []), standing) for key, standing in now.items()}


def _successors(session: Session) -> dict[int, set[int]]:
    """Give the units that ended by those they went on as; a unit that goes on stays itself."""
    query = (
        select(UnitSuccession.predecessor_id, UnitSuccession.successor_id)
        .join(Unit, UnitSuccession.predecessor_id == Unit.id)
        .where(Unit.valid_to.is_not(None))
    )
    found: dict[int, set[int]] = defaultdict(set)
    for predecessor, successor in session.execute(query):
        found[predecessor].add(successor)
    return found


def _goes_on(unit: Unit, today: date) -> bool:
    return unit.valid_to is None or unit.valid_to >= today
