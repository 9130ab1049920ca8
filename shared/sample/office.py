"""The offices of the sample: units, desks, officers with shifts, procedures and what is posted."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from importlib.resources import files
from random import Random

from sqlalchemy.orm import Session

from shared.domain.calendar import DayKind
from shared.models.organisation import (
    Desk,
    Officer,
    Organisation,
    Procedure,
    ProcedurePublication,
    Shift,
    Unit,
)
from shared.sample.names import COMMUNES, PROVINCE_CODE, CommunePlan, DeskPlan, OfficerPlan
from shared.sample.rhythm import Span

HALVES = {
    "morning": ((time(7, 30), time(11, 30)),),
    "afternoon": ((time(13, 30), time(17)),),
    "both": ((time(7, 30), time(11, 30)), (time(13, 30), time(17))),
}
ROTA_AHEAD = timedelta(days=400)  # make-up Saturdays known that far ahead have their officers too
OPENED_ON = date(2025, 7, 1)  # the two-level administration began that day
UNKNOWN_LIMIT = 15  # working days, where the province decides


@dataclass(frozen=True)
class Procedures:
    """The catalogue's rows with their limits in working days, in the order of the table."""

    rows: tuple[Procedure, ...]
    limits: Mapping[int, int]  # by key of the procedure


@dataclass(frozen=True)
class Office:
    """A commune with its desks and officers as stored, and its plan."""

    plan: CommunePlan
    unit: Unit
    desks: tuple[Desk, ...]
    officers: tuple[Officer, ...]

    def desk_of(self, procedure: Procedure) -> int:
        """Say which desk (position) takes a procedure."""
        for position, desk in enumerate(self.plan.desks):
            if procedure.field in desk.fields:
                return position
        return 0

    def officer_at(self, desk: int, on: date, clock: time) -> Officer | None:
        """Find who sits at a desk (position) by the rota."""
        serving = serving_at(self.plan.officers, desk, on, clock)
        return None if serving is None else self.officers[serving]


def serving_at(officers: Sequence[OfficerPlan], desk: int, on: date, clock: time) -> int | None:
    """Find the position of who serves at a desk; a make-up Saturday is served like a Monday."""
    weekday = str(on.isoweekday()) if on.isoweekday() < 6 else "1"
    for position, officer in enumerate(officers):
        hours = HALVES[officer.half]
        at_the_desk = any(starts <= clock < ends for starts, ends in hours)
        if officer.desk == desk and weekday in officer.weekdays and at_the_desk:
            return position
    return None


@cache
def reference(name: str) -> tuple[Mapping[str, str], ...]:
    """Read a shipped table."""
    text = files("shared.reference").joinpath(name).read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def add_offices(session: Session, organisation: Organisation, span: Span) -> list[Office]:
    """Add the province and its four communes with everything in them."""
    units = {row["code"]: row for row in reference("units.csv")}
    opened = min(OPENED_ON, span.first)
    province = Unit(
        organisation_id=organisation.id,
        code=f"{organisation.code}-{PROVINCE_CODE}",
        name=units[PROVINCE_CODE]["name"],
        level="province",
        administrative_code=PROVINCE_CODE,
        valid_from=opened,
    )
    session.add(province)
    session.flush()
    return [_add_office(session, province, plan, units, span) for plan in COMMUNES]


def _add_office(
    session: Session,
    province: Unit,
    plan: CommunePlan,
    units: Mapping[str, Mapping[str, str]],
    span: Span,
) -> Office:
    unit = Unit(
        organisation_id=province.organisation_id,
        parent_id=province.id,
        code=f"{province.code.partition('-')[0]}-{plan.code}",
        name=units[plan.code]["name"],
        level="commune",
        administrative_code=plan.code,
        valid_from=province.valid_from,
    )
    session.add(unit)
    session.flush()
    desks = tuple(_desk(unit, plan, number, desk) for number, desk in enumerate(plan.desks, 1))
    officers = tuple(
        _officer(unit, plan, number, officer) for number, officer in enumerate(plan.officers, 1)
    )
    session.add_all([*desks, *officers])
    session.flush()
    session.add_all(_shifts(plan, desks, officers, span, unit.valid_from))
    return Office(plan, unit, desks, officers)


def _desk(unit: Unit, plan: CommunePlan, number: int, desk: DeskPlan) -> Desk:
    return Desk(
        unit_id=unit.id,
        code=f"MAU-{plan.letters}-Q{number}",
        name=desk.name,
        valid_from=unit.valid_from,
    )


def _officer(unit: Unit, plan: CommunePlan, number: int, officer: OfficerPlan) -> Officer:
    return Officer(
        unit_id=unit.id,
        code=f"MAU-{plan.letters}-{number:02}",
        name=officer.name,
        post=officer.post,
        valid_from=unit.valid_from,
    )


def _shifts(
    plan: CommunePlan,
    desks: Sequence[Desk],
    officers: Sequence[Officer],
    span: Span,
    opened: date,
) -> list[Shift]:
    saturdays = [
        day.on
        for day in span.calendar.days.values()
        if day.kind is DayKind.MAKE_UP_WORKING
        and day.on.isoweekday() > 5
        and span.first <= day.on <= span.today + ROTA_AHEAD
    ]
    shifts = []
    for known, officer in zip(plan.officers, officers, strict=True):
        for starts, ends in HALVES[known.half]:
            where = {
                "desk_id": desks[known.desk].id,
                "officer_id": officer.id,
                "starts": starts,
                "ends": ends,
            }
            shifts.append(Shift(**where, weekdays=known.weekdays, valid_from=opened))
            shifts += [
                Shift(**where, weekdays=str(on.isoweekday()), valid_from=on, valid_to=on)
                for on in sorted(saturdays)
                if "1" in known.weekdays
            ]
    return shifts


def add_procedures(session: Session, organisation: Organisation, opened: date) -> Procedures:
    """Add the catalogue of 45 procedures."""
    table = reference("procedures.csv")
    rows = tuple(
        Procedure(
            organisation_id=organisation.id,
            code=row["code"],
            name=row["name"],
            field=row["field"],
            time_limit=row["time_limit"],
            fee=row["fee"],
            valid_from=opened,
        )
        for row in table
    )
    session.add_all(rows)
    session.flush()
    limits = {
        stored.id: int(row["limit_working_days"] or UNKNOWN_LIMIT)
        for stored, row in zip(rows, table, strict=True)
    }
    return Procedures(rows, limits)


def add_publications(
    session: Session, rng: Random, offices: Sequence[Office], procedures: Procedures, span: Span
) -> None:
    """Add what each commune has posted; a light commune lacks a QR code here and there."""
    for office in offices:
        complete = set(rng.sample(range(len(procedures.rows)), office.plan.posted))
        session.add_all(
            ProcedurePublication(
                unit_id=office.unit.id,
                procedure_id=procedure.id,
                on_paper=True,
                by_qr=position in complete,
                checked_on=span.first,
            )
            for position, procedure in enumerate(procedures.rows)
        )
