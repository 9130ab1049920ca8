"""Who is on duty where and when, in the office's local time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time


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
