"""The days off a year is expected to have: proposals, which only a document makes days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar
from shared.domain.errors import N_

# Labour Code 2019: article 112 names the holidays, article 111(3) the day that makes one good.
LABOUR_CODE = "Bộ luật Lao động 2019, Điều 111, 112"
EXPECTED_ONLY = N_("Dự kiến, chờ văn bản chính thức")


@dataclass(frozen=True)
class ExpectedDay:
    """A day off that is expected; `by_decision` when the Prime Minister decides it each year."""

    on: date
    kind: DayKind
    name: str
    by_decision: bool


@dataclass(frozen=True)
class Proposal:
    """An expected day beside the row the calendar has for it; one of the two may be missing."""

    on: date
    expected: ExpectedDay | None
    stands: CalendarDay | None

    @property
    def kind(self) -> DayKind:
        """Return the kind of the row, else the expected one."""
        return (self.stands or self._only_expected).kind

    @property
    def name(self) -> str:
        """Return the name of the row, else the expected one."""
        return (self.stands or self._only_expected).name

    @property
    def by_decision(self) -> bool:
        """Say whether a decision must name this day; of a day nobody expected it must."""
        return self.expected is None or self.expected.by_decision

    @property
    def is_confirmed(self) -> bool:
        """Say whether the calendar has the day by a document."""
        return self.stands is not None and not self.stands.provisional

    @property
    def _only_expected(self) -> ExpectedDay:
        if self.expected is None:
            raise ValueError("neither expected nor there")
        return self.expected


def read_expected(rows: Iterable[Mapping[str, str]]) -> list[ExpectedDay]:
    """Return expected days from rows with columns on, kind, name, by_decision (yes or no)."""
    return [
        ExpectedDay(
            date.fromisoformat(row["on"]),
            DayKind(row["kind"]),
            row["name"],
            row["by_decision"] == "yes",
        )
        for row in rows
    ]


def proposals(expected: Iterable[ExpectedDay], calendar: WorkCalendar, year: int) -> list[Proposal]:
    """Return every expected day of a year and every row the calendar has of it, by date."""
    known = {day.on: day for day in expected if day.on.year == year}
    dates = sorted(known.keys() | {on for on in calendar.days if on.year == year})
    return [Proposal(on, known.get(on), calendar.days.get(on)) for on in dates]


def confirmed(found: Iterable[Proposal], by_law: str, by_decision: str) -> tuple[CalendarDay, ...]:
    """Return the rows of chosen proposals, each with the document of its sort.

    Without its document a day is taken as provisional. A row that is confirmed stays as it is.
    """
    return tuple(
        one.stands
        if one.stands is not None and one.is_confirmed
        else _row(one, by_decision if one.by_decision else by_law)
        for one in found
    )


def _row(one: Proposal, document: str) -> CalendarDay:
    return CalendarDay(
        on=one.on,
        kind=one.kind,
        name=one.name,
        document=document or (one.stands.document if one.stands else EXPECTED_ONLY),
        provisional=not document,
        hours=one.stands.hours if one.stands else (),
    )
