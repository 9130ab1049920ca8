"""What a standing asks the database: nothing twice, and nothing that no criterion is about."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.measure import Measure
from shared.domain.peer_group import PeerGroup
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign, CampaignCriterion
from shared.services import peer_groups
from tests.campaign_world import World, world_of
from tests.infrastructure.statements import statements
from tests.infrastructure.worlds import lay
from tests.opened_campaign import build_running, standing, the_campaign


@pytest.fixture
def world(session: Session) -> World:
    lay(build_running, session)
    return world_of(session)


def asked(world: World, campaign: Campaign) -> list[str]:
    with statements(world.session.get_bind(), with_values=True) as seen:
        standing(world, campaign)
    return seen


def test_nothing_is_asked_twice(world: World) -> None:
    found = asked(world, the_campaign(world))
    assert len(found) == len(set(found))


def test_the_dossiers_that_peer_groups_go_by_are_those_counted_for_the_figures(
    world: World,
) -> None:
    campaign = the_campaign(world)
    world.dossiers("an", 2)
    groups = [
        PeerGroup(name, fewest, kind)
        for kind in CompetitorKind
        for name, fewest in (("Nhiều", 2), ("Ít", 0))
    ]
    peer_groups.add_groups(world.session, campaign, groups)
    found = asked(world, campaign)
    assert len(found) == len(set(found))
    grouped = {place.competitor.code: place.group for place in standing(world, campaign).places}
    assert (grouped["an"], grouped["binh"]) == ("Nhiều", "Ít")


@pytest.mark.parametrize(
    ("measure", "table"),
    [(Measure.MANUAL, "manual_figure"), (Measure.CHILD_CAMPAIGN, "campaign_parent")],
)
def test_what_no_criterion_is_about_is_not_asked(
    world: World, measure: Measure, table: str
) -> None:
    campaign = the_campaign(world)
    criteria = select(CampaignCriterion).where(CampaignCriterion.campaign_id == campaign.id)
    rows = list(world.session.scalars(criteria))
    rows[0].measure = measure
    world.session.flush()
    assert any(table in statement for statement in asked(world, campaign))
    for row in rows:
        row.measure = Measure.SATISFACTION
    world.session.flush()
    assert not any(table in statement for statement in asked(world, campaign))
