"""Migrations: numbered, in line with the tables, and passable in both directions."""

import re
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Table, event, inspect, select, text
from sqlalchemy.orm import Session

from shared import migrating
from shared.db import Base, make_engine
from shared.domain.errors import RuleBroken
from shared.domain.work_list import NO_LIMIT
from shared.models.channel import Kiosk, KioskPlacement
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint, keep_turn
from shared.models.dossier import DossierDay
from shared.models.scoreboard import CampaignWall
from shared.services import dossier_totals

HEAD = "0029_late_by_local_day"
ORGANISATION = (
    "INSERT INTO organisation (id, code, name, zone, sample)"
    " VALUES (1, 'O', 'O', 'Asia/Ho_Chi_Minh', false)"
)
UNIT = (
    "INSERT INTO unit (id, organisation_id, code, name, level, valid_from)"
    " VALUES (2, 1, 'U', 'U', 'commune', '2025-07-01')"
)

ACCOUNT = (
    "INSERT INTO account (id, name, full_name, password_hash, must_change_password, language,"
    " sample, created_at) VALUES (9, 'a', 'a', '', false, 'vi', false, '2026-01-01')"
)
OLD_CASE = (
    "INSERT INTO complaint (id, number, code_hash, form_id, unit_id, kind, tier, state, channel,"
    " body, search_text, language, received_at, received_on, version) VALUES (:key, :name, :name,"
    " :name, 2, 'report', 'own', :state, 'phone', '', '', 'vi', '2026-03-02 02:00:00',"
    " '2026-03-02', 1)"
)
OLD_CLOCK = (
    "INSERT INTO complaint_clock (complaint_id, turn, track, stage, instance, unit_id, began_at,"
    " rule_code, first_due_on, due_on, due_at, deadline) VALUES (:case, 1, 'resident', :stage, 1,"
    " 2, '2026-03-02 02:00:00', 'r', '2026-03-09', '2026-03-09', '2026-03-09 16:59:59', '{}')"
)
CAMPAIGN = (
    "INSERT INTO campaign (id, unit_id, code, name, theme, document, organiser, starts_on, ends_on,"
    " state, satisfied_from_score, lanes, unmet_ceiling, report, created_at, version) VALUES"
    " (6, 2, 'C', 'C', '', '', '', '2026-01-01', '2026-12-31', 'running', 4, '[]', '', '{}',"
    " '2026-01-01', 1)"
)
PROCEDURE = (
    "INSERT INTO procedure (id, organisation_id, code, name, field, time_limit, fee, valid_from)"
    " VALUES (7, 1, 'P', 'P', '', '', '', '2025-07-01')"
)
OFFICER = (
    "INSERT INTO officer (id, unit_id, code, name, post, valid_from)"
    " VALUES (8, 2, 'C', 'C', '', '2025-07-01')"
)
OLD_DOSSIER = text(
    "INSERT INTO dossier (unit_id, code, procedure_id, procedure_code, officer_id, received_on,"
    " due_on, finished_on, status, online, level, one_stop, supplements, imported_at, waited_days,"
    " apologised_on, reappointed_on, reappointments) VALUES (2, :key, 7, 'P', 8, '2026-03-05',"
    " :due, :finished, '', :online, :level, true, 1, '2026-03-21', :waited, '2026-03-06', :again,"
    " 1)"
)
OLD_DRAFT = (
    "INSERT INTO complaint_draft (complaint_id, action, text, author_id, written_at, remark)"
    " VALUES (5, 'answer', '', 9, '2026-03-03', '')"
)


def test_the_newest_migration_is_the_one_this_test_knows() -> None:
    assert migrating.head() == HEAD


def test_every_migration_has_a_number_and_words() -> None:
    scripts = ScriptDirectory.from_config(migrating.configuration())
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert [name for name in revisions if not re.fullmatch(r"\d{4}_[a-z_]+", name)] == []


def test_the_migrated_tables_are_those_of_the_models(engine: Engine) -> None:
    with engine.connect() as connection:
        command.check(migrating.configuration(connection))


@pytest.mark.once  # PostgreSQL keeps no such file
def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """In a folder that others may look into, too."""
    place = make_engine(f"sqlite+pysqlite:///{tmp_path / 'niemno.db'}")
    migrating.upgrade(place, "0001_baseline")
    made = list(tmp_path.iterdir())  # with the log of the connection that waits in the pool
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []
    assert len(made) > 1
    place.dispose()


def test_a_database_without_vietnamese_letters_is_refused(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":  # writes UTF-8 or UTF-16
        return
    like = "TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        for code in ("SQL_ASCII", "LATIN1"):
            connection.execute(text(f"CREATE DATABASE other ENCODING '{code}' {like}"))
            other = make_engine(engine.url.set(database="other").render_as_string(False))
            with pytest.raises(RuleBroken, match=code):
                migrating.upgrade(other)
            other.dispose()
            connection.execute(text("DROP DATABASE other"))


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
            ORGANISATION,
            UNIT,
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


def test_a_case_of_an_earlier_release_keeps_the_clock_it_was_judged_by(engine: Engine) -> None:
    migrating.downgrade(engine, "0002_kiosk_health")
    judged = '{"rule": "r", "stage": "answer", "amount": 30, "unit": "calendar_day", "days": [%s]}'
    days = '{"date": "2026-03-05", "counted": false, "reason": "received", "name": ""}'
    with engine.begin() as connection:
        for statement in (ORGANISATION, UNIT):
            connection.execute(text(statement))
        for key, answered in ((1, None), (2, "2026-04-07")):
            connection.execute(
                text(
                    "INSERT INTO complaint (id, number, code_hash, form_id, unit_id, kind, tier,"
                    " state, channel, body, search_text, language, received_at, received_on,"
                    " due_at, due_on, rule_code, deadline, answered_at, answered_on, version)"
                    " VALUES (:key, :name, :name, :name, 2, 'formal_complaint', 'own', :state,"
                    " 'phone', '', '', 'vi', '2026-03-02 02:00:00', '2026-03-02',"
                    " '2026-04-06 16:59:59', '2026-04-06', 'r', :judged, :at, :answered, 1)"
                ),
                {
                    "key": key,
                    "name": str(key),
                    "state": "answered" if answered else "in_work",
                    "judged": judged % days,
                    "at": f"{answered} 02:00:00" if answered else None,
                    "answered": answered,
                },
            )
    migrating.upgrade(engine)
    with Session(engine) as session:
        running, over = session.scalars(select(ComplaintClock).order_by(ComplaintClock.id)).all()
    assert (running.stage, running.ended_on, running.late) == ("answer", None, None)
    assert running.began_at == datetime(2026, 3, 5, 5, tzinfo=UTC)  # the day of its acceptance
    assert (over.ended_on, over.late) == (date(2026, 4, 7), True)


def test_an_open_case_of_an_earlier_release_stands_in_the_list_the_rules_say(
    engine: Engine,
) -> None:
    migrating.downgrade(engine, "0011_dossier_feeds")
    states = {"received": None, "in_work": None, "waiting": None, "answered": None, "accepted": 1}
    with engine.begin() as connection:
        for statement in (ORGANISATION, UNIT, ACCOUNT):
            connection.execute(text(statement))
        for key, state in enumerate(states, 1):
            values = {"key": key, "name": str(key), "state": state}
            connection.execute(text(OLD_CASE), values)
        connection.execute(text(OLD_CLOCK), {"case": 1, "stage": "acknowledge"})
        connection.execute(text(OLD_CLOCK), {"case": 2, "stage": "acknowledge"})
        connection.execute(text(OLD_CLOCK), {"case": 5, "stage": "transfer"})
        connection.execute(text(OLD_DRAFT))
    migrating.upgrade(engine)
    with Session(engine) as session:
        found = session.scalars(select(Complaint).order_by(Complaint.id)).all()
        early, late = datetime(2026, 3, 9, 16, 59, 59, tzinfo=UTC), NO_LIMIT
        assert [(one.turn, one.turn_due_at) for one in found] == [
            ("take_on", early),
            ("answer", late),
            ("wait", late),
            (None, None),
            ("approve", late),
        ]
        for one in found:
            keep_turn(None, None, one)
        assert session.is_modified(found[0]) is False
        assert not any(session.is_modified(one) for one in found)


def test_dossiers_of_an_earlier_release_are_counted_by_day(engine: Engine) -> None:
    migrating.downgrade(engine, "0021_work_by_handler")
    days = (None, "2026-03-09", "2026-03-12", "2026-03-20")
    cases = [
        {"finished": finished, "due": due, "waited": waited, "again": again, "online": online}
        for finished, due, waited, again, online in product(
            days, days, (0, 4), (None, "2026-03-18"), (True, False)
        )
    ]
    with engine.begin() as connection:
        for statement in (ORGANISATION, UNIT, PROCEDURE, OFFICER):
            connection.execute(text(statement))
        for key, case in enumerate(cases):
            connection.execute(OLD_DOSSIER, {"key": str(key), "level": key % 5} | case)
    migrating.upgrade(engine)
    with Session(engine) as session:
        assert dossier_totals.differences(session) == []
        received = select(DossierDay.received).where(DossierDay.officer_id == 0)
        assert session.scalar(received) == len(cases)


def test_a_wall_that_was_opened_keeps_its_address(engine: Engine) -> None:
    migrating.downgrade(engine, "0026_bands_added")
    wall = (
        "INSERT INTO campaign_wall (campaign_id, code, opened_by, opened_at)"
        " VALUES (6, 'the-address', 'a', '2026-11-02')"
    )
    with engine.begin() as connection:
        for statement in (ORGANISATION, UNIT, CAMPAIGN, wall):
            connection.execute(text(statement))
    migrating.upgrade(engine)
    with Session(engine) as session:
        assert session.scalars(select(CampaignWall.token)).all() == ["the-address"]


def test_a_database_made_while_the_wall_was_first_named_so_comes_up_too(engine: Engine) -> None:
    """For a day 0018 made the column under the name that 0027 gives it."""
    earlier = "UPDATE alembic_version SET version_num = '0026_bands_added'"
    migrating.downgrade(engine, "0027_wall_token")
    with engine.begin() as connection:
        connection.execute(text(earlier))
    migrating.upgrade(engine)
    with engine.connect() as connection:
        assert migrating.current(connection) == HEAD
