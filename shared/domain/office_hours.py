"""Office hours as people write them: `07:30-11:30, 13:30-17:00`, a line a day."""

import re
from collections.abc import Sequence
from datetime import time

from shared.domain.calendar import Span, WorkingHours
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults

LONGEST = 60
_SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*[-–]\s*(\d{1,2})[:hH](\d{2})?")
_BETWEEN = re.compile(r"[,;]")


def read_spans(text: str, field: str) -> tuple[Span, ...]:
    """Return the spans of a day, local time, rising and apart; none for an empty text.

    Raise Invalid naming the field.
    """
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    if len(text) > LONGEST:
        raise _wrong(field)
    spans = tuple(_span(part, field) for part in parts)
    edges = [edge for span in spans for edge in span]
    if edges != sorted(set(edges)):
        raise _wrong(field)
    return spans


def write_spans(spans: Sequence[Span]) -> str:
    """Return spans the way `read_spans` reads them."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans)


def read_week(days: Sequence[str]) -> WorkingHours:
    """Return the week of seven texts, Monday first.

    Raise Invalid naming `day_0` to `day_6`, or `day_0` for a week without any hours.
    """
    with Faults() as faults:
        week = tuple(
            faults.read(read_spans, text, f"day_{number}") for number, text in enumerate(days)
        )
    if len(week) != 7 or not any(week):
        raise Invalid("week_empty", N_("Tuần cần có ít nhất một ngày làm việc."), field="day_0")
    return WorkingHours(week)


def write_week(hours: WorkingHours) -> list[str]:
    """Return seven texts the way `read_week` reads them."""
    return [write_spans(spans) for spans in hours.week]


def _span(text: str, field: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise _wrong(field)
    try:
        opens, closes = (time(int(found[at]), int(found[at + 1] or 0)) for at in (1, 3))
    except ValueError:
        raise _wrong(field) from None
    return opens, closes


def _wrong(field: str) -> Invalid:
    return Invalid(
        "hours_wrong",
        N_("Giờ làm việc cần viết như 07:30-11:30, 13:30-17:00, giờ sau muộn hơn giờ trước."),
        field=field,
    )
