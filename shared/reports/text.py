"""Cells of a report as Vietnamese text."""

import unicodedata
from datetime import date

from shared.reports.content import Cell, Column


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
