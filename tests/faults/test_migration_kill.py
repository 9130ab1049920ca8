"""A migration that is killed leaves the old schema or the new one, never something between."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect, text

from shared import migrating
from shared.config import PROJECT_ROOT
from shared.db import Base, make_engine
from shared.domain.errors import RuleBroken

STEPS = [
    (script.down_revision or "base", script.revision)
    for script in ScriptDirectory.from_config(migrating.configuration()).walk_revisions()
]
KILLED_AT = (1, 10, 40)
UPGRADE_AND_DIE = """
import os, signal, sys
from sqlalchemy import event
from shared import migrating
from shared.db import make_engine

engine = make_engine(sys.argv[1])
left = int(sys.argv[3])

@event.listens_for(engine, "after_cursor_execute")
def count(*_arguments):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

migrating.upgrade(engine, sys.argv[2])
"""


def schema(engine: Engine) -> tuple[Any, ...]:
    """Give the revision and every table with its columns and indexes."""
    with engine.connect() as connection:
        revision = migrating.current(connection)
    found = inspect(engine)
    tables = sorted(set(found.get_table_names()) - {"alembic_version"})
    return revision, [
        (
            name,
            sorted(column["name"] for column in found.get_columns(name)),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
        )
        for name in tables
    ]


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite+pysqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_whatever_statement_is_the_last_one_the_file_holds_the_old_schema(
    tmp_path: Path, old: str, new: str
) -> None:
    """A kill leaves the files as they are at that moment; so each moment's files are looked at."""
    path, moments = tmp_path / "niemno.db", tmp_path / "moments"
    with opened(path) as engine:
        if old != "base":
            migrating.upgrade(engine, old)
        before = schema(engine)
        taken: list[Path] = []

        @event.listens_for(engine, "after_cursor_execute")
        def take(*_arguments: object) -> None:
            taken.append(moments / str(len(taken)))
            taken[-1].mkdir(parents=True)
            for file in tmp_path.glob("niemno.db*"):
                shutil.copyfile(file, taken[-1] / file.name)

        migrating.upgrade(engine, new)
        event.remove(engine, "after_cursor_execute", take)
        after = schema(engine)
    assert before != after
    found = []
    for moment in taken:
        with opened(moment / path.name) as engine:
            found.append(schema(engine))
            with engine.connect() as connection:
                assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    # The last statement turns the foreign keys on again, after the commit.
    assert found[:-1] == [before] * (len(found) - 1)
    assert found[-1] == after


@pytest.mark.parametrize("statement", KILLED_AT)
def test_a_killed_upgrade_changed_nothing_and_can_be_done_again(
    engine: Engine, database_url: str, statement: int
) -> None:
    [(_old, new), *_] = STEPS
    migrating.downgrade(engine, "base")
    before = schema(engine)
    done = subprocess.run(
        [sys.executable, "-c", UPGRADE_AND_DIE, database_url, new, str(statement)],
        cwd=PROJECT_ROOT,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert schema(engine) == before
    migrating.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_database_of_newer_software_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_tomorrow'"))
    before = schema(engine)
    with pytest.raises(RuleBroken, match="9999_tomorrow"):
        migrating.upgrade(engine)
    assert schema(engine) == before
