"""What a complaint may be, where it may stand, and what may be done with it."""

from datetime import date
from enum import StrEnum

from shared.domain.errors import N_, Invalid, RuleBroken

ANSWER_MIN = 10
ANSWER_MAX = 10_000


class Kind(StrEnum):
    """What the law calls the matter; each has its own clock (see `deadline`)."""

    REPORT = "report"
    PETITION = "petition"
    FORMAL_COMPLAINT = "formal_complaint"
    DENUNCIATION = "denunciation"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    EXPLANATION = "explanation"


class Tier(StrEnum):
    """How far the matter reaches: own competence, several agencies, or special difficulty."""

    OWN = "own"
    ACROSS = "across"
    SPECIAL = "special"


class State(StrEnum):
    """Where a complaint stands."""

    RECEIVED = "received"
    CLASSIFIED = "classified"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    IN_WORK = "in_work"
    WAITING = "waiting"  # for the resident's reply to a question
    DUPLICATE = "duplicate"  # for the answer to the case that says the same
    APPEALED = "appealed"  # for the next level to take it up
    ANSWERED = "answered"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    TRANSFERRED = "transferred"  # to a body outside the organisation


class Action(StrEnum):
    """What somebody does with a complaint; the names are also those of its events."""

    TAKE = "take"
    ACCEPT = "accept"
    ASK = "ask"
    RESUME = "resume"
    ANSWER = "answer"
    REFUSE = "refuse"
    TRANSFER = "transfer"
    TRANSFER_OUT = "transfer_out"
    LINK = "link"
    UNLINK = "unlink"
    NOTE = "note"
    REASSIGN = "reassign"
    RECLASSIFY = "reclassify"
    REPLY = "reply"
    ADD = "add"  # words of the resident that nobody asked for
    RATE_ANSWER = "rate_answer"
    CONFIRM = "confirm"
    APPEAL = "appeal"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class RefusalReason(StrEnum):
    """Why a matter is not taken on (Decree 20/2008 and the rules of the offices).

    That it belongs to somebody else is none of them: then it is transferred.
    """

    UNCLEAR = "unclear"
    SENDER_MISSING = "sender_missing"
    OTHER_LAW = "other_law"  # a formal complaint or denunciation, which has its own procedure
    SETTLED = "settled"
    BEFORE_A_COURT = "before_a_court"
    NO_MATTER = "no_matter"  # advertising, a try, abuse
    OTHER = "other"


class Lateness(StrEnum):
    """How a complaint stands to its due day."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"


# A formal complaint and a denunciation are answered from their acceptance on, thụ lý (Law on
# Complaints 2011, article 28; Law on Denunciations 2018, article 30): that step is never skipped.
ACCEPTED_FIRST = frozenset({Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION})
NOT_ACCEPTED = frozenset({State.RECEIVED, State.CLASSIFIED})

_ENDING = {
    Action.ANSWER: State.ANSWERED,
    Action.REFUSE: State.REFUSED,
    Action.TRANSFER_OUT: State.TRANSFERRED,
    Action.WITHDRAW: State.WITHDRAWN,
}
_WORKING = {
    **_ENDING,
    Action.TRANSFER: State.RECEIVED,
    Action.LINK: State.DUPLICATE,
    Action.ASK: State.WAITING,
}
_NEW = {
    **_WORKING,
    Action.ACCEPT: State.ACCEPTED,
    Action.REASSIGN: State.ASSIGNED,
    Action.TAKE: State.IN_WORK,
}
_APPEALABLE = {Action.APPEAL: State.APPEALED}
# Every way to an end has words for the resident: an answer, a reason, where it went, or their own
# wish. An answered, refused or passed on case keeps the way to the next level, even when closed,
# or closing at once would take the resident's right away.
NEXT_STATE: dict[State, dict[Action, State]] = {
    State.RECEIVED: {**_NEW, Action.RECLASSIFY: State.CLASSIFIED},
    State.CLASSIFIED: _NEW,
    State.ACCEPTED: {
        **_WORKING,
        Action.REASSIGN: State.ASSIGNED,
        Action.TAKE: State.IN_WORK,
    },
    State.ASSIGNED: {**_WORKING, Action.TAKE: State.IN_WORK},
    State.IN_WORK: _WORKING,
    State.WAITING: {**_WORKING, Action.REPLY: State.IN_WORK, Action.RESUME: State.IN_WORK},
    State.DUPLICATE: {**_ENDING, Action.UNLINK: State.IN_WORK},
    State.APPEALED: _NEW,
    State.ANSWERED: {
        **_APPEALABLE,
        Action.CONFIRM: State.CONFIRMED,
        Action.CLOSE: State.CLOSED,
    },
    State.CONFIRMED: {**_APPEALABLE, Action.CLOSE: State.CLOSED},
    State.CLOSED: _APPEALABLE,
    State.REFUSED: _APPEALABLE,
    State.TRANSFERRED: _APPEALABLE,
    State.WITHDRAWN: {},
}
OPEN = tuple(state for state, moves in NEXT_STATE.items() if Action.ANSWER in moves)
_CLASSABLE = frozenset(OPEN) - {State.DUPLICATE}
ALLOWED_WITHOUT_MOVING: dict[Action, frozenset[State]] = {
    Action.NOTE: frozenset(State),
    Action.REASSIGN: _CLASSABLE,
    Action.RECLASSIFY: _CLASSABLE,
    Action.REPLY: frozenset(OPEN),
    Action.ADD: frozenset(OPEN),
    Action.RATE_ANSWER: frozenset({State.ANSWERED, State.CONFIRMED, State.CLOSED}),
}


def next_state(state: State, action: Action, kind: Kind | None = None) -> State:
    """Return the state after `action`; steps in between may be skipped where no law forbids it.

    Raise RuleBroken `move_not_allowed` for an illegal move, and `accept_first` when the kind of
    the case must be accepted before it is worked on.
    """
    unaccepted = kind in ACCEPTED_FIRST and state in NOT_ACCEPTED
    if unaccepted and action is Action.REASSIGN:
        return state
    if unaccepted and action in {Action.ANSWER, Action.ASK, Action.LINK}:
        raise RuleBroken(
            "accept_first", N_("Khiếu nại, tố cáo phải được thụ lý trước. Xin nhận xử lý trước.")
        )
    if action in NEXT_STATE[state]:
        return NEXT_STATE[state][action]
    if state in ALLOWED_WITHOUT_MOVING.get(action, frozenset()):
        return state
    raise RuleBroken(
        "move_not_allowed",
        N_("Không thể làm việc này khi vụ việc ở trạng thái hiện tại. Xin tải lại trang để xem."),
        state=state.value,
        action=action.value,
    )


def allowed_actions(state: State, kind: Kind | None = None) -> frozenset[Action]:
    """Return what may be done in `state` with a case of a kind."""
    staying = {action for action, states in ALLOWED_WITHOUT_MOVING.items() if state in states}
    found = frozenset(staying | NEXT_STATE[state].keys())
    if kind in ACCEPTED_FIRST and state in NOT_ACCEPTED:
        return found - {Action.ANSWER, Action.ASK, Action.LINK}
    return found


def checked_answer(text: str) -> str:
    """Return the trimmed answer; raise Invalid when it says too little or too much.

    Length is counted in characters, a run of blanks as one. An empty answer before the due day
    would stop the legal clock without telling the resident anything.
    """
    length = len(" ".join(text.split()))
    if length < ANSWER_MIN:
        raise Invalid(
            "answer_too_short",
            N_("Nội dung trả lời cần ít nhất %(minimum)s ký tự."),
            field="answer",
            minimum=ANSWER_MIN,
        )
    if len(text) > ANSWER_MAX:
        raise Invalid(
            "answer_too_long",
            N_("Nội dung trả lời dài quá %(maximum)s ký tự."),
            field="answer",
            maximum=ANSWER_MAX,
        )
    return text.strip()


def lateness(due_on: date | None, answered_on: date | None, today: date) -> Lateness:
    """Return how the case stands to the end of its due day; all dates are local.

    An answer on the due day is on time until midnight (Civil Code 2015, article 148(6)), and an
    open case becomes overdue only on the day after. A kind without a limit is never late.
    """
    if answered_on is not None:
        return Lateness.LATE if due_on is not None and answered_on > due_on else Lateness.ON_TIME
    return Lateness.OVERDUE if due_on is not None and today > due_on else Lateness.OPEN
