"""All rows of a database: compared to see whether anything changed, put back when it did."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    delete,
    insert,
    select,
    text,
    update,
)

from shared.db import Base

Row = tuple[Any, ...]
# Changes whenever another connection has written; that nothing moved is known without reading it.
STAMP = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
# Rows go back in an order that keys which point both ways do not allow.
UNORDERED = {
    "sqlite": "PRAGMA defer_foreign_keys = ON",
    "postgresql": "SET LOCAL session_replication_role = replica",
}
COUNTERS = "SELECT sequencename, coalesce(last_value, 0) AS value FROM pg_sequences ORDER BY 1"
SET_COUNTER = text(
    "SELECT setval(format('%I', CAST(:name AS text))::regclass, greatest(:value, 1), :value > 0)"
)
TABLES = Base.metadata.sorted_tables


def _whole_tables(connection: Connection) -> Iterator[tuple[str, object]]:
    """Give every table as SQLite has it, which is quickly read."""
    cursor = connection.connection.cursor()
    for table in TABLES:
        yield table.name, cursor.execute(f'SELECT * FROM "{table.name}"').fetchall()
    cursor.close()


def _newest_writers(connection: Connection) -> Iterator[tuple[str, object]]:
    """Give the number of rows of every table, and the transactions that wrote them."""
    query = " UNION ALL ".join(
        f"SELECT '{table.name}', count(*), max(xmin::text::bigint), sum(xmin::text::bigint)"
        f' FROM "{table.name}"'
        for table in TABLES
    )
    for name, *mark in connection.exec_driver_sql(query):
        yield name, mark


MARKS = {"sqlite": _whole_tables, "postgresql": _newest_writers}


class KnownRows:
    """The rows of a database as they were, and what has become of them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watch = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._seen: object = None
        self._marks: dict[str, object] = {}
        self._now: dict[str, list[Row]] = {}
        self._look()
        self._wanted = dict(self._now)
        self._counters = self._counted()

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()

    def changed(self) -> dict[str, list[Row]]:
        """Name the tables that differ, with the rows that came or look different now."""
        self._look()
        return {
            name: [row for row in self._now[name] if row not in wanted]
            for name, wanted in self._wanted.items()
            if self._now[name] != wanted
        }

    def put_back(self) -> None:
        """Make the rows exactly as they were, and the counters of keys with them."""
        if not self._look():
            return
        different = [table for table in TABLES if self._wanted[table.name] != self._now[table.name]]
        counters = self._counters.items() - self._counted().items()
        if not different and not counters:
            return
        with self._engine.begin() as connection:
            connection.exec_driver_sql(UNORDERED[self._engine.dialect.name])
            for table in reversed(different):
                _take_away(connection, table, self._rows(table), self._rows_now(table))
            for table in different:
                _give_back(connection, table, self._rows(table), self._rows_now(table))
            for name, value in counters:
                connection.execute(SET_COUNTER, {"name": name, "value": value})

    def _look(self) -> bool:
        """Read what may have changed; tell whether anything was written since rows were right."""
        stamp = self._watch.exec_driver_sql(STAMP[self._engine.dialect.name]).scalar_one()
        if stamp == self._seen:
            return self._now != self._wanted
        marks = dict(MARKS[self._engine.dialect.name](self._watch))
        for table in TABLES:
            if marks[table.name] != self._marks.get(table.name):
                self._now[table.name] = _typed(self._watch, table)
        self._seen, self._marks = stamp, marks
        return True

    def _counted(self) -> dict[str, int]:
        """Give the counters of keys; SQLite goes on after the highest key there is."""
        if self._engine.dialect.name == "sqlite":
            return {}
        return {row.sequencename: row.value for row in self._watch.exec_driver_sql(COUNTERS)}

    def _rows(self, table: Table) -> "Keyed":
        return _by_key(table, self._wanted[table.name])

    def _rows_now(self, table: Table) -> "Keyed":
        return _by_key(table, self._now[table.name])


Keyed = Mapping[Row, dict[str, Any]]


def _typed(connection: Connection, table: Table) -> list[Row]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]


def _by_key(table: Table, rows: list[Row]) -> Keyed:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key]
    dictionaries = [dict(zip(names, row, strict=True)) for row in rows]
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


def _is(table: Table, key: Row) -> list[ColumnElement[bool]]:
    return [column == part for column, part in zip(table.primary_key, key, strict=True)]
