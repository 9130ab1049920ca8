"""An organisation's legal clock: its calendar and limits, read from its own rows."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar, local_date, read_days
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import (
    Deadline,
    Limit,
    Matter,
    Receipt,
    Stage,
    Unit,
    due,
    limit_in_force,
)
from shared.domain.errors import NotFound
from shared.domain.handling import Handling, handling_in_force, read_handling
from shared.domain.limit_table import read_limits
from shared.domain.office_hours import read_spans, read_week
from shared.models.calendar import CalendarDay as CalendarDayRow
from shared.models.calendar import CalendarVersion, DeadlineRule, WorkingWeek
from shared.models.clock import HandlingRule
from shared.models.organisation import Organisation

MAIN = "MAIN"
MATTERS = frozenset(Matter)
MOST_KEPT = 1_000  # rows of calendars and rules whose meaning is kept


@dataclass(frozen=True)
class LegalClock:
    """The calendar and limits by which one organisation counts."""

    calendar: WorkCalendar
    limits: tuple[Limit, ...]
    handling: tuple[Handling, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone: days begin and end there, never in UTC."""
        return self.calendar.zone

    def due(self, kind: Kind, tier: Tier, stage: Stage, received_at: datetime) -> Deadline:
        """Count the due day of what was received at an instant.

        Raises RuleBroken `no_limit_in_force` when the organisation has no such limit that day.
        """
        on = local_date(received_at, self.zone)
        limit = limit_in_force(self.limits, kind, tier, stage, on)
        allowed = self.allowed(kind, tier, received_at)
        if allowed is None:
            return due(limit, received_at, self.calendar)
        return due(limit, received_at, self.calendar, receiving=allowed.receiving)

    def allowed(self, kind: Kind, tier: Tier, at: datetime) -> Handling | None:
        """Find what was allowed besides the limit on the day of an instant; None for nothing."""
        return handling_in_force(self.handling, kind, tier, local_date(at, self.zone))

    def limit(self, rule: str) -> Limit:
        """Find the limit of a code, such as to name its document; NotFound when there is none."""
        found = next((limit for limit in self.limits if limit.code == rule), None)
        if found is None:
            raise NotFound
        return found


def legal_clock(session: Session, organisation_id: int) -> LegalClock:
    """Give an organisation's clock."""
    return LegalClock(
        work_calendar(session, organisation_id),
        tuple(limits(session, organisation_id)),
        tuple(handling_rules(session, organisation_id)),
    )


def clock_of(session: Session, code: str | None) -> LegalClock:
    """Give the clock of the organisation of a code, else of the main one, else of any."""
    query = select(Organisation.id)
    if code is None:
        query = query.order_by(Organisation.code != MAIN, Organisation.id).limit(1)
    else:
        query = query.where(Organisation.code == code)
    organisation_id = session.scalar(query)
    if organisation_id is None:
        raise NotFound
    return legal_clock(session, organisation_id)


# Built once: most pages of cases ask for a calendar.
_DAYS = select(
    CalendarDayRow.on,
    CalendarDayRow.kind,
    CalendarDayRow.name,
    CalendarDayRow.document,
    CalendarDayRow.provisional,
    CalendarDayRow.hours,
).where(CalendarDayRow.organisation_id == bindparam("organisation"))
_WEEKS = (
    select(WorkingWeek.valid_from, WorkingWeek.hours)
    .where(WorkingWeek.organisation_id == bindparam("organisation"))
    .order_by(WorkingWeek.valid_from)
)
_LATEST = select(func.max(CalendarVersion.number)).where(
    CalendarVersion.organisation_id == bindparam("organisation")
)
_LIMITS = select(*(getattr(DeadlineRule, part.name) for part in fields(Limit))).where(
    DeadlineRule.organisation_id == bindparam("organisation")
)
_RULES = select(*(getattr(HandlingRule, part.name) for part in fields(Handling))).where(
    HandlingRule.organisation_id == bindparam("organisation")
)


def work_calendar(session: Session, organisation_id: int) -> WorkCalendar:
    """Give an organisation's calendar in its zone, in its present version."""
    organisation = session.get_one(Organisation, organisation_id)
    rows = session.execute(_DAYS, {"organisation": organisation_id})
    weeks = session.execute(_WEEKS, {"organisation": organisation_id})
    return WorkCalendar(
        days={row.on: _day(*row) for row in rows},
        zone=ZoneInfo(organisation.zone),
        weeks=tuple((since, read_week(hours)) for since, hours in weeks),
        version=calendar_version(session, organisation_id),
    )


@lru_cache(MOST_KEPT)
def _day(
    on: date, kind: str, name: str, document: str, provisional: bool, hours: str | None
) -> CalendarDay:
    return CalendarDay(
        on, DayKind(kind), name, document, provisional, read_spans(hours or "", "hours")
    )


def calendar_version(session: Session, organisation_id: int) -> int:
    """Give the number of an organisation's calendar: 1 until it is changed, then one more each."""
    return session.scalar(_LATEST, {"organisation": organisation_id}) or 1


def limits(session: Session, organisation_id: int) -> list[Limit]:
    """List an organisation's limits, past ones too."""
    return [_limit(*row) for row in session.execute(_LIMITS, {"organisation": organisation_id})]


def handling_rules(session: Session, organisation_id: int) -> list[Handling]:
    """List what an organisation's rules allow besides limits, past versions too."""
    return [_handling(*row) for row in session.execute(_RULES, {"organisation": organisation_id})]


# What is read of a row is always the same, and every page of a case reads all of them.
@lru_cache(MOST_KEPT)
def _limit(kind: str, tier: str, stage: str, amount: int, unit: str, *rest: Any) -> Limit:
    matter = Matter(kind) if kind in MATTERS else Kind(kind)
    return Limit(matter, Tier(tier), Stage(stage), amount, Unit(unit), *rest)


@lru_cache(MOST_KEPT)
def _handling(kind: str, tier: str, *rest: Any) -> Handling:
    rule = Handling(Kind(kind), Tier(tier), *rest)
    return replace(rule, receipt=Receipt(rule.receipt))


def install_reference(session: Session, organisation_id: int) -> None:
    """Give a new organisation the shipped calendar and limits, to be its own from then on."""
    for day in read_days(_shipped("calendar.csv")):
        session.add(
            CalendarDayRow(
                organisation_id=organisation_id,
                on=day.on,
                kind=str(day.kind),
                name=day.name,
                document=day.document,
                provisional=day.provisional,
            )
        )
    install_missing_rules(session, organisation_id)


def install_missing_rules(session: Session, organisation_id: int) -> int:
    """Give an organisation the shipped limits and allowances whose codes it lacks; say how many.

    What it has stays as it is, also where it bears the code of a shipped one.
    """
    known = {rule.code for rule in limits(session, organisation_id)}
    allowed = {rule.code for rule in handling_rules(session, organisation_id)}
    missing: list[DeadlineRule | HandlingRule] = [
        DeadlineRule(organisation_id=organisation_id, **vars(limit))
        for limit in shipped_limits()
        if limit.code not in known
    ]
    missing += [
        HandlingRule(organisation_id=organisation_id, **vars(rule))
        for rule in read_handling(_shipped("handling_rules.csv"))
        if rule.code not in allowed
    ]
    session.add_all(missing)
    session.flush()
    return len(missing)


def shipped_limits() -> list[Limit]:
    """List the limits that come with the program, for an organisation that lacks one of law."""
    return read_limits(_shipped("deadline_rules.csv"))


def _shipped(name: str) -> list[Mapping[str, str | None]]:
    with (resources.files("shared.reference") / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
