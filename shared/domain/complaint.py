"""What a complaint may be, what may be done with it, and the code it is followed by."""

import secrets
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import StrEnum

from shared.domain.errors import N_, Invalid, RuleBroken

ANSWER_MIN = 10
ANSWER_MAX = 10_000

# Crockford's base 32: no I, L, O, U, so that what is read aloud or copied by hand comes back whole.
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_SYMBOLS = 12  # five bits each: sixty bits
CODE_PREFIX = "NN"
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})


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
    IN_WORK = "in_work"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class Action(StrEnum):
    """What somebody does with a complaint; the names are also those of its events."""

    TAKE = "take"
    ANSWER = "answer"
    REFUSE = "refuse"
    NOTE = "note"
    REASSIGN = "reassign"
    RECLASSIFY = "reclassify"
    REPLY = "reply"
    RATE_ANSWER = "rate_answer"
    APPEAL = "appeal"
    CLOSE = "close"
    WITHDRAW = "withdraw"


class Lateness(StrEnum):
    """How a complaint stands to its due day."""

    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    OVERDUE = "overdue"


WHILE_OPEN = {
    Action.ANSWER: State.ANSWERED,
    Action.REFUSE: State.REFUSED,
    Action.WITHDRAW: State.WITHDRAWN,
}
# An appeal waits to be taken up by the next level. A closed or refused case keeps the way to it,
# or closing at once would take the resident's right away.
NEXT_STATE: dict[State, dict[Action, State]] = {
    State.RECEIVED: {**WHILE_OPEN, Action.TAKE: State.IN_WORK},
    State.IN_WORK: WHILE_OPEN,
    State.ANSWERED: {Action.CLOSE: State.CLOSED, Action.APPEAL: State.RECEIVED},
    State.CLOSED: {Action.APPEAL: State.RECEIVED},
    State.REFUSED: {Action.APPEAL: State.RECEIVED},
    State.WITHDRAWN: {},
}
ALLOWED_WITHOUT_MOVING: dict[Action, set[State]] = {
    Action.NOTE: set(State),
    Action.REASSIGN: {State.RECEIVED, State.IN_WORK},
    Action.RECLASSIFY: {State.RECEIVED, State.IN_WORK},
    Action.REPLY: {State.RECEIVED, State.IN_WORK, State.ANSWERED},
    Action.RATE_ANSWER: {State.ANSWERED, State.CLOSED},
}


def next_state(state: State, action: Action) -> State:
    """Return the state after `action`; raise RuleBroken `move_not_allowed` for an illegal move."""
    if action in NEXT_STATE[state]:
        return NEXT_STATE[state][action]
    if state in ALLOWED_WITHOUT_MOVING.get(action, set()):
        return state
    raise RuleBroken(
        "move_not_allowed",
        N_("Không thể làm việc này khi vụ việc ở trạng thái hiện tại. Xin tải lại trang để xem."),
        state=state.value,
        action=action.value,
    )


def allowed_actions(state: State) -> frozenset[Action]:
    """Return what may be done in `state`."""
    staying = {action for action, states in ALLOWED_WITHOUT_MOVING.items() if state in states}
    return frozenset(staying | NEXT_STATE[state].keys())


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


def new_code(pick: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a fresh tracking code of sixty random bits; `pick(n)` gives a number below n."""
    return format_code("".join(CODE_ALPHABET[pick(32)] for _ in range(CODE_SYMBOLS)))


def format_code(symbols: str) -> str:
    """Return twelve symbols as they are printed and stored: `NN-XXXX-XXXX-XXXX`."""
    return "-".join([CODE_PREFIX, symbols[:4], symbols[4:8], symbols[8:]])


def normalise_code(text: str) -> str:
    """Return the printed form of a code typed by hand; raise Invalid when it cannot be one.

    Letter case, blanks, dashes, full-width letters and a missing prefix do not matter; O is read
    as 0, I and L as 1.
    """
    typed = unicodedata.normalize("NFKC", text[:200]).upper()
    symbols = "".join(sign for sign in typed if sign.isalnum()).translate(MISREAD)
    if len(symbols) == CODE_SYMBOLS + len(CODE_PREFIX):
        symbols = symbols.removeprefix(CODE_PREFIX)
    if len(symbols) != CODE_SYMBOLS or not set(symbols) <= set(CODE_ALPHABET):
        raise Invalid(
            "code_wrong",
            N_("Mã theo dõi có dạng NN-XXXX-XXXX-XXXX. Xin Ông/Bà kiểm tra lại."),
            field="code",
        )
    return format_code(symbols)
