"""Calendar files (iCalendar, RFC 5545): their events as local dates, each with its line."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Event

from shared.domain.calendar_feed import FeedEvent, FeedProblem
from shared.domain.errors import N_, Invalid, RuleBroken

MOST_EVENTS = 1_000
LONGEST_RANGE = 31  # days of one event
YEARS = range(1990, 2101)
ONE_DAY = timedelta(days=1)
# What a broken line makes the library raise, besides its own ValueErrors.
BROKEN = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


def read(text: str, zone: ZoneInfo) -> tuple[list[FeedEvent], list[FeedProblem]]:
    """Read a file; times are taken to the local dates of `zone`.

    One bad event does not spoil the others. Raises Invalid for a file that is no calendar, has no
    event or more than a thousand.
    """
    lines = text.splitlines()
    if not any(line.strip().upper() == "BEGIN:VCALENDAR" for line in lines[:5]):
        raise _no_calendar(N_("Tệp không phải là lịch iCal (.ics)."))
    blocks = list(_blocks(lines))
    if not blocks:
        raise _no_calendar(N_("Lịch không có sự kiện nào."))
    if len(blocks) > MOST_EVENTS:
        raise _no_calendar(N_("Lịch có quá %(most)s sự kiện."), most=MOST_EVENTS)
    events: list[FeedEvent] = []
    problems: list[FeedProblem] = []
    for line, block in blocks:
        try:
            events.append(_event(line, block, zone))
        except RuleBroken as refusal:
            problems.append(FeedProblem(line, _summary_of(block), refusal))
    return events, problems


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Give the lines of every event with the number of its first; what is within it too."""
    begins, block = 0, list[str]()
    for number, line in enumerate(lines, start=1):
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            if block:
                yield begins, block
            begins, block = number, [line]
        elif block:
            block.append(line)
            if mark == "END:VEVENT":
                yield begins, block
                block = []
    if block:
        yield begins, block


def _event(line: int, block: Sequence[str], zone: ZoneInfo) -> FeedEvent:
    # The library cannot say on which line an event stands; so each is given to it by itself.
    try:
        event = Event.from_ical("\r\n".join(block) + "\r\n")
        if not isinstance(event, Event) or block[-1].strip().upper() != "END:VEVENT":
            raise TypeError("no whole event")
        starts, ends = event.start, event.end
        categories = tuple(str(one) for one in event.categories)
    except BROKEN:
        raise _bad(N_("Không đọc được sự kiện này.")) from None
    if {"RRULE", "RDATE"} & event.keys():
        raise _bad(N_("Sự kiện lặp lại; xin ghi từng ngày."))
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _bad(N_("Sự kiện đã bị huỷ."))
    first, last = _dates(starts, ends, zone)
    named = event.get("SUMMARY", "")
    summary = " ".join(str(named[0] if isinstance(named, list) else named).split())
    if not summary or not summary.isprintable():
        raise _bad(N_("Sự kiện không có tên."))
    return FeedEvent(
        line=line,
        summary=summary[:200],
        categories=categories,
        description=str(event.get("DESCRIPTION", "")),
        first=first,
        last=last,
    )


def _dates(starts: date, ends: date, zone: ZoneInfo) -> tuple[date, date]:
    """Give the first and the last local date; the end itself lies outside an event."""
    if isinstance(starts, datetime) and isinstance(ends, datetime):
        begin, end = _local(starts, zone), _local(ends, zone)
        if end > begin:
            end -= timedelta(microseconds=1)
        first, last = begin.date(), end.date()
    else:
        # Some programs give a day off the same day as its end.
        first, last = starts, starts if ends == starts else ends - ONE_DAY
    if first.year not in YEARS or last.year not in YEARS or last < first:
        raise _bad(N_("Ngày của sự kiện không dùng được."))
    if (last - first).days >= LONGEST_RANGE:
        raise _bad(N_("Sự kiện dài quá %(most)s ngày."), most=LONGEST_RANGE)
    return first, last


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    in_zone = moment if moment.tzinfo is None else moment.astimezone(zone)
    return in_zone.replace(tzinfo=None)


def _summary_of(block: Sequence[str]) -> str:
    found = (line for line in block if line.upper().startswith("SUMMARY"))
    return next(found, "").partition(":")[2].strip()[:80]


def _bad(message: str, **params: object) -> RuleBroken:
    return RuleBroken("bad_event", message, **params)


def _no_calendar(message: str, **params: object) -> Invalid:
    return Invalid("no_calendar", message, field="file", **params)
