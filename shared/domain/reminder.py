"""Which reminders of a due day go to whom, in office hours; when a failed one is tried again."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from shared.domain.calendar import ONE_DAY, WorkCalendar, local_time
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=7)
# What a server refuses for good should not be sent again (RFC 5321, section 4.2.1), but some say so
# of a full mailbox or to see who comes back: it is tried a few times more.
REFUSED_GIVEN_UP_AFTER = timedelta(days=1)
# A message that fails is told of after so long: the next stage mostly takes its place in a day.
STUCK_AFTER = timedelta(hours=4)
NO_ADDRESS = "no address"  # the problem of a message to who wants none
MOST_DAYS = 30  # working days before or after the due day that a rule may name
LONGEST_OVERDUE = 400  # days after the due day that repeats are looked for


class Stage(StrEnum):
    """A moment in the life of a due day at which somebody is reminded."""

    TWO_DAYS = "two_days"
    ONE_DAY = "one_day"
    DUE_TODAY = "due_today"
    OVERDUE = "overdue"


class Audience(StrEnum):
    """Who is reminded; each is a step up."""

    OFFICER = "officer"  # who handles the case
    HEAD = "head"  # of the unit the case lies with
    SUPERIOR = "superior"  # the heads above


@dataclass(frozen=True)
class Rule:
    """`days` counts working days from the due day, before it with a minus; `every` repeats it."""

    stage: Stage
    days: int
    audience: frozenset[Audience]
    every: int | None = None  # working days


# No law says when to remind; an organisation's own rows take the place of these.
SHIPPED = (
    Rule(Stage.TWO_DAYS, -2, frozenset({Audience.OFFICER})),
    Rule(Stage.ONE_DAY, -1, frozenset({Audience.OFFICER, Audience.HEAD})),
    Rule(Stage.DUE_TODAY, 0, frozenset({Audience.OFFICER, Audience.HEAD})),
    Rule(Stage.OVERDUE, 1, frozenset(Audience), every=3),
)


Stages = list[tuple[date, str, Rule]]


@dataclass(frozen=True)
class Clock:
    """The due day of a case that waits, since which local day it runs, and its version."""

    due_on: date
    since_on: date
    version: str


@dataclass(frozen=True)
class Reminder:
    """A reminder whose time has come; a repeated stage carries the number of its repeat."""

    stage: str  # such as `overdue` or `overdue_2`
    audience: frozenset[Audience]
    skipped: bool  # a later one goes instead


def checked(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return rules in the order of their days.

    Raise Invalid naming the stage when a rule reminds nobody, lies more than 30 working days from
    the due day or repeats oftener than daily, or when two rules fall on the same day.
    """
    ordered = tuple(sorted(rules, key=lambda rule: rule.days))
    seen: set[int] = set()
    with Faults() as faults:
        for rule in ordered:
            reason = _wrong_with(rule, seen)
            if reason:
                faults.add(Invalid("reminder_rule_wrong", reason, field=str(rule.stage)))
            seen.add(rule.days)
    return ordered


def _wrong_with(rule: Rule, seen: Collection[int]) -> str:
    if not rule.audience:
        return N_("Xin chọn ít nhất một người nhận.")
    if abs(rule.days) > MOST_DAYS or (rule.every is not None and not 1 <= rule.every <= MOST_DAYS):
        return N_("Xin ghi số ngày từ 0 đến 30.")
    return N_("Hai mốc nhắc trùng ngày.") if rule.days in seen else ""


def reminder_day(due_on: date, days: int, calendar: WorkCalendar) -> date:
    """Return the local date `days` working days after the due day, or before it with a minus.

    A due day that became a day off counts as the working day before it.
    """
    on = due_on
    while not calendar.is_working(on):
        on -= ONE_DAY
    step = ONE_DAY if days > 0 else -ONE_DAY
    for _day in range(abs(days)):
        on += step
        while not calendar.is_working(on):
            on += step
    return on


def in_office_hours(now: datetime, calendar: WorkCalendar) -> bool:
    """Say whether the office is open at instant `now`; nobody is written to outside its hours."""
    wall = local_time(now, calendar.zone)
    return any(opens <= wall.time() < closes for opens, closes in calendar.hours_on(wall.date()))


def reminders_due(
    clock: Clock,
    rules: Iterable[Rule],
    calendar: WorkCalendar,
    now: datetime,
    written: Collection[str] = (),
    counted: dict[date, Stages] | None = None,
) -> list[Reminder]:
    """Return what a waiting case has to be reminded of at instant `now`, the earliest first.

    Only the latest stage is to be sent; those before it, missed while nobody sent any, are marked
    skipped, missed repeats left out. `written` names the stages written down for this version of
    the due day: they and all before the latest of them come never again. Empty outside office
    hours. A day before the due day began to run reminds of nothing. `counted` keeps what was
    counted for one due day for the next case of the same organisation, rules and instant.
    """
    if not in_office_hours(now, calendar):
        return []
    counted = {} if counted is None else counted
    if clock.due_on not in counted:
        today = local_time(now, calendar.zone).date()
        counted[clock.due_on] = _stages(clock.due_on, rules, calendar, today)
    reached = [(stage, rule) for on, stage, rule in counted[clock.due_on] if clock.since_on <= on]
    latest = dict(sorted(map(_repeat_of, written)))
    # A repeat left out because a later one went stays out, also when the clock was set back.
    places = [
        place
        for place, (stage, rule) in enumerate(reached)
        if stage in written or _repeat_of(stage)[1] < latest.get(str(rule.stage), 0)
    ]
    fresh = reached[max(places, default=-1) + 1 :]
    # Of the repeats that were missed only the last is worth a word.
    told = [one for one in fresh[:-1] if one[0] in set(Stage)] + fresh[-1:]
    last = len(told) - 1
    return [
        Reminder(stage, rule.audience, skipped=place < last)
        for place, (stage, rule) in enumerate(told)
    ]


def _repeat_of(stage: str) -> tuple[str, int]:
    """Split the name of a repeat: `overdue_2` is the second of `overdue`, `overdue` the first."""
    base, _, number = stage.rpartition("_")
    return (base, int(number)) if number.isdigit() else (stage, 1)


def _stages(due_on: date, rules: Iterable[Rule], calendar: WorkCalendar, today: date) -> Stages:
    """List the stages whose day has come, with their days, in order of time."""
    found: list[tuple[date, int, str, Rule]] = []
    for rule in rules:
        on = reminder_day(due_on, rule.days, calendar)
        number = 1
        while on <= today and (on - due_on).days <= LONGEST_OVERDUE:
            stage = str(rule.stage) if number == 1 else f"{rule.stage}_{number}"
            found.append((on, rule.days, stage, rule))
            if rule.every is None:
                break
            number += 1
            on = reminder_day(on, rule.every, calendar)
    return [(on, stage, rule) for on, _days, stage, rule in sorted(found, key=lambda one: one[:2])]


def recipients(
    audience: Collection[Audience], handler: int | None, lines: Mapping[int, Collection[int]]
) -> list[int]:
    """Return the accounts to remind, without repeats; a case without officer goes to the head.

    `lines` gives the heads by their distance up from the case's unit. The nearest distance that
    has any is the head, the next the superior.
    """
    levels = [sorted(lines[distance]) for distance in sorted(lines) if lines[distance]]
    head = levels[0] if levels else []
    superior = levels[1] if len(levels) > 1 else []
    chosen: list[int] = []
    if Audience.OFFICER in audience:
        chosen += [handler] if handler is not None else head
    if Audience.HEAD in audience:
        chosen += head
    if Audience.SUPERIOR in audience:
        chosen += superior
    return list(dict.fromkeys(chosen))


def wait_after(tried: int, chance: float, *, refused: bool = False) -> timedelta:
    """Return how long a message that failed `tried` times waits: a minute, doubling to six hours.

    What was refused for good waits the six hours at once. `chance` from 0 to 1 takes up to a fifth
    off, so that messages do not all come back at once.
    """
    doubled = FIRST_WAIT * (1 << min(max(tried, 1) - 1, 20))
    return (LONGEST_WAIT if refused else min(doubled, LONGEST_WAIT)) * (1 - 0.2 * chance)


def given_up(first_tried_at: datetime, now: datetime, *, refused: bool = False) -> bool:
    """Say whether a message that fails at instant `now` is given up: a week after its first try.

    One that was `refused` for good, now and at the try before, a day after it.
    """
    return now - first_tried_at >= (REFUSED_GIVEN_UP_AFTER if refused else GIVEN_UP_AFTER)
