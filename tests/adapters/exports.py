"""Exports as the one-stop software makes them, with invented people."""

import csv
import io
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter

from shared.adapters.csv_text import write_rows
from shared.adapters.one_stop import read_into
from shared.adapters.one_stop_archive import check_size
from shared.adapters.one_stop_columns import Field
from shared.adapters.one_stop_reader import lines
from shared.adapters.one_stop_rows import Parsing, RowError, error_cells, error_head
from shared.adapters.one_stop_sheet import Sheet, Table, load
from shared.domain.dossier import DossierRecord

HEADERS = (
    "STT",
    "Mã hồ sơ",
    "Mã thủ tục",
    "Tên thủ tục",
    "Người nộp",
    "Số điện thoại",
    "Địa chỉ",
    "Ngày tiếp nhận",
    "Ngày hẹn trả",
    "Ngày trả kết quả",
    "Trạng thái",
    "Hình thức nộp",
    "Cán bộ thụ lý",
)
TITLES = (
    ("UBND XÃ SEN HỒNG", "", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", "", "", "", "", "Độc lập - Tự do - Hạnh phúc"),
    (),
    ("DANH SÁCH HỒ SƠ TIẾP NHẬN VÀ TRẢ KẾT QUẢ",),
    ("Từ ngày 01/03/2026 đến ngày 31/03/2026",),
)
PERSONAL = ("Trần Thị Bịa", "0912345678", "Thôn Không Có Thật")

Row = list[object]


def read_here(path: Path) -> Sheet:
    """Read as `read_sheet` does, in this process: quicker, for files that cannot grow."""
    check_size(path)
    return load(lines(path))


def read_sheet(path: Path) -> Sheet:
    """Read an XLSX or CSV export whole, as `read_into` does."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "rows"
        read_into(path, target)
        with target.open(encoding="utf-8") as lines:
            return load(lines)


@dataclass(frozen=True)
class Parsed:
    """What a sheet gave.

    `skipped` numbers the rows that hold no dossier of their own: group titles, sums, signatures,
    and exact repetitions of an earlier row.
    """

    records: tuple[DossierRecord, ...]
    errors: tuple[RowError, ...]
    skipped: tuple[int, ...]


def parse_rows(table: Table, mapping: Mapping[Field, str], *, latest: date | None = None) -> Parsed:
    """Turn all rows into dossiers at once, as `Parsing` does one by one."""
    errors: list[RowError] = []
    skipped: list[int] = []
    parsing = Parsing(
        table,
        mapping,
        latest=latest,
        fault=lambda _row, faults: errors.extend(faults),
        skip=lambda row: skipped.append(row.number),
    )
    return Parsed(tuple(parsing.records()), tuple(errors), tuple(skipped))


def write_errors(
    table: Table, errors: Iterable[RowError], say: Callable[[str], str] = str
) -> bytes:
    """Return the rows that were not taken as CSV, each with its number and its reasons."""
    reasons: dict[int, list[RowError]] = defaultdict(list)
    for error in errors:
        reasons[error.row_number].append(error)
    rows = (row for row in table.rows if row.number in reasons)
    body = (error_cells(row, reasons[row.number], say) for row in rows)
    return write_rows([error_head(table, say), *body])


def dossier_row(number: int) -> Row:
    """Return a good row: received 08:30 on a March day, due three days later, done in two."""
    received = datetime(2026, 3, 1 + number % 20, 8, 30)  # noqa: DTZ001  as a sheet has it
    return [
        number,
        f"H01.001.02-{received:%y%m%d}-{number:04}",
        "1.001193",
        "Đăng ký khai sinh",
        *PERSONAL,
        received,
        (received + timedelta(days=3)).date(),
        (received + timedelta(days=2)).date(),
        "Đã trả kết quả",
        "Trực tuyến" if number % 2 else "Trực tiếp",
        "CB01",
    ]


def xlsx(
    path: Path,
    rows: Sequence[Sequence[object]],
    *,
    headers: Sequence[str] = HEADERS,
    titles: Sequence[Sequence[str]] = TITLES,
) -> Path:
    """Write a workbook with title rows over merged cells, the header and the rows."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Danh sách")
        dated = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for index, title in enumerate(titles):
            sheet.write_row(index, 0, title)
            if len(title) == 1:
                sheet.merge_range(index, 0, index, 8, title[0])
        sheet.write_row(len(titles), 0, headers)
        for index, row in enumerate(rows, len(titles) + 1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(index, column, cell, dated)
                else:
                    sheet.write(index, column, cell)
    return path


def csv_text(
    rows: Sequence[Sequence[object]],
    *,
    headers: Sequence[str] = HEADERS,
    titles: Sequence[Sequence[str]] = TITLES,
    delimiter: str = ";",
) -> str:
    """Return the same as CSV, dates as people write them."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerows([*titles, headers])
    writer.writerows([[_written(cell) for cell in row] for row in rows])
    return file.getvalue()


def _written(cell: object) -> object:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell
