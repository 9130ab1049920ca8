"""SQLite has one writer: those who record ratings stand in line for it."""

import fcntl
import os
import time

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from shared.db import BUSY_TIMEOUT_MS

_TURN = "turn to write"


def wait_for_turn(session: Session) -> None:
    """Wait until this session may write; its turn lasts until its transaction ends.

    SQLite's own waiting polls at growing intervals, so that under load the unlucky wait for half
    a second; the kernel serves a file lock in order, and ends it with the process that held it.
    Writers that do not stand in line are still kept apart by SQLite. On PostgreSQL nobody waits.
    Raises OperationalError, as SQLite would, after having waited as long as SQLite would.
    """
    engine = session.connection().engine
    if engine.dialect.name != "sqlite" or _TURN in session.info:
        return
    begin = time.monotonic()
    line = os.open(f"{engine.url.database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(line, fcntl.LOCK_EX)
    session.info[_TURN] = line
    if time.monotonic() - begin > BUSY_TIMEOUT_MS / 1000:
        raise OperationalError("waiting for a turn to write", None, TimeoutError())


@event.listens_for(Session, "after_transaction_end")
def end_turn(session: Session, transaction: SessionTransaction) -> None:
    """Let the next one in."""
    if transaction.parent is None and _TURN in session.info:
        os.close(session.info.pop(_TURN))
