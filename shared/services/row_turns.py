"""Of several who change one row at once, or what belongs to it, one after another."""

from sqlalchemy import inspect, update
from sqlalchemy.orm import Session

from shared.db import Base


def take_turn(session: Session, row: Base) -> None:
    """Wait until nobody else has a turn at this row; it lasts until the transaction ends.

    What was read before this may be out of date.
    """
    take_turn_of(session, type(row), inspect(row).mapper.primary_key_from_instance(row)[0])


def take_turn_of(session: Session, table: type[Base], key: int) -> None:
    """Wait as `take_turn` does for the row of a key.

    An update that changes nothing holds the row on PostgreSQL and the only writer on SQLite, where
    no row can be held.
    """
    (column,) = inspect(table).primary_key
    unchanged = update(table).where(column == key).values({column.key: column})
    session.execute(unchanged, execution_options={"synchronize_session": False})
