"""Dossiers by how their time stood to the limit, as Circular 01/2018/TT-VPCP counts them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from shared.statistics.dossier_days import DayCounts

Key = TypeVar("Key")


@dataclass(frozen=True)
class PaceTally:
    """Judged dossiers of a period by time and by requests for more papers."""

    shorter: int = 0
    equal: int = 0
    longer: int = 0
    not_asked: int = 0  # for more papers
    asked_once: int = 0
    received: int = 0  # judged or not
    online: int = 0
    online_late: int = 0
    on_time: int = 0  # by indicator 2.1 of Decision 766/QĐ-TTg, as in timeliness

    @property
    def judged(self) -> int:
        """Give how many dossiers could be judged."""
        return self.shorter + self.equal + self.longer

    def __add__(self, other: "PaceTally") -> "PaceTally":
        """Add the dossiers of two units."""
        mine, theirs = vars(self), vars(other)
        return PaceTally(**{name: mine[name] + theirs[name] for name in mine})


def tallied(counted: Mapping[Key, DayCounts]) -> dict[Key, PaceTally]:
    """Read counts of dossiers, by whatever key, as their pace.

    The wait for the applicant is left out and a new appointment after an apology in time stands
    for the first; one not finished by the day asked about took longer.
    """
    return {
        key: PaceTally(
            shorter=counts.shorter,
            equal=counts.equal,
            longer=counts.judged - counts.shorter - counts.equal,
            not_asked=counts.not_asked,
            asked_once=counts.asked_once,
            received=counts.received,
            online=counts.online,
            online_late=counts.online_dated - counts.online_kept,
            on_time=counts.on_time,
        )
        for key, counts in counted.items()
    }
