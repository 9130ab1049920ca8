"""The scoreboard on a wall in a real Chromium: whole, large, fresh by itself, without a mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.organisation import Organisation, Unit
from shared.services import campaigns, walls
from tests import campaign_world
from tests.campaign_pages import run_campaign
from tests.campaign_world import LONG_AGO, NOW, World
from tests.conftest import ORDINARY_MOMENT
from tests.infrastructure.browser import stop_clock

PANELS = ((1920, 1080), (1080, 1920), (1366, 768))
SMALLEST_WORDS = 0.0166  # of the long side, as on the board of a hall
TURNED, REFRESHED = "00:15", "01:00"
CUT_OFF = """
() => [...document.querySelectorAll('h1, p, li, li span, footer')]
  .filter((it) => it.checkVisibility())
  .filter((it) => {
    const place = it.getBoundingClientRect();
    return place.left < -1 || place.right > innerWidth + 1 || place.bottom > innerHeight + 1;
  })
  .map((it) => it.outerHTML.slice(0, 80))
"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll('h1, p, li, li span, small')]
  .filter((it) => it.checkVisibility())
  .map((it) => parseFloat(getComputedStyle(it).fontSize)))
"""
LINES = """
() => [...document.querySelectorAll('footer > *')].filter((it) => it.textContent)
  .map((it) => it.getBoundingClientRect().height / parseFloat(getComputedStyle(it).lineHeight))
"""


@pytest.fixture
def wall(page: Page, live_server: str, session: Session) -> str:
    """The public address of a campaign of twenty-three units, more than a page holds."""
    return f"{live_server}{opened(page, session, 20)}"


@pytest.fixture
def few(page: Page, live_server: str, session: Session) -> str:
    """The public address of a campaign of three units."""
    return f"{live_server}{opened(page, session, 0)}"


def opened(page: Page, session: Session, more: int) -> str:
    """Open the scoreboard of three units and some more to all; give its path."""
    world = campaign_world.build(session)
    for number in range(more):
        add_unit(world, number)
    run_campaign(world)
    campaign = campaigns.by_code(session, "long-my-2026")
    code = walls.open_to_all(session, campaign, "tổ trưởng", NOW)
    session.commit()
    stop_clock(page, ORDINARY_MOMENT)
    return f"/scoreboard/{code}"


def add_unit(world: World, number: int) -> None:
    unit = Unit(
        organisation_id=world.organisation.id,
        parent_id=world.unit("province"),
        code=f"m{number}",
        name=f"Xã Mẫu {number}",
        level="commune",
        valid_from=LONG_AGO,
    )
    world.session.add(unit)
    world.session.flush()
    world.units[unit.code] = unit


def test_all_of_it_is_seen_and_large_enough_on_every_wall(
    page: Page, wall: str, assert_axe_clean: Callable[[Page], None]
) -> None:
    page.goto(wall)
    expect(page.locator(".clock")).to_be_visible()
    for width, height in PANELS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(CUT_OFF) == [], (width, height)
        assert page.evaluate(SMALLEST) >= max(width, height) * SMALLEST_WORDS
    assert_axe_clean(page)


@pytest.mark.parametrize("language", ["vi-VN", "en-GB"])
def test_a_lying_wall_has_its_notes_in_one_line(
    page: Page, live_server: str, session: Session
) -> None:
    path = opened(page, session, 20)
    session.scalars(select(Organisation)).one().sample = True
    session.commit()
    page.goto(live_server + path)
    page.keyboard.press(" ")
    expect(page.locator(".turn")).to_contain_text("⏸")
    for width, height in ((1920, 1080), (1366, 768)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(LINES) == pytest.approx([1, 1, 1], abs=0.01), (width, height)


def test_few_units_stand_in_one_column_over_the_whole_wall(page: Page, few: str) -> None:
    page.goto(few)
    expect(page.locator(".clock")).to_be_visible()
    for width, height in PANELS:
        page.set_viewport_size({"width": width, "height": height})
        places = [place.bounding_box() for place in page.locator(".places li").all()]
        assert len(places) > 1
        assert all(place and place["width"] > width * 0.85 for place in places), (width, places)
        assert page.evaluate(CUT_OFF) == [], (width, height)


def test_it_turns_its_pages_and_stays_fresh_without_loading_again(page: Page, wall: str) -> None:
    page.goto(wall)
    first, second = page.locator(".places").nth(0), page.locator(".places").nth(1)
    expect(first).to_be_visible()
    expect(second).to_be_hidden()
    page.evaluate("window.mark = 'the same page'")
    page.clock.fast_forward(TURNED)
    expect(second).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(first).to_be_visible()
    page.keyboard.press(" ")
    expect(page.locator(".turn")).to_contain_text("⏸")
    with page.expect_response(lambda answer: "/scoreboard/" in answer.url):
        page.clock.fast_forward(REFRESHED)
    expect(first).to_be_visible()
    assert page.evaluate("window.mark") == "the same page"


def test_it_says_that_a_session_is_over_and_keeps_the_last_figures(page: Page, wall: str) -> None:
    page.goto(wall)
    page.route(
        "**/scoreboard/*unattended=1",
        lambda route: route.fulfill(status=302, headers={"Location": "/admin/sign-in"}),
    )
    page.clock.fast_forward(REFRESHED)
    expect(page.locator(".ended")).to_be_visible()
    expect(page.locator(".offline")).to_be_hidden()
    expect(page.locator(".places:visible")).to_have_count(1)
