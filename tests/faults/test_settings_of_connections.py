"""The settings that durability rests on hold on every connection, whoever opens it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from shared import migrating
from shared.cli.context import session as command_session
from shared.config import PROJECT_ROOT, Settings
from shared.db import db, make_engine
from shared.jobs import loop
from shared.jobs.kinds import KINDS
from shared.jobs.work import Outcome, Task
from shared.services import jobs
from tests.conftest import Clock

EXPECTED = {
    "journal_mode": "wal",
    "synchronous": 2,  # FULL
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "trusted_schema": 0,
    "mmap_size": 0,
    "secure_delete": 1,
}
POSTGRESQL_LOWERED = ("fsync", "synchronous_commit", "full_page_writes")


def settings_of(connection: Connection) -> Mapping[str, Any]:
    """Ask a connection for its durability; on PostgreSQL, for what this session changed of it."""
    if connection.dialect.name == "sqlite":
        return {name: connection.scalar(text(f"PRAGMA {name}")) for name in EXPECTED}
    rows = connection.execute(
        text("SELECT name FROM pg_settings WHERE source IN ('session', 'client', 'user')")
    )
    return {name: "changed" for (name,) in rows if name in POSTGRESQL_LOWERED}


@pytest.fixture
def expected(engine: Engine) -> Mapping[str, Any]:
    return EXPECTED if engine.dialect.name == "sqlite" else {}


def test_every_connection_of_the_servers_pool_has_them(
    app: Flask, expected: Mapping[str, Any]
) -> None:
    with app.app_context():
        opened = [db.engine.connect() for _ in range(15)]  # all the pool ever gives at once
        found = [settings_of(connection) for connection in opened]
        for connection in opened:
            connection.close()
    assert found == [expected] * 15


def test_a_connection_that_came_back_to_the_pool_still_has_them(
    engine: Engine, expected: Mapping[str, Any]
) -> None:
    for _ in range(3):
        with engine.begin() as connection:
            connection.execute(text("UPDATE organisation SET name = name"))
        with engine.connect() as connection:
            assert settings_of(connection) == expected


def test_a_job_has_them(
    session: Session,
    settings: Settings,
    clock: Clock,
    expected: Mapping[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found: list[Mapping[str, Any]] = []

    def ask(task: Task) -> Outcome:
        found.append(settings_of(task.session.connection()))
        return Outcome()

    monkeypatch.setattr("shared.jobs.loop.KINDS", {**KINDS, "ask": ask})
    jobs.request(session, "ask", {}, None, clock())
    session.commit()
    loop.run_waiting(settings, clock())
    assert found == [expected]


def test_a_command_has_them(
    database_url: str, expected: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with command_session() as session:
        assert settings_of(session.connection()) == expected


def test_a_migration_turns_foreign_keys_off_for_itself_only(database_url: str) -> None:
    engine = make_engine(database_url)
    migrating.upgrade(engine)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    engine.dispose()


def test_nobody_opens_a_database_past_the_one_place_that_sets_them() -> None:
    openers = re.compile(r"\bcreate_engine\(|\bsqlite3?\.connect\(|\bpsycopg\.connect\(")
    places = {
        str(path.relative_to(PROJECT_ROOT))
        for folder in ("shared", "kiosk", "admin", "deploy", "migrations")
        for path in (PROJECT_ROOT / folder).rglob("*.py")
        if openers.search(path.read_text())
    }
    assert places == {"shared/db.py"}


def test_a_connection_whose_server_went_while_it_rested_is_replaced(
    engine: Engine,
) -> None:
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            mine = connection.scalar(text("SELECT pg_backend_pid()"))
        other = make_engine(engine.url.render_as_string(hide_password=False))
        with other.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": mine})
        other.dispose()
    for _ in range(2):
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT 1")) == 1


def test_what_was_erased_is_not_left_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "own.db"
    engine = make_engine(f"sqlite+pysqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE said (words TEXT)"))
        connection.execute(text("INSERT INTO said VALUES (:words)"), {"words": "Hoa Sen " * 2_000})
    with engine.begin() as connection:
        connection.execute(text("UPDATE said SET words = ''"))
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    engine.dispose()
    assert b"Hoa Sen" not in file.read_bytes()
