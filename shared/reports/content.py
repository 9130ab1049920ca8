"""What a report says, as plain data; nothing here knows Word or Excel."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["text", "number", "percent", "date", "integer"]
Cell = str | int | float | date | None


@dataclass(frozen=True)
class Column:
    """A column of a table.

    `percent` cells are fractions (0.965 is shown as 96,5%). `width` is in characters. `decimals`
    holds for `number` and `percent`.
    """

    title: str
    kind: Kind = "text"
    width: float = 16
    decimals: int = 1


@dataclass(frozen=True)
class Heading:
    """A line over a group of rows, or a heading within a letter."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table: rows of one cell per column, headings between them, and a row of totals.

    `size` is that of its letters on paper, in points. `sheet` names it in a workbook where the
    title is too long to.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...] | Heading, ...]
    totals: tuple[Cell, ...] | None = None
    size: float = 12
    sheet: str = ""

    def __post_init__(self) -> None:
        """Refuse rows that do not fit their columns: a shifted figure must not reach a reader."""
        filled = [row for row in (*self.rows, self.totals) if isinstance(row, tuple)]
        if any(len(row) != len(self.columns) for row in filled):
            message = f"a row of the table {self.title!r} does not fit its columns"
            raise ValueError(message)


@dataclass(frozen=True)
class Bar:
    """A bar of a chart with its value as it is read; None draws none. `open` draws an outline."""

    label: str
    value: float | None
    shown: str
    open: bool = False


@dataclass(frozen=True)
class Chart:
    """Lying bars from nought, one below the other; its table always follows it.

    `highest` is where the axis ends; bars may go below nought. `key` says what an outline means.
    """

    title: str
    bars: tuple[Bar, ...]
    highest: float
    key: str = ""


Block = str | Heading | Table | Chart


@dataclass(frozen=True)
class Annex:
    """A part after the signature, on a page of its own; its Roman number is its place."""

    title: str
    body: tuple[Block, ...]


@dataclass(frozen=True)
class OfficialLetter:
    """An administrative document by Decree 30/2020/ND-CP, Appendix I; texts come ready to print.

    `number` may be empty and `on` None until the document is registered: room is left for both.
    `body` holds paragraphs (str), headings, tables and charts in their order. `signing_for` is such
    as "TM. ỦY BAN NHÂN DÂN", or empty where a head signs for the agency itself.
    """

    superior_agency: str
    agency: str
    number: str
    symbol: str
    place: str
    on: date | None
    kind: str
    subject: str
    body: tuple[Block, ...]
    signatory_title: str
    signatory_name: str
    signing_for: str = ""
    recipients: tuple[str, ...] = ()
    sample: bool = False
    annexes: tuple[Annex, ...] = ()
