"""What each unit has posted of the procedures, on paper and by QR code."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, NotFound
from shared.domain.faults import Faults
from shared.models.organisation import Procedure, ProcedurePublication, Unit
from shared.services import procedure_pages, procedures, units
from shared.services.registers import (
    PROCEDURE,
    UNIT,
    Column,
    Entry,
    Register,
    Setup,
    iso,
    set_all,
)


@dataclass(frozen=True)
class Posted:
    """A procedure that is not over with what a unit has posted of it and when that was checked."""

    procedure: Procedure
    on_paper: bool
    by_qr: bool
    checked_on: date | None
    read_on: date | None  # the last day the code of its printed sheet was read


def posted(session: Session, setup: Setup, unit_id: int) -> list[Posted]:
    """List the procedures not over with what a unit within reach has posted; else NotFound."""
    _check_unit(setup, session.get(Unit, unit_id))
    known = {row.procedure_id: row for row in _publications(session, unit_id)}
    printed = procedure_pages.sheets(session, unit_id)
    query = procedures.open_ones(setup)
    found = []
    for procedure in session.scalars(query.order_by(Procedure.field, Procedure.code)):
        row, sheet = known.get(procedure.id), printed.get(procedure.id)
        found.append(
            Posted(
                procedure,
                row is not None and row.on_paper,
                row is not None and row.by_qr,
                None if row is None else row.checked_on,
                None if sheet is None else sheet.last_read_on,
            )
        )
    return found


def post(
    session: Session,
    setup: Setup,
    unit_id: int,
    on_paper: frozenset[int],
    by_qr: frozenset[int],
) -> None:
    """Note what a unit has posted today, by keys of the procedures; those not named are not posted.

    Raises NotFound for a unit out of reach.
    """
    for line in posted(session, setup, unit_id):
        key = line.procedure.id
        was, now_posted = (line.on_paper, line.by_qr), (key in on_paper, key in by_qr)
        if was != now_posted:
            _note(session, unit_id, key, *now_posted, setup.today)
    session.flush()


COLUMNS = (
    UNIT,
    PROCEDURE,
    Column("on_paper", N_("Niêm yết bản giấy"), "yes_no", required=False, example="có"),
    Column("by_qr", N_("Có mã QR"), "yes_no", required=False, example="có"),
    Column("checked_on", N_("Kiểm tra ngày"), "date", example="01/07/2026"),
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List what the units within reach have posted."""
    query = (
        select(ProcedurePublication, Unit, Procedure)
        .join(Unit, ProcedurePublication.unit_id == Unit.id)
        .join(Procedure, ProcedurePublication.procedure_id == Procedure.id)
        .where(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))
        .order_by(Unit.name, Procedure.code)
    )
    return [
        Entry(
            row.id,
            f"{unit.name}, {procedure.name}",
            {
                "unit": unit.code,
                "procedure": procedure.code,
                "on_paper": entry.yes_in_words(row.on_paper),
                "by_qr": entry.yes_in_words(row.by_qr),
                "checked_on": iso(row.checked_on),
            },
        )
        for row, unit, procedure in session.execute(query)
    ]


def save(
    session: Session,
    setup: Setup,
    cells: Cells,
    key: int | None,  # noqa: ARG001  unit and procedure say which one
) -> int:
    """Note what a unit has posted of a procedure; give its key. Raises Invalid with the column."""
    with Faults() as faults:
        unit = faults.read(units.by_code, session, setup, cells, "unit")
        procedure_id = faults.read(procedures.by_code, session, setup, cells, "procedure")
        on_paper = faults.read(entry.yes, cells, "on_paper")
        by_qr = faults.read(entry.yes, cells, "by_qr")
        checked_on = faults.read(entry.day, cells, "checked_on")
    row = _note(session, unit.id, procedure_id, on_paper, by_qr, checked_on)
    session.flush()
    return row.id


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    return session.scalar(
        select(ProcedurePublication.id)
        .join(Unit, ProcedurePublication.unit_id == Unit.id)
        .join(Procedure, ProcedurePublication.procedure_id == Procedure.id)
        .where(
            Unit.organisation_id == setup.organisation.id,
            Unit.id.in_(setup.units),
            Unit.code == entry.raw(cells, "unit"),
            Procedure.code == entry.raw(cells, "procedure"),
        )
    )


REGISTER = Register(
    key="publications",
    title=N_("Niêm yết thủ tục"),
    one=N_("dòng niêm yết"),
    lead=N_("Đơn vị nào đã niêm yết thủ tục nào, trên giấy và bằng mã QR."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
)


def _publications(session: Session, unit_id: int) -> list[ProcedurePublication]:
    query = select(ProcedurePublication).where(ProcedurePublication.unit_id == unit_id)
    return list(session.scalars(query))


def _note(
    session: Session,
    unit_id: int,
    procedure_id: int,
    on_paper: bool,
    by_qr: bool,
    checked_on: date,
) -> ProcedurePublication:
    row = session.scalar(
        select(ProcedurePublication).where(
            ProcedurePublication.unit_id == unit_id,
            ProcedurePublication.procedure_id == procedure_id,
        )
    )
    values = {"on_paper": on_paper, "by_qr": by_qr, "checked_on": checked_on}
    if row is None:
        row = ProcedurePublication(unit_id=unit_id, procedure_id=procedure_id, **values)
        session.add(row)
    else:
        set_all(row, values)
    return row


def _check_unit(setup: Setup, unit: Unit | None) -> None:
    if unit is None or unit.id not in setup.units or unit.organisation_id != setup.organisation.id:
        raise NotFound
