"""Campaign pages in a real browser: accessible, at any width, by keyboard alone."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests import campaign_world, cast
from tests.campaign_pages import CODE, add_people, figure_path, run_campaign
from tests.campaign_world import World
from tests.infrastructure.looks import THEMES, Looks, hand_over

HOME = f"/admin/campaigns/{CODE}"


@pytest.fixture
def world(session: Session) -> World:
    """The province with a running campaign and its people."""
    made = campaign_world.build(session)
    add_people(made, datetime.now(UTC))
    run_campaign(made)
    session.commit()
    return made


@pytest.fixture
def organiser(app: Flask, session: Session, world: World) -> FlaskClient:
    """Somebody who has signed in as an organiser."""
    return cast.enter(app, session, "tung", datetime.now(UTC))


@pytest.fixture
def tung(page: Page, live_server: str, organiser: FlaskClient) -> Page:
    """The organiser's browser."""
    page.emulate_media(reduced_motion="reduce")  # or axe would measure colours on their way
    cookie = organiser.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
    return page


def addresses(world: World) -> list[str]:
    """Every kind of campaign page."""
    return [
        "/admin/campaigns",
        "/admin/campaigns/new",
        HOME,
        f"{HOME}?kind=individual",
        f"{HOME}/criteria",
        f"{HOME}/evidence/collective/an/2.6",
        f"{HOME}/evidence/collective/an/2.8",
        f"{HOME}/figures",
        f"{HOME}/figures/import",
        figure_path(world, "an", "2.1"),
        f"{HOME}/setup",
        f"{HOME}/weights/collective",
        f"{HOME}/competitors",
        f"{HOME}/levels",
        f"{HOME}/scoreboard",
        f"{HOME}/copy",
        f"{HOME}/report",
        f"{HOME}/report/docx",
    ]


def test_every_campaign_page_is_axe_clean_and_never_scrolls_sideways(
    tung: Page, live_server: str, organiser: FlaskClient, world: World, looks: Looks
) -> None:
    tung.set_viewport_size({"width": 1440, "height": 900})
    tung.goto(live_server + HOME)
    pages = []
    for address in addresses(world):
        answer = organiser.get(address)
        assert answer.status_code == 200, address
        pages.append(hand_over(tung, live_server, address, answer.text))
    found = looks.new_faults_of(tung, pages, themes=THEMES)
    tung.set_viewport_size({"width": 360, "height": 800})
    # The page itself never scrolls sideways; wide tables do so within their own region.
    found += looks.new_faults_of(tung, pages, size="", themes=None, sideways="100%")
    assert found == [], "\n".join(found)


def test_the_standing_leads_to_the_records_by_keyboard_alone(
    tung: Page, live_server: str, world: World
) -> None:
    tung.goto(live_server + HOME)
    tung.get_by_role("link", name="Xã Bình").focus()
    tung.keyboard.press("Enter")
    expect(tung.get_by_role("heading", name="Xã Bình: hạng")).to_be_visible()
    tung.get_by_role("link", name="Hồ sơ giải quyết đúng hạn").focus()
    tung.keyboard.press("Enter")
    expect(tung.get_by_role("heading", name="Bản ghi phía sau")).to_be_visible()
    expect(tung.get_by_role("rowheader").first).to_contain_text("H01-")
