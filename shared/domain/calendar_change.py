"""A change of a calendar before it is made: the days, and the weekly hours, it would leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar, WorkingHours
from shared.domain.errors import N_, Invalid
from shared.domain.office_hours import read_spans, read_week, write_spans, write_week

MOST_DAYS = 2_000
Values = dict[str, Any]


@dataclass(frozen=True)
class Week:
    """Weekly hours from a local date on, with the document that sets them."""

    valid_from: date
    hours: WorkingHours
    document: str


@dataclass(frozen=True)
class CalendarChange:
    """Days to stand as they are here, dates whose rows go away, and weekly hours."""

    days: tuple[CalendarDay, ...] = ()
    removed: tuple[date, ...] = ()
    week: Week | None = None


@dataclass(frozen=True)
class DayChange:
    """A local date with the row it has and the row it would have; None is an ordinary day."""

    on: date
    before: CalendarDay | None
    after: CalendarDay | None


def changed(calendar: WorkCalendar, change: CalendarChange) -> WorkCalendar:
    """Return the calendar as the change would leave it, one version later."""
    days = {on: day for on, day in calendar.days.items() if on not in change.removed}
    days.update({day.on: day for day in change.days})
    weeks = dict(calendar.weeks)
    if change.week is not None:
        weeks[change.week.valid_from] = change.week.hours
    return replace(
        calendar,
        days=days,
        weeks=tuple(sorted(weeks.items(), key=lambda one: one[0])),
        version=calendar.version + 1,
    )


def differences(calendar: WorkCalendar, change: CalendarChange) -> list[DayChange]:
    """Return the dates whose row the change alters, in order; what stays as it is is left out."""
    after: dict[date, CalendarDay | None] = dict.fromkeys(change.removed)
    after.update({day.on: day for day in change.days})
    found = [DayChange(on, calendar.days.get(on), day) for on, day in sorted(after.items())]
    return [one for one in found if one.before != one.after]


def as_values(change: CalendarChange) -> Values:
    """Return a change as plain values of JSON, which `read_change` reads back."""
    values: Values = {
        "days": [day_values(day) for day in change.days],
        "removed": [on.isoformat() for on in change.removed],
    }
    if change.week is not None:
        values["week"] = {
            "valid_from": change.week.valid_from.isoformat(),
            "hours": write_week(change.week.hours),
            "document": change.week.document,
        }
    return values


def day_values(day: CalendarDay) -> Values:
    """Return a day as plain values of JSON."""
    return {
        "on": day.on.isoformat(),
        "kind": day.kind.value,
        "name": day.name,
        "document": day.document,
        "provisional": day.provisional,
        "hours": write_spans(day.hours),
    }


def read_change(values: object) -> CalendarChange:
    """Return the change of plain values, which may come from anywhere.

    Raise Invalid `change_wrong` for anything but what `as_values` gives.
    """
    try:
        return _read(values)
    except (AttributeError, KeyError, TypeError, ValueError, Invalid):
        raise Invalid("change_wrong", N_("Nội dung sửa lịch không đọc được."), field=None) from None


def _read(values: Any) -> CalendarChange:
    days = tuple(_read_day(day) for day in _listed(values["days"]))
    removed = tuple(date.fromisoformat(on) for on in _listed(values["removed"]))
    named = [*(day.on for day in days), *removed]
    if len(named) != len(set(named)):
        raise ValueError("a date twice")
    week = values.get("week")
    return CalendarChange(days, removed, None if week is None else _read_week(week))


def _listed(values: Any) -> Sequence[Any]:
    if not isinstance(values, list) or len(values) > MOST_DAYS:
        raise ValueError("no list")
    return values


def _read_day(values: Mapping[str, Any]) -> CalendarDay:
    return CalendarDay(
        on=date.fromisoformat(values["on"]),
        kind=DayKind(values["kind"]),
        name=_words(values["name"], 200),
        document=_words(values["document"], 300),
        provisional=values["provisional"] is True,
        hours=read_spans(_text(values["hours"]), "hours"),
    )


def _read_week(values: Mapping[str, Any]) -> Week:
    return Week(
        date.fromisoformat(values["valid_from"]),
        read_week([_text(text) for text in _listed(values["hours"])]),
        _words(values["document"], 300),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _words(value: Any, most: int) -> str:
    if not 0 < len(_text(value).strip()) <= most or not value.isprintable():
        raise ValueError("no words")
    return _text(value)
