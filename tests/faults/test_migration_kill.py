"""A migration that is killed leaves the old schema or the new one, never something between."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
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
FILE = "niemno.db"
KILLED_AT = (1, 10, 40)  # statements after which the upgrade of an empty database is killed
# Told after which statement to die, a child upgrades and dies; one start of Python serves them all.
UPGRADE_AND_DIE = """
import os, signal, sys
from sqlalchemy import event
from shared import migrating
from shared.db import make_engine

for asked in sys.stdin:
    child = os.fork()
    if child:
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
        continue
    engine, left = make_engine(sys.argv[1]), int(asked)

    @event.listens_for(engine, "after_cursor_execute")
    def count(*_arguments):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    migrating.upgrade(engine, sys.argv[2])
    os._exit(0)
"""


Schema = tuple[str | None, object]
Files = dict[str, bytes]


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


@dataclass(frozen=True)
class Step:
    """One revision: the schema before and after it, the files after each of its statements."""

    before: Schema
    taken: list[Files]
    after: Schema


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Step]:
    """Every step of one file that is upgraded step by step, by the step's new revision."""
    folder = tmp_path_factory.mktemp("growing")
    return {new: upgraded(folder, new) for _old, new in reversed(STEPS)}


def upgraded(folder: Path, new: str) -> Step:
    """Upgrade a folder's file by a step; a kill leaves the files as they are at that moment."""
    with opened(folder / FILE) as engine:
        before = schema(engine)
        taken: list[Files] = []

        @event.listens_for(engine, "after_cursor_execute")
        def take(*_arguments: object) -> None:
            now = {file.name: file.read_bytes() for file in folder.glob(f"{FILE}*")}
            # Most statements leave them as they were: a change is written with the commit.
            taken.append(taken[-1] if taken and taken[-1] == now else now)

        migrating.upgrade(engine, new)
        event.remove(engine, "after_cursor_execute", take)
        return Step(before, taken, schema(engine))


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_whatever_statement_is_the_last_one_the_file_holds_the_old_schema(
    tmp_path: Path, steps: dict[str, Step], old: str, new: str
) -> None:
    step = steps[new]
    assert (step.before[0] or "base", step.after[0]) == (old, new)
    found = [known for known, times in found_in(tmp_path, step.taken) for _ in range(times)]
    # The last statement turns the foreign keys on again, after the commit.
    assert found == [*[step.before] * (len(step.taken) - 1), step.after]


def found_in(folder: Path, taken: list[Files]) -> Iterator[tuple[Schema, int]]:
    """Open the files of every moment; give what is found, once for moments that are alike."""
    for number, (_same, alike) in enumerate(groupby(taken, id)):
        moments = list(alike)
        moment = folder / str(number)
        moment.mkdir()
        for name, content in moments[0].items():
            (moment / name).write_bytes(content)
        with opened(moment / FILE) as engine:
            known = schema(engine)
            with engine.connect() as connection:
                assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        yield known, len(moments)


def test_a_killed_upgrade_changed_nothing_and_can_be_done_again(
    engine: Engine, database_url: str
) -> None:
    migrating.downgrade(engine, "base")
    before = schema(engine)
    command = [sys.executable, "-c", UPGRADE_AND_DIE, database_url, HEAD]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as upgrading:
        assert upgrading.stdin is not None
        assert upgrading.stdout is not None
        for statement in KILLED_AT:
            print(statement, file=upgrading.stdin, flush=True)
            assert int(upgrading.stdout.readline()) == -signal.SIGKILL, statement
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
