"""An export of the one-stop software as rows of text, without columns about the applicant."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from shared.domain.errors import N_, RuleBroken

MAX_FILE_BYTES = 48 * 1024 * 1024  # 100,000 rows of 18 columns as CSV: 33 million bytes
MAX_ROWS = 100_000
MAX_COLUMNS = 60
MAX_CELL = 500  # characters; what is longer is cut, no field we take is
MAX_TEXT = 40_000_000  # characters of all cells: a small file can repeat one long text


class Refused(RuleBroken):
    """A whole file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class SheetRow:
    """A row of the file: its number as the person sees it there, and its cells."""

    number: int
    cells: tuple[str, ...]


class Table(Protocol):
    """A table whose rows can be gone through, again and again."""

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the columns."""

    @property
    def rows(self) -> Iterable[SheetRow]:
        """The rows, in their order."""


@dataclass(frozen=True)
class Sheet:
    """The table found in a file.

    `headers` are unique and stand in the order of `SheetRow.cells`. `withheld` names the columns
    about the applicant, which were left behind when the file was read.
    """

    headers: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    withheld: tuple[str, ...] = ()


def head_line(headers: Iterable[str], withheld: Iterable[str], expected: int = 0) -> str:
    """Return the first line of a kept table; `expected` is about how many follow."""
    head = {"headers": list(headers), "withheld": list(withheld), "expected": expected}
    return json.dumps(head, ensure_ascii=False)


def row_line(row: SheetRow) -> str:
    """Return a further line of a kept table."""
    return json.dumps([row.number, *row.cells], ensure_ascii=False)


@dataclass(frozen=True)
class SheetFile:
    """A table kept in a file, a head line and row lines: its rows are read anew each time."""

    path: Path
    headers: tuple[str, ...]
    withheld: tuple[str, ...]
    count: int

    @classmethod
    def open(cls, path: Path) -> "SheetFile":
        """Read the head of a kept table and count its rows."""
        with path.open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
            return cls(path, tuple(head["headers"]), tuple(head["withheld"]), sum(1 for _ in lines))

    @property
    def rows(self) -> Iterator[SheetRow]:
        """Read the rows one after another."""
        with self.path.open(encoding="utf-8") as lines:
            next(lines)
            for line in lines:
                number, *cells = json.loads(line)
                yield SheetRow(number, tuple(cells))


def load(lines: Iterable[str]) -> Sheet:
    """Read a head line and the row lines after it."""
    source = iter(lines)
    head = json.loads(next(source))
    rows = (json.loads(line) for line in source)
    return Sheet(
        tuple(head["headers"]),
        tuple(SheetRow(number, tuple(cells)) for number, *cells in rows),
        tuple(head["withheld"]),
    )


def too_heavy() -> Refused:
    """Return the refusal of a file that would take too much memory or time."""
    message = N_("Tệp quá nặng, không đọc hết được. Xin tách thành nhiều tệp nhỏ hơn.")
    return Refused("file_too_heavy", message)
