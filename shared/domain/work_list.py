"""Whose turn an open case is, by when, and the one list of My work it stands in."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum

from shared.domain.complaint import NOT_ACCEPTED, OPEN, State

# The due instant of a case without a limit: later than any, so that lists order without a gap.
NO_LIMIT = datetime(9999, 1, 1, tzinfo=UTC)
# Nobody has taken the case on: it is new here, was classified only, or came up to the next level.
TO_TAKE_ON = NOT_ACCEPTED | {State.APPEALED}
# The next word is another's: the sender's, or that of the case which says the same.
WITH_OTHERS = frozenset({State.WAITING, State.DUPLICATE})


class Turn(StrEnum):
    """Who has to do the next thing with an open case, and what."""

    TAKE_ON = "take_on"  # somebody of the unit takes it on, accepts or assigns it
    ANSWER = "answer"  # who handles it answers
    APPROVE = "approve"  # a second person sends what was written, or gives it back
    WAIT = "wait"  # the sender replies, or the other case is answered


class WorkList(StrEnum):
    """A list of My work, in the order in which they are shown; an open case is in one of them."""

    OVERDUE = "overdue"
    DUE_TODAY = "today"
    TAKE_ON = "take_on"
    ANSWER = "answer"
    APPROVE = "approve"  # for those who may; for others these cases are among the waiting
    WAITING = "waiting"


def turn_of(state: State, *, approval_waits: bool) -> Turn | None:
    """Return whose turn a case in `state` is; None when it is over.

    `approval_waits`: words for the sender lie before a second person.
    """
    if state not in OPEN:
        return None
    if approval_waits:
        return Turn.APPROVE
    if state in WITH_OTHERS:
        return Turn.WAIT
    return Turn.TAKE_ON if state in TO_TAKE_ON else Turn.ANSWER


def due_for(turn: Turn, due_at: datetime | None, take_on_by: datetime | None) -> datetime:
    """Return the instant (UTC) by which the next step is due; NO_LIMIT when there is no limit.

    `due_at` is that of the limit the case goes by, `take_on_by` the earliest of the running limits
    to acknowledge or classify: it counts until somebody takes the case on, from then on the answer.
    """
    limits = [due_at, take_on_by] if turn is Turn.TAKE_ON else [due_at]
    return min((limit for limit in limits if limit is not None), default=NO_LIMIT)


def list_of(
    turn: Turn, due_at: datetime, now: datetime, day_ends_at: datetime, *, approves: bool
) -> WorkList:
    """Return the one list a case stands in for a person who may approve answers, or may not.

    `due_at` is what `due_for` gives, `day_ends_at` the last second of the local day of `now`. Time
    goes first: a case that is late or due today is nowhere else, also while others have the word.
    A limit in days ends with its last second (Civil Code 2015, article 148(6)), one in hours at
    its moment.
    """
    if due_at < now:
        return WorkList.OVERDUE
    if due_at <= day_ends_at:
        return WorkList.DUE_TODAY
    return _by_turn(turn, approves=approves)


def turns_in(worklist: WorkList, *, approves: bool) -> Collection[Turn]:
    """Return the turns of the cases a list can hold."""
    if worklist in {WorkList.OVERDUE, WorkList.DUE_TODAY}:
        return tuple(Turn)
    return tuple(turn for turn in Turn if _by_turn(turn, approves=approves) is worklist)


def lists_for(*, approves: bool) -> list[WorkList]:
    """Return the lists a person has, in their order."""
    return [one for one in WorkList if turns_in(one, approves=approves)]


def _by_turn(turn: Turn, *, approves: bool) -> WorkList:
    if turn is Turn.APPROVE:
        return WorkList.APPROVE if approves else WorkList.WAITING
    return {
        Turn.TAKE_ON: WorkList.TAKE_ON,
        Turn.ANSWER: WorkList.ANSWER,
        Turn.WAIT: WorkList.WAITING,
    }[turn]
