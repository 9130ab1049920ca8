"""Office time between two moments, for many pairs over the same calendar."""

from datetime import date, datetime, time, timedelta
from itertools import accumulate

from shared.domain.calendar import ONE_DAY, Span, WorkCalendar, local_time


class WorkedHours:
    """The office hours of a calendar over a range of local dates, added up once."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date) -> None:
        """Add up the hours from `first` to `last`, both included."""
        self._calendar, self._first, self._last = calendar, first, last
        days = (last - first).days + 1
        lengths = (_length(calendar.hours_on(first + day * ONE_DAY)) for day in range(days))
        self._before = [timedelta(), *accumulate(lengths)]

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Return the office time from instant `begin` to instant `end`; zero when it is before.

        Lunch, nights and days off do not count. Raise ValueError outside the range.
        """
        return max(self._until(end) - self._until(begin), timedelta())

    def _until(self, moment: datetime) -> timedelta:
        wall = local_time(moment, self._calendar.zone)
        on = wall.date()
        if not self._first <= on <= self._last:
            raise ValueError(f"{on} is outside {self._first} to {self._last}")
        spans = self._calendar.hours_on(on)
        return self._before[(on - self._first).days] + _length(spans, wall.time())


def _length(spans: tuple[Span, ...], until: time = time.max) -> timedelta:
    """Add up spans of one day as far as a time of day."""
    day = date.min
    return sum(
        (
            datetime.combine(day, min(closes, until)) - datetime.combine(day, opens)
            for opens, closes in spans
            if opens < until
        ),
        timedelta(),
    )
