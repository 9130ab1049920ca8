"""Administrative documents as PDF in the layout of Decree 30/2020/ND-CP, Appendix I.

Loads reportlab, so only in jobs. What a page is made of stands in `pdf_layout`.
"""

import io
from collections.abc import Callable, Iterator

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageBreak,
    PageTemplate,
    Spacer,
)

from shared.reports import chart, decree, typeface
from shared.reports import pdf_layout as layout
from shared.reports.content import Annex, Block, Chart, Heading, OfficialLetter, Table
from shared.reports.pdf_structure import Element, TaggedCanvas, tagged
from shared.reports.text import printable

_RED = HexColor("#B00020")
# What must be left of a page: a title and a header alone say nothing, nor does a heading above.
_TABLE, _HEADING = 45 * mm, 60 * mm
Progress = Callable[[int, int], None]


def write(letter: OfficialLetter, progress: Progress = lambda _done, _total: None) -> bytes:
    """Return the letter as a PDF file with its typeface, title, language and structure in it.

    A sample letter says on every page that it is one and carries no weight in law. `progress` is
    told how many of how many parts are set.
    """
    typeface.register()
    file = io.BytesIO()
    parts = list(_parts(letter))
    document = _Document(file, letter, len(parts), progress)
    document.build(parts, canvasmaker=TaggedCanvas)
    return file.getvalue()


class _Document(BaseDocTemplate):
    """Pages with the decree's margins; the number stands in the top margin from page two on."""

    def __init__(
        self, file: io.BytesIO, letter: OfficialLetter, parts: int, progress: Progress
    ) -> None:
        super().__init__(
            file,
            pagesize=(decree.PAGE_WIDTH * mm, decree.PAGE_HEIGHT * mm),
            title=printable(f"{letter.kind} {letter.subject}"),
            author=printable(letter.agency),
            subject=printable(letter.subject),
            creator="Niềm Nở",
            lang=decree.LANGUAGE,
            displayDocTitle=True,
            initialFontName=typeface.REGULAR,
        )
        self._letter, self._parts, self._progress, self._set = letter, parts, progress, 0
        frame = Frame(
            decree.LEFT * mm,
            decree.TOP_AND_BOTTOM * mm,
            decree.WIDTH * mm,
            (decree.PAGE_HEIGHT - 2 * decree.TOP_AND_BOTTOM) * mm,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._mark_page))

    def _mark_page(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        with tagged(canvas).drawing():
            self._draw_margins(canvas, document)

    def _draw_margins(self, canvas: Canvas, document: BaseDocTemplate) -> None:
        centre = decree.PAGE_WIDTH / 2 * mm
        if document.page > 1:
            canvas.setFont(typeface.REGULAR, decree.NUMBER)
            top = (decree.PAGE_HEIGHT - decree.NUMBER_FROM_TOP) * mm
            canvas.drawCentredString(centre, top - decree.NUMBER, str(document.page))
        if self._letter.sample:
            canvas.setFont(typeface.BOLD, decree.SMALL)
            canvas.setFillColor(_RED)
            canvas.drawCentredString(centre, 10 * mm, decree.SAMPLE)
            canvas.setFillColor(HexColor("#000000"))

    def afterFlowable(self, flowable: Flowable) -> None:
        """Give annexes their place in the reader's outline, and tell how far the setting is."""
        self._set = min(self._set + 1, self._parts)
        self._progress(self._set, self._parts)
        if isinstance(flowable, layout.Mark):
            self.canv.bookmarkPage(flowable.key)
            self.canv.addOutlineEntry(flowable.title, flowable.key)


def _parts(letter: OfficialLetter) -> Iterator[Flowable]:
    if letter.sample:
        yield layout.centred(decree.SAMPLE, decree.SMALL, bold=True, after=6, colour=_RED)
    yield layout.head(letter)
    title = Element("H1")
    yield layout.centred(letter.kind.upper(), decree.BODY, bold=True, before=14, part=title)
    yield layout.centred(letter.subject, decree.BODY, bold=True, part=title)
    yield layout.rule(letter.subject, decree.BODY, decree.WIDTH - 20, 0.4)
    *body, last = letter.body or ("",)
    for block in body:
        yield from _block(block, "H2")
    yield KeepTogether([*_block(last, "H2"), Spacer(1, 10), layout.signature(letter)])
    for place, annex in enumerate(letter.annexes):
        yield from _annex(letter, annex, decree.NUMERALS[place])


def _annex(letter: OfficialLetter, annex: Annex, numeral: str) -> Iterator[Flowable]:
    yield PageBreak()
    name = f"Phụ lục {numeral}"
    yield layout.Mark(f"annex-{numeral}", printable(f"{name}. {annex.title}"))
    title = Element("H2")
    yield layout.centred(name, decree.BODY, bold=True, part=title)
    yield layout.centred(annex.title.upper(), decree.BODY, bold=True, part=title)
    yield layout.centred(decree.annex_reference(letter), decree.BODY, italic=True, after=6)
    for block in annex.body:
        yield from _block(block, "H3")


def _block(block: Block, level: str) -> Iterator[Flowable]:
    match block:
        case str():
            yield layout.body(block)
        case Heading():
            yield CondPageBreak(_HEADING)
            yield layout.body(block.text, bold=True, part=Element(level))
        case Table():
            yield CondPageBreak(_TABLE)
            yield layout.table_title(block.title)
            yield layout.table(block)
            yield Spacer(1, 10)
        case Chart():
            for drawing in chart.drawings(block, decree.WIDTH):
                title = layout.centred(block.title, 13, bold=True, before=10, after=4)
                yield KeepTogether([title, layout.Picture(drawing, _said(block)), Spacer(1, 6)])


def _said(block: Chart) -> str:
    """Say in the place of a chart what it shows, and where the same can be read."""
    return printable(f"Biểu đồ: {block.title}. Số liệu ở bảng kế tiếp.")
