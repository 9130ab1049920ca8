"""The turns of cases as of a local day: for whom each counts, and how it stood then.

The rule. A case has one turn from its receipt and one more from each appeal, and every turn counts
by itself. A turn that had ended by the day counts for the unit that ended it, by the due day it had
then: an answer in time stays one after an appeal, and the level above answers anew. A turn still
open on the day counts for the unit that had the case at its end: who passed a case on answers for
it no longer, for only what is within a unit's competence is counted (indicator 5.2 of QĐ
766/QĐ-TTg). A turn belongs to the days on which the case was first received. What happened after
the day changes nothing.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from shared.db import UtcDateTime
from shared.domain.clock import Ending, Track
from shared.domain.complaint import Action, Kind, State
from shared.domain.deadline import BEFORE_ACCEPTANCE, Stage
from shared.models.account import Account
from shared.models.case_work import APPEAL, ComplaintOutcome, ComplaintPassage
from shared.models.clock import ComplaintClock
from shared.models.complaint import SPOKEN, Complaint, ComplaintEvent
from shared.statistics.given import TODAY, UNITS, Day

Instant = datetime | BindParameter[datetime]  # in UTC, or its place in a query that is built once
Units = Collection[int] | BindParameter[int]
TODAY_ENDS = bindparam("today_ends", type_=UtcDateTime())
# What a unit answers to residents within a limit; denunciations have their own, closed path.
ANSWERED_KINDS = (Kind.REPORT, Kind.PETITION)


def turns(
    among: ColumnElement[bool],
    units: Units = UNITS,
    today: Day = TODAY,
    ends: Instant = TODAY_ENDS,
    said_by: Instant | None = None,
    *,
    every_kind: bool = False,
) -> Subquery:
    """Give the turns that count for units at the end of a local day, which `ends` (UTC).

    Of the cases that fulfil `among`, a condition on Complaint. Columns: complaint_id, unit_id,
    handler_id (the account that ended it or had it, as far as that is known), kind, due_on,
    ended_on (nothing or a later day while it was open), satisfied (1, 0, or nothing while the
    resident had not spoken, by `said_by` if given), appealed (1 or 0, likewise). A turn that its
    sender had ended counts for nobody. Who looks at `every_kind` gets the limit of the day also of
    kinds that are accepted first, which have another one after that; it takes longer.
    """
    legs = _legs(among, units, today, ends, said_by, every_kind=every_kind)
    return union_all(*legs).subquery("turn")


def summed(
    counts: Callable[[Subquery], Select[Any]],
    keys: int,
    among: ColumnElement[bool],
    said_by: Instant | None = None,
    *,
    every_kind: bool = False,
) -> Select[Any]:
    """Build the query of `counts`, of all turns by its first `keys` columns; see `turns`.

    `counts` gives the query of a part of the turns: the keys, then numbers to add up. By itself,
    the part of the many cases that were never passed on is read in the order of an index and need
    not be sorted.
    """
    many, *few = _legs(among, UNITS, TODAY, TODAY_ENDS, said_by, every_kind=every_kind)
    parts = counts(many.subquery()), counts(union_all(*few).subquery())
    columns = list(union_all(*parts).subquery().c)
    numbers = (func.sum(column) for column in columns[keys:])
    return select(*columns[:keys], *numbers).group_by(*columns[:keys])


def _legs(
    among: ColumnElement[bool],
    units: Units,
    today: Day,
    ends: Instant,
    said_by: Instant | None,
    *,
    every_kind: bool,
) -> list[Select[Any]]:
    legs = (
        _never_passed_on(units, today, said_by, _due_on_then(ends) if every_kind else None),
        _ended(units, today, ends, said_by),
        _open(units, today, ends),
    )
    return [leg.where(among) for leg in legs]


def is_judged(
    turn: Subquery, today: Day = TODAY, kinds: Collection[Kind] = ANSWERED_KINDS
) -> ColumnElement[bool]:
    """Give the condition that a turn's timeliness can be judged at the end of `today`.

    It has a limit, and was answered, refused or passed out of the house, or is past its due day.
    """
    over = or_(turn.c.ended_on <= today, turn.c.due_on < today)
    return and_(turn.c.kind.in_(kinds), turn.c.due_on.is_not(None), over)


def is_on_time(turn: Subquery) -> ColumnElement[bool]:
    """Give the condition that a judged turn ended by the end of its due day."""
    return and_(turn.c.ended_on.is_not(None), turn.c.ended_on <= turn.c.due_on)


def is_overdue(turn: Subquery, today: Day = TODAY) -> ColumnElement[bool]:
    """Give the condition that a turn was open and past its due day at the end of `today`."""
    was_open = or_(turn.c.ended_on.is_(None), turn.c.ended_on > today)
    return and_(was_open, turn.c.due_on < today)


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


def _never_passed_on(
    units: Units, today: Day, said_by: Instant | None, due_on: ColumnElement[Any] | None
) -> Select[Any]:
    """Give the only turn of the many cases that one unit had from receipt to end."""
    said = _satisfied(Complaint.answer_satisfied)
    query: Select[Any] = select(Complaint.id)
    if said_by is not None:
        later = _spoken_after(said_by)
        query = query.outerjoin(later, later.c.complaint_id == Complaint.id)
        said = case((later.c.complaint_id.is_(None), said))
    query = query.with_only_columns(
        *_columns(
            Complaint.unit_id,
            Complaint.handler_id,
            Complaint.due_on if due_on is None else due_on,
            Complaint.answered_on,
            said,
            literal(0),
        )
    )
    return never_passed_on(query.where(Complaint.unit_id.in_(units), was_wanted(today)))


def _ended(units: Units, today: Day, ends: Instant, said_by: Instant | None) -> Select[Any]:
    """Give the turns that had ended by the day, of cases that were ever passed on."""
    said_by = ends if said_by is None else said_by
    last = ~_appeals(ComplaintOutcome).exists()
    appealed = _appeals(ComplaintOutcome).where(ComplaintPassage.at <= said_by).exists()
    return (
        select(
            *_columns(
                ComplaintOutcome.unit_id,
                case((last, Complaint.handler_id), else_=_ended_by(ComplaintOutcome)),
                ComplaintOutcome.due_on,
                ComplaintOutcome.ended_on,
                case((last, _said_last(said_by)), else_=_said_before(said_by)),
                _flag(appealed),
            )
        )
        .select_from(Complaint)
        .join(ComplaintOutcome, ComplaintOutcome.complaint_id == Complaint.id)
        .where(
            was_passed_on(units),
            ComplaintOutcome.unit_id.in_(units),
            ComplaintOutcome.ended_on <= today,
            ComplaintOutcome.action != Action.WITHDRAW,
        )
    )


def _open(units: Units, today: Day, ends: Instant) -> Select[Any]:
    """Give the turns that were open on the day, of cases that were ever passed on."""
    over, then, first = (aliased(ComplaintOutcome) for _ in range(3))
    ended = select(over.id).where(
        over.complaint_id == Complaint.id,
        over.ended_on <= today,
        ~_appeals(over).where(ComplaintPassage.at <= ends).exists(),
    )
    next_end = select(func.min(first.id)).where(
        first.complaint_id == Complaint.id, first.ended_on > today
    )
    had_it = unit_at(ends)
    ended_it = case((then.unit_id == had_it, _ended_by(then)))
    has_it = case((~_leaves_after(ends).exists(), Complaint.handler_id))
    due_on = case((then.id.is_(None), Complaint.due_on), else_=then.due_on)
    return (
        select(
            *_columns(
                had_it,
                case((then.id.is_(None), has_it), else_=ended_it),
                func.coalesce(_due_on_the_clock(ends), due_on),
                cast(null(), Date),
                cast(null(), Integer),
                literal(0),
            )
        )
        .select_from(Complaint)
        .outerjoin(then, then.id == next_end.correlate(Complaint).scalar_subquery())
        .where(was_passed_on(units), had_it.in_(units), ~ended.exists())
    )


def _columns(
    unit_id: Any, handler_id: Any, due_on: Any, ended_on: Any, satisfied: Any, appealed: Any
) -> list[Any]:
    """Name the columns that turns have."""
    return [
        Complaint.id.label("complaint_id"),
        unit_id.label("unit_id"),
        handler_id.label("handler_id"),
        Complaint.kind.label("kind"),
        due_on.label("due_on"),
        ended_on.label("ended_on"),
        satisfied.label("satisfied"),
        appealed.label("appealed"),
    ]


def _leaves_after(ends: Instant) -> Select[int]:
    return select(ComplaintPassage.id).where(
        ComplaintPassage.complaint_id == Complaint.id, ComplaintPassage.at > ends
    )


def _appeals(outcome: Any) -> Select[int]:
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


def _ended_by(outcome: Any) -> ColumnElement[int | None]:
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


def _said_last(said_by: Instant) -> ColumnElement[int | None]:
    """Give what was said of the answer a case has."""
    later = select(ComplaintEvent.id).where(
        ComplaintEvent.complaint_id == Complaint.id,
        SPOKEN,
        ComplaintEvent.action == Action.RATE_ANSWER,
        ComplaintEvent.at > said_by,
    )
    return case((~later.exists(), _satisfied(Complaint.answer_satisfied)))


def _said_before(said_by: Instant) -> ColumnElement[int | None]:
    """Give what was said of an answer before it was appealed: who liked it confirmed it by that."""
    newer = aliased(ComplaintOutcome)
    of_newer = select(newer.id).where(
        newer.complaint_id == ComplaintOutcome.complaint_id,
        newer.id > ComplaintOutcome.id,
        newer.at <= ComplaintEvent.at,
    )
    said = select(func.max(_flag(ComplaintEvent.state == State.CONFIRMED))).where(
        ComplaintEvent.complaint_id == ComplaintOutcome.complaint_id,
        SPOKEN,
        ComplaintEvent.action == Action.RATE_ANSWER,
        ComplaintEvent.at.between(ComplaintOutcome.at, said_by),
        ~of_newer.correlate(ComplaintOutcome, ComplaintEvent).exists(),
    )
    return said.correlate(ComplaintOutcome).scalar_subquery()


def _due_on_then(ends: Instant) -> ColumnElement[Any]:
    """Give the due day at an instant of a case that was never passed on."""
    accepted_first = Complaint.kind.in_(tuple(BEFORE_ACCEPTANCE))
    on_the_clock = func.coalesce(_due_on_the_clock(ends), Complaint.due_on)
    return case((accepted_first, on_the_clock), else_=Complaint.due_on)


def _due_on_the_clock(ends: Instant) -> ColumnElement[Any]:
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
            _flag(ComplaintClock.track == Track.RECEIVER).desc(),
            _flag(is_answer).desc(),
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


def _spoken_after(said_by: Instant) -> Subquery:
    """Give the cases whose resident spoke of the answer only after an instant."""
    found = select(ComplaintEvent.complaint_id).where(
        SPOKEN, ComplaintEvent.action == Action.RATE_ANSWER, ComplaintEvent.at > said_by
    )
    return found.distinct().subquery("later")


def _satisfied(said: Any) -> ColumnElement[int | None]:
    return case((said.is_(True), 1), (said.is_(False), 0))


def _flag(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
