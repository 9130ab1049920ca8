"""Worlds that many tests begin with: built once a run, then laid into each test's database."""

from collections.abc import Callable, Hashable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.db import Base

P = ParamSpec("P")
T = TypeVar("T")
TABLES = tuple(table.name for table in Base.metadata.sorted_tables)
ANYTHING = text(" UNION ALL ".join(f'SELECT 1 FROM "{table}"' for table in TABLES) + " LIMIT 1")
# Every world begins with these; that nothing else is there either is asked when one is built.
BEGUN = text("SELECT EXISTS (SELECT 1 FROM organisation) OR EXISTS (SELECT 1 FROM audit_event)")
COUNTERS = """
SELECT string_agg(format('setval(%L, %s)', sequencename, last_value), ', ')
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Rows(Protocol):
    """All rows of a database."""

    def __init__(self, session: Session) -> None:
        """Read them, as the session's transaction sees them."""

    def lay(self, session: Session) -> None:
        """Insert them into a database that has none; commit nothing."""


class SqliteRows:
    """Rows as the library of SQLite takes them."""

    def __init__(self, session: Session) -> None:
        cursor = session.connection().connection.cursor()
        self._rows: dict[str, list[tuple[Any, ...]]] = {}
        for table in TABLES:
            # The tests turn round every order nobody asked for: so this is that of their writing.
            rows = cursor.execute(f'SELECT * FROM "{table}"').fetchall()[::-1]
            if rows:
                places = ", ".join("?" * len(rows[0]))
                self._rows[f'INSERT INTO "{table}" VALUES ({places})'] = rows

    def lay(self, session: Session) -> None:
        cursor = session.connection().connection.cursor()
        cursor.execute("PRAGMA defer_foreign_keys = ON")  # a unit may stand before the one above
        for insertion, rows in self._rows.items():
            cursor.executemany(insertion, rows)
        cursor.execute("PRAGMA defer_foreign_keys = OFF")


class PostgresqlRows:
    """Rows as PostgreSQL copies them, and the counters of keys with them."""

    def __init__(self, session: Session) -> None:
        cursor: Any = session.connection().connection.cursor()
        self._rows: dict[str, bytes] = {}
        for table in TABLES:
            with cursor.copy(f'COPY "{table}" TO STDOUT') as copied:
                rows = b"".join(bytes(part) for part in copied)
            if rows:
                self._rows[f'COPY "{table}" FROM STDIN'] = rows
        self._counters = f"SELECT {cursor.execute(COUNTERS).fetchone()[0]}"

    def lay(self, session: Session) -> None:
        cursor: Any = session.connection().connection.cursor()
        for copying, rows in self._rows.items():
            with cursor.copy(copying) as copied:
                copied.write(rows)
        cursor.execute(self._counters)


ROWS: dict[str, type[Rows]] = {"sqlite": SqliteRows, "postgresql": PostgresqlRows}


@dataclass(frozen=True)
class World:
    """What building it gave, what the session knew afterwards, and the rows it left."""

    made: Any
    signed: dict[Any, Any]
    rows: Rows


_kept: dict[Hashable, World] = {}


def lay(
    build: Callable[Concatenate[Session, P], T],
    session: Session,
    *arguments: P.args,
    **named: P.kwargs,
) -> T:
    """Do what `build(session, ...)` does and give what it gives; it is called once a run.

    It must give plain data, such as keys (objects of the session are found again by who wants
    them), and commit nothing. In a database that somebody began to fill everything is built.
    """
    session.flush()
    dialect = session.get_bind().dialect.name
    kind = (dialect, build, arguments, tuple(named.items()))
    known = _kept.get(kind)
    if known is not None and not session.scalar(BEGUN):
        known.rows.lay(session)
        session.info.update(known.signed)
        given: T = deepcopy(known.made)
        return given
    empty = session.scalar(ANYTHING) is None
    made = build(session, *arguments, **named)
    session.flush()
    if empty:
        _kept[kind] = World(deepcopy(made), dict(session.info), ROWS[dialect](session))
    return made
