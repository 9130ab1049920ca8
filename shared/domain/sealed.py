"""A confidential report: extra money, harassment or brokers; its states, and what is sealed."""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.tracking_code import ALPHABET

RISES_AFTER = timedelta(hours=24)  # hours of the clock, not of the office: nobody may sit it out
LONGEST_TEXT, SHORTEST_TEXT, LONGEST_CONTACT = 5_000, 10, 200
BLOCK_BYTES = 2_048  # a sealed text is filled up, so that its length tells nothing
LARGEST_DATA_BYTES = 64 * 1024
IV_BYTES = 12  # NIST SP 800-38D
LEAST_WRAPPED, MOST_WRAPPED = 384, 1_024  # bytes, of keys of 3,072 to 8,192 bits
MOST_READERS = 64
NUMBER_SYMBOLS = 8


class Matter(StrEnum):
    """What a confidential report is about."""

    EXTRA_MONEY = "extra_money"
    HARASSMENT = "harassment"
    BROKER = "broker"


class State(StrEnum):
    """Where a confidential report stands."""

    RECEIVED = "received"
    OPENED = "opened"
    VERIFYING = "verifying"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"
    NOT_ENOUGH = "not_enough"  # too little to go on; the sender may add to it


class Action(StrEnum):
    """What somebody does with it; the names are also those of its steps."""

    OPEN = "open"
    VERIFY = "verify"
    UPHOLD = "uphold"
    REJECT = "reject"
    GIVE_UP = "give_up"
    RISE = "rise"
    ADD = "add"


CONCLUSIONS: Mapping[Action, State] = {
    Action.UPHOLD: State.UPHELD,
    Action.REJECT: State.NOT_UPHELD,
    Action.GIVE_UP: State.NOT_ENOUGH,
}
CONCLUDED = frozenset(CONCLUSIONS.values())
# Whether something is so is said only after it was verified; what rises is unread one level up.
NEXT_STATE: Mapping[State, Mapping[Action, State]] = {
    State.RECEIVED: {
        Action.OPEN: State.OPENED,
        Action.RISE: State.RECEIVED,
        Action.ADD: State.RECEIVED,
    },
    State.OPENED: {
        Action.OPEN: State.OPENED,
        Action.VERIFY: State.VERIFYING,
        Action.GIVE_UP: State.NOT_ENOUGH,
        Action.RISE: State.RECEIVED,
        Action.ADD: State.OPENED,
    },
    State.VERIFYING: {
        Action.OPEN: State.VERIFYING,
        **CONCLUSIONS,
        Action.RISE: State.RECEIVED,
        Action.ADD: State.VERIFYING,
    },
    State.UPHELD: {Action.OPEN: State.UPHELD},
    State.NOT_UPHELD: {Action.OPEN: State.NOT_UPHELD},
    State.NOT_ENOUGH: {Action.OPEN: State.NOT_ENOUGH, Action.ADD: State.RECEIVED},
}


@dataclass(frozen=True)
class Envelope:
    """A sealed text: AES-256-GCM under a fresh key, which is wrapped for each reader.

    Everything is base64. `wrapped` holds the fresh key by the fingerprint of a reader's RSA key
    (RSA-OAEP with SHA-256). What was sealed is tied to a form by `binding`.
    """

    iv: str
    data: str
    wrapped: Mapping[str, str]


def next_state(state: State, action: Action) -> State:
    """Return the state after `action`; raise RuleBroken `move_not_allowed` for an illegal move."""
    if action not in NEXT_STATE[state]:
        raise RuleBroken(
            "move_not_allowed",
            N_("Không thể làm việc này khi tin báo ở trạng thái hiện tại. Xin tải lại trang."),
            state=state.value,
            action=action.value,
        )
    return NEXT_STATE[state][action]


def new_number(pick: Callable[[int], int] = secrets.randbelow) -> str:
    """Return a number for a report that does not tell how many came before it."""
    return "K-" + "".join(ALPHABET[pick(32)] for _ in range(NUMBER_SYMBOLS))


def binding(form: UUID) -> str:
    """Return what a text of a form is sealed together with: in another report it does not open."""
    return hashlib.sha256(str(form).encode()).hexdigest()


def report_id(form: UUID, sealed: str) -> UUID:
    """Return the id of what a form brought: sent twice it is one, written anew another."""
    return uuid5(form, hashlib.sha256(sealed.encode()).hexdigest())


def sealed_bytes(text: str, contact: str) -> bytes:
    """Return what is sealed: the words and how to reach their sender, filled up to whole blocks.

    The pages' script does the same (kiosk/static/sealed/seal.js).
    """
    content = json.dumps({"text": text, "contact": contact}, ensure_ascii=False).encode()
    return content + b" " * (-len(content) % BLOCK_BYTES)


def checked_words(text: str, contact: str) -> None:
    """Raise Invalid for words that say too little or too much to be sealed."""
    with Faults() as faults:
        faults.read(_check_text, text)
        if len(contact) > LONGEST_CONTACT:
            raise Invalid(
                "contact_too_long",
                N_("Cách liên hệ dài quá %(maximum)s ký tự. Xin rút gọn."),
                field="contact",
                maximum=LONGEST_CONTACT,
            )


def _check_text(text: str) -> None:
    if len(text) < SHORTEST_TEXT:
        raise Invalid(
            "body_too_short",
            N_("Xin viết rõ hơn một chút, ít nhất %(minimum)s ký tự."),
            field="text",
            minimum=SHORTEST_TEXT,
        )
    if len(text) > LONGEST_TEXT:
        raise Invalid(
            "body_too_long",
            N_("Nội dung dài quá %(maximum)s ký tự. Xin rút gọn."),
            field="text",
            maximum=LONGEST_TEXT,
        )


def read_envelope(text: str) -> Envelope:
    """Return the envelope that a browser sealed; raise Invalid for anything that cannot be one."""
    try:
        found: Any = json.loads(text)
        wrapped = dict(found["wrapped"])
        sizes = (_size(found["iv"]), _size(found["data"]), *map(_size, wrapped.values()))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _not_sealed() from None
    iv, data, *keys = sizes
    names = all(len(name) == 64 and name.isalnum() and name.isascii() for name in wrapped)
    whole_blocks = 0 < data - 16 <= LARGEST_DATA_BYTES and (data - 16) % BLOCK_BYTES == 0
    fitting = all(LEAST_WRAPPED <= size <= MOST_WRAPPED for size in keys)
    if iv != IV_BYTES or not (whole_blocks and names and fitting and 0 < len(keys) <= MOST_READERS):
        raise _not_sealed()
    return Envelope(found["iv"], found["data"], wrapped)


def _size(text: object) -> int:
    if not isinstance(text, str):
        raise TypeError
    try:
        return len(base64.b64decode(text, validate=True))
    except binascii.Error:
        raise ValueError from None


def _not_sealed() -> Invalid:
    return Invalid(
        "not_sealed", N_("Nội dung gửi đến không mở được. Xin tải lại trang và viết lại."), field=""
    )
