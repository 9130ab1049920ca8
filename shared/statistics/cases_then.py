"""How a case stood at an instant: who had it, by when it was due, what was said of its answer.

The parts of queries that `case_turns` and `conduct` are made of. What happened after the instant
changes nothing.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from shared.db import UtcDateTime
from shared.domain.clock import Ending, Track
from shared.domain.complaint import Action, State
from shared.domain.deadline import BEFORE_ACCEPTANCE, Stage
from shared.models.account import Account
from shared.models.case_work import APPEAL, ComplaintOutcome, ComplaintPassage
from shared.models.clock import ComplaintClock
from shared.models.complaint import SPOKEN, Complaint, ComplaintEvent
from shared.statistics.given import TODAY, UNITS, Day

Instant = datetime | BindParameter[datetime]  # in UTC, or its place in a query that is built once
Units = Collection[int] | BindParameter[int]
TODAY_ENDS = bindparam("today_ends", type_=UtcDateTime())


def was_wanted(today: Day = TODAY) -> ColumnElement[bool]:
    """Give the condition that a case had not ended by its sender's wish at the end of a day."""
    later = select(ComplaintOutcome.id).where(
        ComplaintOutcome.complaint_id == Complaint.id,
        ComplaintOutcome.action == Action.WITHDRAW,
        ComplaintOutcome.ended_on > today,
    )
    return or_(Complaint.state != State.WITHDRAWN, later.exists())


def never_passed_on(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Leave of a query of cases those that were with one unit all the time, as nearly all are.

    Those that were passed on are read all at once: looked up one by one, SQLite takes half as long
    again.
    """
    passed = select(ComplaintPassage.complaint_id).distinct().subquery("passed")
    query = query.outerjoin(passed, passed.c.complaint_id == Complaint.id)
    return query.where(passed.c.complaint_id.is_(None))


def was_passed_on(units: Units = UNITS) -> ColumnElement[bool]:
    """Give the condition that a case was passed on by one of the units, or to one."""
    ours = or_(ComplaintPassage.from_unit_id.in_(units), ComplaintPassage.to_unit_id.in_(units))
    return Complaint.id.in_(select(ComplaintPassage.complaint_id).where(ours))


def unit_at(ends: Instant = TODAY_ENDS) -> ColumnElement[int]:
    """Give the unit that had a case at an instant."""
    return _unit_before(ComplaintPassage.at > ends)


def first_instance(ends: Instant = TODAY_ENDS) -> ColumnElement[int]:
    """Give the unit that had a case at an instant, or before it was appealed the first time."""
    return _unit_before(or_(ComplaintPassage.at > ends, ComplaintPassage.cause == APPEAL))


def _unit_before(passed: ColumnElement[bool]) -> ColumnElement[int]:
    """Give the unit that had a case before the first of some passages; without any, has it now."""
    before = (
        select(ComplaintPassage.from_unit_id)
        .where(ComplaintPassage.complaint_id == Complaint.id, passed)
        .order_by(ComplaintPassage.id)
        .limit(1)
        .correlate(Complaint)
    )
    return func.coalesce(before.scalar_subquery(), Complaint.unit_id)


def leaves_after(ends: Instant) -> Select[int]:
    """Give the times a case was passed on after an instant."""
    return select(ComplaintPassage.id).where(
        ComplaintPassage.complaint_id == Complaint.id, ComplaintPassage.at > ends
    )


def appeals_against(outcome: Any) -> Select[int]:
    """Give the appeals against how a turn ended, and later ones of the same unit."""
    return (
        select(ComplaintPassage.id)
        .where(
            ComplaintPassage.complaint_id == outcome.complaint_id,
            ComplaintPassage.from_unit_id == outcome.unit_id,
            ComplaintPassage.cause == APPEAL,
            ComplaintPassage.at >= outcome.at,
        )
        .correlate(outcome)
    )


def ended_by(outcome: Any) -> ColumnElement[int | None]:
    """Give the account that ended a turn, by the step in the history that says so."""
    found = (
        select(Account.id)
        .join(ComplaintEvent, ComplaintEvent.actor == Account.name)
        .where(
            ComplaintEvent.complaint_id == outcome.complaint_id,
            ComplaintEvent.action == outcome.action,
            ComplaintEvent.at == outcome.at,
        )
        .limit(1)
    )
    return found.correlate(outcome).scalar_subquery()


def said_last(said_by: Instant) -> ColumnElement[int | None]:
    """Give what was said of the answer a case has."""
    later = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == Complaint.id,
        SPOKEN,
        ComplaintEvent.action == Action.RATE_ANSWER,
        ComplaintEvent.at > said_by,
    )
    return case((~later.exists(), as_number(Complaint.answer_satisfied)))


def said_before(said_by: Instant) -> ColumnElement[int | None]:
    """Give what was said of an answer before it was appealed: who liked it confirmed it by that."""
    newer = aliased(ComplaintOutcome)
    of_newer = select(newer.id).where(
        newer.complaint_id == ComplaintOutcome.complaint_id,
        newer.id > ComplaintOutcome.id,
        newer.at <= ComplaintEvent.at,
    )
    said = select(func.max(flag(ComplaintEvent.state == State.CONFIRMED))).where(
        ComplaintEvent.complaint_id == ComplaintOutcome.complaint_id,
        SPOKEN,
        ComplaintEvent.action == Action.RATE_ANSWER,
        ComplaintEvent.at.between(ComplaintOutcome.at, said_by),
        ~of_newer.correlate(ComplaintOutcome, ComplaintEvent).exists(),
    )
    return said.correlate(ComplaintOutcome).scalar_subquery()


def spoken_after(said_by: Instant) -> Subquery:
    """Give the cases whose resident spoke of the answer only after an instant."""
    found = select(ComplaintEvent.complaint_id).where(
        SPOKEN, ComplaintEvent.action == Action.RATE_ANSWER, ComplaintEvent.at > said_by
    )
    return found.distinct().subquery("later")


def due_on_then(ends: Instant) -> ColumnElement[Any]:
    """Give the due day at an instant of a case that was never passed on."""
    accepted_first = Complaint.kind.in_(tuple(BEFORE_ACCEPTANCE))
    on_the_clock = func.coalesce(due_on_the_clock(ends), Complaint.due_on)
    return case((accepted_first, on_the_clock), else_=Complaint.due_on)


def due_on_the_clock(ends: Instant) -> ColumnElement[Any]:
    """Give the due day of the limit that led at an instant, as lists go by it.

    A transfer may have begun another, and what must be accepted first has one until then.
    """
    is_answer = ComplaintClock.stage == Stage.ANSWER
    until_accepted = or_(
        *(
            and_(Complaint.kind == kind, ComplaintClock.stage == stage)
            for kind, stage in BEFORE_ACCEPTANCE.items()
        )
    )
    found = (
        select(ComplaintClock.due_on)
        .where(
            ComplaintClock.complaint_id == Complaint.id,
            or_(is_answer, and_(until_accepted, not_(_had_ended(Ending.MET, ends)))),
            ComplaintClock.began_at <= ends,
            not_(_had_ended(Ending.REPLACED, ends)),
        )
        .order_by(
            ComplaintClock.turn.desc(),
            flag(ComplaintClock.track == Track.RECEIVER).desc(),
            flag(is_answer).desc(),
            ComplaintClock.id.desc(),
        )
        .limit(1)
    )
    return found.correlate(Complaint).scalar_subquery()


def _had_ended(ending: Ending, ends: Instant) -> ColumnElement[bool]:
    """Give the condition that a clock had ended in a way by an instant."""
    return and_(
        ComplaintClock.ending.is_not_distinct_from(ending),
        func.coalesce(ComplaintClock.ended_at <= ends, false()),
    )


def as_number(said: Any) -> ColumnElement[int | None]:
    """Give 1 for yes, 0 for no, and nothing where nothing was said."""
    return case((said.is_(True), 1), (said.is_(False), 0))


def flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Give 1 where a condition holds, otherwise 0."""
    return case((condition, 1), else_=0)
