"""Whom a figure is of, and what holds for all figures of one calculation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from shared.domain.calendar import end_of_day
from shared.domain.campaign import Settings, Window
from shared.statistics.given import Served


@dataclass(frozen=True)
class Subject:
    """Whom a figure is of: a unit with those below it, or one officer; and on which days."""

    key: int
    unit_ids: frozenset[int]
    officer_id: int | None
    window: Window

    @property
    def served(self) -> list[Served]:
        """Where an officer's records count: at the units the figure is of; nowhere for a unit."""
        if self.officer_id is None:
            return []
        return [(self.officer_id, unit_id) for unit_id in self.unit_ids]


@dataclass(frozen=True)
class Frame:
    """What holds for all figures of one calculation."""

    organisation_id: int
    zone: ZoneInfo
    settings: Settings
    as_of: datetime
    today: date  # local
    over: bool = False  # the period has ended or was closed: late ratings are left aside
    # Where ratings are shown in whole weeks: by unit, the last local day whose arrivals count.
    shown_until: Mapping[int, date] | None = None

    @property
    def today_ends(self) -> datetime:
        """The last instant of `today`."""
        return end_of_day(self.today, self.zone)

    @property
    def day(self) -> Mapping[str, Any]:
        """What queries that ask how cases stood at the end of `today` are given."""
        return {"today": self.today, "today_ends": self.today_ends}


def asked_together(subjects: Iterable[Subject]) -> list[Sequence[Subject]]:
    """Group subjects whose figures one query gives: those of one window and of one kind."""
    groups: dict[tuple[Window, bool], list[Subject]] = {}
    for subject in subjects:
        groups.setdefault((subject.window, subject.officer_id is None), []).append(subject)
    return list(groups.values())
