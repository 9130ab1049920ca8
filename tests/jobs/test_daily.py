"""What the job process does every day by itself: proving totals by facts."""

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.jobs import loop
from shared.models.job import Job
from shared.models.rating import RatingDay
from shared.services import jobs
from tests.conftest import Clock
from tests.rating_office import a_rating, rating_office, send


def test_totals_are_proved_once_a_day(engine: Engine, session: Session, clock: Clock) -> None:
    for later in (timedelta(0), timedelta(hours=23), timedelta(hours=2)):
        clock.advance(later)
        loop.ask_for_daily(engine, clock())
    kinds = [job.kind for job in session.scalars(select(Job).order_by(Job.id))]
    assert kinds == [*loop.DAILY, *loop.DAILY]


def test_work_asked_for_under_a_clock_that_was_ahead_holds_up_none_of_today(
    engine: Engine, session: Session, settings: Settings, clock: Clock
) -> None:
    today = clock()
    for at in (today + timedelta(days=3_000), today, today + timedelta(seconds=40)):
        loop.ask_for_daily(engine, at)
        loop.ask_for_frequent(engine, settings, at)
        loop.run_waiting(settings, at)
    asked = select(Job.kind).where(Job.created_at == today).order_by(Job.id)
    assert session.scalars(asked).all() == [*loop.DAILY, *loop.OFTEN]
    later = select(Job.kind).where(Job.created_at > today, Job.created_at < today + timedelta(1))
    assert session.scalars(later).all() == []


def test_a_total_equal_to_its_facts_passes_and_a_changed_one_is_told(
    engine: Engine, session: Session, settings: Settings, clock: Clock, client: FlaskClient
) -> None:
    office = rating_office(session, clock())
    send(client, office.token, a_rating(score=5))
    assert prove(engine, session, settings, clock).state == jobs.DONE
    session.execute(update(RatingDay).values(score_5=2))
    session.commit()
    failed = prove(engine, session, settings, clock)
    assert failed.state == jobs.FAILED
    assert "rating_day" in (failed.error or "")


def prove(engine: Engine, session: Session, settings: Settings, clock: Clock) -> Job:
    """Let a day pass and its proof be made."""
    clock.advance(timedelta(days=2))
    loop.ask_for_daily(engine, clock())
    loop.run_waiting(settings, clock())
    session.rollback()
    ended = jobs.last_ended(session, "totals")
    assert ended is not None
    return ended
