"""Two people who do something in the same instant, each in a transaction of their own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from shared.audit import sign_session
from tests.conftest import ORDINARY_MOMENT

WRITES = ("INSERT", "UPDATE", "DELETE")
PATIENCE_SECONDS = 30


def second_at_once(engine: Engine, first: Session, act: Callable[[Session], object]) -> None:
    """Act in another session, committing the first, which acted, when that is about to write.

    So whatever it looked at before its first write was without what the first one did. Raises what
    the act raises.
    """
    about_to_write = Event()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip().startswith(WRITES):
            about_to_write.set()

    def run() -> None:
        try:
            with Session(engine) as second:
                sign_session(second, "second", ORDINARY_MOMENT)
                event.listen(second.connection(), "before_cursor_execute", note)
                act(second)
                second.commit()
        finally:
            about_to_write.set()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run)
        assert about_to_write.wait(PATIENCE_SECONDS)
        first.commit()
        running.result(PATIENCE_SECONDS)
