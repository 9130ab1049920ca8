"""Bringing a database to the schema this code knows, whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from shared.domain.errors import N_, RuleBroken

FOLDER = Path(__file__).parents[1] / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Give the migration settings, bound to a connection where one is open."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


@cache  # what runs knows no other, whatever is put into the folder meanwhile
def head() -> str:
    """Name the newest revision this code knows."""
    revision = ScriptDirectory.from_config(configuration()).get_current_head()
    if revision is None:
        raise RuntimeError("no migration found")
    return revision


def known() -> frozenset[str]:
    """Name every revision this code can bring up to date."""
    scripts = ScriptDirectory.from_config(configuration())
    return frozenset(script.revision for script in scripts.walk_revisions())


def current(connection: Connection) -> str | None:
    """Name the revision a database is at, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to a revision in one transaction.

    A new SQLite file can be read by its owner alone, wherever it lies.
    Raises RuleBroken when newer software has been at it: this code would damage what it holds; and
    when PostgreSQL keeps the database in a code without Vietnamese letters.
    """
    if engine.dialect.name == "sqlite" and engine.url.database:
        Path(engine.url.database).touch(mode=0o600)
    with engine.connect() as connection, _whole(connection):
        _require_vietnamese(connection)
        at = current(connection)
        if at is not None and at not in known():
            raise RuleBroken(
                "schema_unknown",
                N_("Cơ sở dữ liệu ở bản %(at)s, mới hơn phần mềm này. Xin dùng phần mềm mới hơn."),
                at=at,
            )
        command.upgrade(configuration(connection), revision)


def _require_vietnamese(connection: Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    code = connection.scalar(text("SHOW server_encoding"))
    if code != "UTF8":
        raise RuleBroken(
            "database_encoding",
            N_("Cơ sở dữ liệu dùng mã %(code)s, cần UTF8: createdb -E UTF8 -T template0 TÊN."),
            code=code,
        )


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database down to a revision in one transaction."""
    with engine.connect() as connection, _whole(connection):
        command.downgrade(configuration(connection), revision)


@contextmanager
def _whole(connection: Connection) -> Iterator[None]:
    """Hold everything in one transaction; SQLite's driver would commit each DDL by itself."""
    on_sqlite = connection.dialect.name == "sqlite"
    with connection.begin():
        if on_sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield
    if on_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
