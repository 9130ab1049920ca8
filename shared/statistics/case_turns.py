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
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from shared.domain.complaint import Action, Kind
from shared.models.case_work import ComplaintOutcome, ComplaintPassage
from shared.models.complaint import Complaint
from shared.statistics.cases_then import (
    TODAY_ENDS,
    Instant,
    Units,
    appeals_against,
    as_number,
    due_on_the_clock,
    due_on_then,
    ended_by,
    flag,
    leaves_after,
    never_passed_on,
    said_before,
    said_last,
    spoken_after,
    unit_at,
    was_passed_on,
    was_wanted,
)
from shared.statistics.given import TODAY, UNITS, Day

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
        _never_passed_on(units, today, said_by, due_on_then(ends) if every_kind else None),
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


def _never_passed_on(
    units: Units, today: Day, said_by: Instant | None, due_on: ColumnElement[Any] | None
) -> Select[Any]:
    """Give the only turn of the many cases that one unit had from receipt to end."""
    said = as_number(Complaint.answer_satisfied)
    query: Select[Any] = select(Complaint.id)
    if said_by is not None:
        later = spoken_after(said_by)
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
    last = ~appeals_against(ComplaintOutcome).exists()
    appealed = appeals_against(ComplaintOutcome).where(ComplaintPassage.at <= said_by).exists()
    return (
        select(
            *_columns(
                ComplaintOutcome.unit_id,
                case((last, Complaint.handler_id), else_=ended_by(ComplaintOutcome)),
                ComplaintOutcome.due_on,
                ComplaintOutcome.ended_on,
                case((last, said_last(said_by)), else_=said_before(said_by)),
                flag(appealed),
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
        ~appeals_against(over).where(ComplaintPassage.at <= ends).exists(),
    )
    next_end = select(func.min(first.id)).where(
        first.complaint_id == Complaint.id, first.ended_on > today
    )
    had_it = unit_at(ends)
    ended_it = case((then.unit_id == had_it, ended_by(then)))
    has_it = case((~leaves_after(ends).exists(), Complaint.handler_id))
    due_on = case((then.id.is_(None), Complaint.due_on), else_=then.due_on)
    return (
        select(
            *_columns(
                had_it,
                case((then.id.is_(None), has_it), else_=ended_it),
                func.coalesce(due_on_the_clock(ends), due_on),
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
