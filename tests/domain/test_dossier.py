"""When a dossier is on time, and how its codes are read."""

from dataclasses import replace
from datetime import date

import pytest

from shared.domain.dossier import (
    DossierRecord,
    is_finished,
    is_on_time,
    national_procedure_code,
    recognise,
)
from shared.domain.errors import Invalid

DUE = date(2026, 3, 10)
AS_OF = date(2026, 3, 31)
RECORD = DossierRecord(
    code="H01.001.02-260302-0007",
    procedure_code="1.001193",
    received_on=date(2026, 3, 2),
    due_on=DUE,
    finished_on=DUE,
)


def test_finished_on_the_appointed_day_is_on_time_and_a_day_later_is_not() -> None:
    assert is_on_time(RECORD, AS_OF) is True
    assert is_on_time(replace(RECORD, finished_on=date(2026, 3, 11)), AS_OF) is False


def test_an_unfinished_dossier_is_judged_by_the_day_asked_about() -> None:
    running = replace(RECORD, finished_on=None)
    assert is_on_time(running, DUE) is True
    assert is_on_time(running, date(2026, 3, 11)) is False


def test_a_finish_after_the_day_asked_about_is_not_known_yet() -> None:
    later = replace(RECORD, finished_on=date(2026, 3, 20))
    assert is_on_time(later, date(2026, 3, 9)) is True
    assert not is_finished(later, date(2026, 3, 9))
    assert is_finished(later, date(2026, 3, 20))


@pytest.mark.parametrize(("requests", "on_time"), [(0, True), (1, True), (2, False)])
def test_a_second_request_for_papers_makes_it_late(requests: int, on_time: bool) -> None:
    assert is_on_time(replace(RECORD, supplements=requests), AS_OF) is on_time


def test_without_an_appointment_it_is_not_judged() -> None:
    assert is_on_time(replace(RECORD, due_on=None), AS_OF) is None


@pytest.mark.parametrize(
    ("text", "form", "agency", "number"),
    [
        ("000.00.00.H01-251120-0001", "tt01", "000.00.00.H01", "0001"),
        ("H01.001.02-260115-0007", "tt03", "H01.001.02", "0007"),
        ("H01.001.02-260126-AB0007", "central", "H01.001.02", "AB0007"),
        ("H01.001.02-260126-0112345", "central", "H01.001.02", "0112345"),
    ],
)
def test_the_three_official_forms_are_taken_apart(
    text: str, form: str, agency: str, number: str
) -> None:
    code = recognise(text)
    assert (code.text, code.form, code.agency, code.number) == (text, form, agency, number)
    assert code.received_on is not None


def test_a_scanned_or_typed_official_code_is_put_right() -> None:
    assert recognise(" h01.001.02–260115–0007 ").text == "H01.001.02-260115-0007"
    assert recognise("000.00.00.H01-251120-0001").received_on == date(2025, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "HS 12/2026",
        "H01.001.02-261315-0007",
        "Z01.001.02-260115-0007",
        "000.00.00.H01-251120-001",
        "000.00.00.H01-251120-00011",
    ],
)
def test_anything_else_is_kept_as_free_text(text: str) -> None:
    code = recognise(text)
    assert (code.form, code.text, code.received_on) == ("free", text, None)


@pytest.mark.parametrize("text", ["", "  \t "])
def test_an_empty_code_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        recognise(text)
    assert refusal.value.code == "dossier_code_missing"


def test_a_code_of_sixty_characters_is_the_longest() -> None:
    assert recognise("x" * 60).form == "free"
    with pytest.raises(Invalid, match="60"):
        recognise("x" * 61)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.001193", "1.001193"),
        ("2.000815.000.00.00.H61", "2.000815"),
        ("1.012766.H19", "1.012766"),
        ("1.000894.01", "1.000894"),
        ("[2.000635] Bản sao trích lục hộ tịch", "2.000635"),
        ("1.0011934", None),
        ("11.001193", None),
        ("Đăng ký khai sinh", None),
    ],
)
def test_the_national_procedure_code_is_found(text: str, code: str | None) -> None:
    assert national_procedure_code(text) == code
