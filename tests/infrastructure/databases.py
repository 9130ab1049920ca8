"""A fresh database for every test: copied from one that the real migrations made."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

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


class PostgresqlDatabases:
    """Copies one migrated database within the cluster."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._numbers = count(1)
        cluster.execute("CREATE DATABASE template")
        _migrate(cluster.url("template"))

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Copy the template database, and drop the copy whoever still holds it."""
        del folder
        name = f"test_{next(self._numbers)}"
        self._cluster.execute(f"CREATE DATABASE {name} TEMPLATE template")
        try:
            yield self._cluster.url(name)
        finally:
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
