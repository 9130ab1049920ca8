"""Rule sets by date: which version of a text was in force on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Rules = TypeVar("Rules")


@dataclass(frozen=True)
class Version(Generic[Rules]):
    """A rule set with its text and the local days it is in force, both included; None: open."""

    code: str
    source: str  # the legal text, in Vietnamese as it is cited
    valid_from: date
    valid_to: date | None
    rules: Rules
    note: str = ""  # what is not certain about it, in Vietnamese


def in_force(versions: Iterable[Version[Rules]], on: date) -> Version[Rules] | None:
    """Give the version in force on a local day; None where there was none.

    Where two overlap the one that began later holds.
    """
    known = [
        version
        for version in versions
        if version.valid_from <= on and (version.valid_to is None or on <= version.valid_to)
    ]
    return max(known, key=lambda version: version.valid_from, default=None)
