"""Administrative documents as Word files in the layout of Decree 30/2020/ND-CP, Appendix I.

Loads python-docx, so only in jobs.
"""

import io
import unicodedata
from datetime import UTC, date, datetime, time

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from shared.reports import word_layout as layout
from shared.reports.content import Cell, Column, Heading, OfficialLetter, Table
from shared.reports.text import shown

_LEFT, _RIGHT, _TOP_AND_BOTTOM = 30, 15, 20  # millimetres
_WIDTH = 210 - _LEFT - _RIGHT
_AGENCY_WIDTH = 71.0
_STATE_WIDTH = _WIDTH - _AGENCY_WIDTH
_BODY = 14  # points
_TABLE = 12
_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_SAMPLE = "VĂN BẢN MẪU - số liệu trình diễn, không có giá trị pháp lý"
_RED = RGBColor(0xB0, 0x00, 0x20)


def write(letter: OfficialLetter) -> bytes:
    """Return the letter as a DOCX file.

    A sample letter says on every page that it is one and carries no weight in law.
    """
    document = docx.Document()
    layout.speak_vietnamese(document)
    _set_up_page(document, letter)
    _add_head(document, letter)
    _add_kind_and_subject(document, letter)
    for block in letter.body:
        _add_block(document, block)
    _add_signature(document, letter)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up_page(document: Document, letter: OfficialLetter) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(_LEFT), Mm(_RIGHT)
    page.top_margin = page.bottom_margin = Mm(_TOP_AND_BOTTOM)
    page.header_distance = page.footer_distance = Mm(10)
    page.different_first_page_header_footer = True  # page 1 shows no number
    number = page.header.paragraphs[0]
    number.alignment = layout.CENTRE
    layout.add_field(number, "PAGE", 13)
    if letter.sample:
        for footer in (page.first_page_footer, page.footer):
            _mark_sample(footer.paragraphs[0])
    properties = document.core_properties
    properties.title = _text(f"{letter.kind} {letter.subject}")
    properties.author = properties.last_modified_by = _text(letter.agency)
    properties.language, properties.comments = layout.LANGUAGE, ""
    if letter.on is not None:
        properties.created = properties.modified = datetime.combine(letter.on, time(), UTC)


def _mark_sample(paragraph: Paragraph) -> None:
    paragraph.alignment = layout.CENTRE
    layout.write(paragraph, _SAMPLE, 11, bold=True).font.color.rgb = _RED


def _add_head(document: Document, letter: OfficialLetter) -> None:
    if letter.sample:
        _mark_sample(document.add_paragraph())
        layout.space(document.paragraphs[-1], after=6)
    table = layout.fixed_table(document, 2, [_AGENCY_WIDTH, _STATE_WIDTH])
    (agency, state), (number, place) = (row.cells for row in table.rows)
    _write_agency(agency, letter)
    _centred(state.paragraphs[0], _STATE, 12, bold=True)
    _centred(state.add_paragraph(), _MOTTO, 13, bold=True)
    layout.rule(state.add_paragraph(), layout.text_width(_MOTTO, 13), _STATE_WIDTH)
    # Room for the number that the registry writes in by hand or machine.
    _centred(number.paragraphs[0], f"Số: {letter.number or ' ' * 8}/{letter.symbol}", 13)
    written = f"{letter.place}, {_day_in_words(letter.on)}"
    _centred(place.paragraphs[0], written, 13, italic=True)


def _write_agency(cell: _Cell, letter: OfficialLetter) -> None:
    name = letter.agency.upper()
    paragraph = cell.paragraphs[0]
    if letter.superior_agency:
        _centred(paragraph, letter.superior_agency.upper(), 12)
        paragraph = cell.add_paragraph()
    _centred(paragraph, name, 12, bold=True)
    # A third to a half of the line of text above it.
    printed = min(layout.text_width(name, 12, capitals=True), _AGENCY_WIDTH - 6)
    layout.rule(cell.add_paragraph(), printed * 0.4, _AGENCY_WIDTH)


def _day_in_words(on: date | None) -> str:
    """Write a date as Appendix I asks: a nought before days below 10 and months 1 and 2."""
    if on is None:
        return "ngày      tháng      năm      "
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def _add_kind_and_subject(document: Document, letter: OfficialLetter) -> None:
    kind = document.add_paragraph()
    _centred(kind, letter.kind.upper(), _BODY, bold=True)
    layout.space(kind, before=14)
    _centred(document.add_paragraph(), letter.subject, _BODY, bold=True)
    printed = min(layout.text_width(letter.subject, _BODY), _WIDTH - 20)
    layout.rule(document.add_paragraph(), printed * 0.4, _WIDTH)


def _add_block(document: Document, block: str | Heading | Table) -> None:
    if isinstance(block, Table):
        _add_table(document, block)
        return
    paragraph = document.add_paragraph()
    bold = isinstance(block, Heading)
    text = block.text if isinstance(block, Heading) else block
    layout.write(paragraph, _text(text), _BODY, bold=bold)
    layout.space(paragraph, before=6, line=1.15)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.keep_with_next = bold
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _add_table(document: Document, table: Table) -> None:
    title = document.add_paragraph()
    _centred(title, table.title, 13, bold=True)
    layout.space(title, before=10, after=4)
    title.paragraph_format.keep_with_next = True
    entries = [*table.rows, *([table.totals] if table.totals else [])]
    drawn = layout.fixed_table(document, 1 + len(entries), _widths(table.columns))
    layout.draw_borders(drawn, padding_mm=1.5)
    rows = list(drawn.rows)
    layout.repeat_on_every_page(rows[0])
    for cell, column in zip(rows[0].cells, table.columns, strict=True):
        _centred(cell.paragraphs[0], column.title, _TABLE, bold=True)
        layout.space(cell.paragraphs[0], before=2, after=2)
        layout.shade(cell, "EDEDED")
    for row, entry in zip(rows[1:], entries, strict=True):
        if isinstance(entry, Heading):
            _fill_heading(row, entry)
        else:
            _fill_row(row, entry, table.columns, bold=entry is table.totals)
    for row in rows:
        layout.keep_whole(row)
    _keep_last_rows_together(drawn)
    layout.space(document.add_paragraph())


def _widths(columns: tuple[Column, ...]) -> list[float]:
    """Share the page's width among the columns; a heading breaks between words only."""
    longest = [max(map(_signs, column.title.split()), default=0) + 3 for column in columns]
    wanted = [max(column.width, word) for column, word in zip(columns, longest, strict=True)]
    return [_WIDTH * width / sum(wanted) for width in wanted]


def _signs(word: str) -> float:
    return sum(1.5 if sign.isupper() else 1 for sign in word)


def _fill_heading(row: _Row, heading: Heading) -> None:
    cells = row.cells
    merged = cells[0].merge(cells[-1])
    layout.write(merged.paragraphs[0], _text(heading.text), _TABLE, bold=True)
    layout.space(merged.paragraphs[0], before=1.5, after=1.5)
    merged.paragraphs[0].paragraph_format.keep_with_next = True


def _fill_row(
    row: _Row, values: tuple[Cell, ...], columns: tuple[Column, ...], *, bold: bool
) -> None:
    for cell, value, column in zip(row.cells, values, columns, strict=True):
        paragraph = cell.paragraphs[0]
        layout.write(paragraph, _text(shown(value, column)), _TABLE, bold=bold)
        layout.space(paragraph, before=1.5, after=1.5)
        paragraph.alignment = _alignment(column)


def _alignment(column: Column) -> WD_ALIGN_PARAGRAPH:
    if column.kind == "text":
        return WD_ALIGN_PARAGRAPH.LEFT
    return WD_ALIGN_PARAGRAPH.CENTER if column.kind == "date" else WD_ALIGN_PARAGRAPH.RIGHT


def _keep_last_rows_together(table: WordTable) -> None:
    """Keep the totals with the row above, so that they never stand alone on a page."""
    for row in list(table.rows)[-2:-1]:
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True


def _add_signature(document: Document, letter: OfficialLetter) -> None:
    layout.space(document.add_paragraph())
    table = layout.fixed_table(document, 1, [_WIDTH * 0.48, _WIDTH * 0.52])
    row = table.rows[0]
    layout.keep_whole(row)
    recipients, signature = row.cells
    if letter.recipients:
        layout.write(recipients.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True)
    for recipient in letter.recipients:
        layout.write(recipients.add_paragraph(), _text(f"- {recipient}"), 11)
    lines = [line for line in (letter.signing_for, letter.signatory_title) if line]
    paragraph = signature.paragraphs[0]
    for line in lines:
        _centred(paragraph, line.upper(), _BODY, bold=True)
        paragraph = signature.add_paragraph()
    _centred(paragraph, letter.signatory_name, _BODY, bold=True)
    paragraph.paragraph_format.space_before = Pt(72)  # room for hand and stamp


def _centred(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False
) -> None:
    layout.write(paragraph, _text(text), size, bold=bold, italic=italic)
    paragraph.alignment = layout.CENTRE


def _text(text: str) -> str:
    """Normalise text (TCVN 6909:2001 is precomposed Unicode) and drop what XML cannot hold."""
    normal = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in normal if sign.isprintable() or sign in "\t\n\xa0")
