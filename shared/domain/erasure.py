"""What a resident may have erased, what is kept and why; law 91/2025/QH15, in force 2026-01-01."""

from collections.abc import Collection
from enum import StrEnum

from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.rating import clean_text

WORDS_MIN, WORDS_MAX = 10, 1_000


class DataKind(StrEnum):
    """What is known of a person in a case; what is counted of the case itself is none of them."""

    CONTACT = "contact"  # name, telephone
    WORDS = "words"  # all text: the sender's, and the office's, which may repeat it
    FILES = "files"


class Scope(StrEnum):
    """How much somebody asks to have erased."""

    ALL = "all"
    CONTACT = "contact"


class Standing(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    TAKEN_BACK = "taken_back"
    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why data is kept although its owner asks to have it erased.

    The sources at hand name no list; the office names law and article in its own words.
    """

    LAW_KEEPS = "law_keeps"  # a law has it kept, as archives are
    PROCEEDING = "proceeding"  # needed in a complaint, inspection, investigation or trial
    OTHERS = "others"  # erasing it would harm the rights of others


WANTED = {Scope.ALL: frozenset(DataKind), Scope.CONTACT: frozenset({DataKind.CONTACT})}


def standing_after(scope: Scope, kinds: Collection[DataKind]) -> Standing:
    """Return where a request stands once these kinds were erased; others than asked count not."""
    wanted = WANTED[scope]
    erased = wanted & frozenset(kinds)
    if erased == wanted:
        return Standing.DONE
    return Standing.PARTLY if erased else Standing.REFUSED


def checked_reason(standing: Standing, reason: str, text: str) -> tuple[Reason | None, str]:
    """Return why something is kept and by which law, in words; nothing where all was erased.

    Raise Invalid naming the field when a request is refused, even in part, without them.
    """
    if standing is Standing.DONE:
        return None, ""
    with Faults() as faults:
        if reason not in set(Reason):
            told = N_("Xin chọn lý do giữ lại.")
            faults.add(Invalid("keep_reason_missing", told, field="reason"))
        words = faults.read(_checked_words, text)
    return Reason(reason), words


def _checked_words(text: str) -> str:
    words = clean_text(text)
    if not WORDS_MIN <= len(words) <= WORDS_MAX:
        raise Invalid(
            "keep_words_missing",
            N_("Xin ghi căn cứ pháp luật, từ %(minimum)s đến %(maximum)s ký tự."),
            field="words",
            minimum=WORDS_MIN,
            maximum=WORDS_MAX,
        )
    return words
