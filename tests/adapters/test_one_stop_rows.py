"""Columns find their fields, cells their values, and every refused cell its reason."""

from datetime import date

import pytest

from shared.adapters import one_stop_values as values
from shared.adapters.one_stop_columns import FIELDS, Field, guess_mapping, is_personal, label
from shared.adapters.one_stop_rows import Parsed, RowError, parse_rows, write_errors
from shared.adapters.one_stop_sheet import Refused, Sheet, SheetRow
from shared.domain.errors import Invalid

MAPPING: dict[Field, str] = {
    "code": "Mã hồ sơ",
    "received_on": "Ngày tiếp nhận",
    "due_on": "Ngày hẹn trả",
    "finished_on": "Ngày trả kết quả",
}


def parsed(
    *rows: tuple[str, ...],
    mapping: dict[Field, str] | None = None,
    latest: date | None = None,
) -> Parsed:
    """Parse rows of the mapped columns, numbered from 2."""
    mapping = mapping or MAPPING
    numbered = tuple(SheetRow(number, row) for number, row in enumerate(rows, 2))
    return parse_rows(Sheet(tuple(mapping.values()), numbered), mapping, latest=latest)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("MÃ HỒ SƠ", "code"),
        ("Số hồ sơ", "code"),
        ("Ngày giờ tiếp nhận hồ sơ", "received_on"),
        ("Thời gian tiếp nhận", "received_on"),
        ("Ngày nộp hồ sơ", "received_on"),
        ("Ngày hẹn trả kết quả", "due_on"),
        ("Hạn xử lý", "due_on"),
        ("Ngày trả kết quả", "finished_on"),
        ("Ngày kết thúc xử lý", "finished_on"),
        ("Ngày trả kết quả dự kiến", None),
        ("Mã TTHC", "procedure_code"),
        ("Tên thủ tục hành chính", "procedure_name"),
        ("Trạng thái hồ sơ", "status"),
        ("Hình thức nộp hồ sơ", "online"),
        ("Hình thức trả kết quả", None),
        ("Mức độ DVC", "level"),
        ("Số lần bổ sung", "supplements"),
        ("Cán bộ tiếp nhận", "officer_code"),
        ("Cơ quan giải quyết", "unit_code"),
        ("STT", None),
        ("Lệ phí", None),
        ("Họ tên người nộp", None),
    ],
)
def test_a_header_is_known_without_diacritics_or_case(header: str, field: str | None) -> None:
    assert list(guess_mapping([header])) == ([field] if field else [])


def test_the_end_of_processing_is_taken_before_the_day_of_return() -> None:
    headers = ["Mã hồ sơ", "Ngày tiếp nhận", "Ngày trả kết quả", "Ngày kết thúc xử lý"]
    assert guess_mapping(headers)["finished_on"] == "Ngày kết thúc xử lý"


def test_a_column_fills_one_field_and_every_field_has_a_name() -> None:
    mapping = guess_mapping(["Ngày tiếp nhận", "Mã hồ sơ", "Ngày nộp", "Cán bộ tiếp nhận"])
    assert len(set(mapping.values())) == len(mapping)
    assert mapping["received_on"] == "Ngày tiếp nhận"
    assert all(label(field) for field in FIELDS)


@pytest.mark.parametrize(
    "header",
    [
        "Người nộp", "Chủ hồ sơ", "Họ và tên", "SĐT", "Số điện thoại", "Địa chỉ thường trú",
        "Số CCCD/CMND", "Số định danh cá nhân", "Ngày sinh", "Email", "Tổ chức/Cá nhân",
        "Tên công dân", "Trích yếu nội dung", "Ghi chú", "Người nhận kết quả",
    ],
)  # fmt: skip
def test_columns_about_the_applicant_are_known(header: str) -> None:
    assert is_personal(header)
    assert guess_mapping([header]) == {}


@pytest.mark.parametrize(
    "header", ["Họ tên cán bộ thụ lý", "Mã hồ sơ", "Ngày công dân nhận kết quả", "Tên thủ tục"]
)
def test_columns_about_the_office_are_not_withheld(header: str) -> None:
    assert not is_personal(header)


@pytest.mark.parametrize(
    "text",
    [
        "05/03/2026", "5/3/2026", "05-03-2026", "05.03.2026", "05/03/2026 14:05",
        "05/03/2026 14:05:59", "14:05 05/03/2026", "05/03/2026 2:05 PM", "2026-03-05",
        "2026-03-05T14:05:00", "2026-03-05 14:05", "2026-03-04T18:30:00Z",
        "2026-03-05T00:10:00+07:00", "46086", "46086.58",
    ],
)  # fmt: skip
def test_dates_are_read_in_every_form_exports_use(text: str) -> None:
    assert values.as_date(text) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["31/02/2026", "03/2026", "05/03/26", "hôm qua", "2026-13-01", "4608", "5/3/20261", "#N/A"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        values.as_date(text)
    assert refusal.value.code == "not_a_date"


@pytest.mark.parametrize("text", ["05/03/0026", "05/03/9026", "99999"])
def test_an_impossible_year_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        values.as_date(text)
    assert refusal.value.code == "date_out_of_range"


@pytest.mark.parametrize(
    ("text", "online"),
    [
        ("Trực tuyến", True), ("Nộp qua mạng", True), ("Cổng DVC quốc gia", True), ("x", True),
        ("Trực tiếp", False), ("Tại quầy", False), ("Dịch vụ bưu chính", False), ("Không", False),
    ],
)  # fmt: skip
def test_the_way_of_submitting_is_understood(text: str, online: bool) -> None:
    assert values.is_online(text) is online


def test_an_unknown_way_of_submitting_is_told_and_not_guessed() -> None:
    with pytest.raises(Invalid):
        values.is_online("Ủy thác")


@pytest.mark.parametrize(
    ("text", "level"),
    [("Mức độ 4", 4), ("3", 3), ("Toàn trình", 4), ("DVC trực tuyến một phần", 3), ("", None)],
)
def test_the_degree_of_an_online_service_is_read(text: str, level: int | None) -> None:
    assert values.as_level(text) == level


@pytest.mark.parametrize("text", ["Mức độ 5", "cao", "3-4"])
def test_an_unknown_degree_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        values.as_level(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.001193", "1.001193"),
        ("2.00088", "2.000880"),
        ("1.001193 - Đăng ký khai sinh", "1.001193"),
        ("Đăng ký khai sinh", ""),
    ],
)
def test_a_procedure_code_that_excel_shortened_is_made_whole(text: str, code: str) -> None:
    assert values.as_procedure_code(text) == code


def test_every_fault_of_a_row_is_told_with_its_column_and_value() -> None:
    result = parsed(("HS1", "mai", "không", "05/03/2026"))
    assert result.records == ()
    assert [(error.column, error.value) for error in result.errors] == [
        ("Ngày tiếp nhận", "mai"),
        ("Ngày hẹn trả", "không"),
    ]


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (("", "05/03/2026", "", ""), None, None),
        (("", "05/03/2026", "06/03/2026", ""), "Mã hồ sơ", "cell_empty"),
        (("x" * 61, "05/03/2026", "", ""), "Mã hồ sơ", "dossier_code_too_long"),
        (("HS1", "", "06/03/2026", ""), "Ngày tiếp nhận", "cell_empty"),
        (("HS1", "05/03/2026", "04/03/2026", ""), "Ngày hẹn trả", "date_before_receipt"),
        (("HS1", "05/03/2026", "", "04/03/2026"), "Ngày trả kết quả", "date_before_receipt"),
        (("HS1", "23/11/2026", "30/11/2026", ""), "Ngày tiếp nhận", "date_in_future"),
    ],
)
def test_faults_have_their_codes(
    row: tuple[str, ...], column: str | None, code: str | None
) -> None:
    errors = parsed(row, latest=date(2026, 11, 22)).errors
    assert [(e.column, e.code) for e in errors] == ([(column, code)] if code else [])


def test_a_dossier_still_open_may_lack_its_dates() -> None:
    record = parsed(("HS1", "05/03/2026", "", "")).records[0]
    assert (record.due_on, record.finished_on, record.one_stop) == (None, None, True)


def test_the_same_code_with_other_content_is_refused_and_repeated_rows_are_passed_over() -> None:
    same = ("HS1", "05/03/2026", "", "")
    result = parsed(same, same, ("HS1", "06/03/2026", "", ""))
    assert len(result.records) == 1
    assert result.skipped == (3,)
    assert [(error.row_number, error.code) for error in result.errors] == [
        (4, "dossier_code_twice")
    ]
    assert result.errors[0].params == {"row": 2}


def test_a_code_alone_in_its_row_is_a_fault_if_it_is_a_real_one() -> None:
    result = parsed(("H01.001.02-260305-0001", "", "", ""), ("Người lập biểu", "", "", ""))
    assert [error.row_number for error in result.errors] == [2]
    assert result.skipped == (3,)


def test_a_mapping_without_the_needed_columns_is_refused() -> None:
    sheet = Sheet(("Mã hồ sơ",), ())
    with pytest.raises(Refused, match="Ngày tiếp nhận"):
        parse_rows(sheet, {"code": "Mã hồ sơ"})
    with pytest.raises(Refused, match="Ngày tiếp nhận"):
        parse_rows(sheet, {"code": "Mã hồ sơ", "received_on": "Cột khác"})


def test_a_name_in_the_code_column_still_names_the_procedure() -> None:
    mapping: dict[Field, str] = {**MAPPING, "procedure_code": "Thủ tục"}
    record = parsed(("HS1", "05/03/2026", "", "", "Đăng ký khai sinh"), mapping=mapping).records[0]
    assert (record.procedure_code, record.procedure_name) == ("", "Đăng ký khai sinh")


def test_reasons_are_told_in_the_language_asked_for() -> None:
    sheet = Sheet(("Mã hồ sơ",), (SheetRow(4, ("HS1",)), SheetRow(5, ("HS2",))))
    error = RowError(5, "Mã hồ sơ", "HS2", "too_long", "dài quá %(limit)s ký tự", {"limit": 60})
    english = {"Dòng": "Row", "Lý do": "Reason", error.message: "longer than %(limit)s"}
    told = write_errors(sheet, [error], lambda text: english[text]).decode("utf-8-sig")
    assert told == "Row,Mã hồ sơ,Reason\r\n5,HS2,Mã hồ sơ: longer than 60\r\n"
