"""An organisation's legal clock: its calendar and limits, read from its own rows."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar, local_date, read_days
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Deadline, Limit, Stage, Unit, due, limit_in_force, read_limits
from shared.domain.errors import NotFound
from shared.models.calendar import CalendarDay as CalendarDayRow
from shared.models.calendar import DeadlineRule
from shared.models.organisation import Organisation

MAIN = "MAIN"


@dataclass(frozen=True)
class LegalClock:
    """The calendar and limits by which one organisation counts."""

    calendar: WorkCalendar
    limits: tuple[Limit, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's zone: days begin and end there, never in UTC."""
        return self.calendar.zone

    def due(self, kind: Kind, tier: Tier, stage: Stage, received_at: datetime) -> Deadline:
        """Count the due day of what was received at an instant.

        Raises RuleBroken `no_limit_in_force` when the organisation has no such limit that day.
        """
        on = local_date(received_at, self.zone)
        return due(limit_in_force(self.limits, kind, tier, stage, on), received_at, self.calendar)

    def limit(self, rule: str) -> Limit:
        """Find the limit of a code, such as to name its document; NotFound when there is none."""
        found = next((limit for limit in self.limits if limit.code == rule), None)
        if found is None:
            raise NotFound
        return found


def legal_clock(session: Session, organisation_id: int) -> LegalClock:
    """Give an organisation's clock."""
    return LegalClock(
        work_calendar(session, organisation_id), tuple(limits(session, organisation_id))
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


def work_calendar(session: Session, organisation_id: int) -> WorkCalendar:
    """Give an organisation's calendar in its zone."""
    organisation = session.get_one(Organisation, organisation_id)
    rows = session.scalars(
        select(CalendarDayRow).where(CalendarDayRow.organisation_id == organisation_id)
    )
    days = (
        CalendarDay(row.on, DayKind(row.kind), row.name, row.document, row.provisional)
        for row in rows
    )
    return WorkCalendar.of(days, ZoneInfo(organisation.zone))


def limits(session: Session, organisation_id: int) -> list[Limit]:
    """List an organisation's limits, past ones too."""
    rows = session.scalars(
        select(DeadlineRule).where(DeadlineRule.organisation_id == organisation_id)
    )
    return [
        Limit(
            kind=Kind(row.kind),
            tier=Tier(row.tier),
            stage=Stage(row.stage),
            amount=row.amount,
            unit=Unit(row.unit),
            in_force_from=row.in_force_from,
            in_force_to=row.in_force_to,
            code=row.code,
            document=row.document,
            legal_basis=row.legal_basis,
        )
        for row in rows
    ]


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
    for limit in read_limits(_shipped("deadline_rules.csv")):
        values = {name: getattr(limit, name) for name in Limit.__dataclass_fields__}
        session.add(DeadlineRule(organisation_id=organisation_id, **values))
    session.flush()


def _shipped(name: str) -> list[Mapping[str, str | None]]:
    with (resources.files("shared.reference") / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
