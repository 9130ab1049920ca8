"""Officers who serve residents: adding, changing, closing with a date."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_
from shared.domain.faults import Faults
from shared.models.organisation import Officer, Shift, Unit
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
    Column("code", N_("Mã cán bộ"), "code", example="SH-01"),
    Column("name", N_("Họ tên"), example="Nguyễn Văn Mẫu"),
    Column(
        "post",
        N_("Chức danh"),
        required=False,
        example="Công chức tư pháp – hộ tịch",
        hint=N_("Hiện trên màn hình ở quầy cùng họ tên."),
    ),
    UNIT,
    VALID_FROM,
    VALID_TO,
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the officers of the organisation's units within reach."""
    return [
        Entry(
            officer.id,
            officer.name,
            {
                "code": officer.code,
                "name": officer.name,
                "post": officer.post,
                "unit": unit.code,
                "valid_from": iso(officer.valid_from),
                "valid_to": iso(officer.valid_to),
            },
            is_closed(officer.valid_to, setup),
        )
        for officer, unit in _listed(session, setup)
    ]


def choices(session: Session, setup: Setup) -> Choices:
    """Give the officers in service within reach by code, for a list to choose from."""
    return {
        officer.code: f"{officer.name} – {unit.name}"
        for officer, unit in _listed(session, setup)
        if not is_closed(officer.valid_to, setup)
    }


def by_code(session: Session, setup: Setup, cells: Cells, field: str) -> Officer:
    """Read the code of an officer within reach; raises Invalid naming the field."""
    return of_code(session, _within(setup), Officer, cells, field)


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change an officer; give the key. The shifts of one who leaves end with the last day.

    Raises Invalid naming the column, NotFound for one out of reach.
    """
    officer = to_change(session, _within(setup), Officer, key)
    with Faults() as faults:
        values: dict[str, object] = {
            "code": faults.read(own_code, session, Officer, cells, officer),
            "name": faults.read(entry.text, cells, "name"),
            "post": faults.read(entry.text, cells, "post", required=False),
        }
        unit = faults.read(units.by_code, session, setup, cells, "unit")
        period = faults.read(entry.period, cells)
    first, last = period
    values |= {"unit_id": unit.id, "valid_from": first, "valid_to": last}
    if officer is None:
        officer = Officer(**values)
        session.add(officer)
    else:
        if last is not None and last != officer.valid_to:
            end_shifts(session, Shift.officer_id == officer.id, last)
        set_all(officer, values)
    session.flush()
    return officer.id


def _within(setup: Setup) -> Select[Officer]:
    return (
        select(Officer)
        .join(Unit, Officer.unit_id == Unit.id)
        .where(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))
    )


def _listed(session: Session, setup: Setup) -> list[tuple[Officer, Unit]]:
    query = _within(setup).add_columns(Unit).order_by(Unit.name, Officer.code)
    return [(officer, unit) for officer, unit in session.execute(query)]


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    return session.scalar(
        _within(setup).with_only_columns(Officer.id).where(Officer.code == entry.raw(cells, "code"))
    )


REGISTER = Register(
    key="officers",
    title=N_("Các cán bộ"),
    one=N_("cán bộ"),
    lead=N_("Ai phục vụ người dân; họ tên và chức danh hiện trên màn hình ở quầy."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    references=lambda session, setup: {"unit": units.choices(session, setup)},
    fixed=frozenset({"code"}),
)
