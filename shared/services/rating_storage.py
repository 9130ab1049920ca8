"""Putting ratings into the database: new ones once, and the statement that does it."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
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

from shared.models.rating import Rating
from shared.services.turns import wait_for_turn

Row = dict[str, Any]
_RATING = cast(Table, Rating.__table__)


def store(session: Session, rows: Sequence[Row]) -> tuple[dict[UUID, Row], Mapping[UUID, str]]:
    """Insert ratings that are new.

    Gives the rows stored now by their ids, whose daily totals are to be added in the same
    transaction, and the digest kept under every id.
    """
    if not rows:
        return {}, {}
    wait_for_turn(session)
    connection = session.connection()
    # By id, so that two copies of one queue never wait for each other's rows crosswise.
    new = _insert_new(connection, sorted(rows, key=lambda row: str(row["id"])))
    stored = {row["id"]: row for row in reversed(rows) if row["id"] in new}
    kept = {key: row["digest"] for key, row in stored.items()}
    missing = {row["id"] for row in rows} - new
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
