"""Which function refused what was sent: where it reads one field, it reads another alike."""

import enum
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from traceback import walk_tb
from types import CodeType, FrameType
from typing import Any

import pytest

from shared.db import Base
from shared.domain.errors import NotAllowed, NotFound, RuleBroken

PROJECT = Path(__file__).parents[2]
DOORS = tuple(str(PROJECT / name) for name in ("shared", "kiosk", "admin"))
PLAIN = (str, bool, int, Decimal, enum.Enum, type, type(None))
# What stands for a function that refused, and whatever else it was told than what to read.
Reader = tuple[CodeType, str]


class Refusals:
    """Listens to what is refused in the process, and tells who refused it."""

    def __init__(self) -> None:
        self._raised: list[Exception] = []

    def forget(self) -> None:
        """Begin anew, before something is sent."""
        self._raised.clear()

    def reader(self, name: str, text: str) -> Reader | None:
        """Name who refused the text sent last in a field; nothing when no reader of it did."""
        frames = [frame for error in self._raised[-1:] for frame in _frames(error)]
        return _reader(frames[-1], {name, text}) if frames else None

    @contextmanager
    def heard(self) -> Iterator["Refusals"]:
        """Listen for a while."""
        with pytest.MonkeyPatch.context() as patch:
            for kind in (RuleBroken, NotFound, NotAllowed):
                patch.setattr(kind, "__init__", self._listening(kind.__init__))
            yield self

    def _listening(self, begin: Any) -> Any:
        def begun(error: Exception, *words: Any, **more: Any) -> None:
            begin(error, *words, **more)
            self._raised.append(error)

        return begun


def _frames(error: Exception) -> list[FrameType]:
    walked = walk_tb(error.__traceback__)
    return [frame for frame, _ in walked if frame.f_code.co_filename.startswith(DOORS)]


def _reader(frame: FrameType, sent: set[str]) -> Reader | None:
    """Tell a function from others, and from itself when it is told other limits.

    One that is told neither the field nor its text reads what it likes: it is itself at one line
    only. One that is told more than plain values, such as a session, reads nothing alike, unless
    the text is before it as it was sent.
    """
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    told = [frame.f_locals[name] for name in names if name in frame.f_locals]
    words = {value for value in told if isinstance(value, str)}
    limits = [_limit(value) for value in told if not isinstance(value, str | Mapping)]
    named = {getattr(value, "name", None) for value in told if _limit(value) is not None}
    reads = bool((words | named) & sent)
    if None in limits and not words & sent:
        return None
    return code, str((None if reads else frame.f_lineno, limits))


def _limit(value: object) -> str | None:
    """Write a plain value, or one made of plain values alone; nothing for anything else."""
    if isinstance(value, PLAIN):
        return repr(value)
    if not is_dataclass(value) or isinstance(value, Base):
        return None
    parts = [_limit(getattr(value, part.name)) for part in fields(value)]
    return None if None in parts else f"{type(value).__name__}{parts}"
