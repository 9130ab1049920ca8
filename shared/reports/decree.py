"""Measures and words that Decree 30/2020/ND-CP, Appendix I, gives an administrative document.

What Word and PDF both follow; lengths in millimetres, letters in points.
"""

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
LANGUAGE = "vi-VN"
NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def day_in_words(on: date | None) -> str:
    """Write a day with a nought before days under 10 and months under 3; room for it when open."""
    if on is None:
        return f"ngày{' ' * 6}tháng{' ' * 6}năm{' ' * 6}"
    month = f"{on.month:02}" if on.month < 3 else str(on.month)
    return f"ngày {on.day:02} tháng {month} năm {on.year}"


def number_line(letter: OfficialLetter) -> str:
    """Write number and symbol, with room for the number that the registry writes in."""
    return f"Số: {letter.number or ' ' * 8}/{letter.symbol}"


def annex_reference(letter: OfficialLetter) -> str:
    """Say under an annex's title to which document it belongs."""
    number = number_line(letter).removeprefix("Số: ")
    return f"(Kèm theo {letter.kind} số {number} {day_in_words(letter.on)} của {letter.agency})"


def column_widths(columns: tuple[Column, ...]) -> list[float]:
    """Share the text's width among the columns; a heading breaks between words only."""
    longest = [max(map(_signs, column.title.split()), default=0) + 3 for column in columns]
    wanted = [max(column.width, word) for column, word in zip(columns, longest, strict=True)]
    return [WIDTH * width / sum(wanted) for width in wanted]


def _signs(word: str) -> float:
    return sum(1.5 if sign.isupper() else 1 for sign in word)
