"""Ratings of an uncertain moment never slip into a campaign that is over; they are told."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings
from shared.domain.rating import Mark
from shared.domain.report_period import ReportKind
from shared.domain.scoring import CompetitorKind, Score
from shared.models.campaign import Campaign
from shared.reports import campaign_letter
from shared.services import campaigns, standings
from shared.services.campaign_reports import NOW_KEY, Grounds, Offer
from shared.services.campaigns import Opening
from shared.services.report_data import ReportData
from shared.services.standings import Standing
from shared.statistics import left_aside, records
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build, world_of
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign
from tests.stored_ratings import stored_rating

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNCERTAIN = str(Mark.TIME_UNCERTAIN)


def rated_before(session: Session) -> None:
    world = build(session)
    world.rate("an-centre", {5: 18, 1: 2}, officer="mai")
    opening = Opening(
        "thi-dua", "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END, document="KH"
    )
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)


@pytest.fixture
def world(session: Session) -> World:
    """The province; An's centre was rated by twenty before."""
    lay(rated_before, session)
    return world_of(session)


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A campaign of the year, running."""
    return the_campaign(world)


def come(
    world: World,
    how_many: int,
    received_at: datetime,
    on: date,
    *marks: str,
    lane: str = "desk",
) -> None:
    """Store ratings of one star for An's centre, received at an instant."""
    for _ in range(how_many):
        stored_rating(
            world.session,
            world.unit("an-centre"),
            received_at,
            lane=lane,
            officer_id=world.officers["mai"].id,
            rated_on=on,
            marks=list(marks),
        )


def satisfaction(found: Standing, kind: CompetitorKind, whom: str) -> Score:
    """Give the score of satisfaction."""
    scores = found.place_of(kind, whom).row.entry.scores
    return next(one for one in scores if one.rule.measure == Measure.SATISFACTION)


def cases(world: World, campaign: Campaign, now: datetime) -> tuple[int, int, int]:
    """Give how many ratings count for An, for Mai, and how many are left aside."""
    found = standings.standings(world.session, campaign, now)
    collective = satisfaction(found, CompetitorKind.COLLECTIVE, "an").measurement
    individual = satisfaction(found, CompetitorKind.INDIVIDUAL, "mai").measurement
    return collective.n, individual.n, found.left_aside


def test_in_a_running_campaign_an_uncertain_rating_counts_by_the_day_it_came(
    world: World, campaign: Campaign
) -> None:
    come(world, 3, NOW, TODAY, UNCERTAIN)
    assert cases(world, campaign, NOW) == (23, 23, 0)


def test_what_comes_uncertain_after_the_close_is_left_aside_even_on_the_same_day(
    world: World, campaign: Campaign
) -> None:
    campaigns.close(campaign, NOW)
    come(world, 3, NOW + HOUR, TODAY, UNCERTAIN)
    come(world, 2, NOW + 3 * DAY, TODAY + 3 * DAY, UNCERTAIN)
    assert cases(world, campaign, NOW + 9 * DAY) == (20, 20, 5)


def test_what_came_before_the_close_stays(world: World, campaign: Campaign) -> None:
    come(world, 3, NOW, TODAY, UNCERTAIN)
    campaigns.close(campaign, NOW)
    assert cases(world, campaign, NOW + 9 * DAY) == (23, 23, 0)


def test_a_rating_whose_moment_is_sure_counts_however_late_it_comes(
    world: World, campaign: Campaign
) -> None:
    campaigns.close(campaign, NOW)
    come(world, 3, NOW + DAY, TODAY, str(Mark.CLOCK_OFF))
    assert cases(world, campaign, NOW + 9 * DAY) == (23, 23, 0)


def test_the_end_of_the_period_settles_it_as_the_close_does(
    world: World, campaign: Campaign
) -> None:
    new_year = datetime.fromisoformat("2027-01-01T00:00:00+07:00")
    come(world, 3, new_year, new_year.date(), UNCERTAIN)
    come(world, 1, new_year - timedelta(seconds=1), YEAR_END, UNCERTAIN)
    assert cases(world, campaign, new_year + DAY) == (21, 21, 3)


def test_what_comes_weeks_later_or_does_not_count_anyway_is_not_told(
    world: World, campaign: Campaign
) -> None:
    campaigns.close(campaign, NOW)
    come(world, 1, NOW + 36 * DAY, TODAY + 36 * DAY, UNCERTAIN)
    come(world, 1, NOW + HOUR, TODAY, UNCERTAIN, lane="open")
    assert cases(world, campaign, NOW + 90 * DAY) == (20, 20, 0)


def test_the_records_behind_the_score_are_those_that_count(
    world: World, campaign: Campaign
) -> None:
    campaigns.close(campaign, NOW)
    come(world, 3, NOW + HOUR, TODAY, UNCERTAIN)
    come(world, 4, NOW - HOUR, TODAY, UNCERTAIN)
    found = standings.standings(world.session, campaign, NOW + DAY)
    subject = found.place_of(CompetitorKind.COLLECTIVE, "an").subject
    sheet = records.ratings(world.session, Settings(), subject, None, 1, found.as_of)
    assert sheet.total == 4
    [late] = left_aside.within(
        world.session, subject.unit_ids, subject.window, Settings(), found.frame
    )
    assert (late.on, late.tally.hits, late.tally.cases) == (TODAY, 0, 3)


def test_the_report_tells_how_many_were_left_aside(world: World, campaign: Campaign) -> None:
    campaigns.close(campaign, NOW)
    before = _report(world, campaign)
    come(world, 3, NOW + HOUR, TODAY, UNCERTAIN)
    assert "3 đánh giá không rõ lúc chạm" in _report(world, campaign)
    assert "không rõ lúc chạm" not in before


def _report(world: World, campaign: Campaign) -> str:
    found = standings.standings(world.session, campaign, NOW + DAY)
    rankings = {kind: found.of_kind(kind) for kind in CompetitorKind}
    asked = Offer(NOW_KEY, ReportKind.NOW, found.plan.starts_on, found.plan.ends_on)
    letter = campaign_letter.letter(Grounds(asked, found), rankings, ReportData(), TODAY)
    return " ".join(part for part in letter.body if isinstance(part, str))
