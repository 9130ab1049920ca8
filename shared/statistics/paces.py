"""Dossiers by how their time stood to the limit, as Circular 01/2018/TT-VPCP counts them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.statistics import dossier_days
from shared.statistics.dossier_days import DayCounts
from shared.statistics.given import Served

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


def by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, PaceTally]:
    """Count the dossiers units received within local days, as they stand at the end of `today`.

    The wait for the applicant is left out and a new appointment after an apology in time stands
    for the first; one not finished by that day took longer. From daily totals, for all at once.
    """
    return tallied(dossier_days.by_unit(session, unit_ids, window, today))


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    today: date,
) -> dict[Served, PaceTally]:
    """Count as `by_unit` does, but by the officer who handled the dossier and its unit."""
    return tallied(dossier_days.by_officer(session, officer_ids, unit_ids, window, today))


def tallied(counted: Mapping[Key, DayCounts]) -> dict[Key, PaceTally]:
    """Read counts of dossiers, by whatever key, as their pace."""
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
