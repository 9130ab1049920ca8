"""What is given to a database: whether PostgreSQL would refuse it, though SQLite takes it."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, BigInteger, Engine, Integer, event
from sqlalchemy.types import TypeEngine


class Bound:
    """Listens to every value that a statement is given, and remembers which are refused."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def forget(self) -> None:
        """Begin anew, before something is sent."""
        self.refused.clear()

    @contextmanager
    def heard(self) -> Iterator["Bound"]:
        """Listen for a while."""
        event.listen(Engine, "before_cursor_execute", self._listen)
        try:
            yield self
        finally:
            event.remove(Engine, "before_cursor_execute", self._listen)

    def _listen(
        self, _connection: Any, _cursor: Any, statement: str, _given: Any, context: Any, _many: bool
    ) -> None:
        for name, kind, value in _values(context):
            if is_refused(kind, value):
                self.refused.append(f"{name} is {str(value)[:60]!r} in {statement[:200]}")


def is_refused(kind: TypeEngine[Any] | None, value: object) -> bool:
    """Tell whether PostgreSQL takes no such value for a column or a comparison of a type."""
    if isinstance(kind, JSON):
        return False  # written with signs that every text may hold
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, Sequence | AbstractSet):
        return any(is_refused(kind, part) for part in value)
    if isinstance(value, int) and isinstance(kind, Integer):
        bits = 63 if isinstance(kind, BigInteger) else 31
        return not -(1 << bits) <= value < 1 << bits
    return False


def _values(context: Any) -> Iterator[tuple[str, TypeEngine[Any] | None, Any]]:
    if context.compiled is None:
        return
    for given in context.compiled_parameters or ():
        for name, value in given.items():
            bound = context.compiled.binds.get(name)
            yield name, None if bound is None else bound.type, value
