"""What a database is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event


@contextmanager
def statements(
    of: Engine | Connection | type[Engine] = Engine, *, with_values: bool = False
) -> Iterator[list[str]]:
    """Note every statement sent to a database; to any unless it is named."""
    seen: list[str] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: object, *_more: object
    ) -> None:
        words = " ".join(statement.split())
        seen.append(f"{words} {values}" if with_values else words)

    event.listen(of, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(of, "before_cursor_execute", note)
