"""Of several who let a system into one unit at once, one after another."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.models.organisation import Unit


def take_turn(session: Session, unit_id: int) -> None:
    """Wait until nobody else has a turn in this unit; it lasts until the transaction ends.

    An update that changes nothing holds its row on PostgreSQL and the only writer on SQLite, where
    no row can be held. Whether something is there already is looked up after this.
    """
    unchanged = update(Unit).where(Unit.id == unit_id).values(code=Unit.code)
    session.execute(unchanged, execution_options={"synchronize_session": False})
