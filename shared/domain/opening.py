"""When an office opens next: outside its hours a desk screen sleeps."""

from datetime import datetime, timedelta

from shared.domain.calendar import ONE_DAY, WorkCalendar, local_time

# People who came in time are served after closing, and a screen is awake before the first comes.
MARGIN = timedelta(minutes=30)
LONGEST_CLOSURE_DAYS = 30  # Tết is the longest, nine or ten days with its weekends


def next_opening(now: datetime, calendar: WorkCalendar) -> datetime | None:
    """Give the local time at which the office opens next; None while it is open.

    Half an hour before opening and after closing count as open. `now` is in UTC.
    None too when the calendar knows no opening within 30 days: better awake than asleep for ever.
    """
    wall = local_time(now, calendar.zone)
    for days in range(-1, LONGEST_CLOSURE_DAYS):
        on = wall.date() + days * ONE_DAY
        for opens, closes in calendar.hours_on(on):
            begins = datetime.combine(on, opens, calendar.zone)
            if datetime.combine(on, closes, calendar.zone) + MARGIN > wall:
                return None if begins - MARGIN <= wall else begins
    return None
