"""What became of complaints, in figures: on time, how long, refused, passed on, opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from shared.domain.complaint import State
from shared.domain.sampling import enough, share


class Standing(StrEnum):
    """How a case counts; each in exactly one place."""

    ON_TIME = "on_time"
    LATE = "late"  # answered after its due day, or ended so once before it was opened again
    OVERDUE = "overdue"  # never answered, and its due day is past
    OPEN = "open"  # still within its limit
    REFUSED = "refused"
    TRANSFERRED = "transferred"  # to a body outside
    WITHDRAWN = "withdrawn"
    WITHOUT_LIMIT = "without_limit"


_APART = {
    State.REFUSED: Standing.REFUSED,
    State.TRANSFERRED: Standing.TRANSFERRED,
    State.WITHDRAWN: Standing.WITHDRAWN,
}
JUDGED = frozenset({Standing.ON_TIME, Standing.LATE, Standing.OVERDUE})


@dataclass(frozen=True)
class CaseFact:
    """One case as it is counted; dates are local, `worked` is office time to the first answer."""

    number: str
    state: State
    due_on: date | None
    answered_on: date | None
    late_before: bool  # in a turn that ended before it was opened again
    worked: timedelta | None
    reopened: bool
    appealed: bool
    satisfied: bool | None


@dataclass(frozen=True)
class CaseFigures:
    """Figures of some cases; shares in percent, times in hours of office time.

    A share or a time that rests on fewer than five cases has no value.
    """

    received: int
    judged: int
    on_time: int
    overdue: int
    refused: int
    transferred: int
    withdrawn: int
    reopened: int
    appealed: int
    rated: int
    satisfied: int
    median_hours: Decimal | None
    ninetieth_hours: Decimal | None

    @property
    def on_time_share(self) -> Decimal | None:
        """Give the share answered on time of all that could be judged, never-answered included."""
        return share(self.on_time, self.judged) if enough(self.judged) else None

    @property
    def satisfied_share(self) -> Decimal | None:
        """Give the share satisfied with the answer, of those who said so."""
        return share(self.satisfied, self.rated) if enough(self.rated) else None


def standing(fact: CaseFact, today: date) -> Standing:
    """Say how a case counts at the end of local date `today`.

    Refused, passed on and withdrawn cases stand apart. A case that was late once stays late,
    whatever happened after it was opened again; one that nobody answered is late from the day
    after its due day, so that silence cannot help a figure.
    """
    apart = _APART.get(fact.state)
    if apart is not None:
        return apart
    if fact.due_on is None:
        return Standing.LATE if fact.late_before else Standing.WITHOUT_LIMIT
    if fact.answered_on is not None:
        late = fact.late_before or fact.answered_on > fact.due_on
        return Standing.LATE if late else Standing.ON_TIME
    if today > fact.due_on:
        return Standing.OVERDUE
    return Standing.LATE if fact.late_before else Standing.OPEN


def figures(facts: Sequence[CaseFact], today: date) -> CaseFigures:
    """Count cases as they stand at the end of local date `today`."""
    standings = [standing(fact, today) for fact in facts]
    hours = sorted(fact.worked for fact in facts if fact.worked is not None)
    said = [fact.satisfied for fact in facts if fact.satisfied is not None]
    return CaseFigures(
        received=len(facts),
        judged=sum(one in JUDGED for one in standings),
        on_time=standings.count(Standing.ON_TIME),
        overdue=standings.count(Standing.OVERDUE),
        refused=standings.count(Standing.REFUSED),
        transferred=standings.count(Standing.TRANSFERRED),
        withdrawn=standings.count(Standing.WITHDRAWN),
        reopened=sum(fact.reopened for fact in facts),
        appealed=sum(fact.appealed for fact in facts),
        rated=len(said),
        satisfied=sum(said),
        median_hours=_hours(_median(hours)) if enough(len(hours)) else None,
        ninetieth_hours=_hours(_ninetieth(hours)) if enough(len(hours)) else None,
    )


def _median(rising: Sequence[timedelta]) -> timedelta:
    """Give the time in the middle; between the two in the middle when they are even in number."""
    middle = len(rising) // 2
    return (rising[middle] + rising[-middle - 1]) / 2


def _ninetieth(rising: Sequence[timedelta]) -> timedelta:
    """Give the smallest time within which nine of ten were answered (nearest rank)."""
    return rising[-(-9 * len(rising) // 10) - 1]


def _hours(time: timedelta) -> Decimal:
    return Decimal(time // timedelta(seconds=1)) / 3600
