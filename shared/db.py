"""Engine, session, declarative base and the database settings that durability rests on."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from select import POLLIN, poll
from typing import Any

import pysqlite3.dbapi2 as sqlite
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    DateTime,
    Dialect,
    Engine,
    MetaData,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.pool import Pool
from sqlalchemy.types import TypeDecorator

# SQLite 3.7.0 to 3.51.2 can corrupt a WAL database when two connections write and checkpoint.
OLDEST_SAFE_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 10_000
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",  # NORMAL loses acknowledged rows in a power cut
    "busy_timeout": str(BUSY_TIMEOUT_MS),
    # Each time the log is written back, all who write wait for the disk: at 16 MB instead of 4.
    "wal_autocheckpoint": "4000",
    "foreign_keys": "ON",
    "trusted_schema": "OFF",
    "secure_delete": "ON",  # else what was erased stays readable in the file's free space
}
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's base, with constraint names that migrations can rely on."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the Python side, stored in UTC without offset."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without offset: nobody could say which instant it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its offset")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored instant back as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


db = SQLAlchemy(model_class=Base)


class UnsafeLibrary(RuntimeError):
    """The SQLite library could corrupt the database."""


def engine_options(url: str) -> dict[str, Any]:
    """Give the create_engine options for an address, the same for web, command and tests.

    Errors go to a log, so they name no parameters: those are what people wrote.
    """
    address = make_url(url)
    if not address.drivername.startswith("sqlite"):
        # No query here takes as long as PostgreSQL takes to compile what it holds for a long one.
        options = f"{address.query.get('options', '')} -c jit=off".strip()
        asked = {"options": options, "client_encoding": "utf8"}
        return {"hide_parameters": True, "connect_args": asked}
    if sqlite.sqlite_version_info < OLDEST_SAFE_SQLITE:
        raise UnsafeLibrary(f"SQLite {sqlite.sqlite_version} can corrupt a WAL database")
    # IMMEDIATE takes the write lock before the first change; a deferred one fails, not waits.
    connect = {"timeout": BUSY_TIMEOUT_MS / 1000, "isolation_level": "IMMEDIATE"}
    return {"module": sqlite, "connect_args": connect, "hide_parameters": True}


def make_engine(url: str) -> Engine:
    """Make an engine for commands, jobs and tests."""
    return create_engine(url, **engine_options(url))


def open_copy(path: Path, *, read_only: bool = False) -> Any:
    """Open an SQLite file by itself, as copies are made and checked; nobody is served from it."""
    address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
    return sqlite.connect(address, uri=True, timeout=2.0, isolation_level=None)


@event.listens_for(Engine, "connect")
def set_pragmas(connection: Any, _record: object) -> None:
    """Set the pragmas on every new SQLite connection, whoever opened it."""
    if not isinstance(connection, sqlite.Connection):
        return
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        cursor.execute(f"PRAGMA {name}={value}")
    cursor.close()


@event.listens_for(Pool, "checkout")
def refuse_ended(connection: Any, _record: object, _fairy: object) -> None:
    """Give out no PostgreSQL connection that the server has ended: a new one is made instead.

    A resting connection hears nothing but its end, so that looking costs no round trip, as asking
    would at every request.
    """
    if isinstance(connection, sqlite.Connection):
        return
    heard = poll()
    heard.register(connection.fileno(), POLLIN)
    if heard.poll(0):
        raise DisconnectionError("the server has ended the connection")


def flask_configuration(url: str) -> Mapping[str, Any]:
    """Give Flask-SQLAlchemy the same database the commands use."""
    return {
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(url),
    }
