"""Reading what people type into forms and tables when an office is set up.

Every reader takes the typed cells by column and raises Invalid naming the column.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal

from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults

Cells = Mapping[str, str]

LONGEST_TEXT = 200
LONGEST_WORDS = 4_000
LARGEST_COUNT = 1_000_000
YEARS = range(1990, 2101)
WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")  # ISO 1 to 7
CODE_FORM = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_CLOCK = re.compile(r"(\d{1,2})(?:[:hH](\d{2})?)?")
_NUMBER = re.compile(r"\d{1,7}(?:[.,]\d{1,4})?", re.ASCII)
_YES = {"có", "co", "x", "1", "yes", "true", "y"}
_NO = {"", "không", "khong", "0", "no", "false", "n"}


def raw(cells: Cells, field: str) -> str:
    """Give a cell with composed accents and single blanks; empty when it is missing."""
    return " ".join(unicodedata.normalize("NFC", cells.get(field) or "").split())


def text(cells: Cells, field: str, most: int = LONGEST_TEXT, *, required: bool = True) -> str:
    """Read words of at most `most` characters."""
    value = raw(cells, field)
    if required and not value:
        raise Invalid("missing", N_("Xin nhập mục này."), field=field)
    if len(value) > most:
        raise Invalid("too_long", N_("Dài quá %(most)s ký tự."), field=field, most=most)
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co"} for sign in value):
        raise Invalid("odd_sign", N_("Có ký tự không dùng được."), field=field)
    return value


def words(cells: Cells, field: str, *, required: bool = True) -> str:
    """Read words over several lines, of at most 4000 characters; empty lines are left out."""
    lines = unicodedata.normalize("NFC", cells.get(field) or "").splitlines()
    kept = [text({field: line}, field, LONGEST_WORDS) for line in lines if line.strip()]
    value = "\n".join(kept)
    if required and not value:
        raise Invalid("missing", N_("Xin nhập mục này."), field=field)
    if len(value) > LONGEST_WORDS:
        raise Invalid("too_long", N_("Dài quá %(most)s ký tự."), field=field, most=LONGEST_WORDS)
    return value


def count(cells: Cells, field: str) -> int:
    """Read a whole number from 0 to a million."""
    value = text(cells, field)
    if not value.isdecimal() or len(value) > 7 or int(value) > LARGEST_COUNT:
        raise Invalid("count_wrong", N_("Xin nhập một số từ 0 trở lên."), field=field)
    return int(value)


def number(cells: Cells, field: str, most: Decimal) -> Decimal:
    """Read a number from 0 to `most`, with a comma or a point before at most four digits."""
    found = _NUMBER.fullmatch(text(cells, field))
    value = None if found is None else Decimal(found[0].replace(",", "."))
    if value is None or value > most:
        raise Invalid(
            "not_a_number", N_("Cần một số từ 0 đến %(most)s, ví dụ 7,25."), field=field, most=most
        )
    return value


def number_in_words(value: Decimal) -> str:
    """Write a number the way `number` reads it, with a comma and no idle zeros."""
    return f"{value.normalize():f}".replace(".", ",")


def code(cells: Cells, field: str) -> str:
    """Read a code that can be typed anywhere: letters without accents, figures, `.`, `_`, `-`."""
    value = text(cells, field, 40)
    if not CODE_FORM.fullmatch(value):
        raise Invalid(
            "code_wrong",
            N_("Mã chỉ gồm chữ không dấu, số và các dấu . _ - (không có khoảng trắng)."),
            field=field,
        )
    return value


def day(cells: Cells, field: str) -> date:
    """Read a date written 31/12/2026 or 2026-12-31."""
    value = text(cells, field)
    try:
        found = _DAY_FIRST.fullmatch(value)
        read = (
            date(int(found[3]), int(found[2]), int(found[1]))
            if found
            else date.fromisoformat(value)
        )
    except ValueError:
        read = None
    if read is None or read.year not in YEARS:
        raise Invalid(
            "not_a_date", N_("Ngày cần viết như 31/12/2026 (năm 1990–2100)."), field=field
        )
    return read


def optional_day(cells: Cells, field: str) -> date | None:
    """Read a date that may be left out."""
    return day(cells, field) if raw(cells, field) else None


def period(cells: Cells) -> tuple[date, date | None]:
    """Read the columns valid_from and valid_to; the last day counts and may be left out."""
    with Faults() as faults:
        first = faults.read(day, cells, "valid_from")
        last = faults.read(optional_day, cells, "valid_to")
    _check_order(first, last)
    return first, last


def optional_period(cells: Cells) -> tuple[date | None, date | None]:
    """Read the columns valid_from and valid_to, both of which may be left out."""
    with Faults() as faults:
        first = faults.read(optional_day, cells, "valid_from")
        last = faults.read(optional_day, cells, "valid_to")
    _check_order(first, last)
    return first, last


def _check_order(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise Invalid(
            "dates_crossed", N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="valid_to"
        )


def clock(cells: Cells, field: str) -> time:
    """Read a time of day written 7:30, 07h30 or 7h."""
    value = text(cells, field)
    found = _CLOCK.fullmatch(value)
    try:
        return time(int(found[1]), int(found[2] or 0)) if found else time.fromisoformat(value)
    except ValueError:
        raise Invalid("not_a_time", N_("Giờ cần viết như 07:30."), field=field) from None


def weekdays(cells: Cells, field: str) -> str:
    """Read weekdays written T2-T6, or T2 T4 CN; give them as ISO figures, Monday is 1."""
    value = text(cells, field).upper().replace("–", "-")
    chosen: set[int] = set()
    for part in re.split(r"[\s,;+]+", value):
        ends = part.split("-") if part else []
        if not ends or len(ends) > 2 or not set(ends) <= set(WEEKDAYS):
            raise _not_weekdays(field)
        first, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        if last < first:
            raise _not_weekdays(field)
        chosen.update(range(first, last + 1))
    return "".join(str(number + 1) for number in sorted(chosen))


def weekdays_in_words(iso: Iterable[str]) -> str:
    """Write ISO figures the way `weekdays` reads them: T2 T3 T4."""
    return " ".join(WEEKDAYS[int(figure) - 1] for figure in iso)


def yes(cells: Cells, field: str) -> bool:
    """Read có or không; nothing means không."""
    value = raw(cells, field).lower()
    if value in _YES:
        return True
    if value in _NO:
        return False
    raise Invalid("not_yes_no", N_("Xin ghi “có” hoặc “không”."), field=field)


def yes_in_words(value: bool) -> str:
    """Write a yes or no the way `yes` reads it."""
    return "có" if value else "không"


def _not_weekdays(field: str) -> Invalid:
    return Invalid(
        "not_weekdays", N_("Ngày trong tuần cần viết như T2-T6 hoặc T2 T4 CN."), field=field
    )
