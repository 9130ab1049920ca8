"""How a database goes about what it is asked."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}


def plans(session: Session, ask: Callable[[], object]) -> list[str]:
    """Give the plan of every question that `ask` puts to the session's database, in order.

    PostgreSQL is told not to read whole tables, as it would where they are as small as here.
    """
    connection = session.connection()
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, words: str, values: Any, *_more: object) -> None:
        asked.append((words, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return [
        "\n".join(str(row) for row in connection.exec_driver_sql(f"{EXPLAIN[dialect]} {words}", it))
        for words, it in asked
    ]
