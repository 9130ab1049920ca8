"""Migrations: numbered, in line with the tables, and passable in both directions."""

import re

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, event, inspect

from shared import migrating
from shared.db import Base

HEAD = "0001_baseline"


def test_the_newest_migration_is_the_one_this_test_knows() -> None:
    assert migrating.head() == HEAD


def test_every_migration_has_a_number_and_words() -> None:
    scripts = ScriptDirectory.from_config(migrating.configuration())
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert [name for name in revisions if not re.fullmatch(r"\d{4}_[a-z_]+", name)] == []


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(migrating.configuration(connection))


def test_a_database_goes_down_to_nothing_and_up_again(engine: Engine) -> None:
    migrating.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrating.upgrade(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    with engine.connect() as connection:
        assert migrating.current(connection) == HEAD


def test_a_migration_that_fails_leaves_nothing_behind(
    engine: Engine,
) -> None:
    migrating.downgrade(engine, "base")
    created = 0

    def refuse_the_tenth(_table: object, _connection: object, **_options: object) -> None:
        nonlocal created
        created += 1
        if created == 10:
            raise RuntimeError("power cut")

    event.listen(Table, "before_create", refuse_the_tenth)
    try:
        with pytest.raises(RuntimeError):
            migrating.upgrade(engine)
    finally:
        event.remove(Table, "before_create", refuse_the_tenth)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
