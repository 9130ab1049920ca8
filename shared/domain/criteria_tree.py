"""The tree of criteria: groups within groups, written as a path such as “Thủ tục > Công khai”."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.domain.errors import N_, Invalid
from shared.domain.scoring import CriterionRule, Scoring

SEPARATOR = ">"
MOST_LEVELS = 4
LONGEST_GROUP = 200

Path = tuple[str, ...]


@dataclass(frozen=True)
class Node:
    """A group with its own criteria and with all below it; the path leads from the top."""

    path: Path
    own: tuple[CriterionRule, ...]
    within: tuple[CriterionRule, ...]  # its own and those of the groups below

    @property
    def name(self) -> str:
        """Give the group's own name."""
        return self.path[-1]

    @property
    def depth(self) -> int:
        """Give how deep it lies; a group at the top is 0."""
        return len(self.path) - 1

    @property
    def weight(self) -> Decimal:
        """Sum the points of all criteria within it, bonuses apart, which lie beyond the hundred."""
        plain = (one.max_points for one in self.within if one.scoring is not Scoring.BONUS)
        return sum(plain, Decimal(0))


def path_of(group: str) -> Path:
    """Read a criterion's group as a path; parts without a name are left out."""
    return tuple(filter(None, (part.strip() for part in group.split(SEPARATOR))))


def group_of(path: Path) -> str:
    """Write a path as a criterion's group."""
    return f" {SEPARATOR} ".join(path)


def checked_group(group: str) -> str:
    """Give a group as it is kept; Invalid without a name, or deeper or longer than it may be."""
    path = path_of(group)
    written = group_of(path)
    if not path or len(path) > MOST_LEVELS or len(written) > LONGEST_GROUP:
        raise Invalid(
            "criterion_group",
            N_("Nhóm cần tên, sâu nhất %(most)s cấp, các cấp cách nhau bằng dấu >."),
            field="group",
            most=MOST_LEVELS,
        )
    return written


def tree(criteria: Sequence[CriterionRule]) -> list[Node]:
    """List every group with those below it right after it, in the order of the plan.

    A group's own criteria come before its subgroups. Every criterion is the own one of one node.
    """
    found: list[Path] = []
    for rule in criteria:
        path = path_of(rule.group) or ("",)
        found += [path[:end] for end in range(1, len(path) + 1) if path[:end] not in found]
    return [_node(path, criteria) for path in _in_depth(found, ())]


def _in_depth(paths: Sequence[Path], above: Path) -> list[Path]:
    listed: list[Path] = []
    for path in paths:
        if path[:-1] == above:
            listed += [path, *_in_depth(paths, path)]
    return listed


def _node(path: Path, criteria: Sequence[CriterionRule]) -> Node:
    paths = [(path_of(rule.group) or ("",), rule) for rule in criteria]
    return Node(
        path,
        tuple(rule for own, rule in paths if own == path),
        tuple(rule for own, rule in paths if own[: len(path)] == path),
    )
