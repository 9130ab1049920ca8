"""The very records behind a measurement, those that missed the target first, page by page."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, false, func, select, true
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings, Window
from shared.domain.complaint import Kind
from shared.domain.pages import page_within, pages_of
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.models.dossier import Dossier
from shared.models.organisation import Procedure, ProcedurePublication
from shared.models.rating import Rating
from shared.statistics import case_turns, left_aside, timeliness
from shared.statistics.catalogue import in_force
from shared.statistics.conduct import not_naming
from shared.statistics.measures import Frame, Subject

PAGE_SIZE = 50


@dataclass(frozen=True)
class CaseTurn:
    """A turn of a case as it was counted; `answered_on` is nothing where it was still open."""

    number: str
    received_on: date
    due_on: date | None
    answered_on: date | None


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
    """List the complaints counted for a subject, without those that name the reader.

    A case stands there once for each of its turns that counts (see `case_turns`).
    """
    kept = [not_naming(reader_officer_id), true() if among is None else among]
    turn = turns_of(measure, frame, subject.window, subject.unit_ids, and_(*kept))
    counted, hit = case_conditions(measure, frame, turn)
    query = (
        select(
            Complaint.number,
            Complaint.received_on,
            turn.c.due_on,
            turn.c.ended_on,
            _as_number(hit),
        )
        .join(turn, turn.c.complaint_id == Complaint.id)
        .where(counted)
        .order_by(_as_number(hit), Complaint.received_on.desc(), Complaint.id, turn.c.due_on)
    )
    if subject.officer_id is not None:
        query = query.join(Account, turn.c.handler_id == Account.id)
        query = query.where(Account.officer_id == subject.officer_id)
    return _sheet(session, query, page, CaseTurn)


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


def turns_of(
    measure: Measure,
    frame: Frame,
    window: Window,
    units: Collection[int],
    among: ColumnElement[bool],
) -> Subquery:
    """Give the turns of cases that a measure looks at, of those among a filter's."""
    every_kind = measure is Measure.CASES_OUTSTANDING
    received = Complaint.received_on.between(date.min if every_kind else window.first, window.last)
    said_by = frame.as_of if frame.over else None
    return case_turns.turns(
        and_(received, among),
        units,
        frame.today,
        frame.today_ends,
        said_by,
        every_kind=every_kind,
    )


def case_conditions(
    measure: Measure, frame: Frame, turn: Subquery
) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Give the conditions that a measure counts a turn of a case, and that it is a hit."""
    in_time = case_turns.is_on_time(turn)
    said = and_(turn.c.kind.in_(case_turns.ANSWERED_KINDS), turn.c.satisfied.is_not(None))
    explained = case_turns.is_judged(turn, frame.today, (Kind.EXPLANATION,))
    known: Mapping[Measure, tuple[ColumnElement[bool], ColumnElement[bool]]] = {
        Measure.EXPLANATIONS_ON_TIME: (explained, in_time),
        Measure.ANSWERS_SATISFYING: (said, turn.c.satisfied == 1),
        Measure.CASES_OUTSTANDING: (case_turns.is_overdue(turn, frame.today), false()),
    }
    return known.get(measure, (case_turns.is_judged(turn, frame.today), in_time))


def _as_number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _sheet(
    session: Session,
    query: Select[*tuple[Any, ...]],
    page: int,
    made: Callable[..., Any] = lambda record: record,
) -> Sheet:
    """Read a page of records, each made of the columns before the last, which says the hit."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = pages_of(total, PAGE_SIZE)
    page = page_within(page, pages)
    rows = session.execute(query.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Sheet([Line(made(*record), bool(hit)) for *record, hit in rows], page, pages, total)
