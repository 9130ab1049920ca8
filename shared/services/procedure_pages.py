"""What everybody reads of a procedure, and the printed sheets whose code leads there."""

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.errors import NotFound
from shared.domain.rating import clean_text
from shared.domain.search import searchable, wanted
from shared.models.organisation import Organisation, Procedure, Unit
from shared.models.register import PublicationSheet
from shared.services.registers import Setup
from shared.statistics.periods import in_force_on

LONGEST_QUERY = 200
TOKEN_BYTES = 16  # 128 bits: only who read the sheet knows it


@dataclass(frozen=True)
class ProcedurePage:
    """A procedure in force as a unit publishes it; the papers and the legal basis line by line."""

    unit: str
    unit_code: str
    sample: bool
    code: str
    name: str
    field: str
    time_limit: str
    fee: str
    papers: Sequence[str]
    legal_basis: Sequence[str]


@dataclass(frozen=True)
class Printed:
    """A sheet to be printed for a procedure: what stands on it, and where its code leads."""

    page: ProcedurePage
    token: str


def of_unit(session: Session, unit_code: str, now: datetime) -> list[ProcedurePage]:
    """List the procedures in force of a unit by field and code; NotFound for an unknown unit."""
    unit, organisation = _unit(session, unit_code, now)
    query = select(Procedure).where(
        Procedure.organisation_id == organisation.id,
        in_force_on(Procedure, _today(organisation, now)),
    )
    found = session.scalars(query.order_by(Procedure.field, Procedure.code))
    return [_page(unit, organisation, row) for row in found]


def matching(pages: Iterable[ProcedurePage], query: str) -> list[ProcedurePage]:
    """Give those in whose name, field or code every word of a query stands; accents do not count.

    A query without words finds all.
    """
    words = wanted(clean_text(query)[:LONGEST_QUERY])
    found = ((page, searchable(f"{page.name} {page.field} {page.code}")) for page in pages)
    return [page for page, text in found if all(word in text for word in words)]


def one(session: Session, unit_code: str, code: str, now: datetime) -> ProcedurePage:
    """Find a procedure in force of a unit; NotFound for any other."""
    unit, organisation = _unit(session, unit_code, now)
    _check_printable(code)
    row = session.scalar(
        select(Procedure).where(
            Procedure.organisation_id == organisation.id,
            Procedure.code == code,
            in_force_on(Procedure, _today(organisation, now)),
        )
    )
    if row is None:
        raise NotFound
    return _page(unit, organisation, row)


def to_print(
    session: Session, setup: Setup, unit_id: int, procedures: Collection[int], now: datetime
) -> list[Printed]:
    """Give the sheets of a unit for these procedures; a sheet is made when first asked for.

    Raises NotFound for a unit out of reach and where no procedure in force was named.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or unit.id not in setup.units or unit.organisation_id != setup.organisation.id:
        raise NotFound
    query = select(Procedure).where(
        Procedure.organisation_id == setup.organisation.id,
        Procedure.id.in_(procedures),
        in_force_on(Procedure, setup.today),
    )
    rows = session.scalars(query.order_by(Procedure.field, Procedure.code)).all()
    if not rows:
        raise NotFound
    known = sheets(session, unit_id)
    return [
        Printed(
            _page(unit, setup.organisation, row),
            (known.get(row.id) or _make(session, unit_id, row.id, now)).token,
        )
        for row in rows
    ]


def sheets(session: Session, unit_id: int) -> Mapping[int, PublicationSheet]:
    """Give a unit's sheets by the key of their procedure."""
    query = select(PublicationSheet).where(PublicationSheet.unit_id == unit_id)
    return {row.procedure_id: row for row in session.scalars(query)}


def read(session: Session, token: str, now: datetime) -> tuple[str, str]:
    """Note that a posted sheet's code was read today; give the codes of unit and procedure.

    The first and the last local day are kept, nothing of who read it. Raises NotFound for an
    unknown code and for a procedure or a unit that is over.
    """
    _check_printable(token)
    query = (
        select(PublicationSheet, Unit, Procedure, Organisation)
        .join(Unit, PublicationSheet.unit_id == Unit.id)
        .join(Procedure, PublicationSheet.procedure_id == Procedure.id)
        .join(Organisation, Unit.organisation_id == Organisation.id)
        .where(PublicationSheet.token == token)
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound
    sheet, unit, procedure, organisation = found
    one(session, unit.code, procedure.code, now)
    today = _today(organisation, now)
    if sheet.last_read_on != today:
        sheet.first_read_on = sheet.first_read_on or today
        sheet.last_read_on = today
        session.flush()
    return unit.code, procedure.code


def known_token(session: Session, units: Collection[int], token: str) -> None:
    """Raise NotFound unless the code is of a sheet of these units."""
    _check_printable(token)
    query = select(PublicationSheet.id).where(
        PublicationSheet.token == token, PublicationSheet.unit_id.in_(units)
    )
    if session.scalar(query) is None:
        raise NotFound


def _make(session: Session, unit_id: int, procedure_id: int, now: datetime) -> PublicationSheet:
    row = PublicationSheet(
        unit_id=unit_id,
        procedure_id=procedure_id,
        token=secrets.token_urlsafe(TOKEN_BYTES),
        printed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _check_printable(text: str) -> None:
    """Raise NotFound for what is nobody's code; PostgreSQL knows no text with a NUL."""
    if not text.isprintable():
        raise NotFound


def _unit(session: Session, code: str, now: datetime) -> tuple[Unit, Organisation]:
    _check_printable(code)
    found = session.execute(
        select(Unit, Organisation)
        .join(Organisation, Unit.organisation_id == Organisation.id)
        .where(Unit.code == code)
    ).one_or_none()
    if found is None:
        raise NotFound
    unit, organisation = found
    today = _today(organisation, now)
    if unit.valid_from > today or (unit.valid_to is not None and unit.valid_to < today):
        raise NotFound
    return unit, organisation


def _today(organisation: Organisation, now: datetime) -> date:
    return local_date(now, ZoneInfo(organisation.zone))


def _page(unit: Unit, organisation: Organisation, row: Procedure) -> ProcedurePage:
    return ProcedurePage(
        unit=unit.name,
        unit_code=unit.code,
        sample=organisation.sample,
        code=row.code,
        name=row.name,
        field=row.field,
        time_limit=row.time_limit,
        fee=row.fee,
        papers=(row.papers or "").splitlines(),
        legal_basis=(row.legal_basis or "").splitlines(),
    )
