"""When a criterion of a published index is weak, and which steps an action may take."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from shared.domain.errors import Invalid, RuleBroken
from shared.domain.improvement import (
    State,
    WeakBelow,
    Weakness,
    check_step,
    is_overdue,
    percent,
    shown,
    weaknesses,
)

RULE = WeakBelow(Decimal(80), Decimal(2))


@pytest.mark.parametrize(
    ("reached", "before", "expected"),
    [
        ("80", None, ()),
        ("79.99", None, (Weakness.BELOW,)),
        ("90", "92", ()),  # fallen by exactly two
        ("90", "92.01", (Weakness.FALLEN,)),
        ("70", "90", (Weakness.BELOW, Weakness.FALLEN)),
        ("90", "85", ()),
    ],
)
def test_the_threshold_itself_is_not_below_and_the_fall_itself_not_more(
    reached: str, before: str | None, expected: tuple[Weakness, ...]
) -> None:
    earlier = None if before is None else Fraction(before)
    assert weaknesses(Fraction(reached), earlier, RULE) == expected


def test_percent_is_exact_and_rounded_only_for_people() -> None:
    third = percent(Decimal(1), Decimal(3))
    assert third == Fraction(100, 3)
    assert shown(third) == Decimal("33.33")


@pytest.mark.parametrize(
    ("points", "most", "field"), [("3", "2", "points"), ("0", "0", "most_points")]
)
def test_points_beyond_the_most_cannot_be(points: str, most: str, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        percent(Decimal(points), Decimal(most))
    assert refusal.value.field == field


@pytest.mark.parametrize("to", [State.DONE, State.DROPPED])
def test_an_action_ends_with_words(to: State) -> None:
    with pytest.raises(Invalid):
        check_step(State.IN_WORK, to, "")
    check_step(State.IN_WORK, to, "Đã tập huấn lại.")


def test_what_is_over_is_opened_again_only_with_a_reason() -> None:
    with pytest.raises(Invalid):
        check_step(State.DONE, State.IN_WORK, "")
    check_step(State.DONE, State.IN_WORK, "Kết quả năm sau vẫn thấp.")
    with pytest.raises(RuleBroken):
        check_step(State.DONE, State.DROPPED, "Thôi.")


def test_the_due_day_itself_still_counts() -> None:
    due = date(2026, 11, 20)
    assert not is_overdue(State.OPEN, due, due)
    assert is_overdue(State.IN_WORK, due, date(2026, 11, 21))
    assert not is_overdue(State.DONE, due, date(2026, 11, 21))
