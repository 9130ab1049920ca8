"""Adding ratings to the daily totals: in few questions, and never crosswise."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.services import channels, ratings
from shared.services.rating_additions import MOST_JOINED
from shared.services.rating_totals import differences
from tests.infrastructure.statements import statements
from tests.rating_office import RatingOffice, a_rating, kiosk_of, rating_office

AT_TWO = datetime(2026, 11, 18, 7, tzinfo=UTC)
POSTS = 40


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, committed."""
    return rating_office(session, now)


def post(engine: Engine, token: str, first: int, count: int) -> None:
    """Send ratings of one procedure, each of a day of its own, as one request does."""
    items = [
        a_rating(first + number, AT_TWO - timedelta(days=number), procedure="1.000894")
        for number in range(count)
    ]
    with Session(engine) as session:
        sign_session(session, "resident", AT_TWO)
        channel = channels.recognise(session, token)
        assert channel is not None
        ratings.record(session, channel, items, AT_TWO, AT_TWO)
        session.commit()


def test_a_rating_by_itself_is_recorded_in_few_questions(
    engine: Engine, office: RatingOffice
) -> None:
    post(engine, office.token, 1, 1)
    with statements(engine) as seen:
        post(engine, office.token, 2, 1)
    # Who sends it, whose it is, the rating, its totals and what has arrived: the last in one.
    assert len(seen) == (4 if engine.dialect.name == "postgresql" else 6)


def test_ratings_alone_and_in_batches_never_wait_for_each_other_crosswise(
    engine: Engine, session: Session, office: RatingOffice
) -> None:
    def send(token: str, count: int) -> None:
        for turn in range(POSTS):
            post(engine, token, 1 + turn * count, count)

    with ThreadPoolExecutor(2) as threads:
        alone = threads.submit(send, office.token, 1)
        many = threads.submit(send, office.second_token, MOST_JOINED)
        alone.result()
        many.result()
    assert differences(session) == []


def test_two_posts_of_one_kiosk_at_once_wait_for_each_other_and_both_count(
    engine: Engine, session: Session, office: RatingOffice
) -> None:
    def send(first: int) -> None:
        for turn in range(POSTS):
            post(engine, office.token, first + 2 * turn, 1)

    with ThreadPoolExecutor(2) as threads:
        for sent in [threads.submit(send, first) for first in (1, 2)]:
            sent.result()
    assert differences(session) == []
    assert kiosk_of(session, office.token).next_sequence == 1 + 2 * POSTS
