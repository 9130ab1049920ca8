"""Who is on duty where and when, in the office's local time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

DAYS_OF_A_WEEK = 7


@dataclass(frozen=True)
class DutyShift:
    """An officer at a desk on weekdays (ISO, 1 is Monday) and hours (local), between two dates."""

    officer_id: int
    officer_code: str
    weekdays: str
    starts: time
    ends: time
    valid_from: date
    valid_to: date | None

    def covers(self, moment: datetime) -> bool:
        """Say whether a local moment falls into the shift."""
        on = moment.date()
        return (
            in_force(self.valid_from, self.valid_to, on)
            and str(on.isoweekday()) in self.weekdays
            and self.starts <= moment.time().replace(tzinfo=None) < self.ends
        )


def in_force(valid_from: date, valid_to: date | None, on: date) -> bool:
    """Say whether a local day lies in a period whose both ends count."""
    return valid_from <= on and (valid_to is None or on <= valid_to)


def on_duty(shifts: Iterable[DutyShift], moment: datetime) -> DutyShift | None:
    """Find whose shift a local moment falls into; the latest begun wins where two overlap."""
    covering = [shift for shift in shifts if shift.covers(moment)]
    return max(covering, key=lambda shift: (shift.valid_from, shift.starts), default=None)


def overlap(one: DutyShift, other: DutyShift) -> bool:
    """Say whether two shifts share a moment; where one ends the other may begin."""
    if one.starts >= other.ends or other.starts >= one.ends:
        return False
    first = max(one.valid_from, other.valid_from)
    last = min(one.valid_to or date.max, other.valid_to or date.max)
    days = range(min((last - first).days + 1, DAYS_OF_A_WEEK))
    shared = {str((first + timedelta(days=day)).isoweekday()) for day in days}
    return not shared.isdisjoint(set(one.weekdays) & set(other.weekdays))


def stands_in(one: DutyShift, other: DutyShift) -> bool:
    """Say whether one shift is lent for some days out of the other's period.

    It begins later, so it is on duty, and after its last day the other goes on.
    """
    return (
        one.valid_to is not None
        and other.valid_from < one.valid_from
        and one.valid_to <= (other.valid_to or date.max)
    )


def is_cut_from(one: DutyShift, other: DutyShift) -> bool:
    """Say whether a shift is the other or a part of it from the same first day."""
    return (
        one.officer_id == other.officer_id
        and one.valid_from == other.valid_from
        and (one.valid_to or date.max) <= (other.valid_to or date.max)
        and set(one.weekdays) <= set(other.weekdays)
        and other.starts <= one.starts
        and one.ends <= other.ends
    )
