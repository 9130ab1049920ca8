"""Dossiers as a list: filters, pages, and how each stands to its appointment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, select
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.domain.pages import page_within, pages_of
from shared.models.dossier import Dossier
from shared.models.organisation import Officer, Procedure, Unit
from shared.statistics import dossier_times
from shared.statistics.timeliness import dossier_is_judged, dossier_is_on_time

PAGE = 25


class Standing(StrEnum):
    """How a dossier stands to its appointment."""

    JUDGED = "judged"  # on time or late: what the share of dossiers on time is of
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"  # not finished, its appointment not past
    UNDATED = "undated"  # without an appointment


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all. Days are local, of receipt, both included."""

    first: date | None = None
    last: date | None = None
    unit_id: int | None = None
    procedure_id: int | None = None
    standing: Standing | None = None
    online: bool | None = None
    query: str = ""


@dataclass(frozen=True)
class Line:
    """One dossier with the words that stand for its keys."""

    dossier: Dossier
    unit: str
    procedure: str
    officer: str
    standing: Standing


@dataclass(frozen=True)
class Listed:
    """A page of the list, and how many dossiers there are in all."""

    lines: Sequence[Line]
    page: int
    pages: int
    total: int


def dossiers(
    session: Session, units: Collection[int], filters: Filters, page: int, today: date
) -> Listed:
    """List a page of the dossiers of the given units, those received last first.

    `today` (local) decides what is late. A page beyond the last gives the last.
    """
    wanted = _conditions(units, filters, today)
    total = session.scalar(select(func.count()).select_from(Dossier).where(*wanted)) or 0
    pages = pages_of(total, PAGE)
    page = page_within(page, pages)
    order = (Dossier.received_on.desc(), Dossier.id.desc())
    keys = select(Dossier.id).where(*wanted).order_by(*order)
    shown = session.scalars(keys.offset((page - 1) * PAGE).limit(PAGE)).all()
    found = session.execute(_with_words(today).where(Dossier.id.in_(shown)).order_by(*order))
    return Listed([_line(row) for row in found], page, pages, total)


def dossier(session: Session, units: Collection[int], dossier_id: int, today: date) -> Line:
    """Find one dossier of the given units; NotFound otherwise."""
    query = _with_words(today).where(Dossier.id == dossier_id, Dossier.unit_id.in_(units))
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound
    return _line(row)


def last_day_of(session: Session, units: Collection[int], dossier_id: int) -> date | None:
    """Give the last local day on which a dossier is on time; None without an appointment."""
    query = select(dossier_times.last_day()).where(
        Dossier.id == dossier_id, Dossier.unit_id.in_(units)
    )
    return session.scalar(query)


def procedures_of(session: Session, units: Collection[int]) -> list[tuple[int, str, str]]:
    """List the procedures of the units' catalogues as key, code and name."""
    organisations = select(Unit.organisation_id).where(Unit.id.in_(units))
    found = session.execute(
        select(Procedure.id, Procedure.code, Procedure.name)
        .where(Procedure.organisation_id.in_(organisations))
        .order_by(Procedure.name, Procedure.code)
    )
    return [(key, code, name) for key, code, name in found]


def _conditions(units: Collection[int], filters: Filters, today: date) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Dossier.unit_id.in_(units)]
    if filters.unit_id is not None:
        wanted.append(Dossier.unit_id == filters.unit_id)
    if filters.first is not None:
        wanted.append(Dossier.received_on >= filters.first)
    if filters.last is not None:
        wanted.append(Dossier.received_on <= filters.last)
    if filters.procedure_id is not None:
        wanted.append(Dossier.procedure_id == filters.procedure_id)
    if filters.online is not None:
        wanted.append(Dossier.online.is_(filters.online))
    if filters.standing is not None:
        wanted.append(_standing(filters.standing, today))
    if words := filters.query.strip().lower():
        wanted.append(func.lower(Dossier.code).contains(words, autoescape=True))
    return wanted


def _standing(standing: Standing, today: date) -> ColumnElement[bool]:
    judged, on_time = dossier_is_judged(today), dossier_is_on_time()
    conditions = {
        Standing.JUDGED: judged,
        Standing.ON_TIME: and_(judged, on_time),
        Standing.LATE: and_(judged, not_(on_time)),
        Standing.OPEN: dossier_times.is_open(today),
        Standing.UNDATED: Dossier.due_on.is_(None),
    }
    return conditions[standing]


def _with_words(today: date) -> Select[Any]:
    one_of = (Standing.ON_TIME, Standing.LATE, Standing.OPEN, Standing.UNDATED)
    standing = case(*((_standing(one, today), str(one)) for one in one_of))
    return (
        select(Dossier, Unit.name, Procedure.name, Officer.name, standing)
        .join(Unit, Dossier.unit_id == Unit.id)
        .outerjoin(Procedure, Dossier.procedure_id == Procedure.id)
        .outerjoin(Officer, Dossier.officer_id == Officer.id)
    )


def _line(row: Any) -> Line:
    found, unit, procedure, officer, standing = row
    return Line(found, unit, procedure or "", officer or "", Standing(standing))
