"""What a screen says of itself when it asks what to show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.domain.errors import N_, Invalid
from shared.domain.rating import LARGEST_SEQUENCE, read_instant

LONGEST_VERSION = 40
LARGEST_COUNT = 2**31 - 1  # what a column holds


class Storage(StrEnum):
    """How a screen keeps what was touched."""

    OK = "ok"
    REBUILT = "rebuilt"  # the database was gone and was made again from the journal
    JOURNAL_ONLY = "journal_only"
    DATABASE_ONLY = "database_only"
    MEMORY = "memory"  # nothing outlives a power cut


@dataclass(frozen=True)
class ScreenReport:
    """The device's clock when it sent (with offset), and what else it said, by column name."""

    device_time: datetime
    said: Mapping[str, Any]


def read_report(body: object) -> ScreenReport:
    """Check what a screen sent; unknown keys are ignored, only `device_time` must be there.

    Raises Invalid naming the first field that is not of its form.
    """
    if not isinstance(body, dict):
        raise _wrong("device_time")
    device_time = read_instant(body.get("device_time"), "device_time")
    said = {name: _READ[name](name, body[name]) for name in _READ if name in body}
    return ScreenReport(device_time, said)


def _wrong(field: str) -> Invalid:
    return Invalid("wrong_field", N_("Trường %(name)s sai dạng."), field=field, name=field)


def _whole(name: str, value: object, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise _wrong(name)
    return value


def _count(name: str, value: object) -> int:
    return _whole(name, value, LARGEST_COUNT)


def _uptime(name: str, value: object) -> int | None:
    return None if value is None else _whole(name, value, LARGEST_SEQUENCE)


def _boot(name: str, value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(name)
    try:
        return str(UUID(value))
    except ValueError:
        raise _wrong(name) from None


def _oldest(name: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        return read_instant(value, name).astimezone(UTC)
    except OverflowError:
        raise _wrong(name) from None


def _persisted(name: str, value: object) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise _wrong(name)
    return value


def _version(name: str, value: object) -> str | None:
    if value in (None, ""):  # a page that was not told its own
        return None
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_VERSION:
        raise _wrong(name)
    if not value.isprintable():
        raise _wrong(name)
    return value


def _storage(name: str, value: object) -> str:
    if not isinstance(value, str) or value not in set(Storage):
        raise _wrong(name)
    return value


_READ = {
    "boot": _boot,
    "uptime_ms": _uptime,
    "waiting": _count,
    "quarantined": _count,
    "oldest_waiting_at": _oldest,
    "persisted": _persisted,
    "version": _version,
    "storage": _storage,
}
