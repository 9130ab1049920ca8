"""Reading the fields of a form one by one, so that everything wrong with it is said at once."""

from collections.abc import Callable
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

from shared.domain.errors import Invalid

P = ParamSpec("P")
Value = TypeVar("Value")


class Faults:
    """What is wrong with a form, gathered while it is read and raised together at its end.

        with Faults() as faults:
            name = faults.read(entry.text, cells, "name")
            period = faults.read(entry.period, cells)

    A value that was refused stands in for nothing until the block has ended and raised: what
    follows from two values is checked after the block, or in a reading of its own.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str | None, str], Invalid] = {}  # by field and words

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        escaped: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Raise what was gathered, with an Invalid that ended the block; all else goes its way."""
        if isinstance(escaped, Invalid):
            self.add(escaped)
        elif escaped is not None:
            return
        found = list(self._found.values())
        if found and found != [escaped]:
            raise Invalid.together(found) from escaped

    def __len__(self) -> int:
        """Count what is wrong so far."""
        return len(self._found)

    def read(self, reader: Callable[P, Value], *args: P.args, **kwargs: P.kwargs) -> Value:
        """Read one field, or note why it cannot be taken and go on to the next."""
        try:
            return reader(*args, **kwargs)
        except Invalid as refusal:
            self.add(refusal)
            return cast(Value, None)  # never leaves the block, which raises

    def add(self, refusal: Invalid) -> None:
        """Note a refusal; one found twice is told once."""
        for fault in refusal.faults:
            self._found.setdefault((fault.field, str(fault)), fault)
