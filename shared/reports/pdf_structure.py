"""What a PDF says of its own structure, for screen readers: ISO 32000-1, 14.7 and 14.8.

Every mark on a page belongs to an element of a tree (a heading, a paragraph, a cell of a table) or
is an artifact, which nobody reads out: rules, frames, grounds, numbers of pages. The elements stand
in the order in which they are drawn. Loads reportlab.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFString,
    PDFtrue,
)
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

_SAME = 1.0  # points: what counts as the same width


class Element:
    """A part of the document by its standard type; its parts are elements and marked content."""

    def __init__(self, kind: str, alternate: str = "", **of_table: object) -> None:
        self.kind, self.alternate, self.of_table = kind, alternate, of_table
        self.parts: list[Element | tuple[int, int]] = []  # marked content: its page, its number
        self.placed = False
        self.text: list[str] = []  # of its paragraphs
        self.lines = 0  # that they are set in


class TaggedCanvas(Canvas):
    """Draws pages and keeps to which element each mark belongs."""

    _doc: Any  # the file, which the library's types leave out

    def __init__(self, *given: Any, **more: Any) -> None:
        self._open = [Element("Document")]
        self._pages: list[list[Element]] = [[]]  # elements by the numbers of their marked content
        self._artifacts = 0
        super().__init__(*given, **more)

    def start(self, element: Element | None = None) -> None:
        """Let what is drawn belong to an element, or be an artifact; within one all is artifact."""
        if self._artifacts or element is None:
            if not self._artifacts:
                self.addLiteral("/Artifact BMC")
            self._artifacts += 1
            return
        self._place(element)
        marked = self._pages[-1]
        element.parts.append((len(self._pages), len(marked)))
        self.addLiteral(f"/{element.kind} <</MCID {len(marked)}>> BDC")
        marked.append(element)

    def stop(self) -> None:
        """Stop what was started last."""
        self._artifacts = max(0, self._artifacts - 1)
        if not self._artifacts:
            self.addLiteral("EMC")

    @contextmanager
    def drawing(self, element: Element | None = None) -> Iterator[None]:
        """Start and stop."""
        self.start(element)
        yield
        self.stop()

    def enter(self, element: Element) -> None:
        """Let the elements that are drawn from here on stand in this one; within artifacts none."""
        if not self._artifacts:
            self._place(element)
            self._open.append(element)

    def leave(self) -> None:
        """Go back to the element around the open one."""
        if not self._artifacts:
            self._open.pop()

    def _place(self, element: Element) -> None:
        if not element.placed:
            self._open[-1].parts.append(element)
            element.placed = True

    def showPage(self) -> None:
        """Close the page and say where its marked content stands in the tree."""
        super().showPage()
        page = self._doc.idToObject[f"Page{len(self._pages)}"]
        # The library writes of a page what is named here, and does not know these two.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self._pages) - 1, PDFName("S")
        self._pages.append([])

    def save(self) -> None:
        """Write the tree into the file and close it."""
        root = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        reference = self._doc.Reference(root)
        written: dict[Element, Any] = {}
        root["K"] = self._write(self._open[0], reference, written)
        by_page: list[Any] = []
        for at, elements in enumerate(self._pages):
            by_page += [at, PDFArray([written[element] for element in elements])]
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(by_page)})
        root["ParentTreeNextKey"] = len(self._pages)
        self._doc.Catalog.StructTreeRoot = root
        self._doc.Catalog.MarkInfo = PDFDictionary({"Marked": PDFtrue})
        super().save()

    def _write(self, element: Element, above: Any, written: dict[Element, Any]) -> Any:
        """Write an element with its parts; give the reference by which it is found."""
        entry = PDFDictionary({"S": PDFName(element.kind), "P": above})
        reference = written[element] = self._doc.Reference(entry)
        on = next((part[0] for part in element.parts if isinstance(part, tuple)), None)
        if on is not None:
            entry["Pg"] = _page(on)
        entry["K"] = PDFArray(
            [
                self._write(part, reference, written)
                if isinstance(part, Element)
                else (part[1] if part[0] == on else _elsewhere(*part))
                for part in element.parts
            ]
        )
        if element.lines > 1:  # where a line ends stands no space: words would be read as one
            entry["ActualText"] = PDFString(" ".join(element.text))
        if element.alternate:
            entry["Alt"] = PDFString(element.alternate)
        if element.of_table:
            entry["A"] = PDFDictionary({"O": PDFName("Table"), **element.of_table})
        return reference


def _page(number: int) -> PDFObjectReference:
    return PDFObjectReference(f"Page{number}")


def _elsewhere(page: int, number: int) -> PDFDictionary:
    """Refer to marked content that stands on another page than the element's first."""
    return PDFDictionary({"Type": PDFName("MCR"), "Pg": _page(page), "MCID": number})


def tagged(canvas: Canvas) -> TaggedCanvas:
    """Give the canvas of a letter as what it is."""
    assert isinstance(canvas, TaggedCanvas)
    return canvas


class Words(Paragraph):
    """A paragraph that belongs to an element, on however many pages it is set."""

    part: Element
    blPara: Any  # noqa: N815  the library's name of its lines, which its types leave out

    def split(self, width: float, height: float) -> list[Any]:
        """Split it between pages; its pieces are one element."""
        pieces: list[Any] = super().split(width, height)
        for piece in pieces:
            piece.part = self.part
        return pieces

    def draw(self) -> None:
        """Draw it as its element."""
        self.part.lines += len(self.blPara.lines)
        with tagged(self.canv).drawing(self.part):
            super().draw()


class TableStructure:
    """Told by a table what it draws; on however many pages, it is one table with one header."""

    def __init__(self, width: float, columns: int) -> None:
        self._width, self._columns = width, columns
        self._table = Element("Table")
        self._pieces = 0  # started: one for each page it stands on
        self._read_before = self._plain = False
        self._follow: Mapping[str, Callable[..., None]] = {
            "startTable": self._begin_table,
            "startBG": TaggedCanvas.start,
            "endBG": TaggedCanvas.stop,
            "startRow": self._begin_row,
            "startCell": self._begin_cell,
            "endCell": self._end_cell,
            "endRow": self._end_row,
            "startLines": TaggedCanvas.start,
            "endLines": TaggedCanvas.stop,
            "endTable": TaggedCanvas.leave,
        }

    def __call__(self, grid: Table, event: str, *told: object) -> None:
        """Follow the table through its grounds, rows, cells and lines."""
        self._follow[event](tagged(grid.canv), *told)

    def _begin_table(self, pen: TaggedCanvas) -> None:
        self._pieces += 1
        pen.enter(self._table)

    def _begin_row(self, pen: TaggedCanvas, row: int) -> None:
        """Begin a row; the header of a further page was read out before."""
        self._read_before = row == 0 and self._pieces > 1
        if self._read_before:
            pen.start()
        else:
            pen.enter(Element("TR"))

    def _end_row(self, pen: TaggedCanvas) -> None:
        if self._read_before:
            pen.stop()
        else:
            pen.leave()

    def _begin_cell(
        self,
        pen: TaggedCanvas,
        row: int,
        _column: int,
        content: object,
        _look: object,
        _place: object,
        size: tuple[float, float],
    ) -> None:
        """Begin a cell; one as wide as the table heads the rows below it."""
        if self._columns > 1 and size[0] > self._width - _SAME:
            cell = Element("TH", ColSpan=self._columns)
        else:
            cell = Element("TD") if row else Element("TH", Scope=PDFName("Column"))
        pen.enter(cell)
        self._plain = isinstance(content, str)  # else paragraphs, which tell what they are
        if self._plain:
            pen.start(cell)

    def _end_cell(self, pen: TaggedCanvas) -> None:
        if self._plain:
            pen.stop()
        pen.leave()
