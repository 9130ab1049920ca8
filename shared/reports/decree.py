"""Measures and words that Decree 30/2020/ND-CP, Appendix I, gives an administrative document.

What Word and PDF both follow; lengths in millimetres, letters in points.
"""

from collections.abc import Collection
from datetime import date

from shared.reports.content import Column, OfficialLetter

PAGE_WIDTH, PAGE_HEIGHT = 210, 297
LEFT, RIGHT, TOP_AND_BOTTOM = 30, 15, 20
WIDTH = PAGE_WIDTH - LEFT - RIGHT
AGENCY_WIDTH = 71.0
STATE_WIDTH = WIDTH - AGENCY_WIDTH
NUMBER_FROM_TOP = 10
INDENT = 12.7
BODY, NUMBER, SMALL = 14, 13, 11
STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
SAMPLE = "VĂN BẢN MẪU - số liệu trình diễn, không có giá trị pháp lý"
_SIGN = 0.18  # millimetres a small bold letter takes for every point of its size
_PADDING = 3.5  # of a cell, both sides
LANGUAGE = "vi-VN"
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def day_in_words(on: date | None) -> str:
    """Write a day with a nought before days under 10 and months under 3; room for it when open."""
    if on is None:
        return f"ngày{' ' * 6}tháng{' ' * 6}năm{' ' * 6}"
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def place_and_day(letter: OfficialLetter) -> str:
    """Write where and when the document was made; the day alone where no place is given."""
    day = day_in_words(letter.on)
    return f"{letter.place}, {day}" if letter.place else day.capitalize()


def number_line(letter: OfficialLetter) -> str:
    """Write number and symbol, with room for the number that the registry writes in."""
    return f"Số: {letter.number or ' ' * 8}/{letter.symbol}"


def annex_reference(letter: OfficialLetter) -> str:
    """Say under an annex's title to which document it belongs."""
    number = number_line(letter).removeprefix("Số: ")
    return f"(Kèm theo {letter.kind} số {number} {day_in_words(letter.on)} của {letter.agency})"


def column_widths(columns: tuple[Column, ...], size: float = 12) -> list[float]:
    """Share the text's width among the columns; a heading of a size breaks between words only."""
    least = [
        max((_signs(word) for word in column.title.split()), default=0) * size * _SIGN + _PADDING
        for column in columns
    ]
    narrow: set[int] = set()
    while True:
        shared = _shared(columns, least, narrow)
        more = {at for at, width in enumerate(shared) if width < least[at]}
        if not more or sum(least) > WIDTH:
            return shared
        narrow |= more


def _shared(
    columns: tuple[Column, ...], least: list[float], narrow: Collection[int]
) -> list[float]:
    """Give the narrow columns what they need, and the others the rest by their widths."""
    free = WIDTH - sum(least[at] for at in narrow)
    rest = sum(column.width for at, column in enumerate(columns) if at not in narrow)
    return [
        least[at] if at in narrow else free * column.width / rest
        for at, column in enumerate(columns)
    ]


def _signs(word: str) -> float:
    return sum(1.5 if sign.isupper() else 1 for sign in word)
