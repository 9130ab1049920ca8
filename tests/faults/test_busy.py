"""Eight kiosks, a long reader, other writers and a backup at once: nobody is sent away."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.models.organisation import Desk
from shared.models.rating import Rating
from shared.services import backups
from tests.faults.posting import Kiosk, Load
from tests.faults.proofs import assert_kept
from tests.infrastructure.server import running_server

# How often each thing is done beside the others, however long it takes.
POSTS, EDITS, COPIES = 10, 20, 2
PATIENCE_SECONDS = 120.0


@contextmanager
def over_and_over(work: Callable[[], object]) -> Iterator[list[int]]:
    """Do something again and again beside the load; gives how often it was done."""
    stop, done = threading.Event(), [0]

    def repeat() -> None:
        while not stop.is_set():
            work()
            done[0] += 1

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield done
    finally:
        stop.set()
        thread.join()


def test_no_kiosk_is_told_that_the_database_is_locked(
    tmp_path: Path, engine: Engine, database_url: str, kiosks: list[Kiosk]
) -> None:
    others = make_engine(database_url)

    def edit() -> None:
        with Session(others) as session:
            session.execute(update(Desk).values(name=func.upper(Desk.name)))
            session.commit()

    with (
        running_server(tmp_path / "data", DATABASE_URL=database_url) as server,
        Session(engine) as reader,
    ):
        if engine.dialect.name == "sqlite":
            reader.execute(text("BEGIN"))  # else a reading transaction ends with its statement
        assert reader.scalar(select(func.count()).select_from(Rating)) == 0
        with (
            Load(kiosks, server.url),
            over_and_over(edit) as edits,
            over_and_over(lambda: backups.backup(database_url, tmp_path / "copy")) as copies,
        ):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (
                all(len(kiosk.statuses) >= POSTS for kiosk in kiosks)
                and edits[0] >= EDITS
                and copies[0] >= COPIES
            ):
                assert time.monotonic() < deadline, (edits, copies)
                time.sleep(0.02)
        if engine.dialect.name == "sqlite":  # the reader's moment has not moved
            assert reader.scalar(select(func.count()).select_from(Rating)) == 0
    others.dispose()
    assert {status for kiosk in kiosks for status in kiosk.statuses} == {201}
    assert_kept(engine, {key for kiosk in kiosks for key in kiosk.answered})
