"""Walking the campaign pages in tests: addresses, words, forms."""

import re
from datetime import date
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.models.campaign import Campaign, CampaignCompetitor, CampaignCriterion
from tests import cast
from tests.campaign_world import World
from tests.conftest import Clock

CODE = "long-my-2026"
HOME = f"/admin/campaigns/{CODE}"
YESTERDAY = date(2026, 11, 17)


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
