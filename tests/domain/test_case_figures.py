"""How cases count: each in one place, silence never on time, the first lateness for good."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.case_figures import JUDGED, CaseFact, Standing, figures, standing
from shared.domain.complaint import State

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def fact(**fields: Any) -> CaseFact:
    plain: dict[str, Any] = {
        "number": "PA-2026-00001",
        "state": State.IN_WORK,
        "due_on": TOMORROW,
        "answered_on": None,
        "late_before": False,
        "worked": None,
        "reopened": False,
        "appealed": False,
        "satisfied": None,
    }
    return CaseFact(**{**plain, **fields})


@pytest.mark.parametrize(
    ("fields", "counts_as"),
    [
        ({}, Standing.OPEN),
        ({"due_on": TODAY}, Standing.OPEN),
        ({"due_on": YESTERDAY}, Standing.OVERDUE),
        ({"due_on": TODAY, "answered_on": TODAY, "state": State.ANSWERED}, Standing.ON_TIME),
        ({"due_on": YESTERDAY, "answered_on": TODAY, "state": State.CLOSED}, Standing.LATE),
        ({"late_before": True}, Standing.LATE),
        ({"late_before": True, "due_on": YESTERDAY}, Standing.OVERDUE),
        ({"late_before": True, "answered_on": TODAY, "state": State.ANSWERED}, Standing.LATE),
        ({"due_on": None}, Standing.WITHOUT_LIMIT),
        ({"due_on": YESTERDAY, "state": State.REFUSED}, Standing.REFUSED),
        ({"due_on": YESTERDAY, "state": State.TRANSFERRED}, Standing.TRANSFERRED),
        ({"due_on": YESTERDAY, "state": State.WITHDRAWN}, Standing.WITHDRAWN),
    ],
)
def test_a_case_counts_in_one_place(fields: dict[str, Any], counts_as: Standing) -> None:
    assert standing(fact(**fields), TODAY) is counts_as


def test_silence_lowers_the_share_on_time() -> None:
    answered = [fact(state=State.ANSWERED, answered_on=TODAY)] * 3
    silent = [fact(due_on=YESTERDAY)] * 2
    found = figures(answered + silent, TODAY)
    assert (found.judged, found.on_time, found.overdue) == (5, 3, 2)
    assert found.on_time_share == 60


def test_refused_passed_on_and_withdrawn_cases_are_in_no_share() -> None:
    states = (State.REFUSED, State.TRANSFERRED, State.WITHDRAWN)
    found = figures([fact(state=state, due_on=YESTERDAY) for state in states], TODAY)
    assert (found.received, found.judged) == (3, 0)
    assert (found.refused, found.transferred, found.withdrawn) == (1, 1, 1)


def test_under_five_cases_nothing_is_told_but_their_number() -> None:
    four = figures([fact(state=State.ANSWERED, answered_on=TODAY, worked=timedelta(1))] * 4, TODAY)
    assert (four.on_time_share, four.median_hours, four.ninetieth_hours) == (None, None, None)
    assert (four.on_time, four.judged) == (4, 4)


@pytest.mark.parametrize(
    ("hours", "middle", "ninetieth"),
    [
        ([1, 2, 3, 4, 5], 3, 5),
        ([6, 1, 2, 3, 4, 5], "3.5", 6),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], "5.5", 9),
        ([*range(1, 21)], "10.5", 18),
    ],
)
def test_half_and_nine_tenths_are_by_rank(
    hours: list[int], middle: str | int, ninetieth: int
) -> None:
    found = figures([fact(worked=timedelta(hours=count)) for count in hours], TODAY)
    assert found.median_hours == Decimal(middle)
    assert found.ninetieth_hours == ninetieth


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=90)), min_size=5, max_size=60))
def test_nine_tenths_are_answered_within_the_ninetieth_percentile(times: list[timedelta]) -> None:
    found = figures([fact(worked=time) for time in times], TODAY)
    assert found.ninetieth_hours is not None
    assert found.median_hours is not None
    longest = round(found.ninetieth_hours * 3600)
    within = sum(time // timedelta(seconds=1) <= longest for time in times)
    assert within * 10 >= 9 * len(times)
    assert found.median_hours <= found.ninetieth_hours


@given(
    st.lists(
        st.builds(
            fact,
            state=st.sampled_from(State),
            due_on=st.sampled_from([None, YESTERDAY, TODAY, TOMORROW]),
            answered_on=st.sampled_from([None, YESTERDAY, TODAY]),
            late_before=st.booleans(),
        )
    )
)
def test_every_case_is_counted_once(facts: list[CaseFact]) -> None:
    found = figures(facts, TODAY)
    apart = found.refused + found.transferred + found.withdrawn
    open_or_free = sum(
        standing(one, TODAY) in {Standing.OPEN, Standing.WITHOUT_LIMIT} for one in facts
    )
    assert found.judged + apart + open_or_free == found.received
    assert found.on_time + found.overdue <= found.judged
    assert found.judged == sum(standing(one, TODAY) in JUDGED for one in facts)
