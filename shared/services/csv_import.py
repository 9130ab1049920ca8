"""Importing a register from a CSV file: looked at first, then taken whole or without bad rows."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import false, update
from sqlalchemy.orm import Session

from shared.domain.cell_guard import unguarded
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.search import fold
from shared.models.organisation import Organisation
from shared.services.registers import Column, Register, Setup

MOST_ROWS = 2_000
SEPARATORS = ",;\t"
Outcome = Literal["add", "change", "same", "blank", "bad"]
Said = Callable[[str], str]  # a label in the language the file was handed out in


@dataclass(frozen=True)
class Line:
    """A row of the file: the line it begins on (the heading is line 1) and what becomes of it."""

    number: int
    cells: Cells
    outcome: Outcome
    refusal: RuleBroken | None = None


@dataclass(frozen=True)
class Outlook:
    """What an import does, or would do."""

    lines: tuple[Line, ...]
    unused: tuple[str, ...]  # headings nobody reads

    def count(self, outcome: Outcome) -> int:
        """Count the rows of one outcome."""
        return sum(line.outcome == outcome for line in self.lines)

    @property
    def bad(self) -> list[Line]:
        """The rows that cannot be taken."""
        return [line for line in self.lines if line.outcome == "bad"]


@dataclass(frozen=True)
class Table:
    """A file's rows by the columns of the register, with the lines they begin on."""

    rows: tuple[tuple[int, Cells], ...]
    unused: tuple[str, ...]


def preview(
    session: Session, setup: Setup, register: Register, text: str, said: Said = str
) -> Outlook:
    """Say what an import would do, without doing it.

    It is done and undone, so rows that build on earlier ones of the file are judged as they will
    be. Raises Invalid for a file that is no such table.
    """
    table = read_columns(register.columns, text, said)
    with undone(session):
        return _import(session, setup, register, table)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Take back whatever is written within."""
    # SQLite takes no write lock for a savepoint; without it another writer would break this one.
    session.execute(update(Organisation).where(false()).values(name=""))
    attempt = session.begin_nested()
    try:
        yield
    finally:
        attempt.rollback()


def apply(
    session: Session,
    setup: Setup,
    register: Register,
    text: str,
    said: Said = str,
    *,
    without_bad: bool,
) -> Outlook:
    """Import a file: all of it, or without its bad rows where that was asked for.

    Raises RuleBroken `bad_rows`, after which nothing may be committed, when it holds bad rows and
    they were not to be left out; Invalid for a file that is no such table.
    """
    table = read_columns(register.columns, text, said)
    outlook = _import(session, setup, register, table)
    if outlook.bad and not without_bad:
        raise bad_rows(len(outlook.bad))
    return outlook


def bad_rows(count: int) -> RuleBroken:
    """Give the refusal of a file with bad rows that were not to be left out."""
    return RuleBroken(
        "bad_rows", N_("Tệp có %(count)s dòng lỗi nên chưa nhập dòng nào."), count=count
    )


def decode(data: bytes) -> str:
    """Read a file's text: UTF-8, or UTF-16 as Excel's “Unicode text” has it; else Invalid."""
    if data.startswith(b"PK"):
        raise _no_table(N_("Đây là tệp Excel. Xin lưu thành “CSV UTF-8” rồi tải lên lại."))
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise _no_table(N_("Tệp không phải dạng UTF-8. Trong Excel, xin chọn lưu “CSV UTF-8”."))
    return text


def read_columns(
    columns: Sequence[Column], text: str, said: Said = str, *, most: int = MOST_ROWS
) -> Table:
    """Read a table whose headings are labels (as they stand, or as `said`) or names of columns.

    A choice in words of that language is given as its value. Raises Invalid for a file that is no
    such table or has more than `most` rows.
    """
    lines = _lines(text)
    heading = next(lines, None)
    if heading is None:
        raise _no_table(N_("Tệp trống. Xin tải tệp mẫu, điền rồi chọn lại."))
    places, unused = _places(columns, heading[1], said)
    choices = {column.name: _words_of(column, said) for column in columns if column.choices}
    rows = []
    for number, cells in lines:
        if any(cell.strip() for cell in cells):
            read = {name: _cell(cells, place) for name, place in places.items()}
            found = {name: words.get(fold(read.get(name, ""))) for name, words in choices.items()}
            rows.append((number, read | {name: value for name, value in found.items() if value}))
    if not rows:
        raise _no_table(N_("Tệp chỉ có dòng tiêu đề, chưa có dòng nào."))
    if len(rows) > most:
        raise _no_table(N_("Tệp có quá %(most)s dòng. Xin chia thành nhiều tệp."), most=most)
    return Table(tuple(rows), tuple(unused))


def _import(session: Session, setup: Setup, register: Register, table: Table) -> Outlook:
    before = {entry.key: entry.cells for entry in register.entries(session, setup)}
    lines: list[Line] = []
    seen: dict[int, int] = {}  # key of the row: line that named it
    for number, cells in table.rows:
        refusal, key = _save(session, setup, register, cells, seen)
        if refusal is not None or key is None:
            lines.append(Line(number, cells, "bad", refusal))
        else:
            seen[key] = number
            lines.append(Line(number, cells, "change" if key in before else "add"))
    after = {entry.key: entry.cells for entry in register.entries(session, setup)}
    by_line = {number: key for key, number in seen.items()}
    settled = tuple(_settled(line, by_line.get(line.number), before, after) for line in lines)
    return Outlook(settled, table.unused)


def _save(
    session: Session, setup: Setup, register: Register, cells: Cells, seen: Mapping[int, int]
) -> tuple[RuleBroken | None, int | None]:
    """Take one row; what refuses it left nothing behind."""
    try:
        with Faults() as faults:
            key = faults.read(register.key_of, session, setup, cells)
            if key is not None and key in seen:
                raise RuleBroken("row_twice", N_("Trùng với dòng %(line)s."), line=seen[key])
            saved = faults.read(register.save, session, setup, cells, key)
        return None, saved
    except NotFound:
        return RuleBroken("out_of_reach", N_("Ngoài phạm vi của Ông/Bà.")), None
    except RuleBroken as refusal:
        return refusal, None


def _settled(
    line: Line, key: int | None, before: Mapping[int, Cells], after: Mapping[int, Cells]
) -> Line:
    if line.outcome == "change" and key is not None and before.get(key) == after.get(key):
        return Line(line.number, line.cells, "same")
    return line


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give every row with the line it begins on."""
    first = text.partition("\n")[0]
    separator = max(SEPARATORS, key=first.count)
    # Strict: a quotation mark nobody closes would swallow the rows after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error:
        raise _no_table(
            N_("Dòng %(line)s không đọc được. Xin kiểm tra dấu ngoặc kép."), line=begins
        ) from None


def _words_of(column: Column, said: Said) -> Mapping[str, str]:
    """Give the values of a column's choices by their words in the language of the file."""
    return {fold(said(words)): value for value, words in column.choices.items()}


def _places(
    columns: Sequence[Column], heading: Sequence[str], said: Said
) -> tuple[dict[str, int], list[str]]:
    """Find which column of the file holds which column that is read."""
    known = {fold(column.name): column.name for column in columns}
    known |= {fold(column.label): column.name for column in columns}
    known |= {fold(said(column.label)): column.name for column in columns}
    places: dict[str, int] = {}
    unused = []
    for place, words in enumerate(heading):
        name = known.get(fold(words))
        if name is None or name in places:
            unused.append(words.strip())
        else:
            places[name] = place
    missing = [
        said(column.label) for column in columns if column.required and column.name not in places
    ]
    if missing:
        raise _no_table(
            N_("Thiếu cột: %(columns)s. Xin dùng đúng tiêu đề của tệp mẫu."),
            columns=", ".join(missing),
        )
    return places, [words for words in unused if words]


def _cell(cells: Sequence[str], place: int) -> str:
    return unguarded(cells[place]) if place < len(cells) else ""


def _no_table(message: str, **params: object) -> Invalid:
    return Invalid("no_table", message, field="file", **params)
