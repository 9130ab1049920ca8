"""How much working time a case has left, as the person who must answer it reads the clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from shared.domain.calendar import ONE_DAY, WorkCalendar, local_date, working_time_left


@dataclass(frozen=True)
class TimeLeft:
    """What is left until the office closes on the due day, and until that day itself ends.

    `hours` is office time. `days` counts the working days after today up to the due day: 0 on the
    due day, negative after it. `closes` is the closing time of the due day, local, None when the
    office does not work that day. `used` is the fraction of the office time already gone since the
    beginning of the day it came, 0 to 1: the hour would tell staff who stood there then. A
    `provisional` due day may still move with the calendar of a year that is not sure.
    """

    due_on: date
    hours: timedelta
    days: int
    closes: time | None
    used: float
    provisional: bool = False

    @property
    def is_over(self) -> bool:
        """Say whether the due day has ended; until midnight of it nothing is late."""
        return self.days < 0

    @property
    def is_today(self) -> bool:
        """Say whether today is the due day."""
        return self.days == 0


def time_left(
    now: datetime,
    received_at: datetime,
    due_on: date,
    calendar: WorkCalendar,
    *,
    provisional: bool = False,
) -> TimeLeft:
    """Return what is left at instant `now` of a case received at an instant and due on a day.

    Civil Code 2015, article 148(6): the last day lasts until midnight.
    """
    today = local_date(now, calendar.zone)
    hours = working_time_left(now, due_on, calendar)
    came = datetime.combine(local_date(received_at, calendar.zone), time(), calendar.zone)
    whole = working_time_left(came, due_on, calendar)
    spans = calendar.hours_on(due_on)
    return TimeLeft(
        due_on=due_on,
        hours=hours,
        days=_between(today, due_on, calendar),
        closes=spans[-1][1] if spans else None,
        used=1 - hours / whole if whole else 1.0,
        provisional=provisional,
    )


def _between(today: date, due_on: date, calendar: WorkCalendar) -> int:
    """Count the working days in between; another day is never 0, even across days off only."""
    if today == due_on:
        return 0
    first, last = sorted((today, due_on))
    days, on = 0, first
    while on < last:
        on += ONE_DAY
        days += calendar.is_working(on)
    return max(days, 1) if due_on > today else -max(days, 1)
