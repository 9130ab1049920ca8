"""Keeping units' registers: training, committees, inspections and the others, kind by kind."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from shared.domain import entry, register
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.register import Filled, RegisterKind
from shared.models.organisation import Officer, Procedure, Unit
from shared.models.register import RegisterEntry, RegisterPerson
from shared.services import procedures, units
from shared.services.registers import (
    UNIT,
    Choices,
    Column,
    Entry,
    Register,
    Setup,
    iso,
    read_choice,
    set_all,
)

MOST_MARKS = Decimal(100)
MOST_PEOPLE = 20
_DATES = ("due_on", "done_on", "remedy_due_on", "remedied_on")
_COUNTS = ("planned", "done")
_LONG = ("findings", "remedy")
_Read = Callable[[Cells, Column], Any]


def _optional(read: Callable[[Cells, str], Any]) -> _Read:
    """Read a cell that may be left out where the column says so."""

    def reading(cells: Cells, column: Column) -> Any:
        if not column.required and not entry.raw(cells, column.name):
            return None
        return read(cells, column.name)

    return reading


_STORED = {"unit": "unit_id", "procedure": "procedure_id"}  # columns whose codes are kept as keys
# How the columns of any kind are read; a kind has those of its register.
_READ: Mapping[str, _Read] = {
    "code": lambda cells, column: entry.code(cells, column.name),
    "title": lambda cells, column: entry.text(cells, column.name, 300),
    **dict.fromkeys(_DATES, _optional(entry.day)),
    **dict.fromkeys(_COUNTS, _optional(entry.count)),
    **{
        name: lambda cells, column: entry.words(cells, column.name, required=column.required)
        for name in _LONG
    },
    "mark": _optional(lambda cells, name: entry.number(cells, name, MOST_MARKS)),
    "document": lambda cells, column: entry.text(cells, "document", 300, required=column.required),
    "choice": read_choice,
}


def entries(
    kind: RegisterKind, columns: Sequence[Column], session: Session, setup: Setup
) -> list[Entry]:
    """List the entries of a kind of the units within reach, the newest first."""
    query = (
        _within(kind, setup)
        .with_only_columns(RegisterEntry, Unit.code, Procedure.code)
        .outerjoin(Procedure, RegisterEntry.procedure_id == Procedure.id)
        .order_by(RegisterEntry.due_on.desc(), Unit.name, RegisterEntry.code)
    )
    found = session.execute(query).all()
    people = _people(session, [row.id for row, _unit, _procedure in found])
    return [
        _entry(row, columns, unit, procedure, people.get(row.id, ()))
        for row, unit, procedure in found
    ]


def counts(session: Session, setup: Setup) -> dict[str, int]:
    """Count the entries of the units within reach by kind; a kind without any is left out."""
    query = select(RegisterEntry.kind, func.count()).where(_reached(setup))
    query = query.join(Unit, RegisterEntry.unit_id == Unit.id).group_by(RegisterEntry.kind)
    return dict(session.execute(query).all())


def save(
    kind: RegisterKind,
    columns: Sequence[Column],
    session: Session,
    setup: Setup,
    cells: Cells,
    key: int | None,
) -> int:
    """Add or change an entry of a kind; give its key.

    Raises Invalid naming the column, RuleBroken for a number used already, NotFound for an entry
    out of reach.
    """
    with Faults() as faults:
        values = {
            _STORED.get(column.name, column.name): faults.read(_read, session, setup, cells, column)
            for column in columns
        }
    people = values.pop("people", [])
    known = {name: value for name, value in values.items() if name in Filled.__annotations__}
    register.check(kind, Filled(**known, people=[name for _officer, name in people]), setup.today)
    values.setdefault("title", values.get("document") or values["code"])
    taken = key_of(kind, session, setup, cells)
    if taken is not None and taken != key:
        raise RuleBroken("entry_twice", N_("Số hiệu này đã có trong sổ của đơn vị."))
    row = _kept(kind, session, setup, values, key)
    _name(session, row.id, people)
    session.flush()
    return row.id


def key_of(kind: RegisterKind, session: Session, setup: Setup, cells: Cells) -> int | None:
    """Find the entry of the unit and number that the cells hold."""
    return session.scalar(
        _within(kind, setup)
        .with_only_columns(RegisterEntry.id)
        .where(
            Unit.code == entry.raw(cells, "unit"), RegisterEntry.code == entry.raw(cells, "code")
        )
    )


def references(session: Session, setup: Setup) -> dict[str, Choices]:
    """Give what the codes of the registers stand for."""
    return {
        "unit": units.choices(session, setup),
        "procedure": procedures.choices(session, setup),
    }


def register_of(kind: RegisterKind, title: str, one: str, lead: str, *columns: Column) -> Register:
    """Give the register of a kind: the unit and the number, then the kind's own columns."""
    every = (
        UNIT,
        Column("code", N_("Số hiệu trong sổ"), "code", example="2026-01"),
        *columns,
    )
    return Register(
        key=str(kind),
        title=title,
        one=one,
        lead=lead,
        columns=every,
        entries=partial(entries, kind, every),
        key_of=partial(key_of, kind),
        save=partial(save, kind, every),
        references=references,
        fixed=frozenset({"unit", "code"}),
    )


def _within(kind: RegisterKind, setup: Setup) -> Select[Any]:
    return (
        select(RegisterEntry)
        .join(Unit, RegisterEntry.unit_id == Unit.id)
        .where(RegisterEntry.kind == kind, _reached(setup))
    )


def _reached(setup: Setup) -> ColumnElement[bool]:
    return and_(Unit.organisation_id == setup.organisation.id, Unit.id.in_(setup.units))


def _kept(
    kind: RegisterKind, session: Session, setup: Setup, values: Mapping[str, Any], key: int | None
) -> RegisterEntry:
    if key is None:
        row = RegisterEntry(kind=kind, **values)
        session.add(row)
    else:
        found = session.scalar(_within(kind, setup).where(RegisterEntry.id == key))
        if found is None:
            raise NotFound
        row = found
        set_all(row, values)
    session.flush()
    return row


def _entry(
    row: RegisterEntry,
    columns: Sequence[Column],
    unit: str,
    procedure: str | None,
    people: Sequence[str],
) -> Entry:
    cells = {"unit": unit, "code": row.code, "procedure": procedure or ""}
    cells |= {name: iso(getattr(row, name)) for name in _DATES}
    cells |= {name: _number(getattr(row, name)) for name in _COUNTS}
    cells |= {name: getattr(row, name) for name in (*_LONG, "title", "document")}
    cells |= {"choice": row.choice or "", "people": "; ".join(people)}
    cells |= {"mark": "" if row.mark is None else entry.number_in_words(row.mark)}
    return Entry(row.id, row.title, {column.name: cells[column.name] for column in columns})


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _read(session: Session, setup: Setup, cells: Cells, column: Column) -> Any:
    if column.name == "unit":
        return units.by_code(session, setup, cells, column.name).id
    if column.name == "procedure":
        return procedures.by_code(session, setup, cells, column.name)
    if column.name == "people":
        return _read_people(session, setup, cells)
    return _READ[column.name](cells, column)


def _read_people(session: Session, setup: Setup, cells: Cells) -> list[tuple[int | None, str]]:
    """Read people set apart by “;”: an officer's code, or a name of somebody else."""
    typed = entry.text(cells, "people", 2_000, required=False)
    names = [" ".join(part.split()) for part in typed.split(";") if part.strip()]
    if len(names) > MOST_PEOPLE:
        raise Invalid(
            "too_many_people", N_("Nhiều quá %(most)s người."), field="people", most=MOST_PEOPLE
        )
    officers = {
        row.code: row
        for row in session.scalars(
            select(Officer).where(Officer.code.in_(names), Officer.unit_id.in_(setup.units))
        )
    }
    return [
        (officers[name].id, name)
        if name in officers
        else (None, entry.text({"people": name}, "people"))
        for name in names
    ]


def _name(session: Session, entry_id: int, people: Sequence[tuple[int | None, str]]) -> None:
    """Write down whom an entry names, where that differs."""
    query = select(RegisterPerson).where(RegisterPerson.entry_id == entry_id)
    known = list(session.scalars(query.order_by(RegisterPerson.position)))
    if [(row.officer_id, row.name) for row in known] == list(people):
        return
    for row in known:
        session.delete(row)
    session.flush()  # the places are free before others take them
    for position, (officer_id, name) in enumerate(people, start=1):
        session.add(
            RegisterPerson(entry_id=entry_id, position=position, officer_id=officer_id, name=name)
        )


def _people(session: Session, keys: Sequence[int]) -> dict[int, list[str]]:
    query = select(RegisterPerson).where(RegisterPerson.entry_id.in_(keys))
    found: dict[int, list[str]] = {}
    for row in session.scalars(query.order_by(RegisterPerson.entry_id, RegisterPerson.position)):
        found.setdefault(row.entry_id, []).append(row.name)
    return found
