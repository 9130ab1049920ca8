"""Whom a figure is of, and what holds for all figures of one calculation."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from shared.domain.calendar import end_of_day
from shared.domain.campaign import Settings, Window


@dataclass(frozen=True)
class Subject:
    """Whom a figure is of: a unit with those below it, or one officer; and on which days."""

    key: int
    unit_ids: frozenset[int]
    officer_id: int | None
    window: Window


@dataclass(frozen=True)
class Frame:
    """What holds for all figures of one calculation."""

    organisation_id: int
    zone: ZoneInfo
    settings: Settings
    as_of: datetime
    today: date  # local
    over: bool = False  # the period has ended or was closed: late ratings are left aside

    @property
    def today_ends(self) -> datetime:
        """The last instant of `today`."""
        return end_of_day(self.today, self.zone)


def asked_together(subjects: Iterable[Subject]) -> list[Sequence[Subject]]:
    """Group subjects whose figures one query may give: those of one window and of one kind.

    Officers only with those of the same units: what somebody did at a unit that only another's
    figures are taken of is not theirs here, whoever else competes.
    """
    groups: dict[tuple[Window, frozenset[int] | None], list[Subject]] = {}
    for subject in subjects:
        units = None if subject.officer_id is None else subject.unit_ids
        groups.setdefault((subject.window, units), []).append(subject)
    return list(groups.values())
