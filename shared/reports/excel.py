"""Tables as an Excel workbook with real numbers and dates; loads XlsxWriter, so only in jobs."""

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

import xlsxwriter

from shared.reports.content import Cell, Column, Heading, Table

_HEADER_ROW = 3  # after the title, the day of the figures and an empty line
_A4 = 9
_VIETNAMESE = "[$-42A]"
_MAX_CELL = 32_767  # characters, the format's own limit
_MAX_SHEET = 31  # likewise, of a sheet's name
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?\x00-\x1f]")
_DASHES = str.maketrans("/\\", "--")  # a date stays one
_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
)  # not allowed in XML 1.0


@dataclass(frozen=True)
class _Formats:
    title: Any
    subtitle: Any
    header: Any
    heading: Any
    cells: tuple[Any, ...]
    totals: tuple[Any, ...]


def write(
    tables: Sequence[Table],
    title: str,
    as_of: date,
    notes: Sequence[str] = (),
    *,
    as_of_label: str = "Số liệu đến ngày",
    notes_label: str = "Ghi chú",
) -> bytes:
    """Return an XLSX file with a sheet for every table and one for the notes.

    `as_of` is the local day the figures stand for. Text is written as text only: nothing in it
    becomes a formula or a link. Numbers, percents and dates can be calculated with.
    """
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        made_at = datetime.combine(as_of, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": title, "created": made_at})
        names = _sheet_names([*(table.sheet or table.title for table in tables), notes_label])
        subtitle = f"{as_of_label} {as_of:%d/%m/%Y}"
        for table, name in zip(tables, names, strict=False):
            _write_table(book.add_worksheet(name), table, title, subtitle, _formats(book, table))
        if notes:
            _write_notes(book.add_worksheet(names[-1]), notes, book.add_format({"text_wrap": True}))
    return file.getvalue()


def _formats(book: Any, table: Table) -> _Formats:
    base = {"font_name": "Times New Roman", "font_size": 12, "valign": "top"}
    bordered = base | {"border": 1}
    bold = {"bold": True}
    centred = {"align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#DDEBE8"}
    looks = [bordered | _look(column) for column in table.columns]
    return _Formats(
        title=book.add_format(base | bold | {"font_size": 14}),
        subtitle=book.add_format(base | {"italic": True}),
        header=book.add_format(bordered | bold | centred),
        heading=book.add_format(bordered | bold | {"bg_color": "#F2F2F2"}),
        cells=tuple(book.add_format(look) for look in looks),
        totals=tuple(book.add_format(look | bold) for look in looks),
    )


def _look(column: Column) -> dict[str, object]:
    decimals = "." + "0" * column.decimals if column.decimals else ""
    match column.kind:
        case "integer":
            return {"num_format": f"{_VIETNAMESE}#,##0"}
        case "number":
            return {"num_format": f"{_VIETNAMESE}#,##0{decimals}"}
        case "percent":
            return {"num_format": f"{_VIETNAMESE}0{decimals}%"}
        case "date":
            return {"num_format": "dd/mm/yyyy", "align": "center"}
        case _:
            return {"num_format": "@", "text_wrap": True}


def _write_table(sheet: Any, table: Table, title: str, subtitle: str, formats: _Formats) -> None:
    _set_up_page(sheet, table)
    sheet.write_string(0, 0, _storable(title), formats.title)
    sheet.write_string(1, 0, _storable(subtitle), formats.subtitle)
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
        sheet.write_string(_HEADER_ROW, index, _storable(column.title), formats.header)
    row = _HEADER_ROW
    for entry in table.rows:
        row += 1
        if isinstance(entry, Heading):
            for index in range(len(table.columns)):
                sheet.write_blank(row, index, None, formats.heading)
            sheet.write_string(row, 0, _storable(entry.text), formats.heading)
        else:
            _write_row(sheet, row, entry, formats.cells)
    sheet.autofilter(_HEADER_ROW, 0, row, len(table.columns) - 1)
    if table.totals is not None:
        _write_row(sheet, row + 1, table.totals, formats.totals)


def _set_up_page(sheet: Any, table: Table) -> None:
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)  # inches: 20 and 15 mm
    sheet.set_footer(f"&L{_footer_text(table.title)}&R&P/&N")


def _footer_text(title: str) -> str:
    # "&" starts a command there, and the format allows 255 characters in all.
    return title[:100].replace("&", "&&")


def _write_row(sheet: Any, row: int, cells: tuple[Cell, ...], formats: tuple[Any, ...]) -> None:
    for index, (cell, look) in enumerate(zip(cells, formats, strict=True)):
        match cell:
            case None:
                sheet.write_blank(row, index, None, look)
            case str():
                sheet.write_string(row, index, _storable(cell), look)
            case date():
                sheet.write_datetime(row, index, cell, look)
            case _:
                sheet.write_number(row, index, cell, look)


def _storable(text: str) -> str:
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text))[:_MAX_CELL]


def _write_notes(sheet: Any, notes: Sequence[str], look: Any) -> None:
    sheet.set_column(0, 0, 110)
    sheet.set_paper(_A4)
    for row, note in enumerate(notes):
        sheet.write_string(row, 0, _storable(note), look)


def _sheet_names(titles: Sequence[str]) -> list[str]:
    """Make sheet names of at most 31 characters that Excel takes and that differ.

    Words stay whole: what is left out shows as “…”, and a number tells like ones apart.
    """
    names: list[str] = []
    for title in titles:
        plain = _NOT_IN_SHEETS.sub(" ", unicodedata.normalize("NFC", title)).translate(_DASHES)
        stem = " ".join(plain.split()).strip("' ") or "Biểu"
        name, number = _shortened(stem, _MAX_SHEET), 1
        while name.casefold() in {taken.casefold() for taken in names}:
            number += 1
            ending = f" ({number})"
            name = _shortened(stem, _MAX_SHEET - len(ending)) + ending
        names.append(name)
    return names


def _shortened(text: str, most: int) -> str:
    """Leave out the last words of a text that is longer than so many characters."""
    if len(text) <= most:
        return text
    kept = text[:most]
    words = kept.rpartition(" ")[0] or kept[:-1]
    return words.rstrip(" ,.;–-'") + "…"
