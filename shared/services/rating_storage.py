"""Putting ratings into the database: new ones once, their daily totals in the same transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    Connection,
    Executable,
    Table,
    Text,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import Rating, RatingDay, RatingDayProcedure
from shared.services.turns import wait_for_turn

Row = dict[str, Any]
# What counts of the answers of a rating, by its id and digest: item, value.
Answers = Mapping[tuple[UUID, str], Mapping[str, int]]
Totals = (
    type[RatingDay] | type[RatingDayProcedure] | type[RatingDayAnswer] | type[RatingMonthAnswer]
)
_RATING = cast(Table, Rating.__table__)


def store(
    session: Session, rows: Sequence[Row], answers: Answers = MappingProxyType({})
) -> tuple[set[UUID], Mapping[UUID, str]]:
    """Insert ratings that are new, with their totals and those of what counts of their answers.

    Gives the ids stored now and, for those that were there already, the digest kept.
    """
    if not rows:
        return set(), {}
    wait_for_turn(session)
    connection = session.connection()
    # By id, so that two copies of one queue never wait for each other's rows crosswise.
    stored = _insert_new(connection, sorted(rows, key=lambda row: str(row["id"])))
    first = {row["id"]: row for row in reversed(rows) if row["id"] in stored}
    _add_to_totals(connection, first.values(), answers)
    kept = {key: row["digest"] for key, row in first.items()}
    missing = {row["id"] for row in rows} - stored
    if missing:
        known = select(_RATING.c.id, _RATING.c.digest).where(_RATING.c.id.in_(missing))
        found = connection.execute(known)
        kept.update((key, digest) for key, digest in found)
    return stored, kept


def dialect_of(session: Session) -> str:
    """Name the session's database: sqlite or postgresql."""
    return session.connection().dialect.name


def insert(dialect: str, table: Table) -> sqlite.Insert:
    """Give the database's own insert, for `on conflict`; both dialects have the same methods."""
    if dialect == "postgresql":
        return cast(sqlite.Insert, postgresql.insert(table))
    return sqlite.insert(table)


def _insert_new(connection: Connection, rows: Sequence[Row]) -> set[UUID]:
    if len(rows) > 1 and connection.dialect.name == "postgresql":
        return set(connection.scalars(_insert_many(), _by_column(rows)))
    return set(connection.scalars(_insert(connection.dialect.name), _given(rows)))


def _given(rows: Sequence[Row]) -> Row | list[Row]:
    """Hand over a single row as itself: the plain statement costs less than the bulk one."""
    return rows[0] if len(rows) == 1 else list(rows)


@cache
def _insert(dialect: str) -> Executable:
    return insert(dialect, _RATING).on_conflict_do_nothing().returning(_RATING.c.id)


@cache
def _insert_many() -> Executable:
    """Build PostgreSQL's insert with one parameter a column; one a value would be 13,000."""
    kinds = {
        part.name: Text() if isinstance(part.type, JSON) else part.type for part in _RATING.columns
    }
    lists = [bindparam(name, type_=ARRAY(kind)) for name, kind in kinds.items()]
    columns = [column(name, kind) for name, kind in kinds.items()]
    given = func.unnest(*lists).table_valued(*columns, name="given").render_derived()
    values = [sql_cast(given.c[part.name], part.type) for part in _RATING.columns]
    statement = postgresql.insert(_RATING).from_select(list(kinds), select(*values))
    return statement.on_conflict_do_nothing().returning(_RATING.c.id)


def _by_column(rows: Sequence[Row]) -> Row:
    columns = {part.name: [row[part.name] for row in rows] for part in _RATING.columns}
    for part in _RATING.columns:
        if isinstance(part.type, JSON):
            columns[part.name] = [json.dumps(value) for value in columns[part.name]]
    return columns


@cache
def _add_up(dialect: str, model: Totals) -> Executable:
    table = cast(Table, model.__table__)
    statement = insert(dialect, table)
    added = {
        part.name: part + statement.excluded[part.name]
        for part in table.columns
        if not part.primary_key
    }
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=added)


SCORES = tuple(f"score_{value}" for value in range(1, 6))
VALUES = tuple(f"value_{value}" for value in range(6))


def _add_to_totals(connection: Connection, rows: Iterable[Row], answers: Answers) -> None:
    days: dict[tuple[object, ...], Row] = {}
    procedures: dict[tuple[object, ...], Row] = {}
    items: dict[tuple[object, ...], Row] = {}
    months: dict[tuple[object, ...], Row] = {}
    for row in rows:
        shared = {"unit_id": row["unit_id"], "on": row["rated_on"], "lane": row["lane"]}
        place = {"desk_id": row["desk_id"] or 0, "officer_id": row["officer_id"] or 0}
        score = f"score_{row['score']}"
        _count(days, shared | place, SCORES, score)
        if row["procedure_id"]:
            _count(procedures, shared | {"procedure_id": row["procedure_id"]}, SCORES, score)
        month = {
            **shared,
            "officer_id": place["officer_id"],
            "month": row["rated_on"].replace(day=1),
        }
        del month["on"]
        for item, value in answers.get((row["id"], row["digest"]), {}).items():
            asked = {"questionnaire": row["questionnaire"], "item": item}
            _count(items, shared | place | asked, VALUES, f"value_{value}")
            _count(months, month | asked, VALUES, f"value_{value}")
    _upsert(connection, RatingDay, days)
    _upsert(connection, RatingDayProcedure, procedures)
    _upsert(connection, RatingDayAnswer, items)
    _upsert(connection, RatingMonthAnswer, months)


def _count(
    totals: dict[tuple[object, ...], Row], key: Row, columns: Sequence[str], counted: str
) -> None:
    total = totals.setdefault(tuple(key.values()), key | dict.fromkeys(columns, 0))
    total[counted] += 1


def _upsert(
    connection: Connection, model: Totals, totals: Mapping[tuple[object, ...], Row]
) -> None:
    if not totals:
        return
    # Sorted, so that two batches never wait for each other's rows crosswise.
    ordered = [totals[key] for key in sorted(totals, key=str)]
    connection.execute(_add_up(connection.dialect.name, model), ordered)
