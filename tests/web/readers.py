"""What became of what was sent: who read it, and who refused it."""

import enum
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from traceback import walk_tb
from types import CodeType, FrameType, FunctionType
from typing import Any, ClassVar

import pytest
from flask import Flask
from werkzeug.datastructures import ImmutableMultiDict

from shared.db import Base
from shared.domain.errors import NotAllowed, NotFound, RuleBroken

PROJECT = Path(__file__).parents[2]
GATHERING = str(PROJECT / "shared/domain/faults.py")
DOORS = tuple(str(PROJECT / name) for name in ("shared", "kiosk", "admin"))
PLAIN = (str, bool, int, Decimal, date, time, enum.Enum, type, type(None))
REFUSALS = (RuleBroken, NotFound, NotAllowed)
# Functions that are no plain ones: told more than they name, of others' variables, or in turns.
OTHERS = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS | inspect.CO_NESTED | inspect.CO_GENERATOR
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


@dataclass(frozen=True)
class Asked:
    """A function that refused the text of a field, and may be asked about another one.

    It was told that text and plain values alone, so it answers here as it does in a view.
    """

    _function: Callable[..., object]
    _plain: Mapping[str, Any]  # whatever it was told, by place or by name
    _named: Mapping[str, Any]
    _field: str
    _text: str
    _others: Mapping[str, str]  # what stands in fields beside it that were sent the same

    def refused_by(self, text: str) -> CodeType | None:
        """Tell what code refuses a text in the field; nothing when none does, or it fails."""
        told = [self._with(text, value) for value in self._plain.values()]
        named = {name: self._with(text, value) for name, value in self._named.items()}
        try:
            self._function(*told, **named)
        except REFUSALS as error:
            for fault in getattr(error, "faults", (error,)):
                if getattr(fault, "field", None) in {None, self._field}:
                    return _frames(error, fault)[-1].f_code
            return None
        except Exception:  # noqa: BLE001, what fails is sent, and tells by itself
            return None
        return None

    def is_told(self) -> bool:
        """Tell whether the text is among what the function was told."""
        told = (*self._plain.values(), *self._named.values())
        return any(self._with("", value) != self._with("?", value) for value in told)

    def _with(self, text: str, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._part(text, key, part) for key, part in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            parts = {one.name: getattr(value, one.name) for one in fields(value) if one.init}
            return replace(
                value, **{key: self._part(text, key, part) for key, part in parts.items()}
            )
        return text if isinstance(value, str) and value == self._text else value

    def _part(self, text: str, name: str, part: Any) -> Any:
        beside = isinstance(part, str) and name in self._others
        return self._others[name] if beside else self._with(text, part)


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

    def by(self) -> CodeType | None:
        """Name the code that refused last."""
        return self._frames()[-1].f_code if self._frames() else None

    def alike(self, text: str) -> object:
        """Give what stands for who refused last if it was told which text to read; else nothing.

        It may ask a session, too, but reads a text alike wherever else it is told the same limits.
        """
        frame = self._frames()[-1] if self._frames() else None
        told = list(_told(frame).values()) if frame else []
        words = [value for value in told if type(value) is str]
        cells = [value[self.field()] for value in told if _holds(value, self.field())]
        of_a_field = self.field() in words and arriving(text) in cells
        if frame is None or not (of_a_field or arriving(text) in words):
            return None
        limits = [value for value in told if not isinstance(value, str | Mapping)]
        return frame.f_code, str([value for value in limits if _is_plain(value)])

    def field(self) -> str:
        """Name the field that was refused last, if the refusal does."""
        named = getattr(self._raised[-1], "field", None) if self._raised else None
        return named or ""

    def askable(self, field: str, text: str, others: Mapping[str, str]) -> list[Asked]:
        """Give the functions that refused the text of a field and answer alike by themselves.

        Who reads a whole form comes before who reads a field of it. `others` are the fields that
        were sent the same text, with what else stands in them.
        """
        found = []
        for frame in self._frames():
            asked = _asked(frame, field, arriving(text), others)
            if asked and asked.is_told() and asked.refused_by(arriving(text)) is self.by():
                found.append(asked)
        return found

    def _frames(self) -> list[FrameType]:
        return [
            frame
            for error in self._raised[-1:]
            for frame in _frames(error, getattr(error, "faults", (error,))[0])
        ]

    @contextmanager
    def heard(self, app: Flask) -> Iterator["Refusals"]:
        """Listen for a while."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(app.request_class, "parameter_storage_class", Sent)
            for kind in REFUSALS:
                patch.setattr(kind, "__init__", self._listening(kind.__init__))
            yield self

    def _listening(self, begin: Any) -> Any:
        def begun(error: Exception, *words: Any, **more: Any) -> None:
            begin(error, *words, **more)
            self._raised.append(error)
            self._seen = set(Sent.seen)

        return begun


def arriving(text: str) -> str:
    """Give a text as the application reads it: bytes that are no text become signs."""
    return text.encode(errors="surrogatepass").decode(errors="replace")


def _frames(error: Exception, fault: Exception) -> list[FrameType]:
    """Give who was asked, the last of them who found the fault; who gathers faults finds none."""
    walked = [*walk_tb(error.__traceback__)]
    if fault is not error:
        walked += walk_tb(fault.__traceback__)
    files = [(frame, frame.f_code.co_filename) for frame, _ in walked]
    return [frame for frame, file in files if file.startswith(DOORS) and file != GATHERING]


def _asked(frame: FrameType, field: str, text: str, others: Mapping[str, str]) -> Asked | None:
    """Take the function of a frame with what it was told, if that is plain values alone."""
    code, told = frame.f_code, _told(frame)
    if code.co_flags & OTHERS or code.co_freevars or not all(map(_is_plain, told.values())):
        return None
    by_place = dict(list(told.items())[: code.co_argcount])
    by_name = {name: value for name, value in told.items() if name not in by_place}
    return Asked(FunctionType(code, frame.f_globals), by_place, by_name, field, text, others)


def _told(frame: FrameType) -> dict[str, Any]:
    """Give what a function was told, as far as it still knows."""
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return {name: frame.f_locals[name] for name in names if name in frame.f_locals}


def _holds(value: object, name: str) -> bool:
    return isinstance(value, Mapping) and name in value


def _is_plain(value: object) -> bool:
    """Tell whether a value, or all it is made of, is nothing but what it looks like."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    if isinstance(value, tuple | list | frozenset):
        return all(map(_is_plain, value))
    if is_dataclass(value) and not isinstance(value, Base):
        return all(_is_plain(getattr(value, part.name)) for part in fields(value))
    return isinstance(value, PLAIN)
