"""Campaigns opened from each template in one step, and what only a standing can tell."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.certainty import total_interval
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.errors import RuleBroken
from shared.domain.scoring import CompetitorKind, Reason, RuleSet, Score, ScoreState
from shared.domain.sealed import Matter, State
from shared.models.campaign import Campaign, CampaignCompetitor, CampaignParent
from shared.models.sealed import SealedReport
from shared.services import campaigns, competitors, criteria, standings
from shared.services.campaigns import TEMPLATES, Opening
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build
from tests.sealed_world import add_inspector

COLLECTIVE, INDIVIDUAL = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def opened(world: World, key: str, unit: str = "province", code: str = "thi-dua") -> Campaign:
    opening = Opening(code, "Thi đua", world.unit(unit), JANUARY_FIRST, YEAR_END)
    return campaigns.open_from_template(world.session, key, opening, world.scope, NOW)


def started(world: World, key: str, unit: str = "province", code: str = "thi-dua") -> Campaign:
    made = opened(world, key, unit, code)
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)
    return made


def report_of(world: World, number: int, unit: str, matter: Matter, state: State) -> None:
    """Store a confidential report that was concluded in a month that is over."""
    code, then = f"{number}", datetime(2026, 10, 6, 2, tzinfo=UTC)
    world.session.add(
        SealedReport(
            **dict.fromkeys(("number", "form_id", "code_hash", "link_hash"), code),
            unit_id=world.unit(unit),
            matter=matter,
            state=state,
            level=0,
            language="vi",
            received_at=then,
            received_on=then.date(),
            concluded_at=then,
            concluded_on=then.date(),
        )
    )
    world.session.flush()


def score_of(world: World, campaign: Campaign, who: str, code: str) -> Score:
    found = standings.standings(world.session, campaign, NOW)
    (place,) = [one for one in found.places if one.competitor.code == who]
    (score,) = [one for one in place.row.entry.scores if one.rule.code == code]
    return score


@pytest.mark.parametrize("key", TEMPLATES)
def test_a_template_opens_in_one_step_and_every_row_is_scored_or_says_why_not(
    world: World, key: str
) -> None:
    campaign = started(world, key)
    plan = campaigns.plan_of(world.session, campaign)
    source = campaigns.template(key)
    assert plan.criteria == source.criteria
    assert (plan.theme, plan.document) == (source.theme, source.document)
    assert [one.kind for one in plan.milestones] == [one.kind for one in source.milestones]
    assert all(JANUARY_FIRST <= one.on <= YEAR_END for one in plan.milestones)
    world.dossiers("an-centre", 3)  # which no officer is named for
    world.dossiers("binh", 2, officer="nam")
    world.complaint("an-centre", TODAY, TODAY, None)
    found = standings.standings(world.session, campaign, NOW)
    assert {place.competitor.kind for place in found.places} == source.kinds
    for place in found.places:
        kind = place.competitor.kind
        assert len(place.row.entry.scores) == sum(rule.kind is kind for rule in source.criteria)


def test_a_document_that_was_cleared_is_not_taken_from_the_template(world: World) -> None:
    opening = Opening(
        "thi-dua", "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END, document=""
    )
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    assert campaigns.plan_of(world.session, made).document == ""


def test_a_templates_weights_must_be_confirmed_before_the_start(world: World) -> None:
    campaign = opened(world, "thach_that")
    with pytest.raises(RuleBroken) as caught:
        campaigns.start(world.session, campaign, NOW)
    assert caught.value.code == "weights_unconfirmed"
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)
    assert (campaign.weights_confirmed_by, campaign.weights_confirmed_at) == ("hoa", NOW)
    with pytest.raises(RuleBroken):
        campaigns.confirm_weights(campaign, "hoa", NOW)


def test_a_head_answers_for_the_units_score_and_others_are_exempt(world: World) -> None:
    campaign = opened(world, "thach_that")
    mai = world.session.scalars(
        select(CampaignCompetitor).where(CampaignCompetitor.officer_id == world.officers["mai"].id)
    ).one()
    assert not mai.head  # her post says nothing of heading
    competitors.set_head(world.session, campaign, mai.id, head=True)
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)
    world.rate("an-centre", {5: 95, 1: 5})
    world.dossiers("an", 9)
    world.dossiers("an", 1, took=None)
    found = standings.standings(world.session, campaign, NOW)
    unit, head = found.place_of(COLLECTIVE, "an"), found.place_of(INDIVIDUAL, "mai")
    derived = score_of(world, campaign, "mai", "5.7a")
    assert derived.measurement.value == unit.row.total
    assert derived.state is ScoreState.SCORED
    (taken_over,) = [one for one in head.row.entry.scores if one.rule.code == "5.7a"]
    assert found.interval_of_score(head, taken_over) == found.interval_of(unit)
    known = found.interval_of(head)
    without = total_interval(head.row.entry.scores, RuleSet(campaign.unmet_ceiling))
    assert known is not None
    assert without is not None
    assert known.high - known.low > without.high - without.low
    overdue = score_of(world, campaign, "mai", "5.7b")
    assert (overdue.measurement.value, overdue.points) == (Decimal(1), Decimal(9))
    for code in ("5.7a", "5.7b"):
        other = score_of(world, campaign, "nam", code)
        assert (other.state, other.reason) == (ScoreState.EXEMPT, Reason.NO_CASES)


def test_a_campaign_of_ones_own_counts_from_its_start(world: World) -> None:
    campaign = started(world, "bac_tra_my")
    assert score_of(world, campaign, "an", "3.9").met is False
    below = opened(world, "thach_that", "an", "thi-dua-an")
    world.session.add(CampaignParent(campaign_id=below.id, parent_id=campaign.id))
    world.session.flush()
    assert score_of(world, campaign, "an", "3.9").met is False
    campaigns.confirm_weights(below, "hoa", NOW)
    campaigns.start(world.session, below, NOW)
    assert score_of(world, campaign, "an", "3.9").met is True
    assert score_of(world, campaign, "binh", "3.9").met is False


def test_a_trend_is_held_against_the_same_days_a_year_before(world: World) -> None:
    campaign = started(world, "district_2022")
    world.dossiers("an", 8, online=True)
    world.dossiers("an", 2, online=False)
    without = score_of(world, campaign, "an", "4.3")
    assert without.reason is Reason.NO_EARLIER_PERIOD
    world.dossiers("an", 1, received_on=date(2025, 8, 4), online=True)
    world.dossiers("an", 1, received_on=date(2025, 8, 4), online=False)
    world.dossiers("an", 9, received_on=date(2025, 12, 30), online=True)  # after these days
    rising = score_of(world, campaign, "an", "4.3")
    assert (rising.measurement.value, rising.measurement.previous) == (Decimal(80), Decimal(50))
    assert rising.met is True
    assert TODAY.year == 2026


@pytest.mark.parametrize("kept", [CriterionFilter(), CriterionFilter(levels=("4",))])
def test_a_unit_that_did_not_exist_a_year_before_is_exempt_from_a_trend(
    world: World, kept: CriterionFilter
) -> None:
    """It hid nothing; but who was there and handed in nothing is missing, then or now."""
    campaign = opened(world, "district_2022")
    key, _rule = criteria.by_code(world.session, campaign, COLLECTIVE, "4.3")
    criteria.set_filter(world.session, campaign, key, kept)
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)
    for unit in ("binh", "cat"):
        world.units[unit].valid_from = date(2026, 2, 1)
    for unit in ("an", "binh"):
        world.dossiers(unit, 8)
    found = {unit: score_of(world, campaign, unit, "4.3") for unit in ("an", "binh", "cat")}
    states = {unit: one.state for unit, one in found.items()}
    missing = ScoreState.MISSING
    assert states == {"an": missing, "binh": ScoreState.EXEMPT, "cat": missing}
    world.dossiers("binh", 1, received_on=date(2025, 8, 4), online=False)  # as of a unit before it
    assert score_of(world, campaign, "binh", "4.3").met is True


def test_an_upheld_report_of_brokers_vetoes_whatever_the_points(world: World) -> None:
    """Row 4.5: confidential reports, not what the unit says of itself; of other matters none."""
    campaign = started(world, "district_2022")
    assert score_of(world, campaign, "an", "4.5").reason is Reason.OFF  # nobody reads any yet
    add_inspector(world.session, "thanhtra", world.unit("province"), NOW)
    for number, (unit, matter, state) in enumerate(
        [
            ("an-centre", Matter.BROKER, State.UPHELD),
            ("binh", Matter.EXTRA_MONEY, State.UPHELD),
            ("cat", Matter.BROKER, State.NOT_UPHELD),
        ]
    ):
        report_of(world, number, unit, matter, state)
    found = standings.standings(world.session, campaign, NOW)
    vetoes = {
        place.competitor.code: [one.rule.code for one in place.row.vetoes] for place in found.places
    }
    assert vetoes == {"an": ["4.5"], "binh": [], "cat": []}
