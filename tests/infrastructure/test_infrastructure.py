"""The tests' own ground: databases, servers and browsers do what the other tests rely on."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.orm import Session
from werkzeug.serving import ThreadedWSGIServer

from shared.audit import sign_session
from shared.config import Settings
from shared.db import Base, make_engine
from shared.models.organisation import Organisation, Unit
from tests.conftest import ORDINARY_MOMENT, Clock
from tests.infrastructure.applications import Applications
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.postgresql import running_cluster
from tests.infrastructure.served import served
from tests.infrastructure.server import running_server
from tests.infrastructure.worlds import lay


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_finds_its_database_migrated_and_empty(engine: Engine, turn: int) -> None:
    with engine.begin() as connection:
        left = connection.execute(text("SELECT count(*) FROM organisation")).scalar_one()
        connection.execute(text("DELETE FROM alembic_version"))
    assert left == 0, turn


def _add(session: Session, code: str) -> int:
    sign_session(session, "system", ORDINARY_MOMENT)
    added = Organisation(code=code, name="Tỉnh Thử")
    session.add(added)
    session.flush()
    return added.id


def _keep(session: Session) -> None:
    _add(session, "KEPT")
    session.commit()


def _give_up(session: Session) -> None:
    _add(session, "GIVEN-UP")
    session.rollback()


def _give_up_a_part(session: Session) -> None:
    _add(session, "KEPT")
    with session.begin_nested() as part:
        _add(session, "GIVEN-UP")
        part.rollback()
    session.commit()


def _give_up_the_whole(session: Session) -> None:
    _add(session, "GIVEN-UP")
    with session.begin_nested():
        _add(session, "PART")
    session.rollback()


def _keep_and_give_up(session: Session) -> None:
    _keep(session)
    _give_up(session)


def _change_tables(session: Session) -> None:
    session.execute(text("CREATE TABLE number (value INTEGER)"))
    session.commit()


def _remain_in_between(session: Session) -> None:
    _add(session, "IN-BETWEEN")


@pytest.mark.parametrize(
    "leave",
    [
        _keep,
        _give_up,
        _give_up_a_part,
        _give_up_the_whole,
        _keep_and_give_up,
        _change_tables,
        _remain_in_between,
    ],
)
def test_whatever_one_leaves_the_next_finds_an_empty_database(
    databases: SqliteDatabases | PostgresqlDatabases, leave: Callable[[Session], None]
) -> None:
    found = []
    for _ in range(2):
        with databases.fresh() as url:
            engine = make_engine(url)
            tables = inspect(engine).get_table_names()
            session = Session(engine)
            left = session.scalar(select(func.count()).select_from(Organisation))
            key = _add(session, "FIRST")
            session.rollback()
            found.append((left, sorted(tables), key))
            leave(session)
        if leave is not _remain_in_between or engine.dialect.name == "sqlite":
            session.close()
        engine.dispose()
    assert found[0] == found[1]
    assert found[0][0] == 0


def test_sqlite_turns_round_every_order_nobody_asked_for(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite+pysqlite:///{tmp_path / 'numbers.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE number (value INTEGER)"))
        connection.execute(text("INSERT INTO number VALUES (1), (2)"))
        assert connection.scalars(text("SELECT value FROM number")).all() == [2, 1]
    engine.dispose()


@pytest.mark.parametrize(
    "written",
    [
        "UPDATE unit SET name = 'Phường khác' WHERE code = 'SEN'",
        "DELETE FROM shift WHERE id = (SELECT max(id) FROM shift)",
        "INSERT INTO organisation (code, name, zone, sample) VALUES ('X', 'X', 'UTC', false)",
    ],
    ids=["changed", "removed", "added"],
)
def test_what_was_written_is_noticed_and_put_back(peopled: Peopled, written: str) -> None:
    assert peopled.changed() == {}
    with peopled.engine.begin() as connection:
        assert connection.execute(text(written)).rowcount == 1
    assert len(peopled.changed()) == 1
    peopled.put_back()
    assert peopled.changed() == {}


def test_what_is_written_by_no_statement_of_sqlalchemy_is_noticed_at_the_end(
    peopled: Peopled,
) -> None:
    with peopled.engine.begin() as connection:
        connection.execute(text("UPDATE unit SET name = 'Phường khác' WHERE code = 'SEN'"))
        cursor = connection.connection.cursor()
        cursor.execute("UPDATE desk SET name = 'Quầy khác'")
        cursor.close()
    assert list(peopled.changed()) == ["unit"]
    with pytest.raises(AssertionError, match="desk"):
        peopled.known.look_everywhere()


def test_the_next_key_is_the_same_whatever_was_written_before(peopled: Peopled) -> None:
    keys = []
    for _ in range(2):
        with Session(peopled.engine) as session:
            sign_session(session, "system", ORDINARY_MOMENT)
            added = Organisation(code="X", name="X")
            session.add(added)
            session.commit()
            keys.append(added.id)
        peopled.put_back()
    assert keys[0] == keys[1]


def _village(session: Session, name: str) -> list[int]:
    """Make a world whose two units point at each other; tell which keys they have."""
    sign_session(session, "builder", ORDINARY_MOMENT)
    organisation = Organisation(code="O", name=name)
    session.add(organisation)
    session.flush()
    units = [
        Unit(
            organisation_id=organisation.id,
            code=code,
            name=f"{name}\t'\\N'",
            level="commune",
            valid_from=ORDINARY_MOMENT.date(),
        )
        for code in ("below", "above")
    ]
    session.add_all(units)
    session.flush()
    units[0].parent_id = units[1].id
    return [unit.id for unit in units]


def _rows(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    tables = Base.metadata.sorted_tables
    return {it.name: sorted(map(tuple, session.execute(select(it)))) for it in tables}


def test_a_world_is_laid_row_for_row_as_it_was_built_and_the_next_keys_follow(
    databases: SqliteDatabases | PostgresqlDatabases,
) -> None:
    def village(session: Session, name: str) -> list[int]:
        built.append(name)
        return _village(session, name)

    built: list[str] = []
    found = []
    for name in ("Xã Một", "Xã Một", "Xã Hai"):
        with databases.fresh() as url:
            engine = make_engine(url)
            with Session(engine) as session:
                keys = lay(village, session, name)
                rows = _rows(session)
                session.get_one(Unit, keys[0]).name = "Xã Đổi Tên"
                later = Unit(
                    organisation_id=session.scalars(select(Organisation.id)).one(),
                    code="later",
                    name="Xã Sau",
                    level="commune",
                    valid_from=ORDINARY_MOMENT.date(),
                )
                session.add(later)
                session.commit()
                found.append((keys, rows, later.id, session.info["actor"]))
                keys.clear()  # what one test does to its own is not another's
            engine.dispose()
    assert built == ["Xã Một", "Xã Hai"]
    assert len(found[0][1]["audit_event"]) == 4
    assert found[0][1:] == found[1][1:] != found[2][1:]


def test_a_world_is_built_where_somebody_was_before_and_does_not_become_anothers(
    databases: SqliteDatabases | PostgresqlDatabases,
) -> None:
    def village(session: Session, name: str) -> list[int]:
        built.append(name)
        return _village(session, name)

    built: list[str] = []
    units = []
    for before in (True, False, True):
        with databases.fresh() as url:
            engine = make_engine(url)
            with Session(engine) as session:
                if before:
                    sign_session(session, "system", ORDINARY_MOMENT)
                    session.add(Organisation(code="X", name="Tỉnh Trước"))
                lay(village, session, "Xã")
                units.append(session.scalar(select(func.count()).select_from(Organisation)))
                session.rollback()
            engine.dispose()
    assert len(built) == 3
    assert units == [2, 1, 2]


def test_an_application_lent_twice_knows_nothing_of_the_first_time(
    settings: Settings, clock: Clock
) -> None:
    lent = []
    with closing(Applications()) as applications:
        for _ in range(2):
            with applications.lend(settings, clock) as app:
                assert app.extensions["clock"] is clock
                assert "left behind" not in app.extensions
                assert "LEFT_BEHIND" not in app.config
                app.extensions["left behind"] = app.config["LEFT_BEHIND"] = True
                lent.append(app)
    assert lent[0] is lent[1]


def test_the_run_uses_the_database_it_was_asked_for(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    assert engine.dialect.name == request.config.getoption("--database")


@pytest.mark.thorough
def test_a_cluster_is_not_of_root_and_leaves_neither_process_nor_folder() -> None:
    with running_cluster() as cluster:
        assert cluster.answers()
        owner = Path(f"/proc/{cluster.process.pid}").stat().st_uid
    assert owner != 0 or os.geteuid() != 0
    assert cluster.process.poll() is not None
    assert not cluster.folder.exists()


@pytest.mark.once
@pytest.mark.thorough
def test_the_server_ends_whole_on_ctrl_c(tmp_path: Path, database_url: str) -> None:
    with running_server(tmp_path, DATABASE_URL=database_url) as server:
        workers = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        assert workers.read_text().split()  # there is something that could be left behind
        server.signal_group(signal.SIGINT)
        assert server.process.wait(60) == 0
        assert server.group_is_gone()


def test_axe_finds_a_picture_without_words(
    page: Page, assert_axe_clean: Callable[[Page], None]
) -> None:
    page.set_content(
        "<!doctype html><html lang=vi><title>a</title><main><h1>a</h1><img src=x></main>"
    )
    with pytest.raises(AssertionError, match="image-alt"):
        assert_axe_clean(page)


def test_axe_finds_words_that_only_one_theme_hides(
    page: Page, assert_axe_clean: Callable[[Page], None]
) -> None:
    page.set_content(
        "<!doctype html><html lang=vi data-theme=light><title>a</title>"
        "<style>[data-theme=dark] h1 { color: #777; background: #888; }</style>"
        "<main><h1>Ông/Bà</h1></main>"
    )
    assert_axe_clean(page)
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark'; }")
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_axe_clean(page)


def test_the_application_answers_a_browser(page: Page, live_server: str) -> None:
    answer = page.goto(f"{live_server}/healthz")
    assert answer is not None
    assert answer.status == 200


def test_a_request_still_being_answered_is_waited_for(listening_socket: socket.socket) -> None:
    arrived, answered = threading.Event(), threading.Event()
    slow = Flask(__name__)

    @slow.get("/")
    def slowly() -> str:
        arrived.set()
        time.sleep(0.3)
        answered.set()
        return ""

    with served(slow, listening_socket), socket.socket() as reader:
        reader.connect(listening_socket.getsockname())
        reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert arrived.wait(30)
    assert answered.is_set()


def test_a_request_that_no_thread_has_begun_to_read_is_waited_for(
    listening_socket: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, answered = threading.Semaphore(0), threading.Event()
    real = ThreadedWSGIServer.process_request_thread

    def begin_late(server: ThreadedWSGIServer, *connection: Any) -> None:
        begun.release()
        time.sleep(0.3)
        real(server, *connection)

    monkeypatch.setattr(ThreadedWSGIServer, "process_request_thread", begin_late)
    app = Flask(__name__)

    @app.get("/")
    def answer() -> str:
        answered.set()
        return ""

    with served(app, listening_socket), socket.socket() as reader, socket.socket() as silent:
        silent.connect(listening_socket.getsockname())
        reader.connect(listening_socket.getsockname())
        reader.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert begun.acquire(timeout=30)
        assert begun.acquire(timeout=30)
    assert answered.is_set()
