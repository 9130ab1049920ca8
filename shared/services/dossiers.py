"""Dossiers: taking over what the one-stop software exported, each once."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, cast

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.dossier import DossierRecord, national_procedure_code
from shared.domain.errors import NotFound
from shared.models.dossier import Dossier, DossierImport
from shared.models.organisation import Desk, Officer, Procedure, Unit
from shared.services.local_days import USUAL_ZONE
from shared.services.rating_storage import dialect_of, insert
from shared.statistics.periods import not_over_on

BATCH = 1_000
# What a later export may change of a dossier.
CONTENT = (
    "procedure_id",
    "procedure_code",
    "officer_id",
    "received_on",
    "due_on",
    "finished_on",
    "status",
    "online",
    "level",
    "one_stop",
    "supplements",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class ImportCounts:
    """What an import did, in dossiers."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def __add__(self, other: "ImportCounts") -> "ImportCounts":
        """Add the counts of two batches."""
        mine, theirs = vars(self), vars(other)
        return ImportCounts(**{name: mine[name] + theirs[name] for name in mine})


def import_records(
    session: Session,
    unit_id: int,
    records: Iterable[DossierRecord],
    file_digest: str,
    file_name: str,
    actor_name: str,
    now: datetime,
    *,
    refused: int = 0,
    mapping: Mapping[Any, str] | None = None,
    done: Callable[[int], None] = lambda _count: None,
) -> ImportCounts:
    """Add the dossiers of a unit that are new, change those that differ, and note the import.

    Records with the same code must have been refused before; of two, the first counts. `refused`
    is how many rows of the file were not taken, `mapping` the headings the columns were read by,
    kept for the next file. `done` is told how many records have been worked on so far.
    A hundred thousand records leave one line in the audit log, the import's own.
    """
    known = _Known.of(session, unit_id)
    counts, worked_on = ImportCounts(), 0
    for batch in _batches(_first_of_each(records)):
        rows = [known.row(record, now) for record in batch]
        counts += _store(session, unit_id, rows)
        worked_on += len(batch)
        done(worked_on)
    session.add(
        DossierImport(
            unit_id=unit_id,
            file_name=file_name[:200],
            file_digest=file_digest,
            imported_by=actor_name,
            imported_at=now,
            added=counts.added,
            changed=counts.changed,
            unchanged=counts.unchanged,
            refused=refused,
            mapping=dict(mapping or {}),
        )
    )
    session.flush()
    return counts


def last_mapping(session: Session, unit_id: int) -> dict[str, str]:
    """Give the headings by which the unit's last file was read, by field; empty at first."""
    found = session.scalar(
        select(DossierImport.mapping)
        .where(DossierImport.unit_id == unit_id)
        .order_by(DossierImport.id.desc())
        .limit(1)
    )
    return dict(found or {})


def imports(session: Session, units: Collection[int], most: int = 10) -> list[DossierImport]:
    """List the last imports of the given units, newest first."""
    found = select(DossierImport).where(DossierImport.unit_id.in_(units))
    return list(session.scalars(found.order_by(DossierImport.id.desc()).limit(most)))


def units_within(session: Session, units: Collection[int]) -> list[Unit]:
    """List units that receive residents, by name: those with a desk, or all when none has one."""
    known = list(session.scalars(select(Unit).where(Unit.id.in_(units)).order_by(Unit.name)))
    with_desks = set(session.scalars(select(Desk.unit_id).where(Desk.unit_id.in_(units))))
    return [unit for unit in known if unit.id in with_desks] or known


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
        words = (_key(text) for text in (unit.code, unit.name, unit.administrative_code) if text)
        names.update(dict.fromkeys(words, "" if _is_kin(unit, own) else unit.name))

    def other(words: str) -> str | None:
        return names.get(_key(words)) or None

    return other


def _is_kin(unit: Unit, own: Unit) -> bool:
    return unit.id in (own.id, own.parent_id) or unit.parent_id == own.id


def _first_of_each(records: Iterable[DossierRecord]) -> Iterator[DossierRecord]:
    seen: set[str] = set()
    for record in records:
        if record.code not in seen:
            seen.add(record.code)
            yield record


def _batches(records: Iterator[DossierRecord]) -> Iterator[list[DossierRecord]]:
    while batch := list(islice(records, BATCH)):
        yield batch


@dataclass(frozen=True)
class _Known:
    """What the words of an export are matched with: procedures and officers of a unit."""

    unit_id: int
    procedures: Mapping[str, int]
    officers: Mapping[str, int]

    @classmethod
    def of(cls, session: Session, unit_id: int) -> "_Known":
        unit = session.get(Unit, unit_id)
        if unit is None:
            raise NotFound
        procedures = session.execute(
            select(Procedure.id, Procedure.code, Procedure.name).where(
                Procedure.organisation_id == unit.organisation_id
            )
        )
        return cls(unit_id, _by_code_or_name(procedures), _officers(session, unit_id))

    def row(self, record: DossierRecord, now: datetime) -> Row:
        code = record.procedure_code
        procedure = _key(national_procedure_code(code) or code or record.procedure_name)
        return {
            "unit_id": self.unit_id,
            "code": record.code,
            "procedure_id": self.procedures.get(_key(code)) or self.procedures.get(procedure),
            "procedure_code": code[:40],
            "officer_id": self.officers.get(_key(record.officer_code or "")),
            "received_on": record.received_on,
            "due_on": record.due_on,
            "finished_on": record.finished_on,
            "status": record.status[:100],
            "online": record.online,
            "level": record.level,
            "one_stop": record.one_stop,
            "supplements": record.supplements,
            "imported_at": now,
        }


def _officers(session: Session, unit_id: int) -> dict[str, int]:
    """Know the officers of a unit; a commune's may belong to a centre under it."""
    within = or_(Unit.id == unit_id, Unit.parent_id == unit_id)
    return _by_code_or_name(
        session.execute(select(Officer.id, Officer.code, Officer.name).join(Unit).where(within))
    )


def _by_code_or_name(found: Iterable[Any]) -> dict[str, int]:
    """Know rows of key, code and name by their code, and by their name where no other has it."""
    rows = list(found)
    names: dict[str, set[int]] = {}
    for key, _code, name in rows:
        names.setdefault(_key(name), set()).add(key)
    unique = {name: next(iter(keys)) for name, keys in names.items() if len(keys) == 1}
    return unique | {_key(code): key for key, code, _name in rows}


def _key(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _store(session: Session, unit_id: int, rows: list[Row]) -> ImportCounts:
    """Write the rows of one batch that are new or differ."""
    before = _content_of(session, unit_id, [row["code"] for row in rows])
    new = [row for row in rows if row["code"] not in before]
    differing = [
        row
        for row in rows
        if row["code"] in before and before[row["code"]] != tuple(row[name] for name in CONTENT)
    ]
    if new or differing:
        session.connection().execute(_upsert(dialect_of(session)), new + differing)
    return ImportCounts(len(new), len(differing), len(rows) - len(new) - len(differing))


def _content_of(session: Session, unit_id: int, codes: list[str]) -> dict[str, tuple[Any, ...]]:
    columns = [getattr(Dossier, name) for name in CONTENT]
    found = session.execute(
        select(Dossier.code, *columns).where(Dossier.unit_id == unit_id, Dossier.code.in_(codes))
    )
    return {code: tuple(content) for code, *content in found}


def _upsert(dialect: str) -> Any:
    table = cast(Table, Dossier.__table__)
    statement = insert(dialect, table)
    changed = {name: statement.excluded[name] for name in (*CONTENT, "imported_at")}
    return statement.on_conflict_do_update(index_elements=["unit_id", "code"], set_=changed)
