"""Every open case stands in exactly one list of My work, whatever its state, limits and day."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.domain.complaint import OPEN, State
from shared.domain.work_list import (
    NO_LIMIT,
    Turn,
    WorkList,
    due_for,
    list_of,
    lists_for,
    turn_of,
    turns_in,
)

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
DAY_ENDS_AT = datetime(2026, 11, 18, 16, 59, 59, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = DAY_ENDS_AT + timedelta(days=3)
BY_TURN = {
    Turn.TAKE_ON: WorkList.TAKE_ON,
    Turn.ANSWER: WorkList.ANSWER,
    Turn.WAIT: WorkList.WAITING,
}

instants = some.datetimes(
    datetime(2026, 11, 1),  # noqa: DTZ001  hypothesis wants naive bounds
    datetime(2026, 12, 31),  # noqa: DTZ001  hypothesis wants naive bounds
    timezones=some.just(UTC),
)
limits = some.none() | instants


@given(
    state=some.sampled_from(State),
    drafted=some.booleans(),
    due_at=limits,
    take_on_by=limits,
    now=instants,
    to_midnight=some.integers(0, 86_399),
    approves=some.booleans(),
)
def test_an_open_case_stands_in_exactly_one_list_and_a_case_that_is_over_in_none(
    state: State,
    drafted: bool,
    due_at: datetime | None,
    take_on_by: datetime | None,
    now: datetime,
    to_midnight: int,
    approves: bool,
) -> None:
    turn = turn_of(state, approval_waits=drafted)
    if state not in OPEN:
        assert turn is None
        return
    assert turn is not None
    until = due_for(turn, due_at, take_on_by)
    day_ends_at = now + to_midnight * SECOND
    found = list_of(turn, until, now, day_ends_at, approves=approves)
    # As the lists are asked for: by turn and a range of due instants.
    ranges = {
        WorkList.OVERDUE: until < now,
        WorkList.DUE_TODAY: now <= until <= day_ends_at,
    }
    holding = [
        one
        for one in lists_for(approves=approves)
        if turn in turns_in(one, approves=approves) and ranges.get(one, until > day_ends_at)
    ]
    assert holding == [found]


@given(state=some.sampled_from(OPEN), drafted=some.booleans(), due_at=instants, approves=...)
def test_what_is_late_or_due_today_hides_in_no_other_list(
    state: State, drafted: bool, due_at: datetime, approves: bool
) -> None:
    turn = turn_of(state, approval_waits=drafted)
    assert turn is not None
    found = list_of(turn, due_at, NOW, DAY_ENDS_AT, approves=approves)
    assert (found is WorkList.OVERDUE) == (due_at < NOW)
    assert (found is WorkList.DUE_TODAY) == (NOW <= due_at <= DAY_ENDS_AT)


@pytest.mark.parametrize(
    ("state", "drafted", "turn"),
    [
        (State.RECEIVED, False, Turn.TAKE_ON),
        (State.CLASSIFIED, False, Turn.TAKE_ON),
        (State.APPEALED, False, Turn.TAKE_ON),
        (State.ACCEPTED, False, Turn.ANSWER),
        (State.ASSIGNED, False, Turn.ANSWER),
        (State.IN_WORK, False, Turn.ANSWER),
        (State.WAITING, False, Turn.WAIT),
        (State.DUPLICATE, False, Turn.WAIT),
        (State.IN_WORK, True, Turn.APPROVE),
        (State.WAITING, True, Turn.APPROVE),
        (State.ANSWERED, False, None),
        (State.ANSWERED, True, None),
    ],
)
def test_whose_turn_it_is(state: State, drafted: bool, turn: Turn | None) -> None:
    assert turn_of(state, approval_waits=drafted) is turn


@pytest.mark.parametrize(("turn", "worklist"), BY_TURN.items())
@pytest.mark.parametrize("approves", [True, False])
def test_with_days_left_it_stands_by_whose_turn_it_is(
    turn: Turn, worklist: WorkList, approves: bool
) -> None:
    for due_at in (LATER, NO_LIMIT):
        assert list_of(turn, due_at, NOW, DAY_ENDS_AT, approves=approves) is worklist


def test_words_that_wait_for_approval_are_work_only_for_who_approves() -> None:
    who_approves = list_of(Turn.APPROVE, LATER, NOW, DAY_ENDS_AT, approves=True)
    others = list_of(Turn.APPROVE, LATER, NOW, DAY_ENDS_AT, approves=False)
    assert (who_approves, others) == (WorkList.APPROVE, WorkList.WAITING)
    assert WorkList.APPROVE not in lists_for(approves=False)


def test_a_limit_lasts_to_its_last_second() -> None:
    assert list_of(Turn.ANSWER, NOW, NOW, DAY_ENDS_AT, approves=False) is WorkList.DUE_TODAY
    gone = list_of(Turn.ANSWER, NOW - SECOND, NOW, DAY_ENDS_AT, approves=False)
    assert gone is WorkList.OVERDUE
    next_day = list_of(Turn.ANSWER, DAY_ENDS_AT + SECOND, NOW, DAY_ENDS_AT, approves=False)
    assert next_day is WorkList.ANSWER


def test_the_limit_to_take_a_case_on_counts_until_somebody_has_it() -> None:
    assert due_for(Turn.TAKE_ON, LATER, NOW) == NOW
    assert due_for(Turn.ANSWER, LATER, NOW) == LATER
    assert due_for(Turn.TAKE_ON, None, NOW) == NOW
    assert due_for(Turn.TAKE_ON, NOW, LATER) == NOW
    assert due_for(Turn.ANSWER, None, None) == NO_LIMIT
