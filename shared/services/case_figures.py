"""Complaints in figures, for a person: by unit, officer, procedure, way in and kind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.domain.access import Actor
from shared.domain.calendar import ONE_DAY
from shared.domain.campaign import Window
from shared.domain.case_figures import CaseFact, CaseFigures, Standing, figures, standing
from shared.domain.complaint import OPEN, Action, State
from shared.domain.worked_hours import WorkedHours
from shared.models.account import Account
from shared.models.case_work import ENDED_LATE, ComplaintOutcome
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Procedure, Unit
from shared.services.calendars import work_calendar
from shared.services.inbox import visible_to
from shared.services.local_days import today_in


class By(StrEnum):
    """What the cases are divided by."""

    UNIT = "unit"
    OFFICER = "officer"  # who handles the case
    PROCEDURE = "procedure"
    FIELD = "field"  # of the procedure
    CHANNEL = "channel"
    KIND = "kind"


_KEYS = {
    By.UNIT: Complaint.unit_id,
    By.OFFICER: Complaint.handler_id,
    By.PROCEDURE: Complaint.procedure_id,
    By.FIELD: Procedure.field,
    By.CHANNEL: Complaint.channel,
    By.KIND: Complaint.kind,
}
_NAMES: dict[By, tuple[Any, Any]] = {
    By.UNIT: (Unit.id, Unit.name),
    By.OFFICER: (Account.id, Account.full_name),
    By.PROCEDURE: (Procedure.id, Procedure.name),
}


class Part(StrEnum):
    """What of a line somebody may ask to see alone."""

    ALL = ""
    ON_TIME = "on_time"
    LATE = "late"
    OVERDUE = "overdue"
    REFUSED = "refused"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    APPEALED = "appealed"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"


@dataclass(frozen=True)
class Row:
    """A line of the table: `key` finds its cases, `name` is what people call it, or nothing."""

    key: str
    name: str
    figures: CaseFigures


@dataclass(frozen=True)
class Counted:
    """A case as it counts."""

    fact: CaseFact
    standing: Standing

    def is_of(self, part: Part) -> bool:
        """Say whether the case counts in a part of its line."""
        apart = {
            Part.ALL: True,
            Part.REOPENED: self.fact.reopened,
            Part.APPEALED: self.fact.appealed,
            Part.SATISFIED: self.fact.satisfied is True,
            Part.DISSATISFIED: self.fact.satisfied is False,
        }
        return apart.get(part, str(self.standing) == part)


@dataclass(frozen=True)
class Table:
    """The figures of all cases together and line by line, the most cases first."""

    whole: CaseFigures
    rows: Sequence[Row]


def table(
    session: Session, actor: Actor, units: Collection[int], window: Window, by: By, now: datetime
) -> Table:
    """Count the cases received within local days that exist for the person.

    Nobody finds a case in a figure that is closed to them elsewhere.
    """
    today, found = _facts(session, actor, units, window, by, now)
    groups: dict[str, list[CaseFact]] = {}
    for key, fact in found:
        groups.setdefault(key, []).append(fact)
    names = _names(session, by, groups)
    rows = [Row(key, names.get(key, ""), figures(facts, today)) for key, facts in groups.items()]
    rows.sort(key=lambda row: (-row.figures.received, row.name, row.key))
    return Table(figures([fact for _key, fact in found], today), rows)


def cases(
    session: Session,
    actor: Actor,
    units: Collection[int],
    window: Window,
    by: By,
    key: str,
    now: datetime,
    part: Part = Part.ALL,
) -> list[Counted]:
    """List the cases behind one line of the table or a part of it, newest first."""
    found = every_case(session, actor, units, window, by, now)
    return [one for line, one in found if line == key and one.is_of(part)]


def every_case(
    session: Session, actor: Actor, units: Collection[int], window: Window, by: By, now: datetime
) -> list[tuple[str, Counted]]:
    """List the cases behind all lines, each with the key of its line, newest first."""
    today, found = _facts(session, actor, units, window, by, now)
    return [(line, Counted(fact, standing(fact, today))) for line, fact in reversed(found)]


def _facts(
    session: Session, actor: Actor, units: Collection[int], window: Window, by: By, now: datetime
) -> tuple[date, list[tuple[str, CaseFact]]]:
    """Read the cases, oldest first, each with the key of its line; and the local date of `now`."""
    rows = session.execute(_query(actor, units, window, by)).all()
    worked = _worked(session, {row.organisation_id for row in rows}, window, now)
    found = [
        (
            "" if row.key is None else str(row.key),
            CaseFact(
                number=row.number,
                state=State(row.state),
                due_on=row.due_on,
                answered_on=row.answered_on,
                late_before=bool(row.late_endings),
                worked=worked[row.organisation_id].between(row.received_at, row.first_answer)
                if row.first_answer
                else None,
                reopened=(row.endings or 0) > (row.state not in OPEN),
                appealed=row.appealed,
                satisfied=row.answer_satisfied,
            ),
        )
        for row in rows
    ]
    return today_in(session, units, now), found


def _query(actor: Actor, units: Collection[int], window: Window, by: By) -> Select[Any]:
    ends = _endings().subquery()
    appeal = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == Complaint.id, ComplaintEvent.action == Action.APPEAL
    )
    return (
        select(
            _KEYS[by].label("key"),
            Unit.organisation_id,
            Complaint.number,
            Complaint.state,
            Complaint.received_at,
            Complaint.due_on,
            Complaint.answered_on,
            Complaint.answer_satisfied,
            func.coalesce(ends.c.first_answer, _answered_at(), type_=UtcDateTime).label(
                "first_answer"
            ),
            ends.c.late_endings,
            ends.c.endings,
            appeal.exists().label("appealed"),
        )
        .join(Unit, Complaint.unit_id == Unit.id)
        .outerjoin(Procedure, Procedure.id == Complaint.procedure_id)
        .outerjoin(ends, ends.c.complaint_id == Complaint.id)
        .where(
            visible_to(actor),
            Complaint.unit_id.in_(units),
            Complaint.received_on.between(window.first, window.last),
        )
        .order_by(Complaint.received_on, Complaint.id)
    )


def _endings() -> Select[*tuple[Any, ...]]:
    """Sum up how cases ended, also before they were opened again."""
    answered = ComplaintOutcome.action == Action.ANSWER
    return select(
        ComplaintOutcome.complaint_id,
        func.min(case((answered, ComplaintOutcome.at))).label("first_answer"),
        func.sum(case((ENDED_LATE, 1), else_=0)).label("late_endings"),
        func.count().label("endings"),
    ).group_by(ComplaintOutcome.complaint_id)


def _answered_at() -> ColumnElement[datetime]:
    """Give when a case was answered, for one that ended before endings were written down."""
    return case((Complaint.state.not_in((State.REFUSED, State.TRANSFERRED)), Complaint.answered_at))


def _worked(
    session: Session, organisations: Collection[int], window: Window, now: datetime
) -> Mapping[int, WorkedHours]:
    last = max(now.date(), window.last) + 2 * ONE_DAY
    return {
        key: WorkedHours(work_calendar(session, key), window.first - ONE_DAY, last)
        for key in organisations
    }


def _names(session: Session, by: By, keys: Collection[str]) -> Mapping[str, str]:
    """Name units, people and procedures; fields, ways in and kinds are named by their keys."""
    if by not in _NAMES:
        return {}
    column, name = _NAMES[by]
    wanted = [int(key) for key in keys if key]
    return {
        str(key): found
        for key, found in session.execute(select(column, name).where(column.in_(wanted)))
    }
