"""A campaign of the small province, opened and started; its standing and figures in a few words."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.figure import Figure
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign
from shared.services import campaigns, figures, standings
from shared.services.campaigns import Opening
from shared.services.standings import Standing
from tests.campaign_world import JANUARY_FIRST, NOW, YEAR_END, World, build, world_of
from tests.infrastructure.worlds import lay

COLLECTIVE, INDIVIDUAL = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL


def opening(world: World, code: str = "long-my-2026") -> Opening:
    return Opening(
        code=code,
        name="Thi đua cải cách hành chính 2026",
        unit_id=world.unit("province"),
        starts_on=JANUARY_FIRST,
        ends_on=YEAR_END,
        document="Kế hoạch 12/KH-UBND ngày 05/01/2026",
        organiser="Sở Nội vụ",
    )


def drafted(world: World) -> Campaign:
    return campaigns.open_from_template(world.session, "long_my", opening(world), world.scope, NOW)


def started(world: World, draft: Campaign) -> Campaign:
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    return draft


def build_draft(session: Session) -> None:
    drafted(build(session))


def build_running(session: Session) -> None:
    world = build(session)
    started(world, drafted(world))


def build_asked(session: Session, request: pytest.FixtureRequest) -> World:
    """Build the province, with the campaign that a test asks for as `draft` or `running`."""
    for name, wanted in (("running", build_running), ("draft", build_draft)):
        if name in request.fixturenames:
            lay(wanted, session)
            return world_of(session)
    return build(session)


def the_campaign(world: World) -> Campaign:
    """Find the only campaign there is."""
    return world.session.scalars(select(Campaign)).one()


def standing(world: World, campaign: Campaign) -> Standing:
    return standings.standings(world.session, campaign, NOW)


def score_of(found: Standing, kind: CompetitorKind, whom: str, code: str) -> Any:
    scores = found.place_of(kind, whom).row.entry.scores
    (one,) = [score for score in scores if score.rule.code == code]
    return one


def place_of(world: World, campaign: Campaign, whom: str, code: str) -> figures.Place:
    (place,) = [
        place
        for place in figures.places(world.session, campaign, world.scope)
        if (place.competitor.code, place.rule.code) == (whom, code)
        and place.rule.kind is COLLECTIVE
    ]
    return place


def enter(world: World, campaign: Campaign, whom: str, code: str, figure: Figure) -> int:
    place = place_of(world, campaign, whom, code)
    row = figures.enter(
        world.session,
        campaign,
        place.criterion_id,
        place.competitor.key,
        figure,
        "Công văn 45/UBND",
        world.scope,
        "hoa",
        NOW,
    )
    return row.id


def verify(
    world: World, campaign: Campaign, figure_id: int, found: Figure, actor: str = "tung"
) -> None:
    figures.verify(
        world.session, campaign, figure_id, found, "Đã đối chiếu", world.scope, actor, NOW
    )
