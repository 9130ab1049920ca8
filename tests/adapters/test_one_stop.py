"""An export goes in as the software wrote it and comes out as dossiers without applicants."""

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from shared.adapters import tcvn3
from shared.adapters.one_stop import read_into
from shared.adapters.one_stop_columns import guess_mapping
from shared.adapters.one_stop_reader import lines
from shared.adapters.one_stop_sheet import Sheet, SheetFile
from tests.adapters.exports import (
    PERSONAL,
    TITLES,
    csv_text,
    dossier_row,
    parse_rows,
    read_here,
    read_sheet,
    write_errors,
    xlsx,
)

ROWS = [dossier_row(number) for number in range(1, 7)]


def _as_xlsx(folder: Path) -> Path:
    return xlsx(folder / "xuat.xlsx", ROWS)


def _as_csv(encoding: str, delimiter: str, before: str = "") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "xuat.csv"
        path.write_bytes((before + csv_text(ROWS, delimiter=delimiter)).encode(encoding))
        return path

    return make


@pytest.mark.parametrize(
    "make",
    [
        _as_xlsx,
        _as_csv("utf-8-sig", ";"),
        _as_csv("utf-8", ","),
        _as_csv("utf-16", "\t"),
        _as_csv("utf-16-le", ";"),
        _as_csv("utf-8", "|", "sep=|\r\n"),
    ],
    ids=["xlsx", "utf-8-bom", "utf-8", "utf-16", "utf-16-le", "sep"],
)
def test_every_form_of_an_export_gives_the_same_dossiers(
    make: Callable[[Path], Path], tmp_path: Path
) -> None:
    sheet = read_sheet(make(tmp_path))
    parsed = parse_rows(sheet, guess_mapping(sheet.headers))
    assert parsed.errors == ()
    assert len(parsed.records) == len(ROWS)
    first = parsed.records[0]
    assert (first.code, first.procedure_code) == ("H01.001.02-260302-0001", "1.001193")
    assert (first.received_on, first.due_on) == (date(2026, 3, 2), date(2026, 3, 5))
    assert (first.finished_on, first.online) == (date(2026, 3, 4), True)
    assert (first.status, first.officer_code) == ("Đã trả kết quả", "CB01")
    assert parsed.records[1].online is False


def test_windows_1258_with_letters_and_tones_apart_is_composed(tmp_path: Path) -> None:
    # Ấ is written there as Â and a combining tone; not every letter fits, these do.
    path = tmp_path / "cu.csv"
    path.write_bytes(
        "Mã hô\u0300 sơ;Ngày tiê\u0301p nhâ\u0323n;Trạng thái\r\nHS1;05/03/2026;Đa\u0303 xong\r\n"
        .replace("ạ", "a\u0323").replace("ã", "a\u0303").encode("cp1258")
    )  # fmt: skip
    sheet = read_here(path)
    assert sheet.headers == ("Mã hồ sơ", "Ngày tiếp nhận", "Trạng thái")
    assert sheet.rows[0].cells == ("HS1", "05/03/2026", "Đã xong")


def test_nothing_about_the_applicant_leaves_the_reader(tmp_path: Path) -> None:
    path = _as_xlsx(tmp_path)
    assert read_here(path).withheld == ("Người nộp", "Số điện thoại", "Địa chỉ")
    kept = "".join(lines(path))
    assert not any(text in kept for text in PERSONAL)


def test_a_thousand_rows_with_three_bad_give_997_and_the_three_with_reasons(
    tmp_path: Path,
) -> None:
    rows = [dossier_row(number) for number in range(1, 1001)]
    rows[99][1] = ""
    rows[499][7] = "31/02/2026"
    rows[899][9] = date(2026, 1, 1)
    rows[899][10] = '=HYPERLINK("http://evil.example")'
    sheet = read_here(xlsx(tmp_path / "1000.xlsx", rows))
    parsed = parse_rows(sheet, guess_mapping(sheet.headers))
    assert len(parsed.records) == 997
    header_row = len(TITLES) + 1
    assert [(error.row_number, error.column, error.code) for error in parsed.errors] == [
        (header_row + 100, "Mã hồ sơ", "cell_empty"),
        (header_row + 500, "Ngày tiếp nhận", "not_a_date"),
        (header_row + 900, "Ngày trả kết quả", "date_before_receipt"),
    ]
    handed_back = write_errors(sheet, parsed.errors).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(handed_back, newline="")))
    assert len(lines) == 4
    assert lines[0][0] == "Dòng"
    assert [line[0] for line in lines[1:]] == ["106", "506", "906"]
    assert lines[2][-1] == "Ngày tiếp nhận: không phải là ngày, xin ghi như 05/03/2026"
    assert not any(text in handed_back for text in PERSONAL)


def test_the_rows_handed_back_can_be_corrected_and_read_again(tmp_path: Path) -> None:
    rows = [*ROWS[:2], dossier_row(3)]
    rows[2][7], rows[2][10] = "hôm qua", "-chờ bổ sung"
    sheet = read_here(xlsx(tmp_path / "a.xlsx", rows))
    errors = parse_rows(sheet, guess_mapping(sheet.headers)).errors
    corrected = tmp_path / "sua.csv"
    corrected.write_bytes(write_errors(sheet, errors).replace("hôm qua".encode(), b"04/03/2026"))
    again = read_here(corrected)
    parsed = parse_rows(again, guess_mapping(again.headers))
    assert parsed.errors == ()
    assert [record.status for record in parsed.records] == ["-chờ bổ sung"]


def test_a_header_of_two_lines_under_merged_cells_is_joined(tmp_path: Path) -> None:
    path = tmp_path / "hai.csv"
    path.write_text(
        "DANH SÁCH\n"
        "STT;Mã hồ sơ;Ngày;;;Trạng thái\n"
        ";;Tiếp nhận;Hẹn trả;Trả kết quả;\n"
        "(1);(2);(3);(4);(5);(6)\n"
        "1;HS1;05/03/2026;06/03/2026;06/03/2026;Xong\n"
    )
    sheet = read_here(path)
    record = parse_rows(sheet, guess_mapping(sheet.headers)).records[0]
    days = (record.received_on, record.due_on, record.finished_on)
    assert days == (date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 6))
    assert [row.number for row in sheet.rows] == [5]


def test_group_titles_sums_and_signatures_are_passed_over_and_told(tmp_path: Path) -> None:
    body: list[list[object]] = [
        ["I. Lĩnh vực Hộ tịch"],
        dossier_row(1),
        [],
        dossier_row(1),
        ["", "Tổng cộng: 1 hồ sơ"],
    ]
    sheet = read_here(xlsx(tmp_path / "nhom.xlsx", body))
    parsed = parse_rows(sheet, guess_mapping(sheet.headers))
    assert (len(parsed.records), parsed.errors) == (1, ())
    assert parsed.skipped == (7, 10, 11)


def test_a_sheet_kept_between_preview_and_import_is_the_same(tmp_path: Path) -> None:
    path, target = _as_xlsx(tmp_path), tmp_path / "rows"
    read_into(path, target)
    kept, sheet = SheetFile.open(target), read_here(path)
    assert (kept.headers, kept.withheld) == (sheet.headers, sheet.withheld)
    assert (kept.count, tuple(kept.rows)) == (len(sheet.rows), sheet.rows)


def test_the_list_may_stand_on_the_second_worksheet(tmp_path: Path) -> None:
    import openpyxl  # noqa: PLC0415

    path = _as_xlsx(tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Hướng dẫn", 0)["A1"] = "Xin đọc trước khi dùng"
    book.save(path)
    assert len(read_here(path).rows) == len(ROWS)


def test_headers_of_the_same_name_stay_apart(tmp_path: Path) -> None:
    path = tmp_path / "trung.csv"
    path.write_text("Mã hồ sơ,Ngày tiếp nhận,Khác,Khác\nHS1,05/03/2026,a,b\n")
    assert read_here(path).headers == ("Mã hồ sơ", "Ngày tiếp nhận", "Khác", "Khác (2)")


def test_a_table_of_unknown_columns_is_offered_for_mapping_by_hand(tmp_path: Path) -> None:
    path = tmp_path / "la.csv"
    path.write_text("Danh sách\nA1,B1,C1\nHS1,05/03/2026,x\n")
    sheet = read_here(path)
    assert isinstance(sheet, Sheet)
    assert sheet.headers == ("A1", "B1", "C1")
    parsed = parse_rows(sheet, {"code": "A1", "received_on": "B1"})
    assert parsed.records[0].code == "HS1"


def test_invisible_and_direction_signs_are_taken_out(tmp_path: Path) -> None:
    path = tmp_path / "an.csv"
    path.write_text("Mã hồ sơ,Ngày tiếp nhận\n\u202eHS1\u200b,05/03/2026\n")
    assert read_here(path).rows[0].cells[0] == "HS1"


def test_utf_8_wins_over_the_old_code_pages(tmp_path: Path) -> None:
    path = tmp_path / "utf8.csv"
    path.write_text("Mã hồ sơ;Ngày tiếp nhận\nHS1;05/03/2026\n", encoding="utf-8")
    assert read_here(path).headers == ("Mã hồ sơ", "Ngày tiếp nhận")


def test_the_old_encoding_tcvn3_is_read(tmp_path: Path) -> None:
    path = tmp_path / "tcvn3.csv"
    text = "Mã hồ sơ;Ngày tiếp nhận;Trạng thái;Cán bộ thụ lý\nHS1;05/03/2026;đã trả kết quả;Lữ\n"
    path.write_bytes(text.encode(tcvn3.NAME))
    sheet = read_here(path)
    assert sheet.headers == ("Mã hồ sơ", "Ngày tiếp nhận", "Trạng thái", "Cán bộ thụ lý")
    assert sheet.rows[0].cells == ("HS1", "05/03/2026", "đã trả kết quả", "Lữ")
