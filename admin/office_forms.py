"""The forms and files of the registers: what was typed, what is shown, what is handed out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from shared.adapters.csv_text import write_rows
from shared.domain.entry import WEEKDAYS, Cells
from shared.domain.pages import page_within, pages_of
from shared.services.registers import Choices, Column, Entry, Register
from shared.web.filters import day

PER_PAGE = 50


@dataclass(frozen=True)
class Sheet:
    """One page of a list."""

    entries: Sequence[Entry]
    page: int
    pages: int
    total: int


def typed(register: Register, form: MultiDict[str, str]) -> Cells:
    """Give what a form held as the cells of the register; ticked weekdays become one cell."""
    cells = {}
    for column in register.columns:
        values = form.getlist(column.name)
        chosen = column.kind == "weekdays" and set(values) <= set(WEEKDAYS)
        cells[column.name] = " ".join(values) if chosen else form.get(column.name, "")
    return cells


def sheet(entries: Sequence[Entry], page: str) -> Sheet:
    """Cut one page out of a list; a page that is no number or beyond the end is put right."""
    pages = pages_of(len(entries), PER_PAGE)
    asked = int(page) if page.isdecimal() and len(page) < 6 else 1
    chosen = page_within(asked, pages)
    begin = (chosen - 1) * PER_PAGE
    return Sheet(entries[begin : begin + PER_PAGE], chosen, pages, len(entries))


def shown(column: Column, value: str, references: Mapping[str, Choices]) -> str:
    """Write a cell for people: dates day first, weekdays, choices, codes, yes or no in words."""
    if not value:
        return ""
    if column.kind == "date":
        return day(date.fromisoformat(value))
    if column.kind == "choice":
        return _(column.choices.get(value, value))
    if column.kind in {"weekdays", "yes_no"}:
        return " ".join(_(word) for word in value.split())
    if column.kind == "reference":
        words = references.get(column.name, {}).get(value)
        return value if words is None else f"{words} ({value})"
    return value


def csv_template(columns: Sequence[Column]) -> bytes:
    """Give the file to fill in: the headings and one example."""
    heading = [_(column.label) for column in columns]
    example = [_example(column) for column in columns]
    return write_rows([heading, example])


def csv_of(register: Register, entries: Sequence[Entry]) -> bytes:
    """Give a list as a file that can be imported again."""
    heading = [_(column.label) for column in register.columns]
    return write_rows(
        [heading, *([_exported(column, entry) for column in register.columns] for entry in entries)]
    )


def _exported(column: Column, entry: Entry) -> str:
    value = entry.cells[column.name]
    return shown(column, value, {}) if column.kind in {"date", "choice"} else value


def _example(column: Column) -> str:
    return _(column.choices[column.example]) if column.kind == "choice" else column.example
