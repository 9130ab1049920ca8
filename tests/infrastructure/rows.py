"""All rows of a database: compared to see whether anything changed, put back when it did."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    delete,
    insert,
    select,
    update,
)

from shared.db import Base

Rows = Mapping[str, list[tuple[Any, ...]]]
# Rows go back in an order that keys which point both ways do not allow.
UNORDERED = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}
TABLES = Base.metadata.sorted_tables


def rows_of(engine: Engine) -> Rows:
    """Read every row of every table, in the order of the keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in TABLES
        }


def changed(before: Rows, after: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Name the tables that differ, with the rows that came or look different now."""
    return {
        name: [row for row in after[name] if row not in before[name]]
        for name in before
        if before[name] != after[name]
    }


def put_back(engine: Engine, wanted: Rows) -> None:
    """Make the rows exactly these again; counters of keys go on."""
    now = rows_of(engine)
    different = [table for table in TABLES if wanted[table.name] != now[table.name]]
    if not different:
        return
    with engine.begin() as connection:
        connection.exec_driver_sql(UNORDERED[engine.dialect.name])
        for table in reversed(different):
            _take_away(connection, table, _by_key(table, wanted), _by_key(table, now))
        for table in different:
            _give_back(connection, table, _by_key(table, wanted), _by_key(table, now))


Keyed = dict[tuple[Any, ...], dict[str, Any]]


def _by_key(table: Table, rows: Rows) -> Keyed:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    dictionaries = [dict(zip(names, row, strict=True)) for row in rows[table.name]]
    return {tuple(row[key] for key in keys): row for row in dictionaries}


def _take_away(connection: Connection, table: Table, wanted: Keyed, now: Keyed) -> None:
    for key in now.keys() - wanted.keys():
        connection.execute(delete(table).where(*_is(table, key)))


def _give_back(connection: Connection, table: Table, wanted: Keyed, now: Keyed) -> None:
    missing = [row for key, row in wanted.items() if key not in now]
    if missing:
        connection.execute(insert(table), missing)
    for key, row in wanted.items():
        if key in now and now[key] != row:
            connection.execute(update(table).where(*_is(table, key)).values(row))


def _is(table: Table, key: tuple[Any, ...]) -> list[ColumnElement[bool]]:
    return [column == part for column, part in zip(table.primary_key, key, strict=True)]
