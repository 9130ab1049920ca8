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
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from shared.adapters import one_stop_sheet as sheet
from shared.adapters.csv_text import unguarded
from shared.adapters.one_stop_archive import kind_of, not_a_sheet, unreadable
from shared.adapters.one_stop_columns import is_personal
from shared.adapters.one_stop_header import SEARCHED_ROWS, Header, find_header
from shared.adapters.one_stop_sheet import MAX_CELL, MAX_COLUMNS, Refused, SheetRow
from shared.domain.errors import N_

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20  # 60,000 rows of 14 columns, near the limit of size, took 9
_LAST_EXCEL_ROW = 1_048_576
_SHEETS_TRIED = 5
_DELIMITERS = ",;\t|"
_INVISIBLE = dict.fromkeys(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x200B, 0x2010), 0xFEFF]
)  # direction signs, joiners and spaces of no width
_NO_SIGNS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")

Cells = list[str]


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
    for rows in tables:
        start = list(itertools.islice(rows, SEARCHED_ROWS + 2))
        if header := find_header(start):
            yield from _below(header, itertools.chain(start, rows))
            return
    message = N_("Không tìm thấy dòng tiêu đề cột, như “Mã hồ sơ”, “Ngày tiếp nhận”.")
    raise Refused("file_without_header", message)


def _below(header: Header, rows: Iterable[Cells]) -> Iterator[str]:
    taken = [place for place, name in enumerate(header.names) if name and not is_personal(name)]
    withheld = [name for name in header.names if name and is_personal(name)]
    yield sheet.head_line([header.names[place] for place in taken], withheld)
    count = written = 0
    for number, row in enumerate(rows, 1):
        if number > _LAST_EXCEL_ROW:
            raise unreadable()
        if number <= header.below or not any(row):
            continue
        cells = tuple(row[place] if place < len(row) else "" for place in taken)
        count += 1
        written += sum(map(len, cells))
        if count > sheet.MAX_ROWS:
            message = N_("Tệp có hơn %(limit)s dòng. Xin tách thành nhiều tệp.")
            raise Refused("file_too_many_rows", message, limit="100.000")
        if written > sheet.MAX_TEXT:
            raise sheet.too_heavy()
        yield sheet.row_line(SheetRow(number, cells))


def _workbook_tables(path: Path) -> Iterator[Iterator[Cells]]:
    book: Workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    for worksheet in book.worksheets[:_SHEETS_TRIED]:
        # Many exporters state a wrong size of the table, which would cut it.
        worksheet.reset_dimensions()
        values = worksheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)
        yield (_as_texts(row) for row in values)


def _as_texts(row: Sequence[object]) -> Cells:
    # Excel may hold a million empty rows below a list; most of them end here.
    if not any(value is not None for value in row):
        return []
    return ["" if value is None else as_text(value) for value in row]


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


def clean(text: str) -> str:
    """Return text composed (NFC), without invisible and direction signs, spaces made single."""
    normal = unicodedata.normalize("NFC", text[: 4 * MAX_CELL])
    return " ".join(normal.translate(_INVISIBLE).split())[:MAX_CELL]


def _csv_tables(path: Path) -> Iterator[Iterator[Cells]]:
    text = decoded(path.read_bytes())
    if match := re.match(r"sep=([,;\t|])\r?\n", text):
        yield _rows(text[match.end() :], match[1])
        return
    yield _rows(text, _delimiter(text))


def decoded(data: bytes) -> str:
    """Return the text of a CSV file in UTF-8, UTF-16 or Windows-1258. Raises Refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\x00" in data[:200]:
        encodings = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1258"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _NO_SIGNS.search(text):
            return text
    raise not_a_sheet()


def _delimiter(text: str) -> str:
    """Choose the sign that divides the first lines into the most columns, known ones first."""

    def worth(sign: str) -> tuple[bool, int]:
        start = list(itertools.islice(_rows(text, sign), SEARCHED_ROWS))
        header = find_header(start)
        return header is not None, len([name for name in header.names if name]) if header else 0

    return max(_DELIMITERS, key=worth)


def _rows(text: str, delimiter: str) -> Iterator[Cells]:
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [unguarded(clean(cell)) for cell in row[:MAX_COLUMNS]]
    except csv.Error as cause:
        raise unreadable() from cause


if __name__ == "__main__":
    main()
