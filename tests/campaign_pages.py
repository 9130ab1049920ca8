"""Walking the campaign pages in tests: addresses, words, forms."""

import re
from datetime import date, datetime
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.campaign import Campaign, CampaignCompetitor, CampaignCriterion
from shared.services import accounts, campaigns
from shared.services.campaigns import Opening
from tests import campaign_world, cast
from tests.campaign_world import JANUARY_FIRST, YEAR_END, World
from tests.conftest import ORDINARY_MOMENT, Clock

CODE = "long-my-2026"
HOME = f"/admin/campaigns/{CODE}"
YESTERDAY = date(2026, 11, 17)


def build_peopled(session: Session, now: datetime) -> None:
    """Build the province with its people."""
    add_people(campaign_world.build(session), now)


def build_running(session: Session, now: datetime) -> None:
    """Build the same with a running campaign and some facts."""
    build_peopled(session, now)
    run_campaign(campaign_world.world_of(session))


def add_people(world: World, now: datetime) -> None:
    """Add accounts: two organisers, a head, an administrator, an officer, a reviewer."""
    people = [
        ("tung", Role.ORGANISER, "province"),
        ("hoa", Role.ORGANISER, "province"),
        ("head-an", Role.HEAD, "an"),
        ("admin", Role.ADMIN, "province"),
    ]
    for name, role, unit in people:
        accounts.add(world.session, name, name, [(role, world.unit(unit))], now)
    accounts.set_grants(world.session, world.accounts["nam"], [(Role.OFFICER, world.unit("binh"))])
    both = [(Role.REVIEWER, world.unit("province")), (Role.HEAD, world.unit("province"))]
    accounts.add(world.session, "reviewer", "reviewer", both, now)


def run_campaign(world: World) -> None:
    """Start a campaign and let a few facts happen in it."""
    opening = Opening(CODE, "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.open_from_template(
        world.session, "long_my", opening, world.scope, ORDINARY_MOMENT
    )
    campaigns.confirm_weights(made, "hoa", ORDINARY_MOMENT)
    campaigns.start(world.session, made, ORDINARY_MOMENT)
    world.rate("an-centre", {5: 57, 1: 3}, on=YESTERDAY, officer="mai")
    world.rate("binh", {5: 3, 1: 1}, on=YESTERDAY, officer="nam")
    world.dossiers("an", 4, officer="mai")
    world.dossiers("an", 1, took=9)
    world.dossiers("binh", 2, officer="nam")
    world.post("an", world.procedures[:3])


def person(app: Flask, world: World, name: str, clock: Clock) -> FlaskClient:
    return cast.enter(app, world.session, name, clock())


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def plain(html: str) -> str:
    """Give the words of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def campaign(world: World, code: str = CODE) -> Campaign:
    world.session.expire_all()
    return world.session.scalars(select(Campaign).where(Campaign.code == code)).one()


def figure_path(world: World, whom: str, code: str) -> str:
    criterion = world.session.scalars(
        select(CampaignCriterion.id).where(
            CampaignCriterion.code == code, CampaignCriterion.kind == "collective"
        )
    ).one()
    competitor = world.session.scalars(
        select(CampaignCompetitor.id).where(
            CampaignCompetitor.unit_id == world.unit(whom), CampaignCompetitor.officer_id.is_(None)
        )
    ).one()
    return f"{HOME}/figures/{criterion}/{competitor}"


def draft_again(world: World) -> None:
    """Let the campaign be a draft, whose rules may be changed."""
    campaign(world).state = "draft"
    world.session.commit()
