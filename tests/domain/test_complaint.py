"""What may be done with a complaint, and when it is late."""

from datetime import date
from itertools import product

import pytest

from shared.domain.complaint import (
    ANSWER_MAX,
    OPEN,
    Action,
    Kind,
    Lateness,
    State,
    allowed_actions,
    checked_answer,
    lateness,
    next_state,
)
from shared.domain.errors import Invalid, RuleBroken

MOVES = """
received: take>in_work accept>accepted reassign>assigned reclassify>classified ask>waiting
received: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
received: withdraw>withdrawn note reply add
classified: take>in_work accept>accepted reassign>assigned reclassify ask>waiting
classified: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
classified: withdraw>withdrawn note reply add
accepted: take>in_work reassign>assigned reclassify ask>waiting
accepted: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
accepted: withdraw>withdrawn note reply add
assigned: take>in_work reassign reclassify ask>waiting
assigned: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
assigned: withdraw>withdrawn note reply add
in_work: reassign reclassify ask>waiting
in_work: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
in_work: withdraw>withdrawn note reply add
waiting: reassign reclassify ask reply>in_work resume>in_work
waiting: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
waiting: withdraw>withdrawn note add
duplicate: answer>answered refuse>refused transfer_out>transferred unlink>in_work
duplicate: withdraw>withdrawn note reply add
appealed: take>in_work accept>accepted reassign>assigned reclassify ask>waiting
appealed: answer>answered refuse>refused transfer>received transfer_out>transferred link>duplicate
appealed: withdraw>withdrawn note reply add
answered: close>closed confirm>confirmed appeal>appealed note rate_answer
confirmed: close>closed appeal>appealed note rate_answer
closed: appeal>appealed note rate_answer
refused: appeal>appealed note
transferred: appeal>appealed note
withdrawn: note
"""


def legal_moves() -> dict[tuple[State, Action], State]:
    moves = {}
    for line in MOVES.strip().splitlines():
        start, steps = line.split(":")
        for step in steps.split():
            action, _, target = step.partition(">")
            moves[State(start), Action(action)] = State(target or start)
    return moves


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_pair_of_state_and_action_moves_or_is_refused(state: State, action: Action) -> None:
    expected = legal_moves().get((state, action))
    assert (action in allowed_actions(state)) is (expected is not None)
    if expected is not None:
        assert next_state(state, action) is expected
        return
    with pytest.raises(RuleBroken) as refusal:
        next_state(state, action)
    assert refusal.value.code == "move_not_allowed"
    assert refusal.value.params == {"state": state.value, "action": action.value}


def test_every_state_can_be_reached_from_a_new_complaint() -> None:
    reached, waiting = set[State](), {State.RECEIVED}
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting |= {next_state(state, action) for action in allowed_actions(state)} - reached
    assert reached == set(State)


@pytest.mark.parametrize("kind", [Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION])
@pytest.mark.parametrize("state", [State.RECEIVED, State.CLASSIFIED])
def test_what_the_law_wants_accepted_first_is_not_answered_before(kind: Kind, state: State) -> None:
    for action in (Action.ANSWER, Action.ASK, Action.LINK):
        with pytest.raises(RuleBroken) as refusal:
            next_state(state, action, kind)
        assert refusal.value.code == "accept_first"
        assert action not in allowed_actions(state, kind)
    assert next_state(state, Action.REASSIGN, kind) is state
    assert next_state(state, Action.TAKE, kind) is State.IN_WORK
    assert next_state(State.ACCEPTED, Action.ANSWER, kind) is State.ANSWERED
    assert next_state(state, Action.ANSWER, Kind.REPORT) is State.ANSWERED


def test_only_words_for_the_resident_or_their_wish_end_a_case() -> None:
    ends = {Action.ANSWER, Action.REFUSE, Action.TRANSFER_OUT, Action.WITHDRAW}
    for state, action in product(OPEN, Action):
        if action in allowed_actions(state) and next_state(state, action) not in OPEN:
            assert action in ends


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "Đã xử lý.", "a" + " " * 50 + "b", "Đã  xử  lý"]
)
def test_answer_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked_answer(text)
    assert (refusal.value.code, refusal.value.field) == ("answer_too_short", "answer")
    assert "10" in str(refusal.value)


def test_answer_of_ten_characters_is_enough_and_is_trimmed() -> None:
    assert checked_answer("  Đã sửa rồi. \n") == "Đã sửa rồi."
    assert checked_answer("0123456789") == "0123456789"


def test_answer_may_be_long_but_not_endless() -> None:
    assert checked_answer("x" * ANSWER_MAX)
    with pytest.raises(Invalid, match="dài quá"):
        checked_answer("x" * (ANSWER_MAX + 1))


DUE = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("due_on", "answered_on", "today", "expected"),
    [
        (DUE, None, date(2026, 11, 22), Lateness.OPEN),
        (DUE, None, DUE, Lateness.OPEN),
        (DUE, None, date(2026, 11, 24), Lateness.OVERDUE),
        (DUE, date(2026, 11, 20), date(2026, 12, 1), Lateness.ON_TIME),
        (DUE, DUE, DUE, Lateness.ON_TIME),
        (DUE, DUE, date(2026, 12, 1), Lateness.ON_TIME),
        (DUE, date(2026, 11, 24), date(2026, 11, 24), Lateness.LATE),
        (DUE, date(2026, 11, 24), date(2027, 11, 24), Lateness.LATE),
        (None, None, date(2027, 1, 1), Lateness.OPEN),
        (None, date(2027, 1, 1), date(2027, 1, 1), Lateness.ON_TIME),
    ],
)
def test_lateness_is_judged_at_the_end_of_the_due_day(
    due_on: date | None, answered_on: date | None, today: date, expected: Lateness
) -> None:
    assert lateness(due_on, answered_on, today) is expected
