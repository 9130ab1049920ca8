"""A province with a running campaign, for the pages of campaigns."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.services import accounts, campaigns
from shared.services.campaigns import Opening
from tests import campaign_world, cast
from tests.campaign_pages import CODE, YESTERDAY
from tests.campaign_world import JANUARY_FIRST, YEAR_END, World
from tests.conftest import ORDINARY_MOMENT, Clock


@pytest.fixture
def world(session: Session, clock: Clock) -> World:
    """The province with its people; the clock stands at 2026-11-18."""
    made = campaign_world.build(session)
    people = [
        ("tung", Role.ORGANISER, "province"),
        ("hoa", Role.ORGANISER, "province"),
        ("head-an", Role.HEAD, "an"),
        ("admin", Role.ADMIN, "province"),
    ]
    for name, role, unit in people:
        accounts.add(session, name, name, [(role, made.unit(unit))], clock())
    accounts.set_grants(session, made.accounts["nam"], [(Role.OFFICER, made.unit("binh"))])
    both = [(Role.REVIEWER, made.unit("province")), (Role.HEAD, made.unit("province"))]
    accounts.add(session, "reviewer", "reviewer", both, clock())
    session.commit()
    return made


@pytest.fixture
def running(world: World) -> World:
    """The province with a running campaign and some facts."""
    opening = Opening(CODE, "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.open_from_template(
        world.session, "long_my", opening, world.scope, ORDINARY_MOMENT
    )
    campaigns.start(world.session, made, ORDINARY_MOMENT)
    world.rate("an-centre", {5: 57, 1: 3}, on=YESTERDAY, officer="mai")
    world.rate("binh", {5: 3, 1: 1}, on=YESTERDAY, officer="nam")
    world.dossiers("an", 4, officer="mai")
    world.dossiers("an", 1, took=9)
    world.dossiers("binh", 2, officer="nam")
    world.post("an", world.procedures[:3])
    world.session.commit()
    return world


@pytest.fixture
def tung(app: Flask, world: World, clock: Clock) -> FlaskClient:
    return cast.enter(app, world.session, "tung", clock())
