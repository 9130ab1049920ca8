"""Groups of criteria within groups, and what they weigh."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.criteria_tree import checked_group, group_of, path_of, tree
from shared.domain.errors import Invalid
from shared.domain.scoring import Comparison, CriterionRule, Scoring, Target, TargetUnit

PLAIN = CriterionRule(
    "1",
    "Cải cách",
    "Tên",
    "manual",
    "manual",
    Target(Comparison.AT_LEAST, Decimal(1), TargetUnit.COUNT),
    Decimal(10),
)


def rule(code: str, group: str, points: int = 10) -> CriterionRule:
    return replace(PLAIN, code=code, group=group, max_points=Decimal(points))


def test_a_group_lies_before_its_subgroups_and_weighs_what_they_weigh() -> None:
    nodes = tree(
        [
            rule("1", "Cải cách > Thủ tục > Công khai", 20),
            rule("2", "Thi đua", 30),
            rule("3", "Cải cách > Thủ tục", 15),
            rule("4", "Cải cách", 35),
        ]
    )
    assert [(node.name, node.depth, int(node.weight)) for node in nodes] == [
        ("Cải cách", 0, 70),
        ("Thủ tục", 1, 35),
        ("Công khai", 2, 20),
        ("Thi đua", 0, 30),
    ]
    assert [[one.code for one in node.own] for node in nodes] == [["4"], ["3"], ["1"], ["2"]]


def test_a_bonus_weighs_nothing() -> None:
    (node,) = tree([replace(rule("1", "A"), scoring=Scoring.BONUS), rule("2", "A", 7)])
    assert node.weight == 7


def test_a_group_without_a_separator_is_the_group_it_was() -> None:
    assert path_of("Thể chế") == ("Thể chế",)
    assert path_of(" Thể chế >> Rà soát > ") == ("Thể chế", "Rà soát")
    assert checked_group("Thể chế>Rà soát") == "Thể chế > Rà soát"


@pytest.mark.parametrize("group", ["", " > ", "a>b>c>d>e", "x" * 201])
def test_a_group_without_name_or_too_deep_is_refused(group: str) -> None:
    with pytest.raises(Invalid) as caught:
        checked_group(group)
    assert caught.value.field == "group"


GROUPS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(tuple)


@given(st.lists(st.tuples(GROUPS, st.integers(0, 40)), max_size=12))
def test_every_criterion_is_in_one_group_and_each_node_weighs_its_own_and_those_below(
    given_rules: list[tuple[tuple[str, ...], int]],
) -> None:
    rules = [
        rule(str(number), group_of(path), points)
        for number, (path, points) in enumerate(given_rules)
    ]
    nodes = tree(rules)
    assert sorted(one.code for node in nodes for one in node.own) == sorted(
        one.code for one in rules
    )
    for node in nodes:
        below = [one for one in nodes if one.path[:-1] == node.path]
        own = sum((one.max_points for one in node.own), Decimal(0))
        assert node.weight == own + sum((one.weight for one in below), Decimal(0))
