"""Dossiers: taking over what the one-stop software exported, each once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.dossier import DossierRecord
from shared.domain.errors import NotFound
from shared.models.dossier import Dossier, DossierChange, DossierImport
from shared.models.organisation import Desk, Officer, Procedure, Unit
from shared.services import dossier_plans, dossier_totals
from shared.services.dossier_plans import Plan, key_of
from shared.services.local_days import USUAL_ZONE
from shared.statistics.periods import not_over_on


@dataclass(frozen=True)
class ImportCounts:
    """What an import did, in dossiers."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, plan: Plan) -> "ImportCounts":
        """Count what a plan does."""
        return cls(len(plan.new), len(plan.changed), plan.unchanged)


@dataclass(frozen=True)
class Export:
    """A file that dossiers come from: its name and SHA-256, who gave it, and by which way."""

    file_name: str
    digest: str
    given_by: str
    source: str = "form"  # form, command, folder or http


@dataclass(frozen=True)
class Change:
    """What an import changed of a dossier, when and by whose file."""

    at: datetime
    file_name: str
    given_by: str
    fields: Mapping[str, list[Any]]  # before and after


def import_records(
    session: Session,
    unit_id: int,
    records: Iterable[DossierRecord],
    export: Export,
    now: datetime,
    *,
    refused: Callable[[], int] = lambda: 0,
    mapping: Mapping[Any, str] | None = None,
    done: Callable[[int], None] = lambda _count: None,
) -> ImportCounts:
    """Add the dossiers of a unit that are new, change those that differ, and note the import.

    All is looked at before anything is written, and all is written together. `refused` is asked at
    the end how many rows of the file were not taken; `mapping` are the headings the columns were
    read by: what has none stays as an earlier import told it. `done` is told how many records have
    been looked at so far.
    """
    plan = dossier_plans.plan(session, unit_id, records, done, mapping)
    counts = ImportCounts.of(plan)
    rows = dossier_plans.prepared(session, unit_id, plan, now)
    dossier_totals.take_turn(session, unit_id)
    noted = DossierImport(
        unit_id=unit_id,
        file_name=export.file_name[:200],
        file_digest=export.digest,
        imported_by=export.given_by,
        imported_at=now,
        added=counts.added,
        changed=counts.changed,
        unchanged=counts.unchanged,
        refused=refused(),
        mapping=dict(mapping or {}),
        source=export.source,
    )
    session.add(noted)
    session.flush()
    dossier_plans.write(session, unit_id, plan, rows, noted.id)
    return counts


def changes_of(session: Session, units: Collection[int], dossier_id: int) -> list[Change]:
    """List what later imports changed of a dossier of the given units, the last first."""
    found = session.execute(
        select(DossierChange, DossierImport)
        .join(DossierImport, DossierChange.import_id == DossierImport.id)
        .join(Dossier, DossierChange.dossier_id == Dossier.id)
        .where(DossierChange.dossier_id == dossier_id, Dossier.unit_id.in_(units))
        .order_by(DossierChange.id.desc())
    )
    changes = [(change.change, noted) for change, noted in found]
    names = _names(session, [change for change, _noted in changes])
    return [
        Change(
            noted.imported_at,
            noted.file_name,
            noted.imported_by,
            {name: [_shown(name, side, names) for side in sides] for name, sides in change.items()},
        )
        for change, noted in changes
    ]


def _names(session: Session, changes: Iterable[Mapping[str, list[Any]]]) -> dict[Any, str]:
    """Name the procedures and officers that changes speak of by their keys."""
    names: dict[Any, str] = {}
    for field, table in (("procedure_id", Procedure), ("officer_id", Officer)):
        keys = {key for change in changes for key in change.get(field, ()) if key is not None}
        found = session.execute(select(table.id, table.name).where(table.id.in_(keys)))
        names.update({(field, key): name for key, name in found})
    return names


def _shown(field: str, value: Any, names: Mapping[Any, str]) -> Any:
    if value is not None and field.endswith(("_on", "_since")):
        return date.fromisoformat(value)
    return names.get((field, value), value)


def imports(session: Session, units: Collection[int], most: int = 10) -> list[DossierImport]:
    """List the last imports of the given units, newest first."""
    found = select(DossierImport).where(DossierImport.unit_id.in_(units))
    return list(session.scalars(found.order_by(DossierImport.id.desc()).limit(most)))


def units_within(session: Session, units: Collection[int]) -> list[Unit]:
    """List units that receive residents, by name: those with a desk, or all when none has one."""
    known = list(session.scalars(select(Unit).where(Unit.id.in_(units)).order_by(Unit.name)))
    with_desks = set(session.scalars(select(Desk.unit_id).where(Desk.unit_id.in_(units))))
    return [unit for unit in known if unit.id in with_desks] or known


def units_that_receive(session: Session) -> list[Unit]:
    """List all units with a desk, by code."""
    with_desks = select(Desk.unit_id)
    return list(session.scalars(select(Unit).where(Unit.id.in_(with_desks)).order_by(Unit.code)))


def units_by_code(session: Session, codes: Collection[str]) -> list[Unit]:
    """List the units of these codes, by code."""
    return list(session.scalars(select(Unit).where(Unit.code.in_(codes)).order_by(Unit.code)))


def unit_to_import(session: Session, code: str | None, now: datetime) -> tuple[Unit, bool]:
    """Find the unit a file is for: the one of that code, else the first with an open desk.

    The second value says whether there was a choice. Raises NotFound when there is no such unit.
    """
    if code is not None:
        unit = session.scalar(select(Unit).where(Unit.code == code))
        found = [] if unit is None else [unit]
    else:
        today = local_date(now, USUAL_ZONE)
        with_desks = select(Desk.unit_id).where(not_over_on(Desk, today))
        query = select(Unit).where(Unit.id.in_(with_desks)).order_by(Unit.code)
        found = list(session.scalars(query))
    if not found:
        raise NotFound
    return found[0], len(found) > 1


def name_of_another_unit(session: Session, unit_id: int) -> Callable[[str], str | None]:
    """Give the test whether an export's words name another known unit; it gives that unit's name.

    An export may hold more than one unit of the organisation; a name nobody knows says nothing,
    and the unit above or below may stand for the unit itself.
    """
    own = session.get_one(Unit, unit_id)
    units = session.scalars(select(Unit).where(Unit.organisation_id == own.organisation_id)).all()
    names: dict[str, str] = {}
    for unit in sorted(units, key=lambda unit: _is_kin(unit, own)):  # kin last: its names win
        words = (key_of(text) for text in (unit.code, unit.name, unit.administrative_code) if text)
        names.update(dict.fromkeys(words, "" if _is_kin(unit, own) else unit.name))

    def other(words: str) -> str | None:
        return names.get(key_of(words)) or None

    return other


def _is_kin(unit: Unit, own: Unit) -> bool:
    return unit.id in (own.id, own.parent_id) or unit.parent_id == own.id
