"""Somebody else who writes just before something is written, when all looking is over."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from shared.audit import sign_session
from tests.infrastructure.side_by_side import WRITES


@contextmanager
def written_first(
    engine: Engine, write: Callable[[Session], object], now: datetime
) -> Iterator[None]:
    """Let another session write and commit before the first thing that anybody is about to write.

    For what holds nothing before it writes; whoever waits for a turn would wait for ever.
    """
    due = [True]

    def be_first(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if due and statement.startswith(WRITES):
            due.clear()
            with Session(engine) as other:
                sign_session(other, "first", now)
                write(other)
                other.commit()

    event.listen(Engine, "before_cursor_execute", be_first)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", be_first)
    assert not due, "nothing was written"
