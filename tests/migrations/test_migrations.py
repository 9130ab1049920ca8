"""Migrations: numbered, in line with the tables, and passable in both directions."""

import re
from datetime import UTC, datetime

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, event, inspect, select, text
from sqlalchemy.orm import Session

from shared import migrating
from shared.db import Base
from shared.models.channel import Kiosk, KioskPlacement

HEAD = "0007_clocks"


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


def test_a_kiosk_of_the_first_release_has_stood_at_its_desk_since_it_was_paired(
    engine: Engine,
) -> None:
    migrating.downgrade(engine, "0001_baseline")
    with engine.begin() as connection:
        for statement in (
            (
                "INSERT INTO organisation (id, code, name, zone, sample)"
                " VALUES (1, 'O', 'O', 'Asia/Ho_Chi_Minh', false)"
            ),
            (
                "INSERT INTO unit (id, organisation_id, code, name, level, valid_from)"
                " VALUES (2, 1, 'U', 'U', 'commune', '2025-07-01')"
            ),
            (
                "INSERT INTO desk (id, unit_id, code, name, valid_from)"
                " VALUES (3, 2, 'Q', 'Q', '2025-07-01')"
            ),
            (
                "INSERT INTO kiosk (id, code, name, desk_id, token_hash, paired_at, next_sequence,"
                " highest_sequence, clock_offset_ms)"
                " VALUES (4, 'K', 'K', 3, 'h', '2026-01-02 03:04:05', 9, 8, 0)"
            ),
        ):
            connection.execute(text(statement))
    migrating.upgrade(engine)
    with Session(engine) as session:
        placed = session.scalars(select(KioskPlacement)).one()
        kiosk = session.get_one(Kiosk, 4)
        assert (placed.kiosk_id, placed.desk_id, placed.to_at) == (4, 3, None)
        assert placed.from_at == kiosk.paired_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert kiosk.next_sequence == 9
