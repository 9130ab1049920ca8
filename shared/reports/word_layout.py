"""Pieces of a Word page that python-docx has no words for: rules, page numbers, fixed tables."""

# ruff: noqa: SLF001  python-docx hands out the XML of a paragraph, run or table by these names only

from typing import IO, Any

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FONT = "Times New Roman"
LANGUAGE = "vi-VN"
CENTRE = WD_ALIGN_PARAGRAPH.CENTER
_MM_PER_POINT = 25.4 / 72


def element(name: str, **attributes: str) -> Any:
    """Make an element of the `w:` vocabulary with attributes of the same vocabulary."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def speak_vietnamese(document: Document) -> None:
    """Set font and language where Word looks for them, so that spelling is checked in Vietnamese.

    The template's theme fonts and its American English are taken out.
    """
    styles = document.styles.element
    for properties in styles.iter(qn("w:rPr")):
        for name in ("rFonts", "lang"):
            for old in properties.findall(qn(f"w:{name}")):
                properties.remove(old)
    defaults = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    defaults.insert(0, element("rFonts", ascii=FONT, hAnsi=FONT, eastAsia=FONT, cs=FONT))
    defaults.append(element("lang", val=LANGUAGE, eastAsia=LANGUAGE, bidi="ar-SA"))
    for theme in document.settings.element.findall(qn("w:themeFontLang")):
        theme.set(qn("w:val"), LANGUAGE)


def write(
    paragraph: Paragraph, text: str, size: float, *, bold: bool = False, italic: bool = False
) -> Run:
    """Add text of a size in points to a paragraph and set it close, without space around."""
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.bold = bold
    run.italic = italic
    space(paragraph)
    return run


def space(paragraph: Paragraph, *, before: float = 0, after: float = 0, line: float = 1) -> None:
    """Set the space around a paragraph in points and its line distance in lines."""
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.paragraph_format.line_spacing = line


def rule(paragraph: Paragraph, length_mm: float, width_mm: float) -> None:
    """Turn an empty paragraph into a centred line of a length within a width.

    A border between indents: unlike underlining it has its own length, unlike a drawn shape it
    looks the same in every word processor.
    """
    side = Mm((width_mm - length_mm) / 2)
    shape = paragraph.paragraph_format
    shape.left_indent = shape.right_indent = side
    shape.space_before, shape.space_after = Pt(1), Pt(4)
    shape.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    shape.line_spacing = Pt(2)
    border = element("pBdr")
    border.append(element("top", val="single", sz="6", space="1", color="000000"))
    paragraph._p.get_or_add_pPr().insert_element_before(
        border, *("w:shd", "w:spacing", "w:ind", "w:jc", "w:rPr")
    )


def text_width(text: str, size: float, *, capitals: bool = False) -> float:
    """Estimate the width in millimetres of bold text in Times New Roman."""
    return len(text) * (0.63 if capitals else 0.455) * size * _MM_PER_POINT


def add_field(paragraph: Paragraph, code: str, size: float) -> None:
    """Add a field that Word computes, such as PAGE."""
    run = write(paragraph, "", size)
    for kind in ("begin", "separate", "end"):
        run._r.append(element("fldChar", fldCharType=kind))
        if kind == "begin":
            instruction = element("instrText")
            instruction.text = f" {code} "
            run._r.append(instruction)


def add_picture(paragraph: Paragraph, file: IO[bytes], width_mm: float, said: str) -> None:
    """Add a picture with the words that are read where it is not seen."""
    run = paragraph.add_run()
    shape = run.add_picture(file, width=Mm(width_mm))
    shape._inline.docPr.set("descr", said)
    space(paragraph)


def fixed_table(document: Document, rows: int, widths_mm: list[float]) -> Table:
    """Add a table without borders whose columns keep their widths."""
    table: Table = document.add_table(rows, len(widths_mm))
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w="0", type="dxa"))
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    for row in table._tbl.tr_lst:  # asking a column for its cells looks at the whole table
        for cell, width in zip(row.tc_lst, widths_mm, strict=True):
            cell.width = Mm(width)
    return table


def draw_borders(table: Table, padding_mm: float) -> None:
    """Draw thin lines around every cell and keep text off them."""
    properties = table._tbl.tblPr
    borders = element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element(side, val="single", sz="4", space="0", color="000000"))
    properties.insert_element_before(borders, *("w:shd", "w:tblLayout", "w:tblCellMar"))
    for side in properties.find(qn("w:tblCellMar")):
        side.set(qn("w:w"), str(round(padding_mm / 25.4 * 1440)))


def keep_whole(row: _Row) -> None:
    """Keep a table row on one page."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def repeat_on_every_page(row: _Row) -> None:
    """Repeat a heading row at the top of every page; must be the first row."""
    row._tr.get_or_add_trPr().append(element("tblHeader"))


def shade(cell: _Cell, colour: str) -> None:
    """Give a cell a background of six hexadecimal digits."""
    cell._tc.get_or_add_tcPr().append(element("shd", val="clear", color="auto", fill=colour))
