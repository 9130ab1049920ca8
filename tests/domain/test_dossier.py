"""How the codes of dossiers and procedures are read."""

from datetime import date

import pytest

from shared.domain.dossier import checked, national_procedure_code, recognise
from shared.domain.errors import Invalid


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


@pytest.mark.parametrize(
    "text",
    [
        "000.00.00.H01-251332-0001",
        "000.00.00.H01-251120-001",
        "000.00.00.Z01-251120-0001",
        "00.00.00.H01-251120-0001",
        "H01.001.02-260115-007",
        "H01.001.02-20260115-0007",
        "h01.001.02–260230–0007",
    ],
)
def test_an_official_code_that_is_wrong_is_not_taken_for_free_text(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        checked(text)
    assert refusal.value.code == "dossier_code_malformed"


@pytest.mark.parametrize(
    "text", ["HS-2019/0042", "H55.242-250801-0001", "G12.34-2020-00123", "12", "A-240101-0001"]
)
def test_older_codes_of_other_forms_are_kept_as_written(text: str) -> None:
    assert checked(text) == text
    assert checked("h01.001.02–260115–0007") == "H01.001.02-260115-0007"
