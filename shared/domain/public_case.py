"""Which answered cases may be shown to the public, and how little of them."""

import secrets
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from shared.domain.complaint import Kind, State
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.sampling import FEWEST_SHOWN

# A formal complaint and a denunciation are between their sender and the authority; who denounces
# is kept secret (Law on Denunciations 2018, article 56).
NEVER = frozenset({Kind.FORMAL_COMPLAINT, Kind.DENUNCIATION})
ANSWERED = (State.ANSWERED, State.CONFIRMED, State.CLOSED)
# Neither I, L, O nor U: what is read aloud or copied by hand comes back whole.
REFERENCE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
REFERENCE_SYMBOLS = 12
SHORTEST = 10
LONGEST_QUESTION = 5_000
LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class Standing:
    """What decides whether a case may be shown."""

    kind: Kind
    state: State
    names_officer: bool
    sender_refuses: bool


@dataclass(frozen=True)
class Crowd:
    """Among how many cases of its unit a case stands, itself included."""

    month: int  # received in the same month
    field: int  # of the same field in the same year
    desk: int  # of the same desk in the same year


@dataclass(frozen=True)
class Shown:
    """What of a case does not tell whose it is."""

    days: bool  # its days; else only their months
    field: bool
    desk: bool


def check(standing: Standing) -> None:
    """Say whether a case may be shown to the public; RuleBroken with the reason why it may not.

    Never: a formal complaint, a denunciation, one that names an officer, one whose sender said no,
    and one without an answer.
    """
    if standing.kind in NEVER:
        raise RuleBroken("never_public", N_("Khiếu nại, tố cáo không bao giờ công khai."))
    if standing.names_officer:
        raise RuleBroken("names_officer", N_("Việc nói về một cán bộ nên không công khai."))
    if standing.sender_refuses:
        raise RuleBroken("sender_refuses", N_("Người gửi không muốn công khai việc này."))
    if standing.state not in ANSWERED:
        raise RuleBroken("not_answered", N_("Chỉ công khai việc đã có trả lời."))


def shown(crowd: Crowd) -> Shown:
    """Say what may be told besides the words: only what at least five cases of the unit share.

    Fewer would tell somebody who knows the office whose case it is.
    """
    return Shown(
        days=crowd.month >= FEWEST_SHOWN,
        field=crowd.field >= FEWEST_SHOWN,
        desk=crowd.desk >= FEWEST_SHOWN,
    )


def checked_words(text: str, field: str, longest: int) -> str:
    """Give a text as it goes out; Invalid naming its field when it says too little or too much."""
    if len(text) < SHORTEST:
        raise Invalid(
            "words_too_short",
            N_("Nội dung công khai cần ít nhất %(minimum)s ký tự."),
            field=field,
            minimum=SHORTEST,
        )
    if len(text) > longest:
        raise Invalid(
            "words_too_long",
            N_("Nội dung dài quá %(maximum)s ký tự. Xin rút gọn."),
            field=field,
            maximum=longest,
        )
    return text


def new_reference(pick: Callable[[int], int] = secrets.randbelow) -> str:
    """Give the name under which the public finds a case; it tells neither number nor order."""
    return "".join(
        REFERENCE_ALPHABET[pick(len(REFERENCE_ALPHABET))] for _ in range(REFERENCE_SYMBOLS)
    )


def month_of(on: date) -> tuple[date, date]:
    """Give the first and the last day of a day's month."""
    return on.replace(day=1), on.replace(day=monthrange(on.year, on.month)[1])
