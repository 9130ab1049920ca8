"""Columns find their fields, cells their values, and every refused cell its reason."""

from datetime import date

import pytest

from shared.adapters import one_stop_values as values
from shared.adapters.one_stop_columns import FIELDS, Field, guess_mapping, is_personal, label
from shared.adapters.one_stop_rows import RowError
from shared.adapters.one_stop_sheet import Refused, Sheet, SheetRow
from shared.domain.dossier import Channel
from shared.domain.errors import Invalid
from tests.adapters.exports import Parsed, parse_rows, write_errors

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
        ("Ngày trả kết quả", "returned_on"),
        ("Ngày từ chối", "stopped_on"),
        ("Ngày yêu cầu bổ sung", "supplement_requested_on"),
        ("Ngày nhận bổ sung", "supplemented_on"),
        ("Số ngày chờ bổ sung", "waited_days"),
        ("Ngày gửi phiếu xin lỗi", "apologised_on"),
        ("Ngày hẹn lại", "reappointed_on"),
        ("Ngày hẹn trả mới", "reappointed_on"),
        ("Số lần hẹn lại", "reappointments"),
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
    ("text", "channel"),
    [
        ("Trực tuyến", Channel.ONLINE), ("Nộp qua mạng", Channel.ONLINE),
        ("Cổng DVC quốc gia", Channel.ONLINE), ("x", Channel.ONLINE), ("Trực tiếp", Channel.DESK),
        ("Tại quầy", Channel.DESK), ("Dịch vụ bưu chính", Channel.POST), ("Không", None),
    ],
)  # fmt: skip
def test_the_way_of_submitting_is_understood(text: str, channel: Channel | None) -> None:
    assert values.as_channel(text) is channel


def test_an_unknown_way_of_submitting_is_told_and_not_guessed() -> None:
    with pytest.raises(Invalid):
        values.as_channel("Ủy thác")


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
        (("", "05/03/2026", "", ""), "Mã hồ sơ", "cell_empty"),
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


def test_small_letters_make_no_other_dossier() -> None:
    same = ("", "05/03/2026", "", "")
    result = parsed(
        ("Hs-1/tp", *same[1:]), ("HS-1/TP", *same[1:]), ("hs-1/tp", "06/03/2026", "", "")
    )
    assert [record.code for record in result.records] == ["Hs-1/tp"]
    assert result.skipped == (3,)
    assert [error.code for error in result.errors] == ["dossier_code_twice"]


def test_a_code_alone_in_its_row_is_a_fault_if_it_is_a_real_one() -> None:
    result = parsed(("H01.001.02-260305-0001", "", "", ""), ("Người lập biểu", "", "", ""))
    assert [error.row_number for error in result.errors] == [2]
    assert result.skipped == (3,)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("", "05/03/2026", "", ""), "Mã hồ sơ"),
        (("", "2026-03-05", "", ""), "Mã hồ sơ"),
        (("", "46086", "", ""), "Mã hồ sơ"),
        (("", "29/02/2026", "", ""), "Mã hồ sơ"),
        (("HS-0001", "", "", ""), "Ngày tiếp nhận"),
        (("20260305001", "", "", ""), "Ngày tiếp nhận"),
    ],
)
def test_a_dossier_of_which_only_its_code_or_its_day_is_left_is_handed_back(
    row: tuple[str, ...], column: str
) -> None:
    result = parsed(row)
    assert result.skipped == ()
    assert result.errors[0].column == column


@pytest.mark.parametrize(
    "row",
    [
        ("II", "", "", ""),
        ("2.1", "", "", ""),
        ("2026", "", "", ""),
        ("Cộng: 1500", "", "", ""),
        ("Tổng:1500", "", "", ""),
        ("1.001193", "", "", ""),
        ("05/03/2026", "", "", ""),
        ("", "1500", "", ""),
        ("", "Ngày 05/03/2026", "", ""),
        ("", "", "", "05/03/2026"),
    ],
)
def test_titles_sums_and_signatures_stay_passed_over(row: tuple[str, ...]) -> None:
    assert (parsed(row).errors, parsed(row).skipped) == ((), (2,))


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#SPILL!"])
def test_what_a_failed_formula_left_is_no_code(cell: str) -> None:
    result = parsed((cell, "05/03/2026", "", ""), ("HS #12", "05/03/2026", "", ""))
    assert [record.code for record in result.records] == ["HS #12"]
    assert [(error.row_number, error.code) for error in result.errors] == [(2, "failed_formula")]


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


MORE: dict[Field, str] = {
    "code": "Mã hồ sơ",
    "received_on": "Ngày tiếp nhận",
    "due_on": "Ngày hẹn trả",
    "finished_on": "Ngày xử lý xong",
    "returned_on": "Ngày trả kết quả",
    "stopped_on": "Ngày từ chối",
    "supplement_requested_on": "Ngày yêu cầu bổ sung",
    "supplemented_on": "Ngày bổ sung",
    "supplements": "Số lần bổ sung",
    "waited_days": "Số ngày chờ",
    "apologised_on": "Ngày xin lỗi",
    "reappointed_on": "Ngày hẹn lại",
    "reappointments": "Số lần hẹn lại",
}


def row_of(**cells: str) -> tuple[str, ...]:
    """Give a row in the order of MORE: received on 2 March 2026, due on the 20th."""
    usual = {"code": "HS1", "received_on": "02/03/2026", "due_on": "20/03/2026"}
    return tuple((usual | cells).get(field, "") for field in MORE)


@pytest.mark.parametrize(
    ("cells", "day"),
    [
        ({"finished_on": "05/03/2026", "returned_on": "09/03/2026"}, 5),
        ({"returned_on": "09/03/2026", "stopped_on": "04/03/2026"}, 9),
        ({"stopped_on": "04/03/2026"}, 4),
    ],
)
def test_the_end_is_the_first_filled_of_done_returned_stopped(
    cells: dict[str, str], day: int
) -> None:
    assert parsed(row_of(**cells), mapping=MORE).records[0].finished_on == date(2026, 3, day)


def test_waits_follow_from_their_days() -> None:
    asked, met = "04/03/2026; 10/03/2026", "06/03/2026"
    waiting = row_of(supplement_requested_on=asked, supplemented_on=met)
    record = parsed(waiting, mapping=MORE).records[0]
    assert (record.supplements, record.waited_days) == (2, 2)
    assert record.waiting_since == date(2026, 3, 10)


def test_the_softwares_own_counts_of_requests_and_waiting_days_come_first() -> None:
    row = row_of(supplement_requested_on="04/03/2026", supplements="2", waited_days="3")
    record = parsed(row, mapping=MORE).records[0]
    assert (record.supplements, record.waited_days) == (2, 3)


def test_an_apology_and_its_new_day_are_taken() -> None:
    row = row_of(apologised_on="18/03/2026", reappointed_on="25/03/2026")
    record = parsed(row, mapping=MORE).records[0]
    assert (record.apologised_on, record.reappointed_on) == (date(2026, 3, 18), date(2026, 3, 25))
    assert record.reappointments == 1
    twice = parsed(row_of(reappointed_on="25/03/2026, 30/03/2026"), mapping=MORE).records[0]
    assert (twice.reappointments, twice.reappointed_on) == (2, date(2026, 3, 30))
    same = parsed(row_of(reappointed_on="20/03/2026", apologised_on="có"), mapping=MORE).records[0]
    assert (same.reappointments, same.reappointed_on, same.apologised_on) == (0, None, None)


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"code": "H01.001.02-261332-0001"}, "Mã hồ sơ", "dossier_code_malformed"),
        ({"supplemented_on": "04/03/2026"}, "Ngày bổ sung", "supplied_unasked"),
        (
            {"supplement_requested_on": "04/03/2026", "supplemented_on": "03/03/2026"},
            "Ngày bổ sung",
            "supplied_before_request",
        ),
        ({"supplement_requested_on": "01/03/2026"}, "Ngày yêu cầu bổ sung", "date_before_receipt"),
        (
            {"supplement_requested_on": "05/03/2026; 04/03/2026"},
            "Ngày yêu cầu bổ sung",
            "dates_out_of_order",
        ),
        ({"finished_on": "05/03/2026", "waited_days": "4"}, "Số ngày chờ", "waited_too_long"),
        ({"waited_days": "hai"}, "Số ngày chờ", "not_a_count"),
        ({"reappointed_on": "19/03/2026"}, "Ngày hẹn lại", "reappointed_before_due"),
        ({"apologised_on": "hôm qua"}, "Ngày xin lỗi", "not_a_date"),
    ],
)
def test_times_without_sense_are_row_errors_and_not_guessed(
    cells: dict[str, str], column: str, code: str
) -> None:
    result = parsed(row_of(**cells), mapping=MORE)
    assert result.records == ()
    assert [(error.column, error.code) for error in result.errors] == [(column, code)]


def test_a_first_and_a_present_appointment_are_told_apart() -> None:
    guessed = guess_mapping(["Mã hồ sơ", "Ngày hẹn trả ban đầu", "Ngày hẹn trả"])
    assert guessed["due_on"] == "Ngày hẹn trả ban đầu"
    assert guessed["reappointed_on"] == "Ngày hẹn trả"
    assert "reappointed_on" not in guess_mapping(["Mã hồ sơ", "Ngày hẹn trả"])
