"""Complaints about officers' conduct that stand: found untrue or slander they count for nothing."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased

from shared.domain.campaign import Window
from shared.domain.complaint import State
from shared.domain.service_evaluation import Finding, stands
from shared.models.case_work import ConductFinding
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.statistics.given import FIRST, LAST, OFFICERS, UNITS, Served, within
from shared.statistics.timeliness import ANSWERED_KINDS

CLEARING = tuple(finding for finding in Finding if not stands(finding))


def by_unit(
    session: Session, unit_ids: Collection[int], window: Window, hidden_from: int | None = None
) -> dict[int, int]:
    """Count the reports and petitions that name an officer and stand, by unit.

    Those received within local days; withdrawn ones are left out, and those that name the officer
    `hidden_from`, who must not learn of them. One query for all units.
    """
    query = _by_unit(hides=hidden_from is not None)
    return _counts(session, query, within(unit_ids, window, hidden_from=hidden_from))


def by_officer(
    session: Session, officer_ids: Collection[int], unit_ids: Collection[int], window: Window
) -> dict[Served, int]:
    """Count as `by_unit` does, but by the officer who is named and the unit of the case."""
    rows = session.execute(_by_officer(), within(unit_ids, window, officers=list(officer_ids)))
    return {(officer, unit): int(count) for officer, unit, count in rows}


def not_naming(officer_id: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """Give the condition that a case does not name an officer; every case without one."""
    if officer_id is None:
        return true()
    naming = select(ComplaintOfficer.complaint_id).where(ComplaintOfficer.officer_id == officer_id)
    return Complaint.id.not_in(naming)


def is_cleared() -> ColumnElement[bool]:
    """Give the condition that the newest finding of a case was untrue or slander."""
    later = aliased(ConductFinding)
    of_case = select(func.max(later.id)).where(later.complaint_id == Complaint.id)
    # Said aloud: two queries further in, a case is not taken for the one asked about by itself.
    newest = of_case.correlate(Complaint).scalar_subquery()
    cleared = select(ConductFinding.id).where(
        ConductFinding.id == newest, ConductFinding.finding.in_(CLEARING)
    )
    return cleared.exists()


@cache
def _by_unit(*, hides: bool) -> Select[int, int]:
    query = _standing().where(not_naming(bindparam("hidden_from") if hides else None))
    counted = query.with_only_columns(Complaint.unit_id, func.count(Complaint.id.distinct()))
    return counted.group_by(Complaint.unit_id)


@cache
def _by_officer() -> Select[int, int, int]:
    query = _standing().where(ComplaintOfficer.officer_id.in_(OFFICERS))
    keys = ComplaintOfficer.officer_id, Complaint.unit_id
    return query.with_only_columns(*keys, func.count()).group_by(*keys)


def _standing() -> Select[Any]:
    return (
        select(Complaint.id)
        .join(ComplaintOfficer, ComplaintOfficer.complaint_id == Complaint.id)
        .where(
            Complaint.unit_id.in_(UNITS),
            Complaint.received_on.between(FIRST, LAST),
            Complaint.kind.in_(ANSWERED_KINDS),
            Complaint.state != State.WITHDRAWN,
            ~is_cleared(),
        )
    )


def _counts(session: Session, query: Select[int, int], given: Mapping[str, Any]) -> dict[int, int]:
    return {key: int(count) for key, count in session.execute(query, given)}
