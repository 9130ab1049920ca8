"""Standing in line for SQLite's one writer."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.services.turns import wait_for_turn


def in_line(engine: Engine) -> list[Path]:
    folder = Path(engine.url.database or "").parent
    return list(folder.glob("*-turn"))


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
def test_a_turn_ends_with_its_transaction(engine: Engine, ending: str) -> None:
    with Session(engine) as first, Session(engine) as second:
        for session in (first, second, first):
            wait_for_turn(session)  # would never come back if the turn were still another's
            wait_for_turn(session)  # and one's own is not waited for
            session.execute(text("UPDATE organisation SET name = name"))
            getattr(session, ending)()


def test_only_sqlite_has_a_line(engine: Engine) -> None:
    with Session(engine) as session:
        wait_for_turn(session)
    assert bool(in_line(engine)) == (engine.dialect.name == "sqlite")


def test_who_waited_too_long_is_sent_away_as_busy_and_lets_the_next_one_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = make_engine(f"sqlite+pysqlite:///{tmp_path / 'alone.db'}")
    monkeypatch.setattr("shared.services.turns.BUSY_TIMEOUT_MS", 50)
    holds, goes = threading.Event(), threading.Event()

    def hold() -> None:
        with Session(engine) as session:
            wait_for_turn(session)
            holds.set()
            goes.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    assert holds.wait(10)
    threading.Timer(0.2, goes.set).start()
    with Session(engine) as late, pytest.raises(OperationalError):
        wait_for_turn(late)
    holder.join()
    with Session(engine) as next_one:
        wait_for_turn(next_one)
    engine.dispose()
