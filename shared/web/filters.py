"""How dates, times, figures and counts are written on pages."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import format_decimal, format_timedelta
from flask_babel import gettext as _

from shared.domain import tracking_code
from shared.domain.errors import N_
from shared.domain.rounding import digits_needed, half_up

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NO_BREAK = "\u00a0"
SHORT_WEEKDAYS = (N_("T2"), N_("T3"), N_("T4"), N_("T5"), N_("T6"), N_("T7"), N_("CN"))
WEEKDAYS = (
    N_("thứ Hai"),
    N_("thứ Ba"),
    N_("thứ Tư"),
    N_("thứ Năm"),
    N_("thứ Sáu"),
    N_("thứ Bảy"),
    N_("Chủ nhật"),
)


def register(app: Flask) -> None:
    """Make the filters known to every template."""
    for filter_ in (
        day,
        day_in_words,
        day_of_month,
        weekday_short,
        iso_date,
        sentence,
        moment,
        local_day,
        clock_time,
        ago,
        lasting,
        percent,
        figure,
        as_typed,
        digits_needed,
        typed_code,
    ):
        app.add_template_filter(filter_)


def typed_code(code: str) -> str:
    """Write what opens a case as people type it: the digits of a link."""
    return tracking_code.shown(code)


def day(value: date) -> str:
    """Write a local date: 23/11/2026."""
    return value.strftime("%d/%m/%Y")


def day_in_words(value: date) -> str:
    """Write a local date with its weekday: thứ Hai, 23/11/2026."""
    return f"{_unbroken(weekday(value))}, {day(value)}"


def day_of_month(value: date) -> str:
    """Write a local date without its year: thứ Hai, 23/11."""
    return f"{_unbroken(weekday(value))}, {value:%d/%m}"


def _unbroken(words: str) -> str:
    """Keep words on one line: “thứ” at the end of one says nothing."""
    return words.replace(" ", NO_BREAK)


def weekday_short(value: date) -> str:
    """Name the weekday as calendars head their columns: T2."""
    return _(SHORT_WEEKDAYS[value.weekday()])


def iso_date(value: str) -> date:
    """Read a date as it is kept in JSON: 2026-11-23."""
    return date.fromisoformat(value)


def sentence(value: str) -> str:
    """Begin with a capital letter and leave the rest: Thứ Hai, 23/11/2026."""
    return value[:1].upper() + value[1:]


def weekday(value: date) -> str:
    """Name the weekday of a local date."""
    return _(WEEKDAYS[value.weekday()])


def moment(value: datetime) -> str:
    """Write an instant in the office's zone: 16/11/2026, 09:12."""
    return value.astimezone(ZONE).strftime("%d/%m/%Y, %H:%M")


def local_day(value: datetime) -> str:
    """Write the day of an instant in the office's zone, without the time: 16/11/2026."""
    return day(value.astimezone(ZONE).date())


def clock_time(value: datetime) -> str:
    """Write an instant's time of day in the office's zone: 09:12."""
    return value.astimezone(ZONE).strftime("%H:%M")


def ago(value: datetime, now: datetime) -> str:
    """Say how long before now an instant was: 5 phút trước."""
    return str(format_timedelta(min(value - now, timedelta()), add_direction=True))


def lasting(value: timedelta) -> str:
    """Say how long something lasts, whatever its sign: 12 phút."""
    return str(format_timedelta(abs(value)))


def percent(value: float | Decimal | None, digits: int = 1) -> str:
    """Write a percentage given in percent (not a fraction): 95,8 %."""
    if value is None:
        return _("chưa đủ dữ liệu")
    return figure(value, digits) + NO_BREAK + "%"


def as_typed(value: Decimal) -> str:
    """Write a number into a field as it can be sent back: every digit, no sign for thousands."""
    return format_decimal(value, format="0.######")


def figure(value: float | Decimal, digits: int = 1) -> str:
    """Write a number with a fixed number of digits after the comma, a half rounded up."""
    exact = half_up(Fraction(str(value)), digits)
    return format_decimal(exact, format="#,##0" + ("." + "0" * digits if digits else ""))
