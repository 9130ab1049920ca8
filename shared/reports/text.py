"""Cells of a report as Vietnamese text, and tables as CSV."""

import unicodedata
from datetime import date

from shared.adapters.csv_text import Value, write_rows
from shared.reports.content import Cell, Column, Heading, Table


def shown(value: Cell, column: Column) -> str:
    """Return a cell as it is read in Vietnam: 1.234,5 · 96,5% · 05/03/2026; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, str) or column.kind == "text":
        return str(value)
    if column.kind == "percent":
        return f"{_number(value * 100, column.decimals)}%"
    return _number(value, 0 if column.kind == "integer" else column.decimals)


def printable(text: str) -> str:
    """Normalise text (TCVN 6909:2001 is precomposed Unicode) and drop what cannot be printed."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in normal if sign.isprintable() or sign in "\t\n\xa0")


def _number(value: float, decimals: int) -> str:
    return f"{value:,.{decimals}f}".translate(str.maketrans(",.", ".,"))


def write_csv(table: Table) -> bytes:
    """Return a table as CSV for people: UTF-8 with its mark, no cell that starts a formula.

    Numbers keep their plain form (1234.5, a percent as a fraction) and dates ISO 8601, so that
    programs can read them; a negative number is a number and carries no guard.
    """
    rows = [row for row in (*table.rows, table.totals) if row is not None]
    return write_rows(
        [
            tuple(column.title for column in table.columns),
            *((row.text,) if isinstance(row, Heading) else _plain(row) for row in rows),
        ]
    )


def _plain(row: tuple[Cell, ...]) -> tuple[Value, ...]:
    return tuple(cell.isoformat() if isinstance(cell, date) else cell for cell in row)
