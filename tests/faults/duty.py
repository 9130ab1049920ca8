"""Who is on duty at a desk, day and night."""

from datetime import UTC, datetime, time

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.models.organisation import Desk, Officer, Shift
from tests.infrastructure.office import LONG_AGO


def on_duty(engine: Engine, desk: str, officer: str) -> None:
    """Put one officer on duty, both by their codes, in the place of all others."""
    with Session(engine) as session:
        sign_session(session, "system", datetime.now(UTC))
        session.execute(delete(Shift))
        session.add(
            Shift(
                desk_id=session.scalars(select(Desk.id).where(Desk.code == desk)).one(),
                officer_id=session.scalars(select(Officer.id).where(Officer.code == officer)).one(),
                weekdays="1234567",
                starts=time(0),
                ends=time(23, 59, 59),
                valid_from=LONG_AGO,
            )
        )
        session.commit()
