"""Reports, petitions and requests for an explanation of units, by what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
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
    true,
)
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.domain.campaign import Window
from shared.domain.complaint import OPEN, Action, Kind, State
from shared.models.case_work import ComplaintOutcome
from shared.models.complaint import SPOKEN, Complaint, ComplaintEvent
from shared.statistics.conduct import not_naming
from shared.statistics.frames import Frame
from shared.statistics.given import FIRST, LAST, TODAY, UNITS, Day, within
from shared.statistics.timeliness import (
    ANSWERED_KINDS,
    complaint_is_judged,
    complaint_is_on_time,
    first_late,
)

Instant = datetime | BindParameter[datetime]  # in UTC, or its place in a query that is built once
_TODAY_ENDS = bindparam("today_ends", type_=UtcDateTime())


@dataclass(frozen=True)
class CaseTally:
    """Cases of a period with a limit; `failed` in any way once: late, disliked or appealed."""

    judged: int = 0
    on_time: int = 0
    prolonged: int = 0  # past their day and still without an answer
    failed: int = 0
    said: int = 0  # whether the answer satisfied
    satisfied: int = 0
    explanations: int = 0
    explained_on_time: int = 0

    def __add__(self, other: "CaseTally") -> "CaseTally":
        """Add the cases of two units."""
        mine, theirs = vars(self), vars(other)
        return CaseTally(**{name: mine[name] + theirs[name] for name in mine})


def by_unit(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    frame: Frame,
    hidden_from: int | None = None,
) -> dict[int, CaseTally]:
    """Count the cases units received within local days, as they stand at the end of the day asked.

    Reports and petitions; requests for an explanation apart. Cases that name the officer
    `hidden_from`, who must not learn of them, are left out. What residents said of an answer only
    after a period that is over does not count. One query for all units.
    """
    query = _by_unit(hides=hidden_from is not None, ended=frame.over)
    given = within(unit_ids, window, **_asked(frame), hidden_from=hidden_from, said_by=frame.as_of)
    return {
        unit_id: CaseTally(*(int(count) for count in counts))
        for unit_id, *counts in session.execute(query, given)
    }


@cache
def _by_unit(*, hides: bool, ended: bool) -> Select[*tuple[Any, ...]]:
    said_by: BindParameter[datetime] | None = bindparam("said_by") if ended else None
    late, appealed, later = first_late(), _appealed(said_by), _said_after(said_by)
    judged = complaint_is_judged(TODAY, late=late)
    explanation = complaint_is_judged(TODAY, (Kind.EXPLANATION,), late)
    in_time = complaint_is_on_time(late)
    said = later.c.complaint_id.is_(None)
    went_on = appealed.c.complaint_id.is_not(None)
    disliked = or_(and_(Complaint.answer_satisfied.is_(False), said), went_on)
    answered = and_(
        Complaint.kind.in_(ANSWERED_KINDS), Complaint.answer_satisfied.is_not(None), said
    )
    return (
        select(
            Complaint.unit_id,
            _count(judged),
            _count(and_(judged, in_time)),
            _count(and_(judged, was_open(TODAY, _TODAY_ENDS), Complaint.due_on < TODAY)),
            _count(and_(judged, or_(not_(in_time), disliked))),
            _count(answered),
            _count(and_(answered, Complaint.answer_satisfied.is_(True))),
            _count(explanation),
            _count(and_(explanation, in_time)),
        )
        .select_from(Complaint)
        .outerjoin(late, late.c.complaint_id == Complaint.id)
        .outerjoin(appealed, appealed.c.complaint_id == Complaint.id)
        .outerjoin(later, later.c.complaint_id == Complaint.id)
        .where(
            Complaint.unit_id.in_(UNITS),
            Complaint.received_on.between(FIRST, LAST),
            not_naming(bindparam("hidden_from") if hides else None),
        )
        .group_by(Complaint.unit_id)
    )


def outstanding_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, frame: Frame
) -> dict[int, int]:
    """Count the cases of units, however old, open and past their day on the day asked about."""
    rows = session.execute(_outstanding(), within(unit_ids, window, **_asked(frame)))
    return {unit_id: int(count) for unit_id, count in rows}


@cache
def _outstanding() -> Select[int, int]:
    return (
        select(Complaint.unit_id, func.count())
        .where(
            Complaint.unit_id.in_(UNITS),
            Complaint.received_on <= LAST,
            was_open(TODAY, _TODAY_ENDS),
            Complaint.due_on < TODAY,
        )
        .group_by(Complaint.unit_id)
    )


def was_open(today: Day, ends_at: Instant) -> ColumnElement[bool]:
    """Give the condition that a case was open when a local day ended (UTC), ended since or not."""
    ended = select(ComplaintOutcome.id).where(ComplaintOutcome.complaint_id == Complaint.id)
    since = and_(
        or_(Complaint.answered_on > today, Complaint.state == State.WITHDRAWN),
        ended.where(ComplaintOutcome.ended_on > today).exists(),
        or_(
            ~ended.where(ComplaintOutcome.ended_on <= today).exists(),
            _was_opened_again(today, ends_at),
        ),
    )
    return or_(Complaint.state.in_(OPEN), since)


def _was_opened_again(today: Day, ends_at: Instant) -> ColumnElement[bool]:
    """Give the condition that a case ended went to the next level by a day, and not ended again."""
    once_more = select(ComplaintOutcome.id).where(
        ComplaintOutcome.complaint_id == ComplaintEvent.complaint_id,
        ComplaintOutcome.at > ComplaintEvent.at,
        ComplaintOutcome.ended_on <= today,
    )
    appealed = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == Complaint.id,
        SPOKEN,
        ComplaintEvent.action == Action.APPEAL,
        ComplaintEvent.at <= ends_at,
        ~once_more.exists(),
    )
    return appealed.exists()


def was_said(frame: Frame) -> ColumnElement[bool]:
    """Give the condition that what a resident said of an answer was said while a period ran."""
    if not frame.over:
        return true()
    later = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == Complaint.id,
        SPOKEN,
        ComplaintEvent.action == Action.RATE_ANSWER,
        ComplaintEvent.at > frame.as_of,
    )
    return ~later.exists()


def _asked(frame: Frame) -> dict[str, Any]:
    return {"today": frame.today, "today_ends": frame.today_ends}


def _said_after(by: BindParameter[datetime] | None) -> Subquery:
    """Give the complaints whose resident spoke of the answer only after an instant."""
    later = false() if by is None else ComplaintEvent.at > by
    return _spoken(Action.RATE_ANSWER, later, "later")


def _appealed(by: BindParameter[datetime] | None) -> Subquery:
    """Give the complaints whose resident went on to the next level, by an instant or ever."""
    in_time = true() if by is None else ComplaintEvent.at <= by
    return _spoken(Action.APPEAL, in_time, "appealed")


def _spoken(action: Action, when: ColumnElement[bool], name: str) -> Subquery:
    found = select(ComplaintEvent.complaint_id).where(SPOKEN, ComplaintEvent.action == action, when)
    return found.distinct().subquery(name)


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
