"""How much was done on time: dossiers by their appointment, complaints by their legal day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.campaign import Window
from shared.domain.complaint import Action, Kind, State
from shared.models.account import Account
from shared.models.case_work import ENDED_LATE, ComplaintOutcome
from shared.models.complaint import Complaint
from shared.statistics import dossier_days, dossier_times
from shared.statistics.dossier_days import DayCounts
from shared.statistics.given import FIRST, LAST, OFFICERS, TODAY, UNITS, Day, Served, within
from shared.statistics.satisfaction import Tally, tallies, tallies_served

Key = TypeVar("Key")

# What a unit answers to residents within a limit; denunciations have their own, closed path.
ANSWERED_KINDS = (Kind.REPORT, Kind.PETITION)


@dataclass(frozen=True)
class DossierTally:
    """Dossiers received in a period by what became of them."""

    received: int = 0
    one_stop: int = 0
    finished: int = 0
    could_be_online: int = 0
    online: int = 0
    judged: int = 0  # finished, or past their appointment
    on_time: int = 0
    without_due: int = 0  # cannot be judged
    reappointed: int = 0  # of those judged: by the new day of an apology

    def __add__(self, other: "DossierTally") -> "DossierTally":
        """Add the dossiers of two units."""
        mine, theirs = vars(self), vars(other)
        return DossierTally(**{name: mine[name] + theirs[name] for name in mine})


def dossiers_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, DossierTally]:
    """Count the dossiers units received within local days, as they stand at the end of `today`.

    From daily totals, for all units at once. On time means finished on or before the appointment
    with at most one request for more papers (indicator 2.1 of QĐ 766/QĐ-TTg), the wait for the
    applicant left out and one new appointment after an apology in time taken for the first; a
    dossier still open is judged only from the day after its last one.
    """
    return tallied(dossier_days.by_unit(session, unit_ids, window, today))


def complaints_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, Tally]:
    """Count the reports and petitions received within local days that were answered in time.

    Cases are those with a limit that were answered, refused with a reason, or are past their due
    day by `today`; those withdrawn by then are left out. A case once answered late stays late,
    whatever happens after it was opened again. One query for all units.
    """
    return tallies(session, _complaints_by_unit(), within(unit_ids, window, today=today))


def complaints_by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    today: date,
) -> dict[Served, Tally]:
    """Count as `complaints_by_unit` does, but by the officer who handled it, and its unit."""
    given = within(unit_ids, window, today=today, officers=list(officer_ids))
    return tallies_served(session, _complaints_by_officer(), given)


def dossier_is_judged(today: date) -> ColumnElement[bool]:
    """Give the condition that a dossier's timeliness can be judged at the end of `today`."""
    return dossier_times.is_judged(today)


def dossier_is_on_time() -> ColumnElement[bool]:
    """Give the condition that a judged dossier kept its appointment."""
    return dossier_times.is_on_time()


def dossier_could_be_online() -> ColumnElement[bool]:
    """Give the condition that a dossier could have been submitted online."""
    return dossier_days.could_be_online()


def complaint_is_judged(
    today: Day, kinds: Collection[Kind] = ANSWERED_KINDS, late: Subquery | None = None
) -> ColumnElement[bool]:
    """Give the condition that a complaint's timeliness can be judged at the end of `today`.

    A query over many complaints joins `first_late` once and says so; else each is looked up.
    """
    return and_(
        Complaint.due_on.is_not(None),
        Complaint.kind.in_(kinds),
        or_(Complaint.state != State.WITHDRAWN, _was_withdrawn_after(today)),
        or_(Complaint.answered_on <= today, Complaint.due_on < today, _was_late(late, today)),
    )


def complaint_is_on_time(late: Subquery | None = None) -> ColumnElement[bool]:
    """Give the condition that a judged complaint was answered by the end of its due day.

    Every time: one that was opened again keeps its first lateness.
    """
    in_time = and_(Complaint.answered_on.is_not(None), Complaint.answered_on <= Complaint.due_on)
    return and_(in_time, not_(_was_late(late)))


def first_late() -> Subquery:
    """Give the day on which each complaint that was ever ended late was so first."""
    query = select(ComplaintOutcome.complaint_id, func.min(ComplaintOutcome.ended_on).label("on"))
    return query.where(ENDED_LATE).group_by(ComplaintOutcome.complaint_id).subquery("late")


def _was_late(late: Subquery | None, by: Day | None = None) -> ColumnElement[bool]:
    """Give the condition that a complaint was once ended after its due day, by a date or ever."""
    if late is not None:
        return and_(late.c.on.is_not(None), true() if by is None else late.c.on <= by)
    ended = select(ComplaintOutcome.id).where(
        ComplaintOutcome.complaint_id == Complaint.id, ENDED_LATE
    )
    if by is not None:
        ended = ended.where(ComplaintOutcome.ended_on <= by)
    return ended.exists()


def _was_withdrawn_after(today: Day) -> ColumnElement[bool]:
    """Give the condition that a complaint ended by its sender's wish, but only after a day."""
    withdrawn = select(ComplaintOutcome.id).where(
        ComplaintOutcome.complaint_id == Complaint.id,
        ComplaintOutcome.action == Action.WITHDRAW,
        ComplaintOutcome.ended_on > today,
    )
    return withdrawn.exists()


@cache
def _complaints_by_unit() -> Select[Any]:
    return _complaint_counts(Complaint.unit_id)


@cache
def _complaints_by_officer() -> Select[Any]:
    query = _complaint_counts(Account.officer_id)
    query = query.join(Account, Complaint.handler_id == Account.id)
    query = query.add_columns(Complaint.unit_id).group_by(Complaint.unit_id)
    return query.where(Account.officer_id.in_(OFFICERS))


def _complaint_counts(key: InstrumentedAttribute[Any]) -> Select[Any]:
    late = first_late()
    return (
        select(key, _count(complaint_is_on_time(late)), func.count())
        .select_from(Complaint)
        .outerjoin(late, late.c.complaint_id == Complaint.id)
        .where(
            Complaint.unit_id.in_(UNITS),
            Complaint.received_on.between(FIRST, LAST),
            complaint_is_judged(TODAY, late=late),
        )
        .group_by(key)
    )


def tallied(counted: Mapping[Key, DayCounts]) -> dict[Key, DossierTally]:
    """Read counts of dossiers, by whatever key, as what became of them."""
    return {
        key: DossierTally(
            received=counts.received,
            one_stop=counts.one_stop,
            finished=counts.finished,
            could_be_online=counts.could_be_online,
            online=counts.online_of_these,
            judged=counts.judged,
            on_time=counts.on_time,
            without_due=counts.without_due,
            reappointed=counts.reappointed,
        )
        for key, counts in counted.items()
    }


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
