"""People of the staff pages: the cast of two units, and a province with a running campaign."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import campaign_world, cast
from tests.campaign_pages import build_peopled, build_running
from tests.campaign_world import World
from tests.cast import Place
from tests.conftest import Clock
from tests.infrastructure.worlds import lay


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """Let the cast exist."""
    made = cast.build(session, clock())
    session.commit()
    return made


@pytest.fixture
def admin(app: Flask, session: Session, clock: Clock, places: dict[str, Place]) -> FlaskClient:
    """The administrator of Sen Hồng."""
    return cast.enter(app, session, "admin-sen", clock())


@pytest.fixture
def world(session: Session, clock: Clock, request: pytest.FixtureRequest) -> World:
    """The province with its people; the clock stands at 2026-11-18."""
    lay(build_running if "running" in request.fixturenames else build_peopled, session, clock())
    session.commit()
    return campaign_world.world_of(session)


@pytest.fixture
def running(world: World) -> World:
    """The province with a running campaign and some facts."""
    return world


@pytest.fixture
def tung(app: Flask, world: World, clock: Clock) -> FlaskClient:
    """An organiser who has signed in."""
    return cast.enter(app, world.session, "tung", clock())
