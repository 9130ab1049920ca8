"""What a register's columns are called: by what is chosen on pages, by codes in files."""

import csv
import io
import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from shared.services import office_setup, unit_registers
from shared.services.registers import Register

EVERY = [*office_setup.REGISTERS.values(), *unit_registers.REGISTERS.values()]


def headings(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)]


def labels(page: str) -> list[str]:
    return [unescape(one).strip() for one in re.findall(r"<label for=[^>]*>([^<]+)", page)]


@pytest.mark.parametrize(
    ("language", "names", "codes"),
    [
        ("vi", ["Quầy", "Cán bộ"], ["Mã quầy", "Mã cán bộ"]),
        ("en", ["Desk", "Officer"], ["Desk code", "Officer code"]),
    ],
)
def test_pages_speak_of_what_is_chosen_and_files_of_its_code(
    admin: FlaskClient, language: str, names: list[str], codes: list[str]
) -> None:
    shifts = "/admin/organisation/shifts"
    listed = admin.get(f"{shifts}?lang={language}").get_data(as_text=True)
    assert headings(listed)[:2] == names
    assert labels(admin.get(f"{shifts}/new").get_data(as_text=True))[:2] == names
    file = admin.get(f"{shifts}/template.csv").data.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(file)))[:2] == codes


@pytest.mark.parametrize("register", EVERY, ids=lambda register: register.key)
def test_no_page_calls_a_column_of_names_a_code(register: Register) -> None:
    chosen = [column for column in register.columns if column.kind == "reference"]
    assert [column.name for column in chosen if "mã" in column.title.lower()] == []
