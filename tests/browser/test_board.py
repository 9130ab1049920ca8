"""The wall board in a real Chromium: whole on any wall, always fresh, never empty-handed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.services.shown_weeks import last_sunday
from tests import campaign_world, cast
from tests.campaign_pages import run_campaign
from tests.infrastructure.browser import stop_clock
from tests.infrastructure.looks import THEMES, Looks

PANELS = ((3840, 2160), (1920, 1080), (1080, 1920), (1366, 768))
SMALLEST_WORDS = 0.0166  # of the long side: type of 20 mm on a wall of 55 inches
REFRESH = "00:30"
CUT_OFF = """
() => [...document.querySelectorAll('h1, h2, p, dt, dd, li, li span, section, footer, svg')]
  .filter((it) => it.checkVisibility())
  .filter((it) => {
    const place = it.getBoundingClientRect();
    const around = (it.closest('section') || document.body).getBoundingClientRect();
    return place.left < around.left - 1 || place.right > around.right + 1
      || place.bottom > around.bottom + 1 || place.bottom > innerHeight + 1;
  })
  .map((it) => it.outerHTML.slice(0, 80))
"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll('h1, h2, p, dt, dd, li, li span, small')]
  .filter((it) => it.checkVisibility())
  .map((it) => parseFloat(getComputedStyle(it).fontSize)))
"""


@pytest.fixture
def ahead() -> list[timedelta]:
    """By how much the server's clock is ahead; a test may change it."""
    return [timedelta()]


@pytest.fixture
def clock(ahead: list[timedelta]) -> Callable[[], datetime]:
    """The server's clock: the real one, or ahead of it."""
    return lambda: datetime.now(UTC) + ahead[0]


@pytest.fixture
def board(page: Page, live_server: str, session: Session) -> str:
    """The board of Sen Hồng, with a case that waits."""
    waiting(session, cast.build_places(session, datetime.now(UTC))["sen"], 1)
    stop_clock(page, datetime.now(UTC))
    return f"{live_server}/board/SEN"


@pytest.fixture
def full(live_server: str, session: Session) -> str:
    """The board of a centre with ratings and a campaign."""
    world = campaign_world.build(session)
    run_campaign(world)
    today = (datetime.now(UTC) + timedelta(hours=7)).date()
    world.rate("an-centre", {5: 60, 1: 5}, on=last_sunday(today))
    session.commit()
    return f"{live_server}/board/an-centre"


def waiting(session: Session, place: cast.Place, number: int) -> None:
    """Add a case that waits for an answer."""
    now = datetime.now(UTC)
    session.add(
        Complaint(
            number=f"PA-{number}",
            code_hash=f"{number:064d}",
            form_id=f"{number:036d}",
            unit_id=place.unit_id,
            kind="report",
            state="received",
            channel="phone",
            body="Chờ lâu",
            search_text="cho lau",
            language="vi",
            received_at=now,
            received_on=now.date(),
        )
    )
    session.commit()


@pytest.mark.thorough
@pytest.mark.parametrize("kind", ["board", "full"])
def test_all_of_it_is_seen_and_large_enough_on_every_wall(
    page: Page,
    request: pytest.FixtureRequest,
    kind: str,
    looks: Looks,
) -> None:
    board = request.getfixturevalue(kind)
    for address in (f"{board}?lang=vi", f"{board}?lang=en"):
        page.goto(address)
        expect(page.locator(".clock")).to_be_visible()
        expect(page.locator(".standing")).to_have_count(int(kind == "full"))
        for width, height in PANELS:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(CUT_OFF) == [], (address, width, height)
            assert page.evaluate(SMALLEST) >= max(width, height) * SMALLEST_WORDS
        assert looks.new_faults(page, themes=THEMES) == [], address


def test_figures_and_languages_change_without_loading_the_page_again(
    page: Page, board: str, session: Session
) -> None:
    page.goto(board)
    expect(page.get_by_role("heading", name="Người dân hài lòng")).to_be_visible()
    page.evaluate("window.mark = 'the same page'")
    page.clock.fast_forward(REFRESH)
    expect(page.get_by_role("heading", name="Satisfied residents")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.clock.fast_forward(REFRESH)
    expect(page.get_by_role("heading", name="Người dân hài lòng")).to_be_visible()
    assert page.evaluate("window.mark") == "the same page"
    assert page.context.cookies() == []


def test_new_figures_come_by_themselves(
    page: Page, board: str, session: Session, ahead: list[timedelta]
) -> None:
    page.goto(f"{board}?lang=vi")
    first = page.locator(".cases dd").first
    expect(first).to_have_text("1")
    place = session.get_one(Complaint, 1)
    waiting(session, cast.Place(0, place.unit_id, 0, 0, 0), 2)
    ahead[0] = timedelta(minutes=1)
    page.clock.fast_forward(REFRESH)
    expect(first).to_have_text("2")


def test_a_still_wall_keeps_its_language(page: Page, board: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(board)
    with page.expect_response(lambda answer: "/board/" in answer.url) as answered:
        page.clock.fast_forward(REFRESH)
    assert "lang" not in answered.value.url
    expect(page.get_by_role("heading", name="Người dân hài lòng")).to_be_visible()


def test_the_last_figures_stay_while_the_server_is_away(page: Page, board: str) -> None:
    away = (
        lambda route: route.abort(),
        lambda route: route.fulfill(body="<h1>Welcome to the hotel</h1>", content_type="text/html"),
        lambda route: route.fulfill(status=503, body="<p>busy</p>", content_type="text/html"),
    )
    page.goto(f"{board}?lang=vi")
    as_of = page.locator(".as-of").inner_text()
    for stand_in in away:
        page.route("**/board/**", stand_in)
        page.clock.fast_forward(REFRESH)
        expect(page.locator(".away")).to_be_visible()
        expect(page.locator(".cases dd").first).to_have_text("1")
        expect(page.locator(".as-of")).to_have_text(as_of)
        page.unroute("**/board/**")
        page.clock.fast_forward(REFRESH)
        expect(page.locator(".away")).to_be_hidden()


def test_without_script_it_is_the_same_board(page: Page, board: str, live_server: str) -> None:
    browser = page.context.browser
    assert browser is not None
    plain = browser.new_context(java_script_enabled=False)
    other = plain.new_page()
    other.goto(f"{board}?lang=vi")
    expect(other.get_by_role("heading", name="Người dân hài lòng")).to_be_visible()
    expect(other.locator(".cases dd").first).to_have_text("1")
    plain.close()
