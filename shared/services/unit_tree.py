"""The tree of units: all that lie below some, all that lie above one; past units included."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import CompoundSelect, false, select, true, union_all
from sqlalchemy.orm import Session

from shared.models.organisation import Unit
from shared.models.unit_history import UnitSuccession

Tree = Mapping[int | None, list[int]]  # key of a unit (None: of none): keys of those right below
# Built once: the guard asks at every request of staff.
_UNITS = select(Unit.id, Unit.parent_id)
_WITH_PREDECESSORS: CompoundSelect[bool, int | None, int] = union_all(
    select(false(), Unit.parent_id, Unit.id),
    select(true(), UnitSuccession.successor_id, UnitSuccession.predecessor_id)
    .join(Unit, UnitSuccession.predecessor_id == Unit.id)
    .where(Unit.valid_to < UnitSuccession.on),
)


def tree_of_units(session: Session) -> Tree:
    """Give the units of every organisation by the unit above them; the roots stand under None."""
    tree: dict[int | None, list[int]] = defaultdict(list)
    for key, parent_id in session.execute(_UNITS):
        tree[parent_id].append(key)
    return tree


def trees_of_units(session: Session) -> tuple[Tree, Tree]:
    """Give the tree of units, and the one with every unit that ended also under its successors.

    Who reaches a unit reaches by the second what it went on from, and what stood below that when
    it ended.
    """
    tree: dict[int | None, list[int]] = defaultdict(list)
    wider: dict[int | None, list[int]] = defaultdict(list)
    for ended, above, key in session.execute(_WITH_PREDECESSORS):
        wider[above].append(key)
        if not ended:
            tree[above].append(key)
    return tree, wider


def below(tree: Tree, starts: Iterable[int | None]) -> frozenset[int]:
    """Give the keys of the starting units and all below them; None starts at every root."""
    reached: set[int] = set()
    waiting = list(starts)
    while waiting:
        start = waiting.pop()
        if start not in reached:
            if start is not None:
                reached.add(start)
            waiting += tree.get(start, [])
    return frozenset(reached)


def line_up(session: Session, unit_id: int) -> list[int]:
    """Give the key of a unit and those of all above it, the nearest first."""
    line: list[int] = []
    at: int | None = unit_id
    while at is not None and at not in line:
        line.append(at)
        at = session.get_one(Unit, at).parent_id
    return line
