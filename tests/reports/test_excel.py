"""Workbooks hold real figures, and text that stays text."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from shared.reports import excel
from shared.reports.content import Column, Heading, Table
from tests.reports.hostile import HOSTILE

AS_OF = date(2026, 11, 22)
COLUMNS = (
    Column("Đơn vị", width=30),
    Column("Hồ sơ", "integer"),
    Column("Điểm", "number", decimals=2),
    Column("Hài lòng", "percent"),
    Column("Ngày chốt", "date"),
)
TABLE = Table(
    "Bảng điểm",
    COLUMNS,
    (
        Heading("Khối xã"),
        ("Xã Sen Hồng", 1234, 98.5, 0.965, AS_OF),
        ("Xã Lúa Vàng", 77, None, 1.0, None),
    ),
    ("Cộng", 1311, 98.5, 0.97, None),
)


def opened(data: bytes) -> Workbook:
    """Open a workbook as a reader's program would."""
    return openpyxl.load_workbook(io.BytesIO(data))


def test_figures_and_dates_are_real_and_formatted() -> None:
    sheet = opened(excel.write([TABLE], "Bảng xếp hạng", AS_OF))["Bảng điểm"]
    assert [cell.value for cell in sheet[4]] == [column.title for column in COLUMNS]
    assert [cell.value for cell in sheet[6]] == [
        "Xã Sen Hồng", 1234, 98.5, 0.965, datetime(2026, 11, 22),  # noqa: DTZ001  a sheet has no zones
    ]  # fmt: skip
    formats = [cell.number_format for cell in sheet[6]]
    assert formats == ["@", "[$-42A]#,##0", "[$-42A]#,##0.00", "[$-42A]0.0%", "dd/mm/yyyy"]
    assert sheet["C7"].value is None
    assert sheet["A8"].value == "Cộng"
    assert sheet["A8"].font.b


def test_title_day_and_notes_are_there() -> None:
    book = opened(excel.write([TABLE], "Bảng xếp hạng", AS_OF, ["Số liệu mẫu."]))
    assert book["Bảng điểm"]["A1"].value == "Bảng xếp hạng"
    assert book["Bảng điểm"]["A2"].value == "Số liệu đến ngày 22/11/2026"
    assert book["Ghi chú"]["A1"].value == "Số liệu mẫu."
    assert book.properties.title == "Bảng xếp hạng"


def test_the_header_stays_in_sight_and_on_every_printed_page() -> None:
    sheet = opened(excel.write([TABLE], "Bảng xếp hạng", AS_OF))["Bảng điểm"]
    assert sheet.freeze_panes == "A5"
    assert sheet.print_title_rows == "$4:$4"
    assert sheet.auto_filter.ref == "A4:E7"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.page_setup.fitToHeight == 0  # as many pages as it takes, one page wide
    fit = sheet.sheet_properties.pageSetUpPr
    assert fit is not None
    assert fit.fitToPage
    assert sheet.column_dimensions["A"].width == pytest.approx(30, abs=1)


def test_hostile_text_stays_text_wherever_it_stands() -> None:
    rows = tuple((text, 1) for text in HOSTILE) + tuple(Heading(text) for text in HOSTILE)
    columns = (Column("=1+1"), Column("@SUM(1)", "integer"))
    tables = [Table("=bảng", columns, rows, ("=tổng", 2))]
    data = excel.write(tables, "=tiêu đề", AS_OF, HOSTILE)
    cells = [cell for sheet in opened(data) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    parts = zipfile.ZipFile(io.BytesIO(data))
    sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    assert not any(b"<f>" in sheet or b"hyperlink" in sheet for sheet in sheets)
    texts = {cell.value for cell in cells}
    assert set(HOSTILE[:5]) <= texts


def test_sheet_names_are_made_fit_and_different() -> None:
    titles = ["Bảng: [1/2]?", "Bảng   1 2", "x" * 40, "X" * 40, "''", ""]
    tables = [Table(title, (Column("A"),), (("a",),)) for title in titles]
    names = opened(excel.write(tables, "Tên", AS_OF)).sheetnames
    assert len({name.casefold() for name in names}) == len(titles)
    assert all(0 < len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)


def test_a_sheet_name_keeps_whole_words_and_says_what_it_left_out() -> None:
    long = "Tỷ lệ đạt theo nhóm tiêu chí, cá nhân"
    titles = ["Kết quả đến 31/10", long, long, f"{long} khác"]
    tables = [Table(title, (Column("A"),), (("a",),)) for title in titles]
    tables.append(Table(long, (Column("A"),), (("a",),), sheet="Nhóm tiêu chí"))
    assert opened(excel.write(tables, "Tên", AS_OF)).sheetnames == [
        "Kết quả đến 31-10",
        "Tỷ lệ đạt theo nhóm tiêu chí…",
        "Tỷ lệ đạt theo nhóm tiêu… (2)",
        "Tỷ lệ đạt theo nhóm tiêu… (3)",
        "Nhóm tiêu chí",
    ]
