"""The very records behind a measurement, those that missed the target first, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, select, true
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings
from shared.domain.complaint import Kind
from shared.domain.pages import page_within, pages_of
from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.dossier import Dossier
from shared.models.organisation import Procedure, ProcedurePublication
from shared.models.rating import Rating
from shared.statistics import case_tallies, left_aside, timeliness
from shared.statistics.catalogue import in_force
from shared.statistics.measures import Frame, Subject

PAGE_SIZE = 50


@dataclass(frozen=True)
class Line:
    """A record, and whether it counts as a hit."""

    record: Any
    hit: bool


@dataclass(frozen=True)
class Sheet:
    """One page of records; pages count from 1."""

    lines: Sequence[Line]
    page: int
    pages: int
    total: int


def dossiers(
    session: Session,
    frame: Frame,
    subject: Subject,
    measure: Measure,
    page: int,
    among: ColumnElement[bool] | None = None,
) -> Sheet:
    """List the dossiers a measure counted for a subject, among those of a filter."""
    counted, hit = dossier_conditions(measure, frame)
    query = (
        select(Dossier, _as_number(hit))
        .where(
            counted,
            true() if among is None else among,
            Dossier.unit_id.in_(subject.unit_ids),
            Dossier.received_on.between(subject.window.first, subject.window.last),
        )
        .order_by(_as_number(hit), Dossier.received_on.desc(), Dossier.id)
    )
    if subject.officer_id is not None:
        query = query.where(Dossier.officer_id == subject.officer_id)
    return _sheet(session, query, page)


def complaints(
    session: Session,
    frame: Frame,
    subject: Subject,
    reader_officer_id: int | None,
    page: int,
    measure: Measure = Measure.COMPLAINTS_ANSWERED_ON_TIME,
    among: ColumnElement[bool] | None = None,
) -> Sheet:
    """List the complaints counted for a subject, without those that name the reader."""
    naming = select(ComplaintOfficer.complaint_id).where(
        ComplaintOfficer.officer_id == reader_officer_id
    )
    counted, hit = case_conditions(measure, frame)
    first = date.min if measure is Measure.CASES_OUTSTANDING else subject.window.first
    query = (
        select(Complaint, _as_number(hit))
        .where(
            counted,
            true() if among is None else among,
            Complaint.unit_id.in_(subject.unit_ids),
            Complaint.received_on.between(first, subject.window.last),
            Complaint.id.not_in(naming),
        )
        .order_by(_as_number(hit), Complaint.received_on.desc(), Complaint.id)
    )
    if subject.officer_id is not None:
        query = query.join(Account, Complaint.handler_id == Account.id)
        query = query.where(Account.officer_id == subject.officer_id)
    return _sheet(session, query, page)


def ratings(
    session: Session,
    settings: Settings,
    subject: Subject,
    reader_officer_id: int | None,
    page: int,
    as_of: datetime,
    among: ColumnElement[bool] | None = None,
) -> Sheet:
    """List the single ratings counted for a subject: for named reviewers, and not their own."""
    hit = Rating.score >= settings.satisfied_from_score
    query = (
        select(Rating, _as_number(hit))
        .where(
            Rating.unit_id.in_(subject.unit_ids),
            Rating.rated_on.between(subject.window.first, subject.window.last),
            Rating.lane.in_(settings.lanes),
            left_aside.counted(as_of),
            true() if among is None else among,
        )
        # By day and key: the order must not give the time of day away.
        .order_by(Rating.rated_on.desc(), Rating.id)
    )
    if reader_officer_id is not None:
        query = query.where(Rating.officer_id.is_distinct_from(reader_officer_id))
    if subject.officer_id is not None:
        query = query.where(Rating.officer_id == subject.officer_id)
    return _sheet(session, query, page)


def procedures(session: Session, frame: Frame, subject: Subject, page: int) -> Sheet:
    """List the procedures in force and whether the subject posts them on paper and by QR."""
    posted = select(ProcedurePublication.procedure_id).where(
        ProcedurePublication.unit_id.in_(subject.unit_ids),
        ProcedurePublication.on_paper,
        ProcedurePublication.by_qr,
    )
    hit = Procedure.id.in_(posted)
    query = (
        select(Procedure, _as_number(hit))
        .where(in_force(frame.organisation_id, subject.window.last))
        .order_by(_as_number(hit), Procedure.code)
    )
    return _sheet(session, query, page)


def dossier_conditions(
    measure: Measure, frame: Frame
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give the conditions that a measure counts a dossier, and that it is a hit."""
    judged = timeliness.dossier_is_judged(frame.today)
    known: Mapping[Measure, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
        Measure.DOSSIERS_ONE_STOP: (true(), Dossier.one_stop.is_(True)),
        Measure.DOSSIERS_ONLINE: (timeliness.dossier_could_be_online(), Dossier.online.is_(True)),
        Measure.DOSSIERS_ON_TIME: (judged, timeliness.dossier_is_on_time()),
        Measure.SERVICE_EVALUATION: (judged, timeliness.dossier_is_on_time()),
        Measure.INDEX_PROGRESS: (judged, timeliness.dossier_is_on_time()),
        Measure.DOSSIERS_ONE_GO: (judged, Dossier.supplements == 0),
        Measure.PARTICIPATION: (Dossier.finished_on <= frame.today, true()),
    }
    return known.get(measure, (true(), true()))


def case_conditions(
    measure: Measure, frame: Frame
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give the conditions that a measure counts a case, and that it is a hit."""
    in_time = timeliness.complaint_is_on_time()
    said = and_(
        Complaint.kind.in_(timeliness.ANSWERED_KINDS),
        Complaint.answer_satisfied.is_not(None),
        case_tallies.was_said(frame),
    )
    was_open = case_tallies.was_open(frame.today, frame.today_ends)
    overdue = and_(was_open, Complaint.due_on < frame.today)
    known: Mapping[Measure, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
        Measure.EXPLANATIONS_ON_TIME: (
            timeliness.complaint_is_judged(frame.today, (Kind.EXPLANATION,)),
            in_time,
        ),
        Measure.ANSWERS_SATISFYING: (said, Complaint.answer_satisfied.is_(True)),
        Measure.CASES_OUTSTANDING: (overdue, false()),
    }
    return known.get(measure, (timeliness.complaint_is_judged(frame.today), in_time))


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _sheet(session: Session, query: Select[Any, int], page: int) -> Sheet:
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = pages_of(total, PAGE_SIZE)
    page = page_within(page, pages)
    rows = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Sheet([Line(record, bool(hit)) for record, hit in rows], page, pages, total)
