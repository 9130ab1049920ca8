"""What became of the ratings of one fault: counted, expected clean, noted for the bench."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

PROPERTY = "tally"  # under which a test notes it in its record

Stored = tuple[int | None, int, str | None]
"""Sequence, score and officer of a rating the server has."""


@dataclass(frozen=True)
class Tally:
    """One fault: how often it struck, how many ratings were made, what went wrong with them."""

    fault: str
    times: int
    ratings: int
    lost: int
    doubled: int
    wrong_officer: int | None  # null where no officer was shown

    @property
    def clean(self) -> bool:
        """Tell whether every rating is there once, for whom it was meant."""
        return (self.lost, self.doubled, self.wrong_officer or 0) == (0, 0, 0)


def of_touches(
    fault: str, times: int, touches: Sequence[tuple[int, str]], stored: Sequence[Stored]
) -> Tally:
    """Compare touches, score and officer shown, in order, with what the server has of them."""
    touched = {(number, score) for number, (score, _officer) in enumerate(touches, start=1)}
    shown = {number: officer for number, (_score, officer) in enumerate(touches, start=1)}
    there = Counter((sequence, score) for sequence, score, _officer in stored)
    return Tally(
        fault=fault,
        times=times,
        ratings=len(touches),
        lost=len(touched - there.keys()),
        doubled=len(stored) - len(there.keys() & touched),
        wrong_officer=sum(whose != shown.get(number or 0) for number, _score, whose in stored),
    )


def of_ids(fault: str, times: int, answered: Iterable[str], stored: Sequence[str]) -> Tally:
    """Compare what was answered with "stored" with the ids the server has, one a row."""
    wanted = set(answered)
    return Tally(
        fault=fault,
        times=times,
        ratings=len(wanted),
        lost=len(wanted - set(stored)),
        doubled=len(stored) - len(set(stored)),
        wrong_officer=None,
    )


Note = Callable[[Tally], None]


def noting(record: Callable[[str, object], None]) -> Note:
    """Give what notes a tally with the running test, and expects it clean."""

    def note(tally: Tally) -> None:
        record(PROPERTY, json.dumps(asdict(tally)))
        assert tally.clean, tally

    return note
