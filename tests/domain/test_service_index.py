"""Decision 766, SIPAS and the days rule sets are in force: worked examples and bounds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.rounding import half_up
from shared.domain.rule_version import Version, in_force
from shared.domain.satisfaction_index import SatisfactionRules, mean, rate
from shared.domain.service_index import (
    Code,
    IndexRule,
    Rate,
    complaint_rate,
    dossier_rate,
    group_points,
    index_points,
)
from tests.domain.rule_books import BOOKS

INDEX = BOOKS.service_index[0].rules
RULE = {rule.code: rule for rule in INDEX.indicators}


@pytest.mark.parametrize(
    ("code", "found", "points"),
    [
        (Code.ON_TIME, Rate(188, 200), "18.80"),
        (Code.COMPLAINTS_ON_TIME, Rate(7, 8), "5.25"),
        (Code.COMPLAINTS_SATISFIED, complaint_rate(8, 2), "4.50"),
        (Code.DOSSIERS_SATISFIED, dossier_rate(200, 12, 5), "6.00"),
        (Code.DOSSIERS_SATISFIED, dossier_rate(200, 20, 10), "5.67"),
        (Code.DOSSIERS_SATISFIED, Rate(90, 100), "6.00"),
        (Code.DOSSIERS_SATISFIED, Rate(899, 1000), "5.99"),
    ],
)
def test_worked_examples(code: Code, found: Rate, points: str) -> None:
    assert index_points(RULE[code], found) == Decimal(points)


def test_no_case_is_full_for_complaints_and_nothing_for_dossiers() -> None:
    none = Rate(0, 0)
    assert index_points(RULE[Code.COMPLAINTS_ON_TIME], none) == 6
    assert index_points(RULE[Code.COMPLAINTS_SATISFIED], none) == 6
    assert index_points(RULE[Code.DOSSIERS_SATISFIED], none) == 0
    assert index_points(RULE[Code.ON_TIME], none) is None


def test_late_and_disliked_is_taken_off_twice_and_never_below_nothing() -> None:
    assert dossier_rate(10, 2, 2) == Rate(6, 10)
    assert dossier_rate(10, 8, 8) == Rate(0, 10)
    assert complaint_rate(3, 9) == Rate(0, 3)


def test_group_two_has_twenty_points_and_group_five_eighteen() -> None:
    assert group_points(INDEX.of_group("2"), {Code.ON_TIME: Rate(1, 1)}).most == 20
    rates = {
        Code.COMPLAINTS_ON_TIME: Rate(7, 8),
        Code.COMPLAINTS_SATISFIED: Rate(6, 8),
        Code.DOSSIERS_SATISFIED: Rate(170, 200),
    }
    found = group_points(INDEX.of_group("5"), rates)
    assert (found.points, found.most, found.missing) == (Decimal("15.42"), Decimal(18), ())


def test_a_missing_rate_earns_nothing_and_is_named_while_one_not_counted_leaves_the_most() -> None:
    found = group_points(INDEX.of_group("5"), {Code.COMPLAINTS_ON_TIME: Rate(0, 0)})
    assert (found.points, found.most) == (Decimal(6), Decimal(18))
    assert found.missing == (Code.COMPLAINTS_SATISFIED, Code.DOSSIERS_SATISFIED)
    without = group_points(INDEX.of_group("2"), {Code.ON_TIME: Rate(0, 0)})
    assert (without.points, without.most, without.missing) == (Decimal(0), Decimal(0), ())


@pytest.mark.parametrize(("hits", "cases"), [(2, 1), (-1, 1)])
def test_what_is_no_rate_is_refused(hits: int, cases: int) -> None:
    with pytest.raises(ValueError, match="not a rate"):
        index_points(RULE[Code.ON_TIME], Rate(hits, cases))


rules = st.sampled_from(INDEX.indicators)
pairs = st.integers(0, 500).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.integers(0, n), st.just(n))
)


@given(rules, pairs)
def test_points_stay_in_bounds_and_more_hits_never_earn_less(
    rule: IndexRule, figures: tuple[int, int, int]
) -> None:
    low, high, cases = *sorted(figures[:2]), figures[2]
    less, more = index_points(rule, Rate(low, cases)), index_points(rule, Rate(high, cases))
    if less is None or more is None:
        assert cases == 0
    else:
        assert 0 <= less <= more <= rule.most


def test_usual_answers_are_not_satisfied_unless_the_setting_says_so() -> None:
    answers = {1: 1, 2: 2, 3: 7, 4: 60, 5: 30}
    assert rate(answers, SatisfactionRules()) == Fraction(90, 100)
    assert rate(answers, SatisfactionRules(neutral_is_satisfied=True)) == Fraction(97, 100)
    assert all(not version.rules.neutral_is_satisfied for version in BOOKS.satisfaction)


def test_rates_without_answers_are_left_out_of_the_mean() -> None:
    assert rate({}, SatisfactionRules()) is None
    assert mean([Fraction(1, 2), None, Fraction(1)]) == Fraction(3, 4)
    assert mean([None]) is None
    with pytest.raises(ValueError, match="scale"):
        rate({6: 1}, SatisfactionRules())


@given(
    st.lists(st.integers(0, 50), min_size=5, max_size=5),
    st.integers(4, 5),
    st.integers(1, 20),
    st.booleans(),
)
def test_more_satisfied_answers_never_lower_the_rate(
    counts: list[int], step: int, more: int, neutral: bool
) -> None:
    setting = SatisfactionRules(neutral)
    answers = dict(enumerate(counts, start=1))
    before, after = rate(answers, setting), rate({**answers, step: answers[step] + more}, setting)
    assert after is not None
    assert before is None or before <= after


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [("3/4", 1, "0.8"), ("-3/4", 1, "-0.8"), ("1/8", 2, "0.13"), ("2", 0, "2"), ("1/3", 2, "0.33")],
)
def test_rounding_goes_half_up_from_the_exact_number(value: str, digits: int, shown: str) -> None:
    assert half_up(Fraction(value), digits) == Decimal(shown)


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2017, 10, 9), None),
        (date(2023, 12, 10), "SIPAS-2017"),
        (date(2023, 12, 11), "SIPAS-2023"),
        (date(2026, 12, 31), "SIPAS-2023"),
        (date(2027, 1, 1), None),
    ],
)
def test_a_version_holds_on_its_first_and_last_day_and_not_beyond(
    on: date, code: str | None
) -> None:
    found = in_force(BOOKS.satisfaction, on)
    assert (None if found is None else found.code) == code


def test_the_version_that_began_later_holds_where_two_overlap() -> None:
    old: Version[int] = Version("old", "", date(2020, 1, 1), None, 1)
    new = replace(old, code="new", valid_from=date(2026, 1, 1))
    assert in_force([new, old], date(2026, 5, 1)) == new
    assert in_force([new, old], date(2025, 12, 31)) == old


def test_every_rule_set_names_its_text_and_begins_before_it_ends() -> None:
    periods = [(one.source, one.valid_from, one.valid_to) for one in BOOKS.evaluation]
    periods += [(one.source, one.valid_from, one.valid_to) for one in BOOKS.service_index]
    periods += [(one.source, one.valid_from, one.valid_to) for one in BOOKS.satisfaction]
    for source, first, last in periods:
        assert source
        assert last is None or first <= last
