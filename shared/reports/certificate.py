"""Certificates of commendation (giấy khen) as PDF, A4 across, one page each.

Loads reportlab, so only in jobs.
"""

import io
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from shared.reports import decree, typeface
from shared.reports.certificate_content import Certificate
from shared.reports.pdf_structure import Element, TaggedCanvas, Words
from shared.reports.text import printable

WIDTH, HEIGHT = landscape(A4)
MIDDLE = WIDTH / 2
_RED, _GOLD, _PALE = HexColor("#B00020"), HexColor("#B8862D"), HexColor("#F3E3E3")
_STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
_MOTTO = "Độc lập - Tự do - Hạnh phúc"
_COMMENDATIONS = ("giấy khen", "bằng khen", "cờ", "kỷ niệm chương")
_SAMPLE = "BẢN MẪU - số liệu trình diễn, không có giá trị pháp lý"
_TEXT_WIDTH = WIDTH - 70 * mm
_SMALLEST = 9  # points
Progress = Callable[[int, int], None]


def write(
    certificates: Sequence[Certificate], progress: Progress = lambda _done, _total: None
) -> bytes:
    """Return all certificates as one PDF with typeface and structure, a page each, in their order.

    Long names are set smaller until they fit. A sample says so across its page.
    """
    typeface.register()
    file = io.BytesIO()
    pen = TaggedCanvas(
        file,
        pagesize=(WIDTH, HEIGHT),
        initialFontName=typeface.REGULAR,
        lang=decree.LANGUAGE,
    )
    pen.setTitle(printable(certificates[0].title) if certificates else "Giấy khen")
    pen.setCreator("Niềm Nở")
    for done, one in enumerate(certificates, start=1):
        _page(pen, one)
        pen.showPage()
        progress(done, len(certificates))
    pen.save()
    return file.getvalue()


def _page(pen: TaggedCanvas, one: Certificate) -> None:
    if one.sample:
        _mark_sample(pen)
    with pen.drawing():
        _frame(pen)
    _line(pen, _STATE, 176, 15, bold=True)
    _line(pen, _MOTTO, 168, 15, bold=True)
    length = stringWidth(_MOTTO, typeface.BOLD, 15)
    with pen.drawing():
        pen.setStrokeColor(black)
        pen.setLineWidth(0.8)
        pen.line(MIDDLE - length / 2, 165.5 * mm, MIDDLE + length / 2, 165.5 * mm)
    _block(pen, one.giver.upper(), (160, 14), 17, bold=True)
    _line(pen, _given_words(one.title), 138, 15, bold=True)
    title = Element("H1")
    _block(pen, one.title.upper(), (134, 20), 44, bold=True, colour=_RED, part=title)
    _block(pen, one.recipient, (111, 17), 27, bold=True)
    if one.of:
        _block(pen, one.of, (94, 9), 17)
    _block(pen, one.achievement, (83 if one.of else 91, 17), 17, italic=True)
    _decision(pen, one)
    _signature(pen, one)


def _given_words(title: str) -> str:
    """Say that a commendation is given, or that a title is."""
    return "TẶNG" if title.lower().startswith(_COMMENDATIONS) else "TẶNG DANH HIỆU"


def _frame(pen: Canvas) -> None:
    """Draw a double border with corners."""
    pen.setStrokeColor(_GOLD)
    for inset, width in ((9, 3), (12, 0.8)):
        pen.setLineWidth(width)
        pen.rect(inset * mm, inset * mm, WIDTH - 2 * inset * mm, HEIGHT - 2 * inset * mm)
    pen.setLineWidth(1.2)
    near, size = 15 * mm, 12 * mm
    for x, towards_x in ((near, 1), (WIDTH - near, -1)):
        for y, towards_y in ((near, 1), (HEIGHT - near, -1)):
            pen.line(x, y, x + towards_x * size, y)
            pen.line(x, y, x, y + towards_y * size)


def _decision(pen: TaggedCanvas, one: Certificate) -> None:
    pen.setFillColor(black)
    pen.setFont(typeface.ITALIC, 12)
    if one.decision:
        with pen.drawing(Element("P")):
            pen.drawString(27 * mm, 34 * mm, f"Quyết định số {printable(one.decision)}")
        day = "" if one.on is None else f"ngày {one.on:%d/%m/%Y}"
        with pen.drawing(Element("P")):
            pen.drawString(27 * mm, 28 * mm, day)
    with pen.drawing(Element("P")):
        pen.drawString(27 * mm, 22 * mm, "Vào sổ khen thưởng số: ..................")


def _signature(pen: TaggedCanvas, one: Certificate) -> None:
    centre, width = WIDTH - 82 * mm, 110 * mm
    day = "ngày ..... tháng ..... năm ........"
    if one.on is not None:
        day = f"ngày {one.on.day:02d} tháng {one.on.month:02d} năm {one.on.year}"
    place = f"{one.place}, {day}" if one.place else day.capitalize()
    _block(pen, place, (65, 7), 14, italic=True, at=(centre, width))
    above = [one.signing_for.upper(), one.signatory_title.upper()]
    _block(pen, "\n".join(filter(None, above)), (58, 13), 14, bold=True, at=(centre, width))
    _block(pen, one.signatory_name, (25, 8), 15, bold=True, at=(centre, width))


def _mark_sample(pen: TaggedCanvas) -> None:
    """Say across the page and at its foot that it is a sample; read out once."""
    with pen.drawing():
        pen.saveState()
        pen.setFillColor(_PALE)
        pen.setFont(typeface.BOLD, 170)
        pen.translate(MIDDLE, HEIGHT / 2)
        pen.rotate(30)
        pen.drawCentredString(0, -55, "MẪU")
        pen.restoreState()
    pen.setFillColor(_RED)
    pen.setFont(typeface.BOLD, 10)
    with pen.drawing(Element("P")):
        pen.drawCentredString(MIDDLE, 14.5 * mm, _SAMPLE)


def _line(pen: TaggedCanvas, text: str, height: float, size: float, *, bold: bool = False) -> None:
    """Write one line in the middle, its foot so many millimetres above the edge."""
    pen.setFillColor(black)
    pen.setFont(typeface.cut(bold=bold), size)
    with pen.drawing(Element("P")):
        pen.drawCentredString(MIDDLE, height * mm, text)


def _block(
    pen: TaggedCanvas,
    text: str,
    room: tuple[float, float],
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    colour: Color = black,
    at: tuple[float, float] = (MIDDLE, _TEXT_WIDTH),
    part: Element | None = None,
) -> None:
    """Write words centred below a height (mm), smaller until they fit into so many millimetres."""
    top, high = room
    centre, width = at
    words = "<br/>".join(escape(printable(line)) for line in text.split("\n"))
    while True:
        style = ParagraphStyle(
            "block",
            fontName=typeface.cut(bold=bold, italic=italic),
            fontSize=size,
            leading=size * 1.2,
            alignment=TA_CENTER,
            textColor=colour,
        )
        block = Words(words, style)
        _used, height = block.wrap(width, HEIGHT)
        if height <= high * mm or size <= _SMALLEST:
            break
        size -= 1
    block.part = part or Element("P")
    block.part.text.append(printable(text))
    block.drawOn(pen, centre - width / 2, top * mm - height)
