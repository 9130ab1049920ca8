"""Forms and imported rows of every register: each cell that cannot be taken is named at once."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.models.organisation import Unit
from shared.services import account_import, csv_import, office_setup, unit_registers
from shared.services.registers import Column, Register
from tests import cast
from tests.setup_office import UNIT, Office, person

REGISTERS: Mapping[str, Register] = {**office_setup.REGISTERS, **unit_registers.REGISTERS}
UNSEEN = "\u200b"  # a sign that no text may hold
# What cannot be read as a cell of each kind.
WRONG = {
    "code": "có dấu",
    "text": f"Tên{UNSEEN}",
    "long": f"Dòng{UNSEEN}",
    "number": "nhiều",
    "date": "mai",
    "time": "sáng",
    "weekdays": "ngày nào",
    "choice": "cách khác",
    "reference": "KHONG-CO",
    "yes_no": "có lẽ",
}


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    """An organisation without units."""
    return Office(session, now)


def row(columns: tuple[Column, ...], cells: Mapping[str, str]) -> str:
    """Write a file of one row."""
    file = io.StringIO()
    writer = csv.DictWriter(file, [column.name for column in columns])
    writer.writeheader()
    writer.writerow(cells)
    return file.getvalue()


def fields(refusal: object) -> list[str | None]:
    assert isinstance(refusal, Invalid)
    return [fault.field for fault in refusal.faults]


@pytest.mark.parametrize("key", REGISTERS)
def test_a_refused_form_names_every_column_in_the_order_of_the_form(
    office: Office, key: str
) -> None:
    register = REGISTERS[key]
    cells = {column.name: WRONG[column.kind] for column in register.columns}
    with pytest.raises(Invalid) as refusal:
        register.save(office.session, office.setup, cells, None)
    assert fields(refusal.value) == [column.name for column in register.columns]


@pytest.mark.parametrize("key", REGISTERS)
def test_an_imported_row_names_every_wrong_cell_once(office: Office, key: str) -> None:
    register = REGISTERS[key]
    text = row(register.columns, {column.name: WRONG[column.kind] for column in register.columns})
    outlook = csv_import.preview(office.session, office.setup, register, text)
    assert [line.number for line in outlook.bad] == [2]
    found = fields(outlook.bad[0].refusal)
    assert sorted(map(str, found)) == sorted(column.name for column in register.columns)


def test_a_row_that_would_change_an_entry_names_every_wrong_cell_and_changes_nothing(
    office: Office,
) -> None:
    office.save("units", UNIT)
    register = office_setup.register_of("units")
    cells = {**UNIT, "name": "", "valid_from": "mai"}
    outlook = csv_import.apply(
        office.session, office.setup, register, row(register.columns, cells), without_bad=True
    )
    assert fields(outlook.bad[0].refusal) == ["name", "valid_from"]
    assert [entry.title for entry in register.entries(office.session, office.setup)] == [
        UNIT["name"]
    ]


def test_a_row_of_accounts_names_every_wrong_cell(session: Session, now: datetime) -> None:
    cast.build(session, now)
    actor = replace(
        person(),
        reach={Permission.ACCOUNTS: frozenset(session.scalars(select(Unit.id)))},
        everywhere=frozenset({Permission.ACCOUNTS}),
    )
    columns = account_import.columns(actor)
    cells = {
        "name": "có dấu",
        "full_name": "",
        "role": "vua",
        "unit": "KHONG-CO",
        "officer": "KHONG-CO",
    }
    outlook = account_import.preview(session, actor, row(columns, cells))
    assert fields(outlook.bad[0].refusal) == [column.name for column in columns]
