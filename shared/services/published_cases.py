"""Answered cases as everybody sees them: listed, found, by a name of their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from shared.domain import public_case as rule
from shared.domain.errors import NotFound
from shared.domain.pages import page_within, pages_of
from shared.domain.rating import clean_text
from shared.domain.search import wanted
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Organisation, Unit
from shared.models.public_case import PublicationWish, PublishedCase

PAGE = 20
LONGEST_QUERY = 200


@dataclass(frozen=True)
class PublicCase:
    """A case as the public sees it; nothing else of it ever goes out."""

    reference: str
    kind: str
    unit: str
    unit_code: str
    field: str  # nothing when it would tell whose case it is
    desk: str  # likewise
    received_on: date
    answered_on: date
    due_on: date | None
    whole_months: bool  # the days are not to be told, only their months
    question: str
    answer: str
    sample: bool
    zone: str  # of the organisation


@dataclass(frozen=True)
class Span:
    """What other programs ask for; empty means all. Days are local, both ends included."""

    unit: str = ""  # its code
    references: Collection[str] = ()
    kinds: Collection[str] = ()
    first: date = date.min
    last: date = date.max


@dataclass(frozen=True)
class Filters:
    """What the public list is narrowed to; empty means all."""

    query: str = ""
    unit: str = ""  # its code
    field: str = ""


def reference_of(session: Session, complaint: Complaint) -> str:
    """Give the name under which everybody can see the case; nothing when they cannot."""
    found = _seen().with_only_columns(PublishedCase.reference)
    return session.scalar(found.where(PublishedCase.complaint_id == complaint.id)) or ""


def listed(session: Session, filters: Filters, page: int) -> tuple[list[PublicCase], int, int]:
    """List a page of what is public, the newest answers first; with the page shown and how many."""
    found = _filtered(filters)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    shown = page_within(page, pages_of(total, PAGE))
    # By day and reference: the order gives away neither the time of day nor the number.
    rows = found.order_by(PublishedCase.answered_on.desc(), PublishedCase.reference)
    rows = rows.offset((shown - 1) * PAGE).limit(PAGE)
    return [_public(row) for row in session.execute(rows)], shown, total


def within(session: Session, span: Span, most: int) -> list[PublicCase]:
    """List what is public of what was received within a span, the newest answers first.

    A case of which only the month is told counts as received on its first day, for asking for
    ever shorter spans would tell the day otherwise.
    """
    found = _seen().where(
        PublishedCase.received_on >= rule.month_of(span.first)[0],
        PublishedCase.received_on <= rule.month_of(span.last)[1],
    )
    if span.unit:
        found = found.where(Unit.code == clean_text(span.unit))
    if span.references:
        found = found.where(PublishedCase.reference.in_(span.references))
    if span.kinds:
        found = found.where(PublishedCase.kind.in_(span.kinds))
    found = found.order_by(PublishedCase.answered_on.desc(), PublishedCase.reference)
    cases = [_public(row) for row in session.execute(found.limit(most))]
    return [one for one in cases if span.first <= one.received_on <= span.last]


def one(session: Session, reference: str) -> PublicCase:
    """Find what is public under a reference; NotFound when nothing is, or not any more."""
    if not (reference.isascii() and reference.isalnum()):
        raise NotFound
    row = session.execute(_seen().where(PublishedCase.reference == reference)).first()
    if row is None:
        raise NotFound
    return _public(row)


def units(session: Session) -> list[tuple[str, str]]:
    """List code and name of the units that have something public, by name."""
    found = (
        _seen().with_only_columns(Unit.code, Unit.name).distinct().order_by(Unit.name, Unit.code)
    )
    return [(row.code, row.name) for row in session.execute(found)]


def fields(session: Session) -> list[str]:
    """List the fields that something public is told to be of."""
    found = _seen().with_only_columns(PublishedCase.field).where(PublishedCase.field != "")
    return list(session.scalars(found.distinct().order_by(PublishedCase.field)))


def _filtered(filters: Filters) -> Select[*tuple[object, ...]]:
    found = _seen()
    if filters.unit:
        found = found.where(Unit.code == clean_text(filters.unit))
    if filters.field:
        found = found.where(PublishedCase.field == clean_text(filters.field))
    for word in wanted(clean_text(filters.query)[:LONGEST_QUERY]):
        found = found.where(PublishedCase.search_text.contains(word, autoescape=True))
    return found


def _seen() -> Select[*tuple[object, ...]]:
    """Select what everybody may see now: one condition for the list, a page and every other way."""
    return (
        select(PublishedCase, Unit.name, Unit.code, Organisation.sample, Organisation.zone)
        .join(Complaint, Complaint.id == PublishedCase.complaint_id)
        .join(Unit, Unit.id == PublishedCase.unit_id)
        .join(Organisation, Organisation.id == Unit.organisation_id)
        .where(_may_be_seen())
    )


def _may_be_seen() -> ColumnElement[bool]:
    """Give the condition that still holds at every look, whatever happened to a case meanwhile.

    An answer given after a case was put out is not the one that was looked at.
    """
    naming, refusing = select(ComplaintOfficer.complaint_id), select(PublicationWish.complaint_id)
    return and_(
        Complaint.state.in_([str(state) for state in rule.ANSWERED]),
        Complaint.kind.not_in([str(kind) for kind in rule.NEVER]),
        Complaint.answered_at <= PublishedCase.published_at,
        Complaint.body != "",  # erased by the wish of its sender
        Complaint.id.not_in(naming),
        Complaint.id.not_in(refusing),
    )


def is_shown(session: Session, complaint_id: int) -> bool:
    found = _seen().with_only_columns(PublishedCase.complaint_id)
    return session.scalar(found.where(PublishedCase.complaint_id == complaint_id)) is not None


def as_seen(session: Session, row: PublishedCase) -> PublicCase:
    unit = session.get_one(Unit, row.unit_id)
    organisation = session.get_one(Organisation, unit.organisation_id)
    return _made(row, unit.name, unit.code, organisation.sample, organisation.zone)


def _public(row: object) -> PublicCase:
    return _made(*row)  # type: ignore[misc]  # the columns of _seen, in their order


def _made(row: PublishedCase, unit: str, code: str, sample: bool, zone: str) -> PublicCase:
    """Give a row as the public sees it; where the days tell too much, no day leaves this place."""
    received, answered = row.received_on, row.answered_on
    if row.whole_months:
        received, answered = received.replace(day=1), answered.replace(day=1)
    return PublicCase(
        reference=row.reference,
        kind=row.kind,
        unit=unit,
        unit_code=code,
        field=row.field,
        desk=row.desk,
        received_on=received,
        answered_on=answered,
        due_on=None if row.whole_months else row.due_on,
        whole_months=row.whole_months,
        question=row.question,
        answer=row.answer,
        sample=sample,
        zone=zone,
    )
