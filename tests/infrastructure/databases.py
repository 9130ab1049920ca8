"""An empty database for every test, with the tables that the real migrations made."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

from shared import migrating
from shared.db import make_engine
from tests.infrastructure.postgresql import Cluster, running_cluster


class SqliteDatabases:
    """Copies one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        _migrate(f"sqlite+pysqlite:///{self._template}")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Copy the file into the test's own folder."""
        path = folder / "niemno.db"
        shutil.copyfile(self._template, path)
        yield f"sqlite+pysqlite:///{path}"


# Forty times faster than truncating or copying; sequences begin anew only where they were used.
EMPTY_EVERY_TABLE = """
DO $$
DECLARE
    name text;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;  -- rows may refer to each other in any order
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I)', name) INTO filled;
        IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, 1, false)
        FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
SHAPE = """
SELECT (SELECT string_agg(version_num, ' ') FROM alembic_version), count(*)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped
"""


class PostgresqlDatabases:
    """Lends migrated databases of the cluster and empties what comes back."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._numbers = count(1)
        self._free: list[str] = []
        cluster.execute("CREATE DATABASE template")
        _migrate(cluster.url("template"))
        self._shape = cluster.rows("template", SHAPE)

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Lend a database to one test, whatever it does to it."""
        del folder
        name = self._free.pop() if self._free else self._create()
        try:
            yield self._cluster.url(name)
        finally:
            self._take_back(name)

    def _create(self) -> str:
        name = f"test_{next(self._numbers)}"
        self._cluster.execute(f"CREATE DATABASE {name} TEMPLATE template")
        return name

    def _take_back(self, name: str) -> None:
        """Empty the database; drop it when its tables are not as the migrations made them."""
        self._cluster.rows(
            "postgres",
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            f" WHERE datname = '{name}'",
        )
        try:
            unchanged = self._cluster.rows(name, SHAPE) == self._shape
        except psycopg.errors.UndefinedTable:
            unchanged = False
        if unchanged:
            self._cluster.rows(name, EMPTY_EVERY_TABLE)
            self._free.append(name)
        else:
            self._cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def databases_of(kind: str, folder: Path) -> Iterator[SqliteDatabases | PostgresqlDatabases]:
    """Prepare databases of a kind, `sqlite` or `postgresql`, for a whole run."""
    if kind == "sqlite":
        yield SqliteDatabases(folder)
        return
    with running_cluster() as cluster:
        yield PostgresqlDatabases(cluster)


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        migrating.upgrade(engine)
    finally:
        engine.dispose()
