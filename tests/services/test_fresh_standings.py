"""A standing is told again only while nothing was written, whoever wrote it."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.domain.scoring import CompetitorKind
from shared.models.rating import RatingDay
from shared.services import campaigns
from shared.services.campaigns import Opening
from shared.services.fresh_standings import fresh_standing as told
from shared.services.fresh_standings import shown_standing
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, build

CODE, LATER = "thi-dua", NOW + timedelta(minutes=5)
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def known(engine: Engine) -> Engine:
    """Commit a running campaign with some ratings."""
    with Session(engine) as session, session.begin():
        world = build(session)
        world.rate("an", {5: 8, 1: 2})
        opening = Opening(CODE, "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END)
        campaign = campaigns.open_from_template(session, "long_my", opening, world.scope, NOW)
        campaigns.confirm_weights(campaign, "hoa", NOW)
        campaigns.start(session, campaign, NOW)
    return engine


def cases(session: Session) -> int | None:
    found = told(session, campaigns.by_code(session, CODE), NOW)
    place = found.place_of(CompetitorKind.COLLECTIVE, "an")
    scores = [one for one in place.row.entry.scores if one.rule.measure == "satisfaction"]
    return scores[0].measurement.n


def test_the_same_standing_is_told_while_nothing_was_written(known: Engine) -> None:
    with Session(known) as session:
        campaign = campaigns.by_code(session, CODE)
        # Other tests may write into the same server in between, so it is tried again.
        pairs = ((told(session, campaign, NOW), told(session, campaign, LATER)) for _ in range(200))
        assert any(first is second for first, second in pairs)
        today, tomorrow = told(session, campaign, NOW), told(session, campaign, TOMORROW)
        assert tomorrow.frame.today == today.frame.today + timedelta(days=1)


def test_a_shown_standing_is_kept_beside_that_of_now(known: Engine) -> None:
    with Session(known) as session:
        campaign = campaigns.by_code(session, CODE)
        for _ in range(2):
            now, weekly = told(session, campaign, NOW), shown_standing(session, campaign, TOMORROW)
            assert now.frame.today == weekly.frame.today == TODAY  # a Sunday
            assert now.frame.shown_until is None
            assert weekly.frame.shown_until is not None


def test_what_another_or_the_same_connection_committed_is_told_at_once(known: Engine) -> None:
    with Session(known) as reader, Session(known) as writer:
        sign_session(writer, "test", NOW)
        for expected in (10, 11, 12):
            assert cases(reader) == expected
            reader.rollback()
            writer.scalars(select(RatingDay)).one().score_5 += 1
            writer.commit()
        assert cases(writer) == 13
        writer.rollback()
        assert cases(reader) == 13


def test_what_was_not_committed_is_told_to_nobody_else(known: Engine) -> None:
    with Session(known) as session:
        assert cases(session) == 10
        sign_session(session, "test", NOW)
        session.scalars(select(RatingDay)).one().score_5 += 5
        assert cases(session) == 15
        session.flush()
        assert cases(session) == 15
        session.rollback()
        assert cases(session) == 10
