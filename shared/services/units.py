"""Units of an organisation: adding, changing, closing with a date."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.unit_history import check_level
from shared.models.organisation import Desk, Officer, Unit
from shared.services import successions, unit_history, unit_levels
from shared.services.registers import (
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
from shared.services.unit_tree import line_up

LEVEL = Column("level", N_("Cấp"), "reference", example="commune")
CHANGED_FROM = Column(
    "changed_from",
    N_("Đổi từ ngày"),
    "date",
    required=False,
    hint=N_(
        "Khi đổi tên, cấp hoặc đơn vị trên: từ ngày nào, để kỳ cũ giữ nguyên như đã có. Để trống"
        " nếu chỉ sửa lỗi."
    ),
    listed=False,
)
COLUMNS = (
    Column("code", N_("Mã đơn vị"), "code", example="P-SENHONG"),
    Column("name", N_("Tên đơn vị"), example="Phường Sen Hồng"),
    LEVEL,
    Column(
        "parent",
        N_("Trực thuộc (mã đơn vị trên)"),
        "reference",
        required=False,
        hint=N_("Để trống với đơn vị cao nhất của cơ quan."),
        named=N_("Trực thuộc"),
    ),
    Column(
        "administrative_code",
        N_("Mã hành chính"),
        required=False,
        example="31471",
        hint=N_("Mã của Cục Thống kê, nếu có."),
        listed=False,
    ),
    VALID_FROM,
    VALID_TO,
    CHANGED_FROM,
)


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the organisation's units within reach."""
    units = {unit.id: unit for unit in _units(session, setup)}
    return [_entry(unit, units, setup) for unit in units.values()]


def choices(session: Session, setup: Setup) -> Choices:
    """Give the open units within reach by code, for a list to choose from."""
    return {
        unit.code: unit.name
        for unit in _units(session, setup)
        if not is_closed(unit.valid_to, setup)
    }


def ids(session: Session, setup: Setup) -> Mapping[int, str]:
    """Give the open units within reach by key, in order of their names."""
    found = _units(session, setup)
    return {unit.id: unit.name for unit in found if not is_closed(unit.valid_to, setup)}


def by_code(session: Session, setup: Setup, cells: Cells, field: str) -> Unit:
    """Read the code of a unit within reach; raises Invalid naming the field."""
    return of_code(session, _within(setup), Unit, cells, field)


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a unit; give its key.

    Raises Invalid naming the column, also where something still depends on a unit to be closed,
    NotFound for one out of reach. Only who reaches everything adds a unit without one above it.
    """
    unit = to_change(session, _within(setup), Unit, key)
    levels = unit_levels.known(session, setup.organisation.id)
    with Faults() as faults:
        values: dict[str, object] = {
            "code": faults.read(own_code, session, Unit, cells, unit),
            "name": faults.read(entry.text, cells, "name"),
        }
        level = faults.read(unit_levels.read, levels, cells)
        values["parent_id"] = faults.read(_parent, session, setup, cells, unit)
        own = faults.read(entry.text, cells, "administrative_code", 10, required=False)
        period = faults.read(entry.period, cells)
        since = faults.read(entry.optional_day, cells, "changed_from")
    first, last = period
    values |= {"level": level.code, "administrative_code": own or None}
    values |= {"valid_from": first, "valid_to": last}
    changed = unit is not None and unit_history.differs(unit, values)
    check_level(level, since if changed and since else first, last)
    closing = successions.closing_of(session, setup, cells, unit, last)
    if unit is None:
        unit = Unit(organisation_id=setup.organisation.id, **values)
        session.add(unit)
    else:
        if last is not None and last != unit.valid_to:
            _check_free(session, unit.id, last)
        if changed and since is not None:
            unit_history.keep(session, unit, since)
        set_all(unit, values)
        if closing is not None:
            successions.add(session, unit, closing)
    session.flush()
    setup.added.add(unit.id)
    return unit.id


_STILL_OPEN: tuple[tuple[type[Unit | Desk | Officer], InstrumentedAttribute[Any], str], ...] = (
    (
        Unit,
        Unit.parent_id,
        N_("Còn %(count)s đơn vị trực thuộc hoạt động sau ngày này. Xin đóng trước."),
    ),
    (Desk, Desk.unit_id, N_("Còn %(count)s quầy hoạt động sau ngày này. Xin đóng trước.")),
    (Officer, Officer.unit_id, N_("Còn %(count)s cán bộ làm việc sau ngày này. Xin đóng trước.")),
)


def _check_free(session: Session, unit_id: int, last: date) -> None:
    """Refuse to close a unit while units, desks or officers of it go on."""
    for table, owner, message in _STILL_OPEN:
        going_on = or_(table.valid_to.is_(None), table.valid_to > last)
        count = session.scalar(
            select(func.count()).select_from(table).where(owner == unit_id, going_on)
        )
        if count:
            raise Invalid("still_used", message, field="valid_to", count=count)


def _within(setup: Setup) -> Select[Unit]:
    return select(Unit).where(
        Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units)
    )


def _units(session: Session, setup: Setup) -> list[Unit]:
    return list(session.scalars(_within(setup).order_by(Unit.name, Unit.code)))


def _entry(unit: Unit, units: Mapping[int, Unit], setup: Setup) -> Entry:
    above = units.get(unit.parent_id or 0)
    cells = {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "parent": "" if above is None else above.code,
        "administrative_code": unit.administrative_code or "",
        "valid_from": iso(unit.valid_from),
        "valid_to": iso(unit.valid_to),
        "changed_from": "",
    }
    return Entry(unit.id, unit.name, cells, is_closed(unit.valid_to, setup))


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    return session.scalar(
        _within(setup).with_only_columns(Unit.id).where(Unit.code == entry.raw(cells, "code"))
    )


def _parent(session: Session, setup: Setup, cells: Cells, unit: Unit | None) -> int | None:
    """Read the unit above. Whose unit above lies out of reach keeps it by leaving it empty."""
    if entry.raw(cells, "parent"):
        parent = by_code(session, setup, cells, "parent")
        if unit is not None and unit.id in line_up(session, parent.id):
            raise Invalid("circle", N_("Đơn vị không thể trực thuộc chính mình."), field="parent")
        return parent.id
    if unit is not None and unit.parent_id not in setup.units:
        return unit.parent_id
    if not setup.everywhere:
        raise Invalid(
            "parent_missing", N_("Xin chọn đơn vị trên trong phạm vi của Ông/Bà."), field="parent"
        )
    return None


REGISTER = Register(
    key="units",
    title=N_("Các đơn vị"),
    one=N_("đơn vị"),
    lead=N_("Cơ quan gồm những đơn vị nào, đơn vị nào trực thuộc đơn vị nào."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    references=lambda session, setup: {
        "level": unit_levels.words(session, setup),
        "parent": choices(session, setup),
    },
    fixed=frozenset({"code"}),
)
