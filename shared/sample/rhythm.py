"""When residents come: working days only, mornings more than afternoons, hardly anybody at noon."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from shared.domain.calendar import WorkCalendar, local_date

DAYS = 60  # up to and with today
# Touches by the hour they begin; the office closes from 11:30 to 13:30.
HOURS: Sequence[tuple[time, time, float]] = (
    (time(7, 32), time(8), 0.5),
    (time(8), time(9), 1.6),
    (time(9), time(10), 1.9),
    (time(10), time(11), 1.4),
    (time(11), time(11, 28), 0.35),
    (time(13, 35), time(14), 0.3),
    (time(14), time(15), 1.2),
    (time(15), time(16), 1.1),
    (time(16), time(16, 55), 0.5),
)
# Monday to Sunday; a make-up Saturday is a quiet day.
WEEKDAYS = (1.35, 1.1, 1.0, 0.95, 0.9, 0.45, 0.0)


@dataclass(frozen=True)
class Span:
    """The days the sample fills, up to the moment it is made (UTC)."""

    calendar: WorkCalendar
    now: datetime

    @property
    def today(self) -> date:
        """The local date of the moment."""
        return local_date(self.now, self.calendar.zone)

    @property
    def first(self) -> date:
        """The first of the sixty days."""
        return self.today - timedelta(days=DAYS - 1)

    @property
    def days(self) -> list[date]:
        """Every day of the span, oldest first."""
        return [self.first + timedelta(days=number) for number in range(DAYS)]

    @property
    def working_days(self) -> list[date]:
        """The days the office was open, oldest first."""
        return [on for on in self.days if self.calendar.is_working(on)]

    def at(self, on: date, clock: time) -> datetime:
        """Put a local date and time of day on the universal clock."""
        return datetime.combine(on, clock, tzinfo=self.calendar.zone).astimezone(UTC)

    def spread(self, rng: Random, count: int) -> dict[date, int]:
        """Spread so many visits over the working days by their weekday, all of them placed."""
        days = self.working_days
        if not days:
            return {}
        chosen = rng.choices(days, [WEEKDAYS[on.weekday()] for on in days], k=count)
        return {on: chosen.count(on) for on in days}

    def touches(self, rng: Random, on: date, count: int) -> list[datetime]:
        """Give so many moments of one day in order, none later than now and none together."""
        moments = sorted(self._touch(rng, on) for _ in range(count))
        apart: list[datetime] = []
        for moment in moments:
            earliest = apart[-1] + timedelta(seconds=20) if apart else moment
            apart.append(max(moment, earliest))
        return [moment for moment in apart if moment <= self.now]

    def _touch(self, rng: Random, on: date) -> datetime:
        begin, end, _weight = rng.choices(HOURS, [weight for *_span, weight in HOURS])[0]
        seconds = (datetime.combine(on, end) - datetime.combine(on, begin)).total_seconds()
        moment = datetime.combine(on, begin) + timedelta(seconds=rng.randrange(int(seconds)))
        return self.at(on, moment.time())

    def after_working_days(self, on: date, count: int) -> date:
        """Give the day so many working days later; the day itself, or the next one, for none."""
        reached = on if self.calendar.is_working(on) else self.calendar.next_working(on)
        for _ in range(count):
            reached = self.calendar.next_working(reached)
        return reached
