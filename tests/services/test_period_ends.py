"""At the ends of a period: what lies beyond the last day is judged as the closing review will."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.scoring import CompetitorKind, Measurement, MeasurementState, ScoreState
from shared.models.campaign import Campaign
from shared.services import campaigns, criteria, standings
from shared.services.campaigns import Opening
from shared.services.standings import Standing
from tests.campaign_world import NOW, YEAR_END, World, build

FIRST, LAST = date(2026, 1, 1), date(2026, 10, 31)  # three weeks before the world's now
DAY = timedelta(days=1)


@pytest.fixture
def world(session: Session) -> World:
    """The province."""
    return build(session)


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A campaign whose period is over and which was not closed."""
    begun = datetime.combine(FIRST, time(1), UTC) - DAY
    opening = Opening("thi-dua", "Thi đua", world.unit("province"), FIRST, LAST, "KH")
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, begun)
    campaigns.confirm_weights(made, "hoa", begun)
    campaigns.start(world.session, made, begun)
    return made


def measured(found: Standing, measure: Measure) -> Measurement:
    """Give An's figure."""
    scores = found.place_of(CompetitorKind.COLLECTIVE, "an").row.entry.scores
    return next(one.measurement for one in scores if one.rule.measure == measure)


def test_what_fell_due_after_the_last_day_is_not_judged_by_what_became_of_it(
    world: World, campaign: Campaign
) -> None:
    """Unfinished at the end is measured at the end of the period (QĐ 766/QĐ-TTg, 2.1)."""
    world.dossiers("an", 4, LAST - 20 * DAY)
    world.dossiers("an", 3, LAST - DAY, days=5, took=11)  # due and finished late in November
    world.dossiers("an", 2, LAST - 9 * DAY, days=9, took=None)  # due on the last day
    world.dossiers("an", 1, LAST - 9 * DAY, days=8, took=None)
    world.complaint("an", LAST - 20 * DAY, LAST - 15 * DAY, LAST - 16 * DAY)
    world.complaint("an", LAST - 2 * DAY, LAST + 5 * DAY, None)
    found = standings.standings(world.session, campaign, NOW)
    on_time = measured(found, Measure.DOSSIERS_ON_TIME)
    assert (on_time.hits, on_time.cases) == (4, 5)
    answered = measured(found, Measure.COMPLAINTS_ANSWERED_ON_TIME)
    assert (answered.hits, answered.cases) == (1, 1)


def test_the_standing_after_the_last_day_is_what_the_closing_review_freezes(
    world: World, campaign: Campaign
) -> None:
    world.dossiers("an", 3, LAST - DAY, days=5, took=11)
    world.dossiers("an", 4, LAST - 20 * DAY)
    world.complaint("an", LAST - 2 * DAY, LAST + 5 * DAY, None)
    world.rate("an-centre", {5: 9, 1: 1}, on=LAST, officer="mai")
    world.rate("an-centre", {1: 9}, on=LAST + DAY, officer="mai")
    live = standings.standings(world.session, campaign, NOW)
    closing = standings.standings(world.session, campaign, NOW, until=LAST)
    assert live.places == closing.places
    assert live.frame == closing.frame


def test_a_review_after_the_end_judges_by_its_own_day(world: World, campaign: Campaign) -> None:
    world.dossiers("an", 3, LAST - DAY, days=5, took=11)
    found = standings.standings(world.session, campaign, NOW, until=LAST + 15 * DAY)
    on_time = measured(found, Measure.DOSSIERS_ON_TIME)
    assert (on_time.hits, on_time.cases) == (0, 3)


@pytest.mark.parametrize("kept", [CriterionFilter(), CriterionFilter(levels=("4",))])
def test_a_first_list_after_the_last_day_tells_of_no_year_without_dossiers(
    world: World, kept: CriterionFilter
) -> None:
    """Who hands nothing in is missing and earns nothing; exempt is who had no dossier."""
    opening = Opening("thi-dua", "Thi đua", world.unit("province"), FIRST, LAST, "KH")
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    key, _rule = criteria.by_code(world.session, made, CompetitorKind.COLLECTIVE, "2.6")
    criteria.set_filter(world.session, made, key, kept)
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)
    world.handed_in("an", LAST)
    world.handed_in("binh", LAST + DAY)
    found = standings.standings(world.session, made, NOW)
    states = {}
    for unit in ("an", "binh", "cat"):
        scores = found.place_of(CompetitorKind.COLLECTIVE, unit).row.entry.scores
        states[unit] = next(one.state for one in scores if one.rule.code == "2.6")
    missing = ScoreState.MISSING
    assert states == {"an": ScoreState.EXEMPT, "binh": missing, "cat": missing}


def test_the_paper_register_of_a_month_that_had_begun_before_is_neither_owed_nor_counted(
    world: World,
) -> None:
    """It tells no days: what it holds may be of before the campaign."""
    opening = Opening("giua-thang", "x", world.unit("province"), date(2026, 8, 15), YEAR_END, "KH")
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)
    world.dossiers("an", 10, date(2026, 8, 3))
    world.dossiers("an", 10, date(2026, 9, 3))

    def in_software() -> tuple[MeasurementState, int | None, int | None]:
        found = standings.standings(world.session, made, NOW)
        one = measured(found, Measure.DOSSIERS_IN_SOFTWARE)
        return one.state, one.hits, one.cases

    assert in_software() == (MeasurementState.NOT_SUBMITTED, None, None)
    world.paper("an", date(2026, 9, 1), 2)
    assert in_software() == (MeasurementState.MEASURED, 10, 12)
    world.paper("an", date(2026, 8, 1), 6)
    assert in_software() == (MeasurementState.MEASURED, 10, 12)
