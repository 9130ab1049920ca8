"""What about a kiosk asks to be looked at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.domain.calendar import ONE_DAY, WorkCalendar
from shared.domain.rating import CLOCK_TOLERANCE
from shared.domain.screen import Storage

SILENT_AFTER = timedelta(hours=2)  # of opening hours in which the desk served
FIRST_CONTACT_WITHIN = timedelta(minutes=10)
LONG_QUEUE = timedelta(days=1)
OLD_GAP = timedelta(hours=1)
# As long as a screen keeps what was stored: what has not come by then is not on its way.
GAP_TOLD_FOR = timedelta(days=35)
LOOKED_BACK = timedelta(days=14)  # a longer silence is told no better by counting further


class Alarm(StrEnum):
    """Why a kiosk asks to be looked at, the most pressing first."""

    FORK = "fork"  # one number, two contents: two devices with one token
    NEVER_SEEN = "never_seen"
    SILENT = "silent"
    GAP = "gap"
    STORAGE = "storage"
    LONG_QUEUE = "long_queue"
    QUARANTINE = "quarantine"
    CLOCK = "clock"
    NOT_PERSISTED = "not_persisted"


@dataclass(frozen=True)
class Vitals:
    """What is known of a kiosk in use; instants are UTC, None stands for never told."""

    paired_at: datetime
    seen_at: datetime | None
    served: timedelta  # opening hours in which its desk served since it was last heard of
    clock_offset: timedelta
    storage: str | None
    persisted: bool | None
    oldest_waiting_at: datetime | None
    quarantined: int  # not stored and not reviewed, here or on the device
    gap_since: datetime | None
    forked: bool


def alarms(vitals: Vitals, now: datetime) -> tuple[Alarm, ...]:
    """Say why a kiosk asks to be looked at now (UTC); nothing when it need not be."""
    heard = vitals.seen_at is not None and vitals.seen_at >= vitals.paired_at
    waited = now - vitals.oldest_waiting_at if vitals.oldest_waiting_at else timedelta()
    gap = now - vitals.gap_since if vitals.gap_since else timedelta()
    raised: Mapping[Alarm, bool] = {
        Alarm.FORK: vitals.forked,
        Alarm.NEVER_SEEN: not heard and now - vitals.paired_at >= FIRST_CONTACT_WITHIN,
        Alarm.SILENT: heard and vitals.served >= SILENT_AFTER,
        Alarm.GAP: OLD_GAP < gap <= GAP_TOLD_FOR,
        Alarm.STORAGE: vitals.storage not in (None, Storage.OK),
        Alarm.LONG_QUEUE: waited > LONG_QUEUE,
        Alarm.QUARANTINE: vitals.quarantined > 0,
        Alarm.CLOCK: abs(vitals.clock_offset) > CLOCK_TOLERANCE,
        Alarm.NOT_PERSISTED: vitals.persisted is False,
    }
    return tuple(alarm for alarm in Alarm if raised[alarm])


def time_served(
    since: datetime, now: datetime, calendar: WorkCalendar, serves: Callable[[date], bool]
) -> timedelta:
    """Add up the opening hours from one instant (UTC) to another on the days a desk served.

    `serves` says of a local date whether the desk served then. Looks back two weeks at most.
    """
    begin = max(since, now - LOOKED_BACK).astimezone(calendar.zone).replace(tzinfo=None)
    end = now.astimezone(calendar.zone).replace(tzinfo=None)
    served, on = timedelta(), begin.date()
    while on <= end.date():
        for opens, closes in calendar.hours_on(on) if serves(on) else ():
            first = max(begin, datetime.combine(on, opens))
            served += max(min(end, datetime.combine(on, closes)) - first, timedelta())
        on += ONE_DAY
    return served
