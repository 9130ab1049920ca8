"""A program of its own that reads one untrusted export within limits and prints its rows.

`python -m shared.adapters.one_stop_reader FILE` writes JSON lines: the head and rows of
`one_stop_sheet`, or one line {"refused": code, "message": …, "params": …} in place of the rest.
"""

import csv
import io
import itertools
import json
import re
import resource
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook

from shared.adapters import one_stop_sheet as sheet
from shared.adapters import tcvn3
from shared.adapters.one_stop_archive import kind_of, not_a_sheet, unreadable
from shared.adapters.one_stop_columns import REQUIRED, guess_mapping, is_personal
from shared.adapters.one_stop_header import SEARCHED_ROWS, Header, find_header
from shared.adapters.one_stop_sheet import MAX_CELL, MAX_COLUMNS, Refused, SheetRow
from shared.adapters.one_stop_values import is_of_a_dossier
from shared.domain.cell_guard import unguarded
from shared.domain.errors import N_

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 60  # 100,000 rows of 18 columns took 14
_LAST_EXCEL_ROW = 1_048_576
_SHEETS_TRIED = 5
_LOOKED_AT = 64 * 1024  # signs or bytes at a time
_DELIMITERS = ",;\t|"
_INVISIBLE = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010), 0xFEFF]
)  # direction signs, joiners and spaces of no width
_NO_SIGNS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

Cells = Sequence[Any]  # as the file has them, not texts yet


@dataclass(frozen=True)
class _Table:
    """A table of a file: its rows, and about how many there are."""

    rows: Iterator[Cells]
    expected: int


def main() -> None:
    """Read the file named on the command line under limits of memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    warnings.simplefilter("ignore")  # openpyxl remarks on styles it does not know
    try:
        for line in lines(Path(sys.argv[1])):
            print(line)
    except Refused as refusal:
        _print_refusal(refusal)
    except MemoryError:
        _print_refusal(sheet.too_heavy())
    except Exception:  # noqa: BLE001  openpyxl fails in dozens of ways over a damaged file
        _print_refusal(unreadable())


def _print_refusal(refusal: Refused) -> None:
    print(json.dumps({
        "refused": refusal.code, "message": refusal.message, "params": dict(refusal.params)
    }))  # fmt: skip


def lines(path: Path) -> Iterator[str]:
    """Yield the JSON lines of a file. Raises Refused, also after some rows were yielded."""
    tables = _workbook_tables(path) if kind_of(path) == "xlsx" else _csv_tables(path)
    for table in tables:
        start = list(itertools.islice(table.rows, SEARCHED_ROWS + 2))
        if header := find_header([_texts(row) for row in start]):
            yield from _below(header, itertools.chain(start, table.rows), table.expected)
            return
    message = N_("Không tìm thấy dòng tiêu đề cột, như “Mã hồ sơ”, “Ngày tiếp nhận”.")
    raise Refused("file_without_header", message)


def _below(header: Header, rows: Iterable[Cells], expected: int) -> Iterator[str]:
    taken = [place for place, name in enumerate(header.names) if name and not is_personal(name)]
    withheld = [name for name in header.names if name and is_personal(name)]
    yield sheet.head_line([header.names[place] for place in taken], withheld, expected)
    count = written = 0
    for number, row in enumerate(rows, 1):
        if number > _LAST_EXCEL_ROW:
            raise unreadable()
        # Excel may hold a million empty rows below a list; most of them end here.
        if number <= header.below or not any(row):
            continue
        cells = _texts([row[place] if place < len(row) else "" for place in taken])
        count += 1
        written += sum(map(len, cells))
        if count > sheet.MAX_ROWS:
            message = N_("Tệp có hơn %(limit)s dòng. Xin tách thành nhiều tệp.")
            raise Refused("file_too_many_rows", message, limit="100.000")
        if written > sheet.MAX_TEXT:
            raise sheet.too_heavy()
        yield sheet.row_line(SheetRow(number, tuple(cells)))


def _texts(row: Cells) -> list[str]:
    return ["" if value is None else as_text(value) for value in row]


def _workbook_tables(path: Path) -> Iterator[_Table]:
    with path.open("rb") as file:  # by its name openpyxl would refuse a file without an ending
        book: Workbook = openpyxl.load_workbook(
            file, read_only=True, data_only=True, keep_links=False
        )
        for worksheet in book.worksheets[:_SHEETS_TRIED]:
            expected = worksheet.max_row or 0
            # Many exporters state a wrong size of the table, which would cut it.
            worksheet.reset_dimensions()
            yield _Table(worksheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), expected)


def as_text(value: object) -> str:
    """Return a cell of a workbook as text: dates in ISO 8601, whole numbers without a point."""
    match value:
        case bool():
            return "1" if value else "0"
        case datetime():
            midnight = value.time() == time()
            return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
        case float() if value.is_integer():
            return f"{value:.0f}"
        case _:
            return clean(str(value))


@lru_cache(maxsize=16_384)  # most words of a list stand in many of its rows
def clean(text: str) -> str:
    """Return text composed (NFC), without invisible and direction signs, spaces made single."""
    normal = unicodedata.normalize("NFC", text[: 4 * MAX_CELL])
    return " ".join(normal.translate(_INVISIBLE).split())[:MAX_CELL]


def _csv_tables(path: Path) -> Iterator[_Table]:
    encoding = max(_encodings(path), key=lambda name: _worth_of(_start(path, name)))
    start = _start(path, encoding)
    with path.open(encoding=encoding, newline="") as file:
        if match := re.match(r"sep=([,;\t|])\r?\n", start):
            file.readline()
        delimiter = match[1] if match else _delimiter(start)
        is_dossier = _dossier_lines(start, delimiter)
        yield _Table(_whole_rows(file, delimiter, is_dossier), _lines_in(path))


def _start(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, newline="") as file:
        return file.read(_LOOKED_AT)


def _lines_in(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(lambda: file.read(_LOOKED_AT), b""))


def _encodings(path: Path) -> list[str]:
    """Give the encodings a CSV file may be in: UTF-8 or UTF-16, else the two old Vietnamese ones.

    Raises Refused when it is no text at all.
    """
    with path.open("rb") as file:
        data = file.read(200)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    elif b"\x00" in data:
        candidates = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    else:
        candidates = ["utf-8-sig", "cp1258", tcvn3.NAME]
    fitting = [encoding for encoding in candidates if _is_text(path, encoding)]
    if not fitting:
        raise not_a_sheet()
    return fitting[:1] if fitting[0].startswith("utf") else fitting


def _is_text(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            pieces = iter(lambda: file.read(_LOOKED_AT), "")
            return not any(_NO_SIGNS.search(piece) for piece in pieces)
    except UnicodeDecodeError:
        return False


def _delimiter(text: str) -> str:
    """Choose the sign that divides the first lines into the most columns, known ones first."""
    return max(_DELIMITERS, key=lambda sign: _worth(text, sign))


def _worth_of(text: str) -> tuple[int, int]:
    return _worth(text, _delimiter(text))


def _worth(text: str, delimiter: str) -> tuple[int, int]:
    """Count the known fields and the columns of the header that is found."""
    names = [name for name in _headings(text, delimiter) if name]
    return len(guess_mapping(names)), len(names)


def _headings(text: str, delimiter: str) -> Sequence[str]:
    rows = _rows(io.StringIO(text, newline=""), delimiter)
    header = find_header([_texts(row) for row in itertools.islice(rows, SEARCHED_ROWS)])
    return header.names if header else ()


def _dossier_lines(text: str, delimiter: str) -> Callable[[str], bool]:
    """Give the test whether a line of the file is a whole row with a dossier's code and day."""
    names = _headings(text, delimiter)
    known = guess_mapping([name for name in names if name])
    places = {field: names.index(known[field]) for field in REQUIRED if field in known}

    def is_dossier(line: str) -> bool:
        if line.count(delimiter) < len(names) - 1 or len(places) < len(REQUIRED):
            return False
        cells = next(csv.reader([line], delimiter=delimiter), [])
        if len(cells) < len(names):
            return False
        words = {field: clean(cells[at].strip('"')) for field, at in places.items()}
        return all(is_of_a_dossier(field, text) for field, text in words.items())

    return is_dossier


def _rows(file: Iterable[str], delimiter: str) -> Iterator[Cells]:
    try:
        for row in csv.reader(file, delimiter=delimiter):
            yield [unguarded(cell.strip()) for cell in row[:MAX_COLUMNS]]
    except (csv.Error, UnicodeDecodeError) as cause:
        raise unreadable() from cause


def _whole_rows(
    file: Iterable[str], delimiter: str, is_dossier: Callable[[str], bool]
) -> Iterator[Cells]:
    """Yield the rows of a whole file.

    Raises Refused for a quotation mark that is never closed, or closed by that of another row: the
    rows between would be lost in one cell without a word. A cell may hold lines of its own, but
    none that `is_dossier`.
    """
    taken: list[str] = []
    number = 0
    try:
        for number, row in enumerate(csv.reader(_noted(file, taken), delimiter=delimiter), 1):
            if not _is_closed(taken, delimiter) or any(map(is_dossier, taken[1:])):
                raise _open_quote(number)
            taken.clear()
            yield [unguarded(cell.strip()) for cell in row[:MAX_COLUMNS]]
    except csv.Error as cause:  # a cell of more than 131,072 signs
        raise _open_quote(number + 1) from cause
    except UnicodeDecodeError as cause:
        raise unreadable() from cause


def _noted(file: Iterable[str], taken: list[str]) -> Iterator[str]:
    for line in file:
        taken.append(line)
        yield line


def _is_closed(taken: Sequence[str], delimiter: str) -> bool:
    """Say whether the lines of one row close what they quote."""
    if len(taken) == 1:  # the end of the file closes anything: a line more would not be one
        rows = csv.reader([taken[0], "\r\n"], delimiter=delimiter)
        return '"' not in taken[0] or sum(1 for _row in rows) > 1
    try:
        return bool(list(csv.reader(taken, delimiter=delimiter, strict=True)))
    except csv.Error:
        return False


def _open_quote(number: int) -> Refused:
    message = N_(
        "Dòng %(row)s: dấu ngoặc kép mở mà không đóng. Xin sửa dòng đó, hoặc lưu tệp dạng .xlsx."
    )
    return Refused("quote_open", message, row=number)


if __name__ == "__main__":
    main()
