"""Complaints about officers' conduct that stand: found untrue or slander they count for nothing.

As of a local day: findings, withdrawals and transfers after its end do not count. A transfer takes
such a complaint to the unit that it is about; an appeal takes it nowhere, for the conduct was that
of the unit whose answer the resident did not accept.
"""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Subquery,
    bindparam,
    func,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from shared.domain.campaign import Window
from shared.domain.service_evaluation import Finding, stands
from shared.models.case_work import ConductFinding
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.statistics.case_turns import ANSWERED_KINDS
from shared.statistics.cases_then import (
    TODAY_ENDS,
    Instant,
    first_instance,
    never_passed_on,
    was_passed_on,
    was_wanted,
)
from shared.statistics.frames import Frame
from shared.statistics.given import FIRST, LAST, OFFICERS, UNITS, Served, within

CLEARING = tuple(finding for finding in Finding if not stands(finding))


def by_unit(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    frame: Frame,
    hidden_from: int | None = None,
) -> dict[int, int]:
    """Count the reports and petitions that name an officer and stood on the day asked, by unit.

    Those received within local days; withdrawn ones are left out, and those that name the officer
    `hidden_from`, who must not learn of them. One query for all units.
    """
    query = _by_unit(hides=hidden_from is not None)
    return _counts(session, query, within(unit_ids, window, **frame.day, hidden_from=hidden_from))


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    frame: Frame,
) -> dict[Served, int]:
    """Count as `by_unit` does, but by the officer who is named and the unit of the case."""
    given = within(unit_ids, window, **frame.day, officers=list(officer_ids))
    rows = session.execute(_by_officer(), given)
    return {(officer, unit): int(count) for officer, unit, count in rows}


def not_naming(officer_id: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """Give the condition that a case does not name an officer; every case without one."""
    if officer_id is None:
        return true()
    naming = select(ComplaintOfficer.complaint_id).where(ComplaintOfficer.officer_id == officer_id)
    return Complaint.id.not_in(naming)


def is_cleared(ends: Instant | None = None) -> ColumnElement[bool]:
    """Give the condition that the newest finding of a case, or that at an instant, cleared it."""
    later = aliased(ConductFinding)
    of_case = select(func.max(later.id)).where(later.complaint_id == Complaint.id)
    if ends is not None:
        of_case = of_case.where(later.found_at <= ends)
    # Said aloud: two queries further in, a case is not taken for the one asked about by itself.
    newest = of_case.correlate(Complaint).scalar_subquery()
    cleared = select(ConductFinding.id).where(
        ConductFinding.id == newest, ConductFinding.finding.in_(CLEARING)
    )
    return cleared.exists()


@cache
def _by_unit(*, hides: bool) -> Select[int, int]:
    named = _standing(not_naming(bindparam("hidden_from") if hides else None))
    cases = func.count(named.c.complaint_id.distinct())
    return select(named.c.unit_id, cases).group_by(named.c.unit_id)


@cache
def _by_officer() -> Select[int, int, int]:
    named = _standing(ComplaintOfficer.officer_id.in_(OFFICERS))
    keys = named.c.officer_id, named.c.unit_id
    return select(*keys, func.count()).group_by(*keys)


def _standing(among: ColumnElement[bool]) -> Subquery:
    """Give the officers that cases name which stood on the day asked, and the unit of each case."""
    had_it = first_instance()
    legs = (
        never_passed_on(_naming(Complaint.unit_id).where(Complaint.unit_id.in_(UNITS))),
        _naming(had_it).where(was_passed_on(), had_it.in_(UNITS)),
    )
    return union_all(*(leg.where(among) for leg in legs)).subquery("named")


def _naming(unit: Any) -> Select[Any]:
    return (
        select(ComplaintOfficer.complaint_id, ComplaintOfficer.officer_id, unit.label("unit_id"))
        .join(Complaint, ComplaintOfficer.complaint_id == Complaint.id)
        .where(
            Complaint.received_on.between(FIRST, LAST),
            Complaint.kind.in_(ANSWERED_KINDS),
            was_wanted(),
            ~is_cleared(TODAY_ENDS),
        )
    )


def _counts(session: Session, query: Select[int, int], given: Mapping[str, Any]) -> dict[int, int]:
    return {key: int(count) for key, count in session.execute(query, given)}
