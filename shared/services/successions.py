"""Which unit went on as which: mergers, splits, changes of level, with their day and document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.unit_history import SuccessionKind, check_succession
from shared.models.organisation import Unit
from shared.models.unit_history import UnitSuccession
from shared.services import unit_history
from shared.services.registers import (
    Column,
    Entry,
    Register,
    Setup,
    iso,
    of_code,
    read_choice,
    set_all,
)

KIND_WORDS = {
    SuccessionKind.MERGER.value: N_("Sáp nhập, hợp nhất"),
    SuccessionKind.SPLIT.value: N_("Chia, tách"),
    SuccessionKind.LEVEL.value: N_("Đổi cấp"),
    SuccessionKind.HANDOVER.value: N_("Kết thúc, chuyển giao nhiệm vụ"),
}
KIND = Column("kind", N_("Cách kế tục"), "choice", example="merger", choices=KIND_WORDS)
COLUMNS = (
    Column(
        "predecessor",
        N_("Đơn vị trước (mã)"),
        "reference",
        example="X-SENDONG",
        named=N_("Đơn vị trước"),
    ),
    Column(
        "successor",
        N_("Đơn vị kế tục (mã)"),
        "reference",
        example="P-SENHONG",
        named=N_("Đơn vị kế tục"),
    ),
    KIND,
    Column("on", N_("Kế tục từ ngày"), "date", example="01/07/2025"),
    Column("document", N_("Văn bản"), required=False, example="Nghị quyết 1685/NQ-UBTVQH15"),
)


@dataclass(frozen=True)
class Link:
    """A unit before or after another, since when, how and by which document."""

    unit_id: int
    code: str
    name: str
    kind: SuccessionKind
    on: date
    document: str


@dataclass(frozen=True)
class Former:
    """What a unit was called, and below whom, up to a local day."""

    until: date
    name: str
    above: str


@dataclass(frozen=True)
class Story:
    """A unit through time: before it, after it, and what it was called itself."""

    predecessors: Sequence[Link]
    successors: Sequence[Link]
    formers: Sequence[Former]


@dataclass(frozen=True)
class Closing:
    """Who goes on as of the day after a unit's last, as it was asked when it was closed."""

    successor: Unit
    kind: str
    on: date
    document: str


def story(session: Session, unit_id: int) -> Story:
    """Tell a unit's story, in the order of the days."""
    pasts = unit_history.pasts_of(session, [unit_id]).get(unit_id, [])
    above = {past.was.parent_id for past in pasts} - {None}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(above)))
    names: dict[int, str] = dict(iter(rows))
    return Story(
        _links(session, unit_id, before=True),
        _links(session, unit_id, before=False),
        [
            Former(past.until, past.was.name, names.get(past.was.parent_id or 0, ""))
            for past in pasts
        ],
    )


def predecessors(session: Session, unit_id: int) -> list[Link]:
    """Give the units right before one, in the order of the days."""
    return _links(session, unit_id, before=True)


def closing_of(
    session: Session, setup: Setup, cells: Cells, unit: Unit | None, last: date | None
) -> Closing | None:
    """Read who goes on as a unit that is being closed; None where nobody was named.

    Raises Invalid naming the field of the form.
    """
    if unit is None or last is None or not entry.raw(cells, "successor"):
        return None
    on = last + timedelta(days=1)
    asked = {"kind": SuccessionKind.HANDOVER.value} if not entry.raw(cells, "kind") else cells
    with Faults() as faults:
        successor = faults.read(of_code, session, _within(setup), Unit, cells, "successor")
        kind = faults.read(read_choice, asked, KIND)
        document = faults.read(entry.text, cells, "document", 300, required=False)
    _check(session, unit, successor, on, last)
    return Closing(successor, kind, on, document)


def add(session: Session, predecessor: Unit, closing: Closing) -> None:
    """Note who goes on as a unit; once noted it is only put right."""
    row = _row(session, predecessor.id, closing.successor.id)
    if row is None:
        row = UnitSuccession(predecessor_id=predecessor.id, successor_id=closing.successor.id)
        session.add(row)
    set_all(row, {"kind": closing.kind, "on": closing.on, "document": closing.document})
    session.flush()


def entries(session: Session, setup: Setup) -> list[Entry]:
    """List the successions of units within reach, the latest first."""
    reach = setup.units
    query = (
        select(UnitSuccession)
        .join(Unit, UnitSuccession.successor_id == Unit.id)
        .where(
            Unit.organisation_id == setup.organisation.id,
            or_(UnitSuccession.predecessor_id.in_(reach), UnitSuccession.successor_id.in_(reach)),
        )
        .order_by(UnitSuccession.on.desc(), UnitSuccession.id)
    )
    rows = list(session.scalars(query))
    keys = {key for row in rows for key in (row.predecessor_id, row.successor_id)}
    units = {one.id: one for one in session.scalars(select(Unit).where(Unit.id.in_(keys)))}
    return [_entry(row, units[row.predecessor_id], units[row.successor_id]) for row in rows]


def save(session: Session, setup: Setup, cells: Cells, key: int | None) -> int:
    """Add or change a succession; give its key.

    Raises Invalid naming the column, NotFound for one out of reach. Predecessors and successors
    are both within the reach of who says so.
    """
    row = None if key is None else session.get(UnitSuccession, key)
    if key is not None and (row is None or row.id not in {e.key for e in entries(session, setup)}):
        raise NotFound
    with Faults() as faults:
        before = faults.read(of_code, session, _within(setup), Unit, cells, "predecessor")
        after = faults.read(of_code, session, _within(setup), Unit, cells, "successor")
        kind = faults.read(read_choice, cells, KIND)
        on = faults.read(entry.day, cells, "on")
        document = faults.read(entry.text, cells, "document", 300, required=False)
    _check(session, before, after, on, before.valid_to)
    known = _row(session, before.id, after.id)
    if known is not None and known.id != key:
        raise Invalid("row_twice", N_("Hai đơn vị này đã được ghi kế tục nhau."), field="successor")
    values = {
        "predecessor_id": before.id,
        "successor_id": after.id,
        "kind": kind,
        "on": on,
        "document": document,
    }
    if row is None:
        row = UnitSuccession(**values)
        session.add(row)
    else:
        set_all(row, values)
    session.flush()
    return row.id


def _check(session: Session, before: Unit, after: Unit, on: date, ended_on: date | None) -> None:
    if before.id == after.id or before.id in _after(session, after.id):
        raise Invalid("circle", N_("Đơn vị không thể kế tục chính mình."), field="successor")
    check_succession(ended_on, after.valid_from, on)


def _after(session: Session, unit_id: int) -> set[int]:
    """Give all units that came after one, however far."""
    lines = session.execute(select(UnitSuccession.predecessor_id, UnitSuccession.successor_id))
    pairs = [(before, after) for before, after in lines]
    found: set[int] = set()
    waiting = {unit_id}
    while waiting:
        waiting = {after for before, after in pairs if before in waiting} - found
        found |= waiting
    return found


def _links(session: Session, unit_id: int, *, before: bool) -> list[Link]:
    table = UnitSuccession
    own, other = (table.successor_id, table.predecessor_id)
    if not before:
        own, other = other, own
    query = (
        select(table, Unit)
        .join(Unit, other == Unit.id)
        .where(own == unit_id)
        .order_by(table.on, Unit.name, Unit.id)
    )
    return [
        Link(unit.id, unit.code, unit.name, SuccessionKind(row.kind), row.on, row.document)
        for row, unit in session.execute(query)
    ]


def _row(session: Session, before: int, after: int) -> UnitSuccession | None:
    return session.scalar(
        select(UnitSuccession).where(
            UnitSuccession.predecessor_id == before, UnitSuccession.successor_id == after
        )
    )


def _within(setup: Setup) -> Select[Unit]:
    return select(Unit).where(
        Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units)
    )


def _entry(row: UnitSuccession, before: Unit, after: Unit) -> Entry:
    cells = {
        "predecessor": before.code,
        "successor": after.code,
        "kind": row.kind,
        "on": iso(row.on),
        "document": row.document,
    }
    return Entry(row.id, f"{before.name} → {after.name}", cells)


def _key_of(session: Session, setup: Setup, cells: Cells) -> int | None:
    codes = (entry.raw(cells, "predecessor"), entry.raw(cells, "successor"))
    for one in entries(session, setup):
        if (one.cells["predecessor"], one.cells["successor"]) == codes:
            return one.key
    return None


def _references(session: Session, setup: Setup) -> dict[str, dict[str, str]]:
    rows = session.scalars(_within(setup).order_by(Unit.name, Unit.code))
    names = {unit.code: unit.name for unit in rows}
    return {"predecessor": names, "successor": names}


REGISTER = Register(
    key="successions",
    title=N_("Đơn vị kế tục"),
    one=N_("lần kế tục"),
    lead=N_("Đơn vị nào sáp nhập, chia tách, đổi cấp thành đơn vị nào, từ ngày nào."),
    columns=COLUMNS,
    entries=entries,
    key_of=_key_of,
    save=save,
    references=_references,
)
