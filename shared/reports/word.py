"""Administrative documents as Word files in the layout of Decree 30/2020/ND-CP, Appendix I.

Loads python-docx, so only in jobs.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime, time

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from shared.reports import chart, decree
from shared.reports import word_layout as layout
from shared.reports.content import (
    Annex,
    Block,
    Cell,
    Chart,
    Column,
    Heading,
    OfficialLetter,
    Table,
)
from shared.reports.text import printable, shown

_RED = RGBColor(0xB0, 0x00, 0x20)
Progress = Callable[[int, int], None]


def write(letter: OfficialLetter, progress: Progress = lambda _done, _total: None) -> bytes:
    """Return the letter as a DOCX file.

    A sample letter says on every page that it is one and carries no weight in law. `progress` is
    told how many of how many parts are set.
    """
    document = docx.Document()
    layout.speak_vietnamese(document)
    _set_up_page(document, letter)
    _add_head(document, letter)
    _add_kind_and_subject(document, letter)
    for block in letter.body:
        _add_block(document, block)
    _add_signature(document, letter)
    for place, annex in enumerate(letter.annexes):
        _add_annex(document, letter, annex, decree.NUMERALS[place])
        progress(place + 1, len(letter.annexes))
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _set_up_page(document: Document, letter: OfficialLetter) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin, page.right_margin = Mm(decree.LEFT), Mm(decree.RIGHT)
    page.top_margin = page.bottom_margin = Mm(decree.TOP_AND_BOTTOM)
    page.header_distance = page.footer_distance = Mm(10)
    page.different_first_page_header_footer = True  # page 1 shows no number
    number = page.header.paragraphs[0]
    number.alignment = layout.CENTRE
    layout.add_field(number, "PAGE", 13)
    if letter.sample:
        for footer in (page.first_page_footer, page.footer):
            _mark_sample(footer.paragraphs[0])
    properties = document.core_properties
    properties.title = printable(f"{letter.kind} {letter.subject}")
    properties.author = properties.last_modified_by = printable(letter.agency)
    properties.language, properties.comments = layout.LANGUAGE, ""
    if letter.on is not None:
        properties.created = properties.modified = datetime.combine(letter.on, time(), UTC)


def _mark_sample(paragraph: Paragraph) -> None:
    paragraph.alignment = layout.CENTRE
    layout.write(paragraph, decree.SAMPLE, 11, bold=True).font.color.rgb = _RED


def _add_head(document: Document, letter: OfficialLetter) -> None:
    if letter.sample:
        _mark_sample(document.add_paragraph())
        layout.space(document.paragraphs[-1], after=6)
    table = layout.fixed_table(document, 2, [decree.AGENCY_WIDTH, decree.STATE_WIDTH])
    (agency, state), (number, place) = (row.cells for row in table.rows)
    _write_agency(agency, letter)
    _centred(state.paragraphs[0], decree.STATE, 12, bold=True)
    _centred(state.add_paragraph(), decree.MOTTO, 13, bold=True)
    layout.rule(state.add_paragraph(), layout.text_width(decree.MOTTO, 13), decree.STATE_WIDTH)
    # Room for the number that the registry writes in by hand or machine.
    _centred(number.paragraphs[0], decree.number_line(letter), 13)
    written = decree.place_and_day(letter)
    _centred(place.paragraphs[0], written, 13, italic=True)


def _write_agency(cell: _Cell, letter: OfficialLetter) -> None:
    name = letter.agency.upper()
    paragraph = cell.paragraphs[0]
    if letter.superior_agency:
        _centred(paragraph, letter.superior_agency.upper(), 12)
        paragraph = cell.add_paragraph()
    _centred(paragraph, name, 12, bold=True)
    # A third to a half of the line of text above it.
    printed = min(layout.text_width(name, 12, capitals=True), decree.AGENCY_WIDTH - 6)
    layout.rule(cell.add_paragraph(), printed * 0.4, decree.AGENCY_WIDTH)


def _add_kind_and_subject(document: Document, letter: OfficialLetter) -> None:
    kind = document.add_paragraph()
    _centred(kind, letter.kind.upper(), decree.BODY, bold=True)
    layout.space(kind, before=14)
    _centred(document.add_paragraph(), letter.subject, decree.BODY, bold=True)
    printed = min(layout.text_width(letter.subject, decree.BODY), decree.WIDTH - 20)
    layout.rule(document.add_paragraph(), printed * 0.4, decree.WIDTH)


def _add_block(document: Document, block: Block) -> None:
    if isinstance(block, Table):
        _add_table(document, block)
        return
    if isinstance(block, Chart):
        _add_chart(document, block)
        return
    paragraph = document.add_paragraph()
    bold = isinstance(block, Heading)
    text = block.text if isinstance(block, Heading) else block
    layout.write(paragraph, printable(text), decree.BODY, bold=bold)
    layout.space(paragraph, before=6, line=1.15)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.keep_with_next = bold
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY


def _add_annex(document: Document, letter: OfficialLetter, annex: Annex, numeral: str) -> None:
    name = document.add_paragraph()
    _centred(name, f"Phụ lục {numeral}", decree.BODY, bold=True)
    name.paragraph_format.page_break_before = True
    _centred(document.add_paragraph(), annex.title.upper(), decree.BODY, bold=True)
    reference = decree.annex_reference(letter)
    _centred(document.add_paragraph(), reference, decree.BODY, italic=True)
    for block in annex.body:
        _add_block(document, block)


def _add_chart(document: Document, content: Chart) -> None:
    for drawing in chart.drawings(content, decree.WIDTH):
        title = document.add_paragraph()
        _centred(title, content.title, 13, bold=True)
        layout.space(title, before=10, after=4)
        title.paragraph_format.keep_with_next = True
        paragraph = document.add_paragraph()
        picture = io.BytesIO(chart.png(drawing))
        layout.add_picture(paragraph, picture, drawing.width, drawing.said)


def _add_table(document: Document, table: Table) -> None:
    title = document.add_paragraph()
    _centred(title, table.title, 13, bold=True)
    layout.space(title, before=10, after=4)
    title.paragraph_format.keep_with_next = True
    entries = [*table.rows, *([table.totals] if table.totals else [])]
    drawn = layout.fixed_table(
        document, 1 + len(entries), decree.column_widths(table.columns, table.size)
    )
    layout.draw_borders(drawn, padding_mm=1.5)
    rows = list(drawn.rows)
    layout.repeat_on_every_page(rows[0])
    for cell, column in zip(rows[0].cells, table.columns, strict=True):
        _centred(cell.paragraphs[0], column.title, table.size, bold=True)
        layout.space(cell.paragraphs[0], before=2, after=2)
        layout.shade(cell, "EDEDED")
    for row, entry in zip(rows[1:], entries, strict=True):
        if isinstance(entry, Heading):
            _fill_heading(row, entry, table.size)
        else:
            _fill_row(row, entry, table.columns, table.size, bold=entry is table.totals)
    for row in rows:
        layout.keep_whole(row)
    _keep_last_rows_together(drawn)
    layout.space(document.add_paragraph())


def _fill_heading(row: _Row, heading: Heading, size: float) -> None:
    cells = row.cells
    merged = cells[0].merge(cells[-1])
    layout.write(merged.paragraphs[0], printable(heading.text), size, bold=True)
    layout.space(merged.paragraphs[0], before=1.5, after=1.5)
    merged.paragraphs[0].paragraph_format.keep_with_next = True


def _fill_row(
    row: _Row, values: tuple[Cell, ...], columns: tuple[Column, ...], size: float, *, bold: bool
) -> None:
    for cell, value, column in zip(row.cells, values, columns, strict=True):
        paragraph = cell.paragraphs[0]
        layout.write(paragraph, printable(shown(value, column)), size, bold=bold)
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
    for paragraph in (document.paragraphs[-1], document.add_paragraph()):
        paragraph.paragraph_format.keep_with_next = True  # no signature alone on a page
    layout.space(document.paragraphs[-1])
    table = layout.fixed_table(document, 1, [decree.WIDTH * 0.48, decree.WIDTH * 0.52])
    row = table.rows[0]
    layout.keep_whole(row)
    recipients, signature = row.cells
    if letter.recipients:
        layout.write(recipients.paragraphs[0], "Nơi nhận:", 12, bold=True, italic=True)
    for recipient in letter.recipients:
        layout.write(recipients.add_paragraph(), printable(f"- {recipient}"), 11)
    lines = [line for line in (letter.signing_for, letter.signatory_title) if line]
    paragraph = signature.paragraphs[0]
    for line in lines:
        _centred(paragraph, line.upper(), decree.BODY, bold=True)
        paragraph = signature.add_paragraph()
    _centred(paragraph, letter.signatory_name, decree.BODY, bold=True)
    paragraph.paragraph_format.space_before = Pt(72)  # room for hand and stamp


def _centred(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False
) -> None:
    layout.write(paragraph, printable(text), size, bold=bold, italic=italic)
    paragraph.alignment = layout.CENTRE
