"""The interval of a total: from the intervals of its shares, and never without the total."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.certainty import distinguishable, total_interval
from shared.domain.sampling import Interval, wilson
from shared.domain.scoring import (
    Comparison,
    MeasurementState,
    RuleSet,
    Score,
    Scoring,
    TargetUnit,
    score,
    total,
)
from tests.domain.scores import RULES, criteria, number, rule, share, unknown

ALL = RuleSet(Decimal(1))  # without a ceiling points follow the share exactly


def of(hits: int, cases: int, points: str = "100", source: str = "ratings") -> Score:
    return score(rule(target="100", points=points, source=source), share(hits, cases), ALL)


def test_a_single_share_out_of_a_hundred_has_its_own_wilson_interval() -> None:
    assert total_interval([of(80, 100)], ALL) == wilson(80, 100)


def test_two_sources_err_on_their_own_and_one_source_errs_together() -> None:
    """Two halves of 80 of 100: Wilson 71.11 to 86.66, so 4.445 below and 3.33 above each."""
    apart = total_interval([of(80, 100, "50"), of(80, 100, "50", "dossiers")], ALL)
    together = total_interval([of(80, 100, "50"), of(80, 100, "50")], ALL)
    low, high = wilson(80, 100).low, wilson(80, 100).high
    assert together is not None
    assert apart is not None
    assert abs(together.low - low) <= Decimal("0.02")
    assert abs(together.high - high) <= Decimal("0.02")
    root_two = Decimal(2).sqrt()
    assert abs((80 - apart.low) - (80 - low) / root_two) <= Decimal("0.02")
    assert abs((apart.high - 80) - (high - 80) / root_two) <= Decimal("0.02")


def test_the_step_at_the_target_belongs_to_the_interval() -> None:
    """95 of 100 just meets 95 %; at the low end of 88.8 % the ceiling of nine tenths holds."""
    found = total_interval([score(rule(points="100"), share(95, 100), RULES)], RULES)
    assert found == Interval(Decimal("90.00"), Decimal("100.00"))


def test_exactly_may_have_its_best_between_the_ends() -> None:
    missed = score(rule(Comparison.EQUAL, "50", "100"), share(45, 100), RULES)
    found = total_interval([missed], RULES)
    assert found is not None
    assert found.high == 100


def test_counts_answers_and_missing_figures_add_nothing() -> None:
    plain = score(rule(Comparison.AT_LEAST, "4", "50", TargetUnit.COUNT), number(2), RULES)
    silent = score(rule(points="50"), unknown(MeasurementState.NOT_SUBMITTED), RULES)
    points = total([plain, silent])
    assert points is not None
    assert total_interval([plain, silent], RULES) == Interval(points, points)


def test_without_a_total_there_is_no_interval() -> None:
    assert total_interval([score(rule(), share(0, 0), RULES)], RULES) is None


def test_a_bonus_counts_on_top_without_being_scaled() -> None:
    bonus = rule(target="100", points="5", scoring=Scoring.BONUS, per_case=Decimal("0.05"))
    base = score(rule(points="50", unit=TargetUnit.COUNT, target="10"), number(5), RULES)
    extra = score(bonus, share(50, 100), ALL)
    found = total_interval([base, extra], ALL)
    low = Decimal("0.05") * wilson(50, 100).low
    assert found is not None
    assert abs(found.low - (Decimal(50) + low)) <= Decimal("0.02")


@given(st.lists(criteria(), max_size=12))
def test_the_total_lies_within_its_interval_and_both_within_a_hundred(scores: list[Score]) -> None:
    points, found = total(scores), total_interval(scores, RULES)
    assert (points is None) is (found is None)
    if found is not None and points is not None:
        assert 0 <= found.low <= points <= found.high <= 100


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_more_cases_never_widen_it(figures: tuple[int, int]) -> None:
    hits, cases = figures
    few, many = (total_interval([of(hits * by, cases * by)], ALL) for by in (1, 9))
    assert few is not None
    assert many is not None
    assert many.high - many.low <= few.high - few.low


def head_of(points: Decimal, weight: str = "100") -> Score:
    """What somebody earns by the points of the unit, in full from a hundred on."""
    by_unit = rule(
        Comparison.AT_LEAST,
        "100",
        weight,
        TargetUnit.POINTS,
        source="derived",
        measure="unit_score",
    )
    return score(by_unit, number(str(points)), ALL)


@given(st.lists(criteria(), min_size=1, max_size=8))
def test_points_taken_over_whole_have_the_interval_of_the_unit(scores: list[Score]) -> None:
    points, unit = total(scores), total_interval(scores, RULES)
    if points is not None:
        assert total_interval([head_of(points)], ALL, unit) == unit


@given(st.lists(criteria(), max_size=6), st.decimals(0, 100, places=2), st.data())
def test_what_is_taken_over_widens_and_never_narrows(
    scores: list[Score], points: Decimal, data: st.DataObject
) -> None:
    low, high = (
        data.draw(st.decimals(0, points, places=2)),
        data.draw(st.decimals(points, 100, places=2)),
    )
    whole = [*scores, head_of(points, "20")]
    plain = total_interval(whole, RULES)
    wide = total_interval(whole, RULES, Interval(low, high))
    earned = total(whole)
    assert plain is not None
    assert wide is not None
    assert earned is not None
    assert 0 <= wide.low <= plain.low <= earned <= plain.high <= wide.high <= 100


def test_without_an_interval_of_the_unit_nothing_is_added() -> None:
    assert total_interval([head_of(Decimal(80))], ALL) == Interval(Decimal(80), Decimal(80))


def test_the_unit_and_what_is_taken_over_from_it_err_together() -> None:
    """80 of 100 twice, as own share and as the unit's points: no narrower than either."""
    unit = total_interval([of(80, 100)], ALL)
    both = total_interval([of(80, 100, "50"), head_of(Decimal(80), "50")], ALL, unit)
    assert unit is not None
    assert both is not None
    assert abs(both.low - unit.low) <= Decimal("0.02")
    assert abs(both.high - unit.high) <= Decimal("0.02")


def between(low: int, high: int) -> Interval:
    return Interval(Decimal(low), Decimal(high))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (between(80, 90), between(70, 79), True),
        (between(70, 79), between(80, 90), True),
        (between(80, 90), between(70, 80), False),
        (between(70, 95), between(80, 90), False),
        (between(80, 80), between(80, 80), False),
    ],
)
def test_totals_are_told_apart_only_where_their_intervals_do_not_meet(
    one: Interval, other: Interval, apart: bool
) -> None:
    assert distinguishable(one, other) is apart


def test_what_is_not_known_is_not_told_apart() -> None:
    assert not distinguishable(None, between(1, 2))
