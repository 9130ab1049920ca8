"""What became of what was sent: who read it, and who refused it."""

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path
from traceback import walk_tb
from types import CodeType, FrameType
from typing import Any, ClassVar

import pytest
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

from shared.db import Base
from shared.domain.errors import NotAllowed, NotFound, RuleBroken

PROJECT = Path(__file__).parents[2]
DOORS = tuple(str(PROJECT / name) for name in ("shared", "kiosk", "admin"))
PLAIN = (str, bool, int, Decimal, enum.Enum, type, type(None))
HEADINGS = {"name", "label", "example", "hint"}  # what a column is called is no limit
# What stands for a function that refused, and whatever else it was told than what to read.
Reader = tuple[CodeType, str]
Try = Callable[[str], Any]


class Sent(ImmutableMultiDict[str, str]):
    """The fields of a body or an address; they remember what was asked of them.

    A text is seen when it is given out. One that was only tried, such as for a whole number, and
    is none, is not seen: the application knows as much of any other that is none.
    """

    asked: ClassVar[set[str]] = set()
    seen: ClassVar[set[str]] = set()
    tried: ClassVar[dict[str, set[Try]]] = {}

    @classmethod
    def forget(cls) -> None:
        """Begin anew, before something is sent."""
        cls.asked.clear()
        cls.seen.clear()
        cls.tried.clear()

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        self.seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None, type: Try | None = None) -> Any:  # type: ignore[override]  # noqa: A002, the framework's own
        """Give the first text of a name, or what it is read as."""
        found = self._read([*super().getlist(name)][:1], name, type)
        return found[0] if found else default

    def getlist(self, name: str, type: Try | None = None) -> list[Any]:  # noqa: A002, the same
        """Give every text of a name."""
        return self._read(super().getlist(name), name, type)

    def items(self, *more: Any, **named: Any) -> Any:
        """Give all there is."""
        self.seen.update(self.keys())
        return super().items(*more, **named)

    def to_dict(self, *more: Any, **named: Any) -> Any:
        """Give all there is."""
        self.seen.update(self.keys())
        return super().to_dict(*more, **named)

    def _read(self, texts: list[str], name: str, kind: Try | None) -> list[Any]:
        self.asked.add(name)
        if kind is not None:
            self.tried.setdefault(name, set()).add(kind)
            texts = [text for text in texts if not fails(kind, text)]
        if texts:
            self.seen.add(name)
        return texts if kind is None else [kind(text) for text in texts]


def fails(kind: Try, text: str) -> bool:
    """Tell whether a text is none of a kind."""
    try:
        kind(text)
    except (ValueError, TypeError):
        return True
    return False


class Refusals:
    """Listens to what is refused in the process, and tells who refused it."""

    def __init__(self) -> None:
        self._raised: list[Exception] = []
        self._seen: set[str] = set()  # before the last refusal; later ones show them again

    def forget(self) -> None:
        """Begin anew, before something is sent."""
        self._raised.clear()
        Sent.forget()

    def unseen(self, name: str) -> frozenset[Try] | None:
        """Give what a field that was sent was tried for in vain; nothing when its text was seen."""
        if name in (self._seen if self._raised else Sent.seen):
            return None
        return frozenset(Sent.tried.get(name, ()))

    def reader(self, name: str, text: str) -> Reader | None:
        """Name who refused the text sent last in a field; nothing when no reader of it did."""
        frames = [frame for error in self._raised[-1:] for frame in _frames(error)]
        return _reader(frames[-1], name, text) if frames else None

    @contextmanager
    def heard(self, app: Flask) -> Iterator["Refusals"]:
        """Listen for a while."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(app.request_class, "parameter_storage_class", Sent)
            for kind in (RuleBroken, NotFound, NotAllowed):
                patch.setattr(kind, "__init__", self._listening(kind.__init__))
            yield self

    def _listening(self, begin: Any) -> Any:
        def begun(error: Exception, *words: Any, **more: Any) -> None:
            begin(error, *words, **more)
            self._raised.append(error)
            self._seen = set(Sent.seen)

        return begun


def _frames(error: Exception) -> list[FrameType]:
    walked = walk_tb(error.__traceback__)
    return [frame for frame, _ in walked if frame.f_code.co_filename.startswith(DOORS)]


def _reader(frame: FrameType, field: str, text: str) -> Reader | None:
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
    reads = bool((words | named) & {field, text})
    if None in limits and text not in words:
        return None
    return code, str((None if reads else frame.f_lineno, limits))


def _limit(value: object) -> str | None:
    """Write a plain value, or one made of plain values alone; nothing for anything else."""
    if isinstance(value, PLAIN):
        return repr(value)
    if isinstance(value, Mapping):
        value = tuple(value.items())
    if isinstance(value, tuple):
        parts = [_limit(part) for part in value]
    elif is_dataclass(value) and not isinstance(value, Base):
        told = (part.name for part in fields(value) if part.name not in HEADINGS)
        parts = [_limit(getattr(value, name)) for name in told]
    else:
        return None
    return None if None in parts else f"{type(value).__name__}{parts}"
