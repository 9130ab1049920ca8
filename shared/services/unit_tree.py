"""The tree of units: all that lie below some, all that lie above one; past units included."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.organisation import Unit

Tree = Mapping[int | None, list[int]]  # key of a unit (None: of none): keys of those right below


def tree_of_units(session: Session) -> Tree:
    """Give the units of every organisation by the unit above them; the roots stand under None."""
    tree: dict[int | None, list[int]] = defaultdict(list)
    for key, parent_id in session.execute(select(Unit.id, Unit.parent_id)):
        tree[parent_id].append(key)
    return tree


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
