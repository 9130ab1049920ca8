"""An empty database for every test, with the tables that the real migrations made."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine, event, make_url

from shared import migrating
from shared.db import make_engine
from tests.infrastructure.postgresql import Cluster, running_cluster
from tests.infrastructure.processors import stand_beside


@event.listens_for(Engine, "connect")
def _reverse(connection: Any, _record: object) -> None:
    """Let SQLite turn round every order nobody asked for: PostgreSQL promises none either."""
    if isinstance(connection, sqlite.Connection):
        connection.execute("PRAGMA reverse_unordered_selects = ON")


@event.listens_for(Engine, "connect")
def _remember(connection: Any, _record: object) -> None:
    """Let PostgreSQL keep what is asked a second time, as the next test asks, and be near."""
    if isinstance(connection, psycopg.Connection):
        connection.prepare_threshold, connection.prepared_max = 1, None
        stand_beside(connection)


# Files in memory, where a commit waits for no disk and costs a third. Nobody cuts the power of
# these databases; those whose power is cut lie elsewhere.
MEMORY = Path("/dev/shm")
ROOM = 1 << 30  # bytes that must be free there


class SqliteDatabases:
    """Copies one migrated file, always to the same few places, so that engines can be kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._free: list[Path] = []
        self._template = folder / "template.db"
        _migrate(f"sqlite+pysqlite:///{self._template}")

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Lend a copy of the file in a folder of its own, which is removed afterwards."""
        place = self._free.pop() if self._free else self._folder / f"lent-{next(self._numbers)}"
        place.mkdir()
        path = place / "niemno.db"
        shutil.copyfile(self._template, path)
        yield f"sqlite+pysqlite:///{path}"
        shutil.rmtree(place)
        self._free.append(place)

    def copy_to(self, path: Path) -> str:
        """Put a migrated, empty file where a test wants one of its own; give its address."""
        shutil.copyfile(self._template, path)
        return f"sqlite+pysqlite:///{path}"

    def disconnect(self, url: str) -> None:
        """Do nothing: connections to a file are never kept."""


# Rows are deleted where there are any, forty times faster than truncating or copying.
SHAPE = """
SELECT (SELECT string_agg(version_num, ' ') FROM alembic_version), count(*)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
"""
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""
RESTART_SEQUENCES = """
SELECT setval(format('%I', sequencename)::regclass, 1, false)
FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
# Whoever changes anything has a number: nothing is left where all who had one gave up.
FIRST_NUMBER = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
ANYTHING_KEPT = """
SELECT EXISTS (
    SELECT FROM generate_series(
        %s::bigint, pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1
    ) AS number
    WHERE pg_xact_status(number::text::xid8) IS DISTINCT FROM 'aborted'
)
"""
# Rows that are gone are passed over at every look until they are swept away. Of a swept table no
# more is known afterwards than of a new one: else what is planned is planned for no rows at all.
TESTS_TO_SWEEP = 40
LARGE = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
AND pg_relation_size(oid) > 65536
"""
UNKNOWN = """
UPDATE pg_class SET relpages = 0, reltuples = -1
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i') AND reltuples >= 0
"""
# What a test left behind must not hold its locks; who waits between two requests may stay.
END_WHO_HOLDS_LOCKS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


class PostgresqlDatabases:
    """Lends migrated databases of the cluster and empties what comes back."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._numbers = count(1)
        self._free: list[str] = []
        self._caretakers: dict[str, psycopg.Connection[tuple[Any, ...]]] = {}
        self._lent = count(1)
        self._since: dict[str, int] = {}
        cluster.execute("CREATE DATABASE template")
        _migrate(cluster.url("template"))
        self._shape = cluster.rows("template", SHAPE)
        tables = [str(name) for (name,) in cluster.rows("template", TABLES)]
        self._filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in tables
        )

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """Lend a database to one test, whatever it does to it."""
        name = self._free.pop() if self._free else f"test_{next(self._numbers)}"
        if name not in self._caretakers:
            self._cluster.execute(f"CREATE DATABASE {name} TEMPLATE template")
            self._caretakers[name] = _caretaker(self._cluster, name)
        self._since[name] = _value(self._caretakers[name], FIRST_NUMBER)
        try:
            yield self._cluster.url(name)
        finally:
            self._take_back(name)

    def close(self) -> None:
        """Let go of the cluster."""
        for caretaker in self._caretakers.values():
            caretaker.close()

    def disconnect(self, url: str) -> None:
        """End the connections that are kept for the next test; pools open new ones."""
        name = make_url(url).database
        self._cluster.execute(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        )

    def _take_back(self, name: str) -> None:
        """Empty the database; drop it when its tables are not as the migrations made them."""
        caretaker = self._caretakers[name]
        try:
            caretaker.execute(END_WHO_HOLDS_LOCKS)
            empty = self._empty(caretaker, self._since[name])
        except (psycopg.errors.UndefinedTable, psycopg.OperationalError):
            empty = False
        if not empty:
            self._caretakers.pop(name).close()
            self._cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")
        elif next(self._lent) % TESTS_TO_SWEEP == 0:
            _sweep(caretaker)
        self._free.append(name)

    def _empty(self, caretaker: psycopg.Connection[tuple[Any, ...]], since: int) -> bool:
        """Take out what was kept since that number; say no when the tables themselves changed."""
        if _value(caretaker, ANYTHING_KEPT, since):
            if caretaker.execute(SHAPE).fetchall() != self._shape:
                return False
            with caretaker.transaction():
                for (table,) in caretaker.execute(self._filled.encode()).fetchall():
                    caretaker.execute(f'DELETE FROM "{table}"'.encode())
        caretaker.execute(RESTART_SEQUENCES)  # they go on whoever gives up
        return True


def _caretaker(cluster: Cluster, name: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Connect who empties a database: it asks the same of every test, so plans are kept."""
    caretaker = cluster.connect(name)
    stand_beside(caretaker)
    caretaker.prepare_threshold, caretaker.prepared_max = 0, None
    # Rows may refer to each other in any order. Set once: whoever sets it forgets all plans.
    caretaker.execute("SET session_replication_role = replica")
    return caretaker


def _value(caretaker: psycopg.Connection[tuple[Any, ...]], query: str, *values: object) -> Any:
    """Give the only column of the only row."""
    [(value,)] = caretaker.execute(query.encode(), values or None).fetchall()
    return value


def _sweep(caretaker: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Give back the room of rows that are gone."""
    for (table,) in caretaker.execute(LARGE).fetchall():
        caretaker.execute(f'VACUUM "{table}"'.encode(), prepare=False)
    caretaker.execute(UNKNOWN)


@contextmanager
def databases_of(kind: str, folder: Path) -> Iterator[SqliteDatabases | PostgresqlDatabases]:
    """Prepare databases of a kind, `sqlite` or `postgresql`, for a whole run."""
    if kind == "sqlite":
        with _quick_folder(folder) as quick:
            yield SqliteDatabases(quick)
        return
    with running_cluster() as cluster, closing(PostgresqlDatabases(cluster)) as databases:
        yield databases


@contextmanager
def _quick_folder(otherwise: Path) -> Iterator[Path]:
    """Make a folder in memory where there is room for it; it is gone afterwards."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="niemno-", dir=MEMORY) as folder:
        yield Path(folder)


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        migrating.upgrade(engine)
    finally:
        engine.dispose()


def let_go(engine: Engine) -> None:
    """Close an engine's connections to a file, which is about to be replaced.

    Those to a server go on to serve the next test, as they serve the next request.
    """
    if engine.dialect.name == "sqlite":
        engine.dispose()
