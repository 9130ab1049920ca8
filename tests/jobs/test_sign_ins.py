"""Failed sign-ins are forgotten in time, and never while somebody still has to wait."""

from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.jobs import loop
from shared.models.account import SignInFailure
from shared.services import accounts
from tests.conftest import Clock


def test_names_that_nobody_tries_any_more_are_forgotten_the_next_day(
    engine: Engine, session: Session, settings: Settings, clock: Clock
) -> None:
    for name, before in (("made-up-1", 49), ("made-up-2", 25), ("thuha", 23), ("head", 0)):
        accounts.note_failure(session, name, clock() - timedelta(hours=before))
    session.commit()
    loop.ask_for_daily(engine, clock())
    loop.run_waiting(settings, clock())
    session.rollback()
    assert set(session.scalars(select(SignInFailure.name))) == {"thuha", "head"}
