"""A migration that is killed leaves the old schema or the new one, never something between."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
HEAD = STEPS[0][1]
KILLED_AT = (1, 10, 40)  # statements after which the upgrade of an empty database is killed
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


Schema = tuple[str | None, object]


def schema(engine: Engine) -> Schema:
    """Give the revision and every table with its columns and indexes."""
    with engine.connect() as connection:
        revision = migrating.current(connection)
        if engine.dialect.name == "sqlite":
            known = text("SELECT name, sql FROM sqlite_schema ORDER BY type, name")
            return revision, [tuple(row) for row in connection.execute(known)]
    found = inspect(engine)
    return revision, [
        (
            name,
            sorted(column["name"] for column in found.get_columns(name)),
            sorted(str(index["name"]) for index in found.get_indexes(name)),
        )
        for name in sorted(found.get_table_names())
    ]


@contextmanager
def opened(path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite+pysqlite:///{path}")
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A file of every revision, by the revision: one that is upgraded step by step, copied."""
    folder = tmp_path_factory.mktemp("revisions")
    growing, kept = folder / "growing.db", {"base": folder / "base.db"}
    for _old, new in reversed(STEPS):
        with opened(growing) as engine:
            migrating.upgrade(engine, new)
        kept[new] = folder / f"{new}.db"
        shutil.copyfile(growing, kept[new])
    return kept


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_whatever_statement_is_the_last_one_the_file_holds_the_old_schema(
    tmp_path: Path, files: dict[str, Path], old: str, new: str
) -> None:
    """A kill leaves the files as they are at that moment; so each moment's files are looked at."""
    path, moments = tmp_path / "niemno.db", tmp_path / "moments"
    if old != "base":
        shutil.copyfile(files[old], path)
    with opened(path) as engine:
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


def test_a_killed_upgrade_changed_nothing_and_can_be_done_again(
    engine: Engine, database_url: str
) -> None:
    migrating.downgrade(engine, "base")
    before = schema(engine)
    for statement in KILLED_AT:
        done = subprocess.run(
            [sys.executable, "-c", UPGRADE_AND_DIE, database_url, HEAD, str(statement)],
            cwd=PROJECT_ROOT,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, statement
        assert schema(engine) == before, statement
    migrating.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())


def test_a_database_of_newer_software_is_left_alone(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999_tomorrow'"))
    before = schema(engine)
    with pytest.raises(RuleBroken, match="9999_tomorrow"):
        migrating.upgrade(engine)
    assert schema(engine) == before
