"""Points and standings: the worked examples of the plans, and what must always hold."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.scoring import (
    Comparison,
    CriterionRule,
    Measurement,
    MeasurementState,
    NoCases,
    Reason,
    RuleSet,
    Score,
    ScoreState,
    Scoring,
    Step,
    TargetUnit,
    score,
    standing,
    total,
)
from tests.domain.scores import (
    AS_OF,
    RULES,
    STEPS,
    criteria,
    entry,
    maxima,
    number,
    of,
    percents,
    rule,
    share,
    unknown,
)


@pytest.mark.parametrize(
    ("criterion", "hits", "cases", "points", "met"),
    [
        (rule(Comparison.AT_LEAST, "70", "10"), 70, 100, "10.00", True),
        (rule(Comparison.AT_LEAST, "95", "12"), 1_086, 1_134, "12.00", True),
        (rule(Comparison.MORE_THAN, "99", "12"), 4_752, 4_800, "10.80", False),
        (rule(Comparison.MORE_THAN, "99", "12"), 4_753, 4_800, "12.00", True),
        (rule(Comparison.AT_LEAST, "100", "8"), 4_793, 4_812, "7.20", False),
        (rule(Comparison.AT_LEAST, "100", "8"), 1, 2, "4.00", False),
        (rule(Comparison.AT_LEAST, "95", "12"), 0, 9, "0.00", False),
        (rule(Comparison.EQUAL, "50", "6"), 1, 2, "6.00", True),
        (rule(Comparison.EQUAL, "50", "6"), 4, 5, "3.75", False),
        (rule(Comparison.AT_MOST, "10", "6"), 1, 10, "6.00", True),
        (rule(Comparison.AT_MOST, "10", "6"), 2, 10, "3.00", False),
    ],
)
def test_worked_examples_of_shares(
    criterion: CriterionRule, hits: int, cases: int, points: str, met: bool
) -> None:
    result = score(criterion, share(hits, cases), RULES)
    assert (result.points, result.met, result.state) == (Decimal(points), met, ScoreState.SCORED)


@pytest.mark.parametrize(
    ("comparison", "target", "value", "points", "met"),
    [
        (Comparison.AT_LEAST, "2", 1, "2.50", False),
        (Comparison.AT_LEAST, "3", 4, "5.00", True),
        (Comparison.ZERO, "0", 0, "5.00", True),
        (Comparison.ZERO, "0", 1, "0.00", False),
        (Comparison.MORE_THAN, "0", 0, "0.00", False),
    ],
)
def test_worked_examples_of_counts(
    comparison: Comparison, target: str, value: int, points: str, met: bool
) -> None:
    criterion = rule(comparison, target, "5", TargetUnit.COUNT)
    result = score(criterion, number(value), RULES)
    assert (result.points, result.met) == (Decimal(points), met)


@pytest.mark.parametrize(("value", "points"), [(1, "5.00"), (0, "0.00")])
def test_there_is_no_half_of_a_yes(value: int, points: str) -> None:
    criterion = rule(Comparison.YES, "1", "5", TargetUnit.YES_NO)
    assert score(criterion, number(value), RULES).points == Decimal(points)


def test_all_or_nothing_earns_nothing_below_the_target() -> None:
    criterion = rule(scoring=Scoring.ALL_OR_NOTHING)
    assert score(criterion, share(94, 100), RULES).points == 0
    assert score(criterion, share(95, 100), RULES).points == 10


def test_the_ceiling_of_an_unmet_criterion_is_a_setting() -> None:
    missed = share(949, 1000)
    assert score(rule(), missed, RuleSet(Decimal("0.5"))).points == Decimal("5.00")
    assert score(rule(), missed, RuleSet(Decimal(1))).points == Decimal("9.99")


def test_points_round_half_up_to_two_decimals() -> None:
    criterion = rule(Comparison.AT_LEAST, "100", "0.01")
    assert score(criterion, share(1, 2), RULES).points == Decimal("0.01")


@pytest.mark.parametrize(
    ("points", "hits", "cases", "earned"),
    [("3", 5, 24, "0.63"), ("3", 13, 120, "0.33"), ("6", 37, 48, "4.63"), ("30", 1, 16, "1.88")],
)
def test_half_a_hundredth_is_rounded_up_also_of_a_share_without_end(
    points: str, hits: int, cases: int, earned: str
) -> None:
    criterion = rule(Comparison.AT_LEAST, "100", points)
    assert Fraction(points) * hits / cases * 200 % 2 == 1  # it is a half
    assert score(criterion, share(hits, cases), RULES).points == Decimal(earned)


def test_a_rise_by_exactly_the_target_is_not_more_also_of_shares_without_end() -> None:
    criterion = rule(Comparison.RISES, "5", "5")
    now, before = share(5, 36), share(4, 45)  # 13,888… and 8,888… percent
    assert score(criterion, replace(now, previous=before.value), RULES).met is False
    one_more = share(6, 36)
    assert score(criterion, replace(one_more, previous=before.value), RULES).met is True


def test_a_bonus_of_any_size_can_be_scored() -> None:
    bonus = rule(points="123456789012345678", scoring=Scoring.BONUS, per_case=Decimal(1))
    assert score(bonus, share(1, 1), RULES).points == Decimal(123456789012345678)


def test_a_rise_is_judged_against_the_earlier_period() -> None:
    criterion = rule(Comparison.RISES, "0", "5")
    now = share(74, 100)
    assert score(criterion, replace(now, previous=Decimal(52)), RULES).points == 5
    assert score(criterion, replace(now, previous=Decimal(74)), RULES).points == 0
    without = score(criterion, now, RULES)
    assert (without.state, without.reason) == (ScoreState.MISSING, Reason.NO_EARLIER_PERIOD)


@pytest.mark.parametrize(
    "state", [MeasurementState.NOT_SUBMITTED, MeasurementState.OFF, MeasurementState.UNVERIFIED]
)
def test_what_nobody_confirmed_is_missing_and_earns_nothing(state: MeasurementState) -> None:
    result = score(rule(), unknown(state), RULES)
    assert (result.points, result.state) == (Decimal(0), ScoreState.MISSING)
    assert result.met is None
    assert result.reason == state.value


def test_a_claimed_figure_earns_nothing_before_the_second_person() -> None:
    claimed = replace(share(100, 100), state=MeasurementState.UNVERIFIED)
    assert score(rule(), claimed, RULES).state is ScoreState.MISSING


@pytest.mark.parametrize(
    ("own_rule", "points", "state"),
    [
        (None, "0", ScoreState.EXEMPT),
        (NoCases.EXEMPT, "0", ScoreState.EXEMPT),
        (NoCases.FULL, "10", ScoreState.SCORED),
        (NoCases.ZERO, "0", ScoreState.SCORED),
    ],
)
def test_no_case_of_the_kind_is_exempt_unless_the_rule_set_says_otherwise(
    own_rule: NoCases | None, points: str, state: ScoreState
) -> None:
    result = score(rule(no_cases=own_rule), share(0, 0), RULES)
    assert (result.points, result.state) == (Decimal(points), state)


@pytest.mark.parametrize(
    ("own_rule", "state"),
    [
        (None, ScoreState.MISSING),
        (NoCases.EXEMPT, ScoreState.EXEMPT),
        (NoCases.FULL, ScoreState.SCORED),
        (NoCases.ZERO, ScoreState.SCORED),
    ],
)
def test_the_rule_sets_own_rule_for_no_cases_wins_over_missing(
    own_rule: NoCases | None, state: ScoreState
) -> None:
    switched_off = Measurement(MeasurementState.OFF, AS_OF, hits=0, cases=0)
    assert score(rule(no_cases=own_rule), switched_off, RULES).state is state


def test_an_unconfirmed_claim_of_no_cases_is_missing_whatever_the_rule() -> None:
    claim = Measurement(MeasurementState.UNVERIFIED, AS_OF, hits=0, cases=0)
    assert score(rule(no_cases=NoCases.FULL), claim, RULES).state is ScoreState.MISSING


@pytest.mark.parametrize(
    ("hits", "points"), [(49, "0"), (50, "5"), (79, "5"), (80, "8"), (95, "10")]
)
def test_steps_earn_the_share_of_the_highest_one_reached(hits: int, points: str) -> None:
    criterion = rule(scoring=Scoring.STEPS, steps=STEPS)
    assert score(criterion, share(hits, 100), RULES).points == Decimal(points)


def test_where_less_is_better_a_step_is_reached_from_above() -> None:
    steps = (Step(Decimal(24), Decimal("0.8")), Step(Decimal(36), Decimal("0.4")))
    criterion = rule(
        Comparison.AT_MOST, "12", unit=TargetUnit.COUNT, scoring=Scoring.STEPS, steps=steps
    )
    earned = [score(criterion, number(months), RULES).points for months in (12, 24, 25, 37)]
    assert earned == [10, 8, 4, 0]


@pytest.mark.parametrize(("cases", "points"), [(0, "10"), (1, "8.5"), (2, "7"), (9, "0")])
def test_a_penalty_takes_points_for_every_case_and_never_more_than_there_are(
    cases: int, points: str
) -> None:
    criterion = rule(
        Comparison.ZERO,
        "0",
        unit=TargetUnit.COUNT,
        scoring=Scoring.PENALTY,
        per_case=Decimal("1.5"),
    )
    assert score(criterion, number(cases), RULES).points == Decimal(points)


def test_a_bonus_comes_on_top_and_the_total_never_passes_a_hundred() -> None:
    bonus = rule(
        Comparison.AT_LEAST,
        "3",
        "6",
        TargetUnit.COUNT,
        scoring=Scoring.BONUS,
        per_case=Decimal(2),
    )
    plain = score(rule(Comparison.AT_LEAST, "100", "50"), share(80, 100), RULES)
    assert total([plain]) == 80
    assert total([plain, score(bonus, number(2), RULES)]) == 84
    assert total([plain, score(bonus, number(0), RULES)]) == 80
    full = score(rule(points="50"), share(1, 1), RULES)
    assert total([full, score(bonus, number(3), RULES)]) == 100
    assert total([score(bonus, number(3), RULES)]) is None


def test_a_veto_stands_beside_the_points_and_only_where_it_is_not_met() -> None:
    strict = rule(Comparison.ZERO, "0", unit=TargetUnit.COUNT, veto=True, code="1.6")
    clean, stained = (score(strict, number(cases), RULES) for cases in (0, 1))
    rows = standing([entry("A", clean, of(90)), entry("B", stained, of(90))])
    assert [[one.rule.code for one in row.vetoes] for row in rows] == [[], ["1.6"]]
    silent = score(strict, unknown(MeasurementState.NOT_SUBMITTED), RULES)
    assert standing([entry("C", silent)])[0].vetoes == ()


def test_the_mock_standing_adds_up() -> None:
    """The drill-down of the reference picture: 90,5 of 100 with one criterion not confirmed."""
    full = [("8", 1), ("7", 1), ("8", 1), ("7", 1), ("10", 1), ("12", 1), ("8", 1), ("5", 1)]
    scores = [score(rule(points=points), share(1, 1), RULES) for points, _ in full]
    scores += [
        score(rule(points="5"), number(100), RULES),
        score(rule(Comparison.AT_LEAST, "100", "8"), share(4_793, 4_812), RULES),
        score(rule(Comparison.MORE_THAN, "99", "12"), share(4_752, 4_800), RULES),
        score(rule(Comparison.AT_LEAST, "3", "5"), unknown(MeasurementState.UNVERIFIED), RULES),
        score(rule(Comparison.AT_LEAST, "2", "5"), number(1), RULES),
    ]
    assert total(scores) == Decimal("90.50")


@pytest.mark.parametrize(
    ("hits", "cases", "digits"),
    [(95, 100, 1), (96, 100, 1), (1_500, 1_579, 3), (949_999, 1_000_000, 4), (950_4, 10_000, 2)],
)
def test_a_value_is_shown_with_the_digits_that_tell_it_from_the_target(
    hits: int, cases: int, digits: int
) -> None:
    assert score(rule(), share(hits, cases), RULES).digits == digits


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    rows = standing(
        [entry("Đ", of(70)), entry("C", of(90)), entry("A", of(80)), entry("B", of(80))]
    )
    assert [(row.entry.name, row.rank) for row in rows] == [("C", 1), ("A", 2), ("B", 2), ("Đ", 4)]


def test_a_competitor_without_any_scored_criterion_has_no_rank_and_comes_last() -> None:
    silent = score(rule(), unknown(MeasurementState.NOT_SUBMITTED), RULES)
    idle = score(rule(), share(0, 0), RULES)
    rows = standing([entry("A", silent), entry("B", of(1)), entry("C", idle)])
    assert [(row.entry.name, row.rank, row.total) for row in rows] == [
        ("B", 1, Decimal("1.00")),
        ("A", None, Decimal("0.00")),
        ("C", None, None),
    ]


def test_a_missing_criterion_marks_the_standing_incomplete_and_an_exempt_one_does_not() -> None:
    silent = score(rule(), unknown(MeasurementState.NOT_SUBMITTED), RULES)
    idle = score(rule(), share(0, 0), RULES)
    whole, broken = standing([entry("A", of(90), idle), entry("B", of(90), silent)])
    assert (whole.entry.name, whole.complete, whole.judged) == ("A", True, 1)
    assert (broken.entry.name, broken.complete, broken.judged) == ("B", False, 2)


@given(criteria())
def test_points_stay_between_zero_and_the_maximum(result: Score) -> None:
    assert 0 <= result.points <= result.rule.max_points
    if result.met is False and result.state is ScoreState.SCORED:
        ceiling = result.rule.max_points * RULES.unmet_ceiling
        assert result.points <= ceiling + Decimal("0.005")


@given(
    st.sampled_from([Comparison.AT_LEAST, Comparison.MORE_THAN]),
    percents,
    maxima,
    st.integers(1, 1_000).flatmap(
        lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))
    ),
)
def test_a_higher_value_never_earns_less(
    comparison: Comparison, target: Decimal, points: Decimal, figures: tuple[int, int, int]
) -> None:
    criterion = rule(comparison, str(target), str(points))
    low, high = sorted(figures[:2])
    cases = figures[2]
    less, more = (score(criterion, share(hits, cases), RULES) for hits in (low, high))
    assert less.points <= more.points


@given(
    st.sampled_from(list(Scoring)),
    percents,
    maxima,
    st.integers(1, 1_000).flatmap(
        lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))
    ),
    st.lists(criteria(), max_size=8),
)
def test_more_satisfied_never_lowers_a_total(
    scoring: Scoring,
    target: Decimal,
    points: Decimal,
    figures: tuple[int, int, int],
    others: list[Score],
) -> None:
    if scoring is Scoring.PENALTY:
        return  # a penalty counts cases of what should not be
    criterion = rule(
        target=str(target), points=str(points), scoring=scoring, steps=STEPS, per_case=Decimal(1)
    )
    low, high = sorted(figures[:2])
    less, more = (score(criterion, share(hits, figures[2]), RULES) for hits in (low, high))
    assert (total([*others, less]) or 0) <= (total([*others, more]) or 0)


@given(st.lists(criteria(), min_size=2, max_size=10))
def test_exempting_a_criterion_keeps_the_ratio_between_all_others(scores: list[Score]) -> None:
    """What each of the others weighs against another does not depend on who is exempt."""
    plain = [
        one
        for one in scores
        if one.rule.scoring is not Scoring.BONUS and one.state is ScoreState.SCORED
    ]
    if len(plain) < 2 or not plain[0].rule.max_points or not plain[1].rule.max_points:
        return
    first, second, rest = plain[0], plain[1], plain[2:]

    def weight(of: Score, counted: list[Score]) -> Decimal:
        return of.rule.max_points / sum((one.rule.max_points for one in counted), Decimal(0))

    before = weight(first, plain) / weight(second, plain)
    after = weight(first, [first, second]) / weight(second, [first, second])
    assert abs(before - after) < Decimal("1e-18")
    if rest:
        exempt = [replace(one, state=ScoreState.EXEMPT, points=Decimal(0)) for one in rest]
        assert total([first, second, *exempt]) == total([first, second])


@given(st.lists(st.integers(1, 60), min_size=3, max_size=8), st.integers(0, 100))
def test_what_a_criterion_moves_a_total_by_keeps_its_ratio_to_another_when_a_third_is_exempt(
    weights: list[int], hits: int
) -> None:
    def moved(place: int, scores: list[Score]) -> Decimal:
        top, bottom = (
            replace(scores[place], points=points)
            for points in (scores[place].rule.max_points, Decimal(0))
        )
        high, low = (
            total([*scores[:place], one, *scores[place + 1 :]]) or Decimal(0)
            for one in (top, bottom)
        )
        return high - low

    scores = [score(rule(target="100", points=str(w)), share(hits, 100), RULES) for w in weights]
    exempt = [*scores[:2], *(score(one.rule, share(0, 0), RULES) for one in scores[2:])]
    for case in (scores, exempt):
        first, second = moved(0, case), moved(1, case)
        rounding = Decimal("0.01") * (weights[0] + weights[1])
        assert abs(first * weights[1] - second * weights[0]) <= rounding


@given(st.lists(criteria(), max_size=20), st.randoms(use_true_random=False))
def test_a_total_stays_within_a_hundred_whatever_the_order(
    scores: list[Score], chance: Random
) -> None:
    result = total(scores)
    shuffled = list(scores)
    chance.shuffle(shuffled)
    assert result is None or 0 <= result <= 100
    assert total(shuffled) == result


@given(st.lists(criteria(), min_size=1, max_size=12))
def test_an_exempt_criterion_leaves_the_ratio_of_the_others_as_it_was(scores: list[Score]) -> None:
    exempt = score(rule(points="40", no_cases=None), share(0, 0), RULES)
    assert total([*scores, exempt]) == total(scores)


@given(st.lists(criteria(), min_size=1, max_size=12), st.integers(0, 11))
def test_hiding_a_figure_never_helps(scores: list[Score], place: int) -> None:
    index = place % len(scores)
    if scores[index].state is not ScoreState.SCORED:
        return
    hidden = score(scores[index].rule, unknown(MeasurementState.NOT_SUBMITTED), RULES)
    without = [*scores[:index], hidden, *scores[index + 1 :]]
    assert (total(without) or 0) <= (total(scores) or 0)


@given(
    st.permutations(["A", "B", "C", "Đ", "E"]),
    st.lists(st.integers(0, 100), min_size=5, max_size=5),
)
def test_the_order_of_entry_never_moves_a_rank(names: list[str], points: list[int]) -> None:
    table = dict(zip("ABCĐE", points, strict=True))
    plain = standing([entry(name, of(table[name])) for name in "ABCĐE"])
    mixed = standing([entry(name, of(table[name])) for name in names])
    assert plain == mixed


def test_digits_round_a_half_up_as_pages_and_workbooks_do() -> None:
    """94.985 shown with two digits is 94.99, no less than the target; a third one tells."""
    missed = score(rule(Comparison.AT_LEAST, "94.99"), share(18_997, 20_000), RULES)
    assert (missed.met, missed.digits) == (False, 3)
