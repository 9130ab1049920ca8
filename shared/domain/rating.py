"""What a kiosk or a phone may send as a rating, and what is marked beside it."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.domain.errors import N_, Invalid

LONGEST_COMMENT = 2_000
LONGEST_CODE = 60
LONGEST_LANGUAGE = 10
MOST_REASONS = 20
LARGEST_ANSWERS_BYTES = 8_000
LARGEST_SEQUENCE = 2**53 - 1  # beyond this a browser's numbers lose exactness
LARGEST_DURATION_MS = 2**31 - 1
# Faces rest three seconds after a touch; closer ones are a mashed screen or several hands.
BURST = timedelta(seconds=3)
CLOCK_TOLERANCE = timedelta(minutes=5)
OLDEST_BELIEVED = timedelta(days=400)

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*\Z")
# ISO 8601 knows a sixtieth second, which Python's clock does not.
_LEAP_SECOND = re.compile(r"(?<=[T ]\d\d:\d\d:)60")
# One text for one content; what is stored was digested so, and must never change.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


class Lane(StrEnum):
    """How strongly a rating is bound to a service."""

    DOSSIER = "dossier"  # a dossier's single-use token
    DESK = "desk"  # a paired kiosk
    OPEN = "open"  # a printed QR code: shown, not scored


class Mark(StrEnum):
    """What is noted beside a rating; none of these refuses it."""

    CLOCK_OFF = "clock_off"
    TIME_UNCERTAIN = "time_uncertain"
    BURST = "burst"
    OUT_OF_ORDER = "out_of_order"
    AFTER_GAP = "after_gap"
    NO_OFFICER = "no_officer"
    OFFICER_UNKNOWN = "officer_unknown"
    OFFICER_NOT_ON_DUTY = "officer_not_on_duty"
    PROCEDURE_UNKNOWN = "procedure_unknown"
    CLOSED_HOURS = "closed_hours"
    SEQUENCE_REUSED = "sequence_reused"
    DESK_UNKNOWN = "desk_unknown"
    # Followed by one mark for each of them, `answers_outside:<item>`.
    ANSWERS_OUTSIDE = "answers_outside"


class Reason(StrEnum):
    """What could be better, as the resident ticks it."""

    WAITING = "waiting"
    UNCLEAR = "unclear"
    VISITS = "visits"
    ATTITUDE = "attitude"
    EXTRA_MONEY = "extra_money"
    BROKER = "broker"
    PREMISES = "premises"
    OTHER = "other"
    ALL_GOOD = "all_good"


# Never shown to the office itself.
CONFIDENTIAL_REASONS = frozenset({Reason.EXTRA_MONEY, Reason.BROKER})


@dataclass(frozen=True)
class Submission:
    """One rating as sent, checked for form; times are still the device's own."""

    id: UUID
    rated_at: datetime
    rated_at_text: str
    score: int
    questionnaire: str
    language: str
    duration_ms: int
    sequence: int | None = None
    answers: Mapping[str, Any] | None = None
    procedure: str | None = None
    dossier: str | None = None
    officer: str | None = None
    boot: str | None = None
    uptime_ms: int | None = None
    reasons: tuple[str, ...] = ()
    comment: str | None = None
    closed_by: str | None = None
    desk: str | None = None

    def digest(self) -> str:
        """Give the SHA-256 of the content; equal digests are the same rating sent again."""
        content = {name: getattr(self, name) for name in self.__dataclass_fields__}
        content |= {"id": str(self.id), "rated_at": self.rated_at.isoformat()}
        if self.desk is None:  # younger than the first ratings, whose digests stay as they are
            del content["desk"]
        return digest_of(content)


def digest_of(content: object) -> str:
    """Give the SHA-256 of a JSON value, the same whatever the order of its keys."""
    return hashlib.sha256(_CANONICAL.encode(content).encode()).hexdigest()


def read_submission(item: object) -> Submission:
    """Check one rating of a kiosk's batch.

    Unknown keys are ignored. Raises Invalid naming the first field that is not of its form.
    """
    if not isinstance(item, dict):
        raise _wrong("rating")
    identity = _uuid(item, "id")
    rated_at_text = _text(item, "rated_at", 40)
    return Submission(
        id=identity,
        sequence=_integer(item, "sequence", 1, LARGEST_SEQUENCE),
        rated_at=read_instant(rated_at_text, "rated_at"),
        rated_at_text=rated_at_text,
        score=_integer(item, "score", 1, 5),
        questionnaire=_code(item, "questionnaire"),
        answers=_answers(item),
        procedure=_optional(item, "procedure", _code),
        dossier=_optional(item, "dossier", lambda of, name: _text(of, name, LONGEST_CODE)),
        language=_language(item),
        duration_ms=min(_integer(item, "duration_ms", 0, LARGEST_SEQUENCE), LARGEST_DURATION_MS),
        officer=_officer(item),
        boot=_optional(item, "boot", lambda of, name: str(_uuid(of, name))),
        uptime_ms=_optional(
            item, "uptime_ms", lambda of, name: _integer(of, name, 0, LARGEST_SEQUENCE)
        ),
        reasons=_reasons(item),
        comment=_comment(item),
        closed_by=_closed_by(item),
        desk=_optional(item, "desk", lambda of, name: _text(of, name, LONGEST_CODE)),
    )


def read_instant(text: object, field: str) -> datetime:
    """Read an ISO-8601 time with offset; Invalid when it is not one."""
    try:
        known = _LEAP_SECOND.sub("59", text) if isinstance(text, str) else None
        instant = None if known is None else datetime.fromisoformat(known)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise _wrong(field)
    return instant


@dataclass(frozen=True)
class Contact:
    """What is known of a device's clocks when it sends: its clock's time, and ours (UTC).

    `booted_at` is when the start `boot` of its browser was, on our clock: what the device last
    said of its uptime, which no wrong clock touches.
    """

    device_time: datetime
    received_at: datetime
    boot: str | None = None
    booted_at: datetime | None = None


def corrected(submission: Submission, contact: Contact) -> tuple[datetime, list[Mark]]:
    """Put a device's time on the server's clock (UTC).

    Within a start of the browser that we know, its uptime tells. Else the offset counts that its
    clock showed against ours when it sent. A moment that is still in the future or long past
    cannot be believed: the moment of receipt stands in, and is marked.
    """
    received_at = contact.received_at
    offset = received_at - contact.device_time
    marks = [Mark.CLOCK_OFF] if abs(offset) > CLOCK_TOLERANCE else []
    moment = _by_uptime(submission, contact) or _by_clock(submission.rated_at, offset)
    if moment is None or not _believable(moment, received_at):
        return received_at, [*marks, Mark.TIME_UNCERTAIN]
    return min(moment, received_at), marks


def _by_uptime(submission: Submission, contact: Contact) -> datetime | None:
    same = submission.boot is not None and submission.boot == contact.boot
    if not same or submission.uptime_ms is None or contact.booted_at is None:
        return None
    try:
        moment = contact.booted_at + timedelta(milliseconds=submission.uptime_ms)
    except OverflowError:
        return None
    return moment if _believable(moment, contact.received_at) else None


def _by_clock(rated_at: datetime, offset: timedelta) -> datetime | None:
    try:
        return (rated_at + offset).astimezone(UTC)
    except OverflowError:
        return None


def _believable(moment: datetime, received_at: datetime) -> bool:
    return received_at - OLDEST_BELIEVED <= moment <= received_at + CLOCK_TOLERANCE


def clean_text(text: str) -> str:
    """Compose accents (NFC) and drop control and direction characters, keeping line ends."""
    if text.isascii() and text.isprintable():  # most of what devices send; quick to tell
        return text.strip()
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(sign for sign in composed if sign in "\n\t" or not _hidden(sign)).strip()


def _hidden(sign: str) -> bool:
    return unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _wrong(field: str) -> Invalid:
    return Invalid("wrong_field", N_("Trường %(name)s sai dạng."), field=field, name=field)


def _optional(item: dict[str, Any], name: str, read: Any) -> Any:
    return None if item.get(name) is None else read(item, name)


def _integer(item: dict[str, Any], name: str, least: int, most: int) -> int:
    value = item.get(name)
    if type(value) is not int or not least <= value <= most:
        raise _wrong(name)
    return value


def _text(item: dict[str, Any], name: str, most: int) -> str:
    value = item.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most or clean_text(value) != value:
        raise _wrong(name)
    return value


def _code(item: dict[str, Any], name: str) -> str:
    value = _text(item, name, LONGEST_CODE)
    if not _CODE.match(value):
        raise _wrong(name)
    return value


def _officer(item: dict[str, Any]) -> str | None:
    """Read who was shown: no rating is lost over somebody missing, or over a code nobody has."""
    return _text(item, "officer", LONGEST_CODE) if item.get("officer") not in (None, "") else None


def _uuid(item: dict[str, Any], name: str) -> UUID:
    try:
        return UUID(_text(item, name, 36))
    except ValueError:
        raise _wrong(name) from None


def _language(item: dict[str, Any]) -> str:
    value = _text(item, "language", LONGEST_LANGUAGE)
    if not _LANGUAGE.match(value):
        raise _wrong("language")
    return value


def _answers(item: dict[str, Any]) -> dict[str, Any]:
    value = item.get("answers")
    if value is None:
        return {}
    if not isinstance(value, dict) or len(json.dumps(value)) > LARGEST_ANSWERS_BYTES:
        raise _wrong("answers")
    return value


def _reasons(item: dict[str, Any]) -> tuple[str, ...]:
    value = item.get("reasons")
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MOST_REASONS:
        raise _wrong("reasons")
    return tuple(_code({"reasons": reason}, "reasons") for reason in value)


def _comment(item: dict[str, Any]) -> str | None:
    value = item.get("comment")
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_COMMENT:
        raise _wrong("comment")
    return clean_text(value) or None


def _closed_by(item: dict[str, Any]) -> str | None:
    value = item.get("closed_by")
    if value not in (None, "done", "idle"):
        raise _wrong("closed_by")
    return None if value is None else str(value)


def marks_of_order(
    sequence: int | None, highest: int, moment: datetime, before: datetime | None
) -> list[Mark]:
    """Mark how a rating follows those before it on the same screen.

    `highest` is the highest number and `before` the latest moment that came from it until now.
    """
    marks = []
    if before is not None and timedelta(0) <= moment - before < BURST:
        marks.append(Mark.BURST)
    if (sequence is not None and sequence < highest) or (before is not None and moment < before):
        marks.append(Mark.OUT_OF_ORDER)
    if sequence is not None and sequence > highest + 1:
        marks.append(Mark.AFTER_GAP)
    return marks
