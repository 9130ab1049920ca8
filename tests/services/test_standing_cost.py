"""What a standing asks the database: nothing twice, and nothing that no criterion is about."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.measure import Measure
from shared.models.campaign import Campaign, CampaignCriterion
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
