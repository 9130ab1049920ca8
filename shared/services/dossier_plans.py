"""What an import would do to a unit's dossiers, found without writing, then written in one go."""

import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import Table, or_, select
from sqlalchemy import insert as add
from sqlalchemy.orm import Session

from shared.domain.dossier import DossierRecord, code_key, national_procedure_code, spellings
from shared.domain.errors import NotFound
from shared.models.dossier import Dossier, DossierChange
from shared.models.organisation import Officer, Procedure, Unit
from shared.services import dossier_totals
from shared.services.rating_storage import dialect_of

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
    "channel",
    "waited_days",
    "waiting_since",
    "apologised_on",
    "reappointed_on",
    "reappointments",
)
# Which columns of an export tell what is kept, where it is not the column of that name alone.
TOLD_BY: Mapping[str, frozenset[str]] = {
    "procedure_id": frozenset({"procedure_code", "procedure_name"}),
    "procedure_code": frozenset({"procedure_code", "procedure_name"}),
    "officer_id": frozenset({"officer_code"}),
    "finished_on": frozenset({"finished_on", "returned_on", "stopped_on"}),
    "channel": frozenset({"online"}),
    "supplements": frozenset({"supplements", "supplement_requested_on"}),
    "waited_days": frozenset({"waited_days", "supplement_requested_on"}),
    "waiting_since": frozenset({"supplement_requested_on"}),
    "reappointments": frozenset({"reappointments", "reappointed_on"}),
}
T = TypeVar("T")
Content = tuple[Any, ...]
Change = dict[str, list[Any]]
SHOWN = 30
"""How many dossiers a plan remembers the fate of, from the first on."""


@dataclass
class Plan:
    """What writing would do: the new dossiers, and those that differ with what changes.

    `fates` says of the first dossiers, by `code_key`, what becomes of them: None for one that stays
    as it is, an empty change for a new one.
    """

    new: list[tuple[str, Content]] = field(default_factory=list)
    changed: list[tuple[str, Content, int, Change]] = field(default_factory=list)
    unchanged: int = 0
    fates: dict[str, Change | None] = field(default_factory=dict)

    def put(self, code: str, content: Content, before: tuple[int, Content] | None) -> None:
        """Say what becomes of one dossier, given its key and content so far."""
        change: Change | None = {}
        if before is None:
            self.new.append((code, content))
        elif before[1] == content:
            self.unchanged += 1
            change = None
        else:
            change = _differences(before[1], content)
            self.changed.append((code, content, before[0], change))
        if len(self.fates) < SHOWN:
            self.fates[code_key(code)] = change


def plan(
    session: Session,
    unit_id: int,
    records: Iterable[DossierRecord],
    done: Callable[[int], None] = lambda _count: None,
    columns: Collection[str] | None = None,
) -> Plan:
    """Compare dossiers with those of a unit, by batches and without a write.

    Of two records of the same code the first counts; codes that differ in small letters alone are
    the same, and a dossier keeps the one it was first written down with. `columns` are the fields
    the export has a column for (None: all); of the others a dossier keeps what an earlier export
    told. `done` is told how many were looked at. Raises NotFound without the unit.
    """
    known, planned, looked_at = _Known.of(session, unit_id), Plan(), 0
    untold = _untold(columns)
    for batch in _batches(_first_of_each(records)):
        before = _content_of(session, unit_id, [record.code for record in batch])
        written = {code_key(code): code for code in before}
        for record in batch:
            code = record.code if record.code in before else written.get(code_key(record.code))
            so_far = before.get(code) if code else None
            content = _with_untold(known.content(record), so_far, untold)
            planned.put(code or record.code, content, so_far)
        looked_at += len(batch)
        done(looked_at)
    return planned


def _untold(columns: Collection[str] | None) -> tuple[bool, ...]:
    """Say of each part of CONTENT whether the export tells nothing of it; empty when it does."""
    if columns is None:
        return ()
    return tuple(TOLD_BY.get(name, {name}).isdisjoint(columns) for name in CONTENT)


def _with_untold(
    content: Content, so_far: tuple[int, Content] | None, untold: Sequence[bool]
) -> Content:
    if so_far is None or not untold:
        return content
    parts = zip(so_far[1], content, untold, strict=True)
    return tuple(old if kept else new for old, new, kept in parts)


def prepared(session: Session, unit_id: int, planned: Plan, now: datetime) -> list[Content]:
    """Make the rows of a plan ready for the database, before other writers have to wait."""
    fit = _fit_for_sqlite if dialect_of(session) == "sqlite" else _as_it_is
    same = [fit(unit_id), fit(now.astimezone(UTC).replace(tzinfo=None))]
    changed = [(code, content) for code, content, _key, _change in planned.changed]
    rows = sorted([*planned.new, *changed], key=lambda row: row[0])  # as the index lies
    return [(*same, code, *map(fit, content)) for code, content in rows]


def write(
    session: Session, unit_id: int, planned: Plan, rows: Sequence[Content], import_id: int
) -> None:
    """Write the rows of a plan, what it changes and their daily totals: from now on others wait.

    A hundred thousand dossiers leave no line in the audit log; the import itself leaves one, and
    what it changed stands in the history of each dossier.
    """
    days = _days_touched(session, unit_id, planned)
    connection = session.connection()
    statement = _upsert("?" if dialect_of(session) == "sqlite" else "%s")
    for start in range(0, len(rows), BATCH):
        # By the driver itself: SQLAlchemy takes five times as long over so many values.
        connection.exec_driver_sql(statement, list(rows[start : start + BATCH]))
    history = ((key, change) for _code, _content, key, change in planned.changed)
    for pieces in _batches(history):
        rows_of = [
            {"dossier_id": key, "import_id": import_id, "change": change} for key, change in pieces
        ]
        connection.execute(add(cast(Table, DossierChange.__table__)), rows_of)
    dossier_totals.recount(session, unit_id, days)


def _days_touched(session: Session, unit_id: int, planned: Plan) -> set[date]:
    """Give the days of receipt a plan writes to, and those it takes dossiers away from.

    These are asked for now that nobody else writes: another import may have come since the plan.
    """
    received = CONTENT.index("received_on")
    written = [*planned.new, *((code, content) for code, content, *_rest in planned.changed)]
    days = {content[received] for _code, content in written}
    for some in _batches(code for code, _content in written):
        before = select(Dossier.received_on).where(Dossier.unit_id == unit_id)
        days.update(session.scalars(before.where(Dossier.code.in_(some)).distinct()))
    return days


def _as_it_is(value: Any) -> Any:
    return value


@lru_cache(maxsize=4_096)
def _fit_for_sqlite(value: Any) -> Any:
    """Write a value as SQLAlchemy's types for SQLite do."""
    match value:
        case datetime():
            return value.isoformat(sep=" ", timespec="microseconds")
        case date():
            return value.isoformat()
        case _:
            return value


def _batches(items: Iterator[T]) -> Iterator[list[T]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _first_of_each(records: Iterable[DossierRecord]) -> Iterator[DossierRecord]:
    seen: set[str] = set()
    for record in records:
        key = code_key(record.code)
        if key not in seen:
            seen.add(key)
            yield record


def _differences(before: Content, after: Content) -> Change:
    pairs = zip(CONTENT, before, after, strict=True)
    return {name: [_plain(old), _plain(new)] for name, old, new in pairs if old != new}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class _Known:
    """What the words of an export are matched with: procedures and officers of a unit."""

    procedures: Mapping[str, int]
    officers: Mapping[str, int]
    places: dict[tuple[str, str], int | None] = field(default_factory=dict)

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
        return cls(_by_code_or_name(procedures), _officers(session, unit_id))

    def content(self, record: DossierRecord) -> Content:
        """Give what is stored of a dossier, in the order of CONTENT."""
        return (
            self._procedure(record.procedure_code, record.procedure_name),
            record.procedure_code[:40],
            self.officers.get(key_of(record.officer_code or "")),
            record.received_on,
            record.due_on,
            record.finished_on,
            record.status[:100],
            record.online,
            record.level,
            record.one_stop,
            record.supplements,
            record.channel and str(record.channel),
            record.waited_days,
            record.waiting_since,
            record.apologised_on,
            record.reappointed_on,
            record.reappointments,
        )

    def _procedure(self, code: str, name: str) -> int | None:
        if (code, name) not in self.places:
            words = key_of(national_procedure_code(code) or code or name)
            known = self.procedures.get(key_of(code)) or self.procedures.get(words)
            self.places[code, name] = known
        return self.places[code, name]


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
        names.setdefault(key_of(name), set()).add(key)
    unique = {name: next(iter(keys)) for name, keys in names.items() if len(keys) == 1}
    return unique | {key_of(code): key for key, code, _name in rows}


def key_of(text: str) -> str:
    """Give words in the form in which names and codes are compared."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _content_of(session: Session, unit_id: int, codes: list[str]) -> dict[str, tuple[int, Content]]:
    columns = [getattr(Dossier, name) for name in CONTENT]
    as_written = frozenset().union(*map(spellings, codes))
    found = session.execute(
        select(Dossier.code, Dossier.id, *columns).where(
            Dossier.unit_id == unit_id, Dossier.code.in_(as_written)
        )
    )
    return {code: (key, tuple(content)) for code, key, *content in found}


def _upsert(place: str) -> str:
    columns = ("unit_id", "imported_at", "code", *CONTENT)
    places = ", ".join(place for _ in columns)
    changed = ", ".join(f"{name} = excluded.{name}" for name in ("imported_at", *CONTENT))
    return (
        f"INSERT INTO {Dossier.__tablename__} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  our own names
        f" ON CONFLICT (unit_id, code) DO UPDATE SET {changed}"
    )
