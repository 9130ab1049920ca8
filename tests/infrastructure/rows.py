"""All rows of a database: compared to see whether anything changed, put back when it did."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Table,
    delete,
    event,
    insert,
    literal_column,
    select,
    text,
    update,
)

from shared.db import Base

Row = tuple[Any, ...]
Mark = tuple[Any, ...]
# Changes whenever another connection has written; that nothing moved is known without reading it.
STAMP = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT pg_current_snapshot()::text"}
# Where a row lies, and what is another after every change of it.
PLACE = {"sqlite": "rowid", "postgresql": "ctid::text"}
VERSION = {"sqlite": "*", "postgresql": "xmin::text"}
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
NAMES = frozenset(table.name for table in TABLES)
_written: set[str] = set()


@lru_cache(maxsize=4096)
def tables_written_by(statement: str) -> frozenset[str]:
    """Name the tables that a statement may write."""
    if statement.startswith("SELECT"):
        return frozenset()
    return NAMES.intersection(re.findall(r"\w+", statement))


@event.listens_for(Engine, "after_cursor_execute")
def _listen(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
    _written.update(tables_written_by(statement))


class KnownTable:
    """The rows of one table as they were, and what has become of them."""

    def __init__(self, table: Table, connection: Connection) -> None:
        dialect = connection.dialect.name
        self._table = table
        place = _place_in(table, dialect)
        self._marks = f'SELECT {place}, {VERSION[dialect]} FROM "{table.name}"'
        self._place: ColumnElement[Any] = literal_column(place)
        self._primary = [list(table.columns).index(column) for column in table.primary_key]
        self._known: dict[Mark, Row] = {}  # by place and version
        self.wanted: dict[Row, Row] = {}
        self.now: dict[Row, Row] = {}
        self.look(connection)
        self.wanted = self.now

    def look(self, connection: Connection) -> None:
        """Read the rows that are new or others than they were."""
        cursor = connection.connection.cursor()
        marks: dict[Mark, Row | None] = dict.fromkeys(cursor.execute(self._marks).fetchall())
        cursor.close()
        new = {mark[0]: mark for mark in marks.keys() - self._known.keys()}
        for place, row in self._rows(connection, new):
            # The same object for what is as it was: compared without looking into it.
            was = self.wanted.get(self._key(row))
            self._known[new[place]] = was if was == row and was is not None else row
        self._known = {mark: self._known[mark] for mark in marks}
        self.now = {self._key(row): row for row in self._known.values()}

    def news(self) -> list[Row]:
        """Give the rows that came or look different now."""
        return [row for key, row in sorted(self.now.items()) if self.wanted.get(key) is not row]

    def take_away(self, connection: Connection) -> None:
        """Delete the rows that came."""
        for key in self.now.keys() - self.wanted.keys():
            connection.execute(delete(self._table).where(*self._is(key)))

    def give_back(self, connection: Connection) -> None:
        """Insert what went, and change what looks different."""
        missing = [row for key, row in self.wanted.items() if key not in self.now]
        if missing:
            connection.execute(insert(self._table), [self._named(row) for row in missing])
        for key, row in self.wanted.items():
            if self.now.get(key, row) is not row:
                changes = update(self._table).where(*self._is(key))
                connection.execute(changes.values(self._named(row)))

    def _rows(self, connection: Connection, places: Collection[Any]) -> list[tuple[Any, Row]]:
        if not places:
            return []
        query = select(self._place, *self._table.columns)
        if self._known:
            query = query.where(self._place.in_(places))
        return [(place, tuple(row)) for place, *row in connection.execute(query)]

    def _key(self, row: Row) -> Row:
        return tuple(row[place] for place in self._primary)

    def _is(self, key: Row) -> list[ColumnElement[bool]]:
        return [column == part for column, part in zip(self._table.primary_key, key, strict=True)]

    def _named(self, row: Row) -> dict[str, Any]:
        names = (column.name for column in self._table.columns)
        return dict(zip(names, row, strict=True))


def _place_in(table: Table, dialect: str) -> str:
    """Name where a row of the table lies; one that lies by its key has no other place."""
    if dialect == "sqlite" and table.dialect_options["sqlite"]["with_rowid"] is False:
        keys = ", ".join(f'"{table.name}"."{column.name}"' for column in table.primary_key)
        return f"json_array({keys})"
    return f'"{table.name}".{PLACE[dialect]}'


class KnownRows:
    """The rows of a database as they were, and what has become of them.

    A statement names the table it writes, so of a hundred tables only those few are read again.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._watch = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        self._seen: object = self._stamp()
        self._looked_everywhere = self._seen
        self._tables = {table.name: KnownTable(table, self._watch) for table in TABLES}
        self._counters = self._counted()

    def close(self) -> None:
        """Let go of the database."""
        self._watch.close()

    def changed(self) -> dict[str, list[Row]]:
        """Name the tables that differ, with the rows that came or look different now."""
        self._look()
        return {known: self._tables[known].news() for known in self._different()}

    def put_back(self) -> bool:
        """Make the rows exactly as they were, and the counters of keys; tell of any difference."""
        self._look()
        different = self._different()
        counters = self._counters.items() - self._counted().items()
        if not different and not counters:
            return False
        with self._engine.begin() as connection:
            connection.exec_driver_sql(UNORDERED[self._engine.dialect.name])
            for name in reversed(different):
                self._tables[name].take_away(connection)
            for name in different:
                self._tables[name].give_back(connection)
            for name, value in counters:
                connection.execute(SET_COUNTER, {"name": name, "value": value})
        return True

    def look_everywhere(self) -> None:
        """Read every table, if anything was written since; nothing may differ unnoticed."""
        if self._stamp() == self._looked_everywhere:
            return
        self._look()
        noticed = self._different()
        for known in self._tables.values():
            known.look(self._watch)
        self._looked_everywhere = self._seen
        unnoticed = set(self._different()) - set(noticed)
        assert not unnoticed, f"written by no statement of SQLAlchemy's: {sorted(unnoticed)}"

    def _look(self) -> None:
        """Read what may have changed."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        names = sorted(_written) or list(self._tables)
        _written.clear()
        for name in names:
            self._tables[name].look(self._watch)

    def _different(self) -> list[str]:
        return [name for name, known in self._tables.items() if known.now != known.wanted]

    def _stamp(self) -> object:
        return self._watch.exec_driver_sql(STAMP[self._engine.dialect.name]).scalar_one()

    def _counted(self) -> Mapping[str, int]:
        """Give the counters of keys; SQLite goes on after the highest key there is."""
        if self._engine.dialect.name == "sqlite":
            return {}
        return {row.sequencename: row.value for row in self._watch.exec_driver_sql(COUNTERS)}
