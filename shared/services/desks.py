"""Desks where residents are received: adding, changing, closing with a date."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.models.channel import Kiosk
from shared.models.organisation import Desk, Shift, Unit
from shared.services import units
from shared.services.registers import (
    UNIT,
    VALID_FROM,
    VALID_TO,
    Choices,
    Column,
    Entry,
    Register,
    Setup,
    is_closed,
    iso,
    of_code,
    own_code,
    set_all,
    to_change,
)
from shared.services.shift_ends import end_shifts

COLUMNS = (
    Column("code", N_("Mã quầy"), "code", example="SH-Q1"),
    Column("name", N_("Tên quầy"), example="Quầy 1: Hộ tịch, chứng thực"),
    UNIT,
    VALID_FROM,
    VALID_TO,
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the desks of the organisation's units within reach."""
    return [
        Entry(
            desk.id,
            desk.name,
            {
                "code": desk.code,
                "name": desk.name,
                "unit": unit.code,
                "valid_from": iso(desk.valid_from),
                "valid_to": iso(desk.valid_to),
            },
            is_closed(desk.valid_to, setup),
        )
        for desk, unit in _listed(session, setup)
    ]


def choices(session: Session, setup: Setup) -> Choices:
    """Give the open desks within reach by code, for a list to choose from."""
    return {
        desk.code: f"{desk.name} – {unit.name}"
        for desk, unit in _listed(session, setup)
        if not is_closed(desk.valid_to, setup)
    }


def by_code(session: Session, setup: Setup, cells: Cells, field: str) -> Desk:
    """Read the code of a desk within reach; raises Invalid naming the field."""
    return of_code(session, _within(setup), Desk, cells, field)


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a desk; give its key. The shifts of a closed one end with it.

    Raises Invalid naming the column, also while a kiosk of a desk to be closed is paired,
    NotFound for one out of reach.
    """
    desk = to_change(session, _within(setup), Desk, key)
    with Faults() as faults:
        code = faults.read(own_code, session, Desk, cells, desk)
        name = faults.read(entry.text, cells, "name")
        unit = faults.read(units.by_code, session, setup, cells, "unit")
        period = faults.read(entry.period, cells)
    first, last = period
    values = {"code": code, "name": name, "unit_id": unit.id, "valid_from": first, "valid_to": last}
    if desk is None:
        desk = Desk(**values)
        session.add(desk)
    else:
        if last is not None and last != desk.valid_to:
            _check_free(session, desk.id)
            end_shifts(session, Shift.desk_id == desk.id, last)
        set_all(desk, values)
    session.flush()
    return desk.id


def _check_free(session: Session, desk_id: int) -> None:
    paired = session.scalar(
        select(func.count()).where(Kiosk.desk_id == desk_id, Kiosk.revoked_at.is_(None))
    )
    if paired:
        raise Invalid(
            "still_used",
            N_("Quầy còn %(count)s màn hình đang ghép. Xin thu hồi màn hình trước khi đóng."),
            field="valid_to",
            count=paired,
        )


def _within(setup: Setup) -> Select[Desk]:
    return (
        select(Desk)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))
    )


def _listed(session: Session, setup: Setup) -> list[tuple[Desk, Unit]]:
    query = _within(setup).add_columns(Unit).order_by(Unit.name, Desk.code)
    return [(desk, unit) for desk, unit in session.execute(query)]


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    return session.scalar(
        _within(setup).with_only_columns(Desk.id).where(Desk.code == entry.raw(cells, "code"))
    )


REGISTER = Register(
    key="desks",
    title=N_("Các quầy"),
    one=N_("quầy"),
    lead=N_("Nơi người dân được tiếp; mỗi màn hình đánh giá thuộc một quầy."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    references=lambda session, setup: {"unit": units.choices(session, setup)},
    fixed=frozenset({"code"}),
)
