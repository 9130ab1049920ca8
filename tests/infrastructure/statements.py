"""What a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def statements(of: Engine | Connection | type[Engine] = Engine) -> Iterator[list[str]]:
    """Note every statement sent to a database; to any unless it is named."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(" ".join(statement.split()))

    event.listen(of, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(of, "before_cursor_execute", note)
