"""The four steps of a figure and the rounds they belong to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import Invalid, RuleBroken
from shared.domain.figure import Figure
from shared.domain.figure_course import SIDES, Course, FigureState, Step, StepKind, Terms
from shared.domain.figure_round import Round, check_days, entered_on, in_order, leaves, of_day
from shared.domain.milestone import MilestoneKind

DAY = date(2026, 7, 1)
EIGHT, SIX, SEVEN = (Figure(hits=hits, cases=8) for hits in (8, 6, 7))
ENTRY = Step(StepKind.ENTRY, "hoa", DAY, EIGHT)
FOUND = Step(StepKind.VERIFICATION, "tung", DAY, SIX)
TOLD = Step(StepKind.EXPLANATION, "hoa", DAY + timedelta(2))


def course(*steps: Step, terms: Terms | None = None) -> Course:
    return Course((ENTRY, *steps), terms or Terms())


def refusal(found: Course, kind: StepKind, by: str, on: date = DAY) -> str:
    with pytest.raises(RuleBroken) as caught:
        found.check(kind, by, on)
    return caught.value.code


def test_what_was_only_entered_counts_as_nothing() -> None:
    assert course().counts is None
    assert course().state(DAY) is FigureState.ENTERED


def test_the_councils_figure_counts_before_the_verifiers() -> None:
    assert course(FOUND).counts == SIX
    replied = Step(StepKind.REPLY, "tung", DAY, SEVEN)
    assert course(FOUND, TOLD, replied).counts == SEVEN
    decided = Step(StepKind.DECISION, "lan", DAY, EIGHT)
    assert course(FOUND, TOLD, replied, decided).counts == EIGHT


def test_the_turn_goes_from_the_unit_to_the_council() -> None:
    assert course(FOUND).state(DAY) is FigureState.TO_EXPLAIN
    assert course(FOUND, TOLD).state(DAY) is FigureState.EXPLAINED
    assert course(FOUND).state(DAY + timedelta(6)) is FigureState.TO_DECIDE
    same = Step(StepKind.VERIFICATION, "tung", DAY, EIGHT)
    assert course(same).state(DAY) is FigureState.AGREED


def test_days_to_explain_end_with_the_reviews_last_day_and_begin_anew_with_a_reply() -> None:
    assert course(FOUND).explain_due == DAY + timedelta(5)
    capped = Terms(5, explain_until=DAY + timedelta(3))
    assert course(FOUND, terms=capped).explain_due == DAY + timedelta(3)
    replied = Step(StepKind.REPLY, "tung", DAY + timedelta(4))
    again = course(FOUND, TOLD, replied)
    assert again.explain_due == DAY + timedelta(9)
    again.check(StepKind.EXPLANATION, "hoa", DAY + timedelta(9))
    assert refusal(again, StepKind.EXPLANATION, "hoa", DAY + timedelta(10)) == "explanation_late"


def test_only_a_figure_that_differs_is_explained() -> None:
    same = Step(StepKind.VERIFICATION, "tung", DAY, EIGHT)
    assert refusal(course(same), StepKind.EXPLANATION, "hoa") == "nothing_differs"
    assert refusal(course(), StepKind.EXPLANATION, "hoa") == "not_verified"
    assert refusal(course(FOUND), StepKind.REPLY, "tung") == "nothing_explained"


def test_the_council_waits_for_the_unit_until_its_days_are_over_or_it_has_spoken() -> None:
    assert refusal(course(FOUND), StepKind.DECISION, "lan") == "explanation_open"
    course(FOUND).check(StepKind.DECISION, "lan", DAY + timedelta(6))
    course(FOUND, TOLD).check(StepKind.DECISION, "lan", DAY + timedelta(2))
    last = Terms(5, decide_until=DAY + timedelta(7))
    late = course(FOUND, TOLD, terms=last)
    assert refusal(late, StepKind.DECISION, "lan", DAY + timedelta(8)) == "decision_late"


PEOPLE = st.sampled_from(["hoa", "tung", "lan", "mai"])
STEPS = st.sampled_from([kind for kind in StepKind if kind is not StepKind.ENTRY])
WALK = st.lists(st.tuples(STEPS, PEOPLE, st.integers(0, 4), st.sampled_from([SIX, SEVEN, EIGHT])))


@given(WALK)
def test_whatever_is_tried_in_whatever_order_sides_stay_apart_and_nothing_is_lost(
    tries: list[tuple[StepKind, str, int, Figure]],
) -> None:
    found, day = course(), DAY
    for kind, by, later, figure in tries:
        day += timedelta(later)
        try:
            found.check(kind, by, day)
        except RuleBroken:
            continue
        with_figure = None if kind is StepKind.EXPLANATION else figure
        grown = Course((*found.steps, Step(kind, by, day, with_figure)), found.terms)
        assert grown.steps[: len(found.steps)] == found.steps
        found = grown
    sides: dict[str, set[str]] = {}
    for step in found.steps:
        sides.setdefault(step.by, set()).add(SIDES[step.kind])
    assert all(len(of_one) == 1 for of_one in sides.values())
    verified = any(step.kind is StepKind.VERIFICATION for step in found.steps)
    assert (found.counts is not None) is verified
    assert found.entered == EIGHT
    assert sum(step.kind is StepKind.DECISION for step in found.steps) <= 1


def review(key: int, on: date, until: date | None = None, **days: date) -> Round:
    kind = MilestoneKind.CLOSING if key == 2 else MilestoneKind.PRELIMINARY
    return Round(key, kind, f"Kỳ {key}", on, until or on, **days)


HALF, END = review(1, date(2026, 6, 30)), review(2, date(2026, 12, 31))


def test_a_campaign_without_a_closing_review_closes_with_its_last_day() -> None:
    found = in_order([HALF], date(2026, 12, 31))
    assert [(one.key, one.enter_until) for one in found] == [
        (1, date(2026, 6, 30)),
        (None, date(2026, 12, 31)),
    ]
    assert in_order([END, HALF], date(2026, 12, 31)) == (HALF, END)


def test_a_figure_is_for_the_first_review_still_open_and_for_none_after_the_last() -> None:
    rounds = (HALF, END)
    assert [one.round for one in leaves(rounds, {}, date(2026, 6, 30))] == [HALF]
    assert [one.round for one in leaves(rounds, {}, date(2026, 7, 1))] == [END]
    assert leaves(rounds, {}, date(2027, 1, 1)) == []
    assert entered_on(rounds, date(2026, 3, 1)) == HALF
    assert entered_on(rounds, date(2027, 3, 1)) == END


def test_a_reopened_review_takes_figures_as_late_ones_until_its_leave_is_over() -> None:
    leave: dict[int | None, date] = {1: date(2026, 7, 10)}
    found = leaves((HALF, END), leave, date(2026, 7, 10))
    assert [(one.round, one.late) for one in found] == [(HALF, True), (END, False)]
    assert [one.round for one in leaves((HALF, END), leave, date(2026, 7, 11))] == [END]
    assert not leaves((HALF, END), leave, date(2026, 6, 30))[0].late


def test_a_day_lies_in_the_first_review_not_over() -> None:
    days = [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2027, 5, 1)]
    assert [of_day((HALF, END), on) for on in days] == [0, 0, 1, 1]


def test_last_days_that_cross_are_refused() -> None:
    check_days(HALF, date(2026, 1, 1))
    crossed = review(1, date(2026, 6, 30), explain_until=date(2026, 6, 1))
    with pytest.raises(Invalid):
        check_days(crossed, date(2026, 1, 1))
    with pytest.raises(Invalid):
        check_days(HALF, date(2026, 7, 1))
