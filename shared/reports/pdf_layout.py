"""Pieces of a PDF page: paragraphs, the head, tables, the signature, charts; loads reportlab."""

import re
from typing import Any, Literal
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Spacer
from reportlab.platypus import Table as Grid

from shared.reports import chart, decree, typeface
from shared.reports.content import Cell, Column, Heading, OfficialLetter, Table
from shared.reports.pdf_structure import Element, TableStructure, Words, tagged
from shared.reports.text import printable, shown

_PADDING = 1.5 * mm
_HEADER, _GROUP = HexColor("#EDEDED"), HexColor("#F7F7F7")
_LONGEST_CELL = 1_500  # signs: a row must fit on a page, for it never splits
Look = Any
"""A command of a grid's style; the library's type of it fits no list of different commands."""
Side = Literal["left", "centre", "right", "justify"]
_SIDES: dict[Side, Literal[0, 1, 2, 4]] = {"left": 0, "centre": 1, "right": 2, "justify": 4}


class Mark(Flowable):
    """A place that the reader's outline leads to; takes no room."""

    def __init__(self, key: str, title: str) -> None:
        super().__init__()
        self.key, self.title = key, title
        self.width = self.height = 0

    def draw(self) -> None:
        """Draw nothing."""


class Rule(Flowable):
    """A thin line of a length in points in the middle of its column."""

    def __init__(self, length: float) -> None:
        super().__init__()
        self.length = length

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Take the whole width of the column."""
        self.width = width
        return width, 6

    def draw(self) -> None:
        """Draw the line with some air around it."""
        self.canv.setLineWidth(0.75)
        self.canv.setStrokeColor(black)
        begin = (self.width - self.length) / 2
        with tagged(self.canv).drawing():
            self.canv.line(begin, 3, begin + self.length, 3)


class Picture(Flowable):
    """A chart as lines and words; `said` is read out in its place."""

    def __init__(self, drawing: chart.Drawing, said: str) -> None:
        super().__init__()
        self.drawing, self.said = drawing, said
        self.width, self.height = drawing.width * mm, drawing.height * mm

    def draw(self) -> None:
        """Draw the chart as one figure."""
        with tagged(self.canv).drawing(Element("Figure", self.said)):
            self._draw_marks()

    def _draw_marks(self) -> None:
        """Draw every mark; a page counts from its lower left corner."""
        pen, top = self.canv, self.height
        pen.setLineWidth(0.6)
        pen.setFont(typeface.REGULAR, chart.LETTERS)
        for mark in self.drawing.marks:
            match mark:
                case chart.Line():
                    pen.setStrokeColor(HexColor(mark.colour))
                    pen.line(mark.x * mm, top - mark.y * mm, mark.to_x * mm, top - mark.to_y * mm)
                case chart.Box():
                    pen.setStrokeColor(HexColor(chart.FILL))
                    pen.setFillColor(HexColor("#FFFFFF" if mark.open else chart.FILL))
                    size = (mark.width * mm, mark.height * mm)
                    pen.rect(mark.x * mm, top - (mark.y + mark.height) * mm, *size, fill=1)
                case chart.Words():
                    pen.setFillColor(HexColor(chart.INK))
                    write = {
                        "left": pen.drawString,
                        "right": pen.drawRightString,
                        "centre": pen.drawCentredString,
                    }[mark.side]
                    write(mark.x * mm, top - mark.y * mm, mark.text)


def paragraph(
    text: str,
    size: float,
    side: Side = "left",
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    line: float = 1.15,
    indent: float = 0,
    colour: Color = black,
    with_next: bool = False,
    part: Element | None = None,
) -> Words:
    """Set a paragraph; sizes and spaces in points, `line` in lines, `indent` in millimetres.

    It stands in the document as an element of its own, or as one with all others of `part`.
    """
    style = ParagraphStyle(
        "any",
        fontName=typeface.cut(bold=bold, italic=italic),
        fontSize=size,
        leading=size * line * 1.02,
        alignment=_SIDES[side],
        spaceBefore=before,
        spaceAfter=after,
        firstLineIndent=indent * mm,
        textColor=colour,
        allowWidows=0,
        allowOrphans=0,
        keepWithNext=with_next,
        splitLongWords=1,
        spaceShrinkage=0,
    )
    words = Words(_marked_up(text), style)
    words.part = part or Element("P")
    words.part.text.append(printable(text))
    return words


def centred(
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    before: float = 0,
    after: float = 0,
    colour: Color = black,
    part: Element | None = None,
) -> Words:
    """Set a line in the middle."""
    return paragraph(
        text,
        size,
        "centre",
        bold=bold,
        italic=italic,
        before=before,
        after=after,
        colour=colour,
        part=part,
    )


def body(text: str, *, bold: bool = False, part: Element | None = None) -> Words:
    """Set a paragraph of the text; a bold one is a heading and stays with what follows."""
    return paragraph(
        text,
        decree.BODY,
        "justify",
        bold=bold,
        before=6,
        line=1.2,
        indent=decree.INDENT,
        with_next=bold,
        part=part,
    )


def rule(text: str, size: float, widest: float, part: float) -> "Rule":
    """Draw a centred line a part as long as the text above it, which is at most `widest` mm."""
    printed = min(stringWidth(printable(text), typeface.BOLD, size), widest * mm)
    return Rule(printed * part)


def head(letter: OfficialLetter) -> Grid:
    """Set the agency and the state side by side, number and place below them."""
    agency: list[Flowable] = []
    if letter.superior_agency:
        agency.append(centred(letter.superior_agency.upper(), 12))
    name = letter.agency.upper()
    agency += [centred(name, 12, bold=True), rule(name, 12, decree.AGENCY_WIDTH - 6, 0.4)]
    state = [
        centred(decree.STATE, 12, bold=True),
        centred(decree.MOTTO, 13, bold=True),
        rule(decree.MOTTO, 13, decree.STATE_WIDTH, 1),
    ]
    written = decree.place_and_day(letter)
    number = centred(decree.number_line(letter), 13)
    rows: list[list[object]] = [[agency, state], [number, centred(written, 13, italic=True)]]
    grid = Grid(rows, [decree.AGENCY_WIDTH * mm, decree.STATE_WIDTH * mm])
    grid.setStyle([*_bare(), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return grid


def signature(letter: OfficialLetter) -> Grid:
    """Set the recipients left and the signatory right, with room for hand and stamp."""
    left: list[Flowable] = []
    if letter.recipients:
        left.append(paragraph("Nơi nhận:", 12, bold=True, italic=True))
    left += [paragraph(f"- {recipient}", decree.SMALL) for recipient in letter.recipients]
    lines = [line for line in (letter.signing_for, letter.signatory_title) if line]
    right: list[Flowable] = [centred(line.upper(), decree.BODY, bold=True) for line in lines]
    right += [Spacer(1, 72), centred(letter.signatory_name, decree.BODY, bold=True)]
    grid = Grid([[left, right]], [decree.WIDTH * 0.48 * mm, decree.WIDTH * 0.52 * mm])
    grid.setStyle([*_bare(), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return grid


def table_title(title: str) -> Words:
    """Set the title of a table."""
    return paragraph(title, 13, "centre", bold=True, before=10, after=4)


def table(content: Table) -> Grid:
    """Set a table whose header comes again on every page and whose rows never split."""
    widths = [width * mm for width in decree.column_widths(content.columns, content.size)]
    size = content.size
    titles: list[object] = [
        paragraph(c.title, size, "centre", bold=True, line=1) for c in content.columns
    ]
    rows: list[list[object]] = [titles]
    looks = _framed(content.columns, size)
    for entry in (*content.rows, *([content.totals] if content.totals else [])):
        at = len(rows)
        if isinstance(entry, Heading):
            rows.append([paragraph(entry.text[:_LONGEST_CELL], size, bold=True, line=1)])
            looks += [
                ("SPAN", (0, at), (-1, at)),
                ("BACKGROUND", (0, at), (-1, at), _GROUP),
                ("NOSPLIT", (0, at), (-1, at + 1)),
            ]
        else:
            bold = entry is content.totals
            rows.append(_row(entry, content.columns, widths, size, bold=bold))
            if bold:
                looks.append(("FONTNAME", (0, at), (-1, at), typeface.BOLD))
    structure = TableStructure(sum(widths), len(widths))
    # The library calls whatever it is given; its type wants a class of many more methods.
    grid = Grid(rows, widths, repeatRows=1, renderCB=structure)  # type: ignore[arg-type]  # above
    grid.setStyle(looks)
    return grid


def _framed(columns: tuple[Column, ...], size: float) -> list[Look]:
    aligned = {"left": "LEFT", "centre": "CENTER", "right": "RIGHT"}
    looks: list[Look] = [
        ("GRID", (0, 0), (-1, -1), 0.5, black),
        ("FONT", (0, 0), (-1, -1), typeface.REGULAR, size, size * 1.02),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "MIDDLE"),
        ("BACKGROUND", (0, 0), (-1, 0), _HEADER),
        ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
    ]
    for at, column in enumerate(columns):
        looks.append(
            (
                "ALIGN",
                (at, 1),
                (at, -1),
                aligned[_side(column)],
            )
        )
    return looks


def _row(
    cells: tuple[Cell, ...],
    columns: tuple[Column, ...],
    widths: list[float],
    size: float,
    *,
    bold: bool,
) -> list[object]:
    return [
        _fitting(printable(shown(cell, column))[:_LONGEST_CELL], column, width, size, bold=bold)
        for cell, column, width in zip(cells, columns, widths, strict=True)
    ]


def _fitting(text: str, column: Column, width: float, size: float, *, bold: bool) -> object:
    """Give short text as it is, which is set ten times as fast as a paragraph."""
    cut = typeface.cut(bold=bold)
    if "\n" not in text and stringWidth(text, cut, size) <= width - 2 * _PADDING:
        return text
    return paragraph(text, size, _side(column), bold=bold, line=1)


def _side(column: Column) -> Side:
    if column.kind == "text":
        return "left"
    return "centre" if column.kind == "date" else "right"


def _bare() -> list[Look]:
    sides = ("LEFT", "RIGHT", "TOP", "BOTTOM")
    return [
        ("FONTNAME", (0, 0), (-1, -1), typeface.REGULAR),
        *((f"{side}PADDING", (0, 0), (-1, -1), 0) for side in sides),
    ]


def _marked_up(text: str) -> str:
    """Guard text from being read as markup, and keep rows of spaces as room to write in."""
    wide = re.sub(r" {2,}", lambda found: "\xa0" * len(found.group()), printable(text))
    return escape(wide).replace("\n", "<br/>")
