"""Days taken from a calendar file: each event's kind proposed by its words, chosen by a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.calendar import CalendarDay, DayKind
from shared.domain.calendar_change import CalendarChange
from shared.domain.calendar_feed import FeedEvent, FeedProblem, kind_of
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.services.calendar_days import read_day
from shared.services.calendars import work_calendar
from shared.services.organisations import check_may_change_whole
from shared.services.registers import Setup

MOST_DAYS = 400


@dataclass(frozen=True)
class FeedDay:
    """A day of a file: where it stands, what its words mean, and what the calendar has."""

    line: int
    on: date
    name: str
    kind: DayKind | None
    rule: str  # a gettext msgid
    stands: CalendarDay | None

    @property
    def outcome(self) -> Literal["add", "change", "same", "unclear"]:
        """Say what taking it would do; `unclear` until a person says its kind."""
        if self.kind is None:
            return "unclear"
        if self.stands is None:
            return "add"
        same = (self.stands.kind, self.stands.name) == (self.kind, self.name)
        return "same" if same else "change"


@dataclass(frozen=True)
class Feed:
    """What a file holds: days by date, and events that cannot be taken, by line."""

    days: Sequence[FeedDay]
    problems: Sequence[FeedProblem]


def preview(
    session: Session,
    setup: Setup,
    events: Iterable[FeedEvent],
    problems: Iterable[FeedProblem],
) -> Feed:
    """Say what the events of a calendar file mean, without writing anything.

    Of two events of one day the first counts and the other is a problem. Raises NotAllowed for
    whoever reaches only some units, Invalid for a file with too many days.
    """
    check_may_change_whole(session, setup)
    calendar = work_calendar(session, setup.organisation.id)
    refused = list(problems)
    days: dict[date, FeedDay] = {}
    for event in events:
        kind, rule = kind_of(event.summary, event.categories, event.description)
        for on in event.dates:
            if on in days:
                refused.append(FeedProblem(event.line, event.summary, _twice(on, days[on].line)))
                continue
            stands = calendar.days.get(on)
            days[on] = FeedDay(event.line, on, event.summary, kind, rule, stands)
    if len(days) > MOST_DAYS:
        raise Invalid(
            "too_many_days", N_("Lịch có quá %(most)s ngày."), field="file", most=MOST_DAYS
        )
    ordered = sorted(days.values(), key=lambda day: day.on)
    return Feed(ordered, sorted(refused, key=lambda problem: problem.line))


def typed(session: Session, setup: Setup, rows: Iterable[Cells]) -> Feed:
    """Give the days of a form that was refused as it showed them: date, name, kind and line.

    A row whose date cannot be read is left out; raises NotAllowed as `preview` does.
    """
    check_may_change_whole(session, setup)
    calendar = work_calendar(session, setup.organisation.id)
    days: dict[date, FeedDay] = {}
    for cells in list(rows)[:MOST_DAYS]:
        try:
            on = entry.day(cells, "on")
        except Invalid:
            continue
        words, number = entry.raw(cells, "name")[:200], entry.raw(cells, "line")
        line = int(number) if number.isascii() and number.isdecimal() and len(number) < 7 else 0
        kind = next((one for one in DayKind if one == entry.raw(cells, "kind")), None)
        days[on] = FeedDay(line, on, words, kind, kind_of(words)[1], calendar.days.get(on))
    return Feed(sorted(days.values(), key=lambda day: day.on), ())


def chosen(days: Iterable[Cells], common: Mapping[str, str]) -> CalendarChange:
    """Read the ticked days, each with its kind and name, and the document of them all.

    Raises Invalid naming the column, `nothing_chosen` without a day.
    """
    found = []
    for cells in days:
        if not entry.raw(cells, "kind"):
            raise Invalid(
                "kind_missing",
                N_("Xin chọn loại của ngày %(on)s, hoặc bỏ chọn ngày đó."),
                field="kind",
                on=entry.day(cells, "on").strftime("%d/%m/%Y"),
            )
        found.append(read_day({**cells, **common}))
    if not found:
        raise Invalid("nothing_chosen", N_("Chưa chọn ngày nào."), field="on")
    return CalendarChange(tuple(found[:MOST_DAYS]))


def _twice(on: date, line: int) -> RuleBroken:
    return RuleBroken(
        "day_twice",
        N_("Ngày %(on)s đã có ở sự kiện dòng %(line)s."),
        on=on.strftime("%d/%m/%Y"),
        line=line,
    )
