"""Whether the nightly copies are made, and what administrators are told when they are not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A copy is made every night: the one that did not come is noticed in the office hours after it.
OVERDUE_AFTER = timedelta(hours=34)
# So old are data that nobody has ever copied when administrators are told what to set up.
UNCOPIED_AFTER = timedelta(days=3)


class Trouble(StrEnum):
    """What can be wrong with the copies, the worst first."""

    FAILED = "failed"  # the last try made none
    OVERDUE = "overdue"  # nobody even tried
    LACKING = "lacking"  # made, without files that are no longer on the server


@dataclass(frozen=True)
class Copies:
    """What is noted of the nightly copies; instants are in UTC."""

    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    problem: str = ""  # of the last try that failed, in one line
    lacking: int = 0  # files that the last copy lacks
    lacking_since: datetime | None = None

    def after_success(self, lacking: int, now: datetime) -> "Copies":
        """Give what is known once a copy was made."""
        since = (self.lacking_since or now) if lacking else None
        return Copies(succeeded_at=now, lacking=lacking, lacking_since=since)

    def after_failure(self, problem: str, now: datetime) -> "Copies":
        """Give what is known once a copy could not be made."""
        return Copies(self.succeeded_at, now, problem, self.lacking, self.lacking_since)


@dataclass(frozen=True)
class Alarm:
    """What administrators are told; `key` stays the same until the trouble is over."""

    trouble: Trouble
    copies: Copies
    key: str


def alarm(copies: Copies, now: datetime) -> Alarm | None:
    """Say what is wrong with the copies at instant `now`; None when nothing is.

    A night after the first that failed is the same trouble: it ends with the next good copy.
    """
    good = copies.succeeded_at
    if copies.failed_at is not None:
        return Alarm(Trouble.FAILED, copies, f"none since {good}")
    if good is not None and now - good > OVERDUE_AFTER:
        return Alarm(Trouble.OVERDUE, copies, f"none since {good}")
    if copies.lacking:
        return Alarm(Trouble.LACKING, copies, f"lacking since {copies.lacking_since}")
    return None
