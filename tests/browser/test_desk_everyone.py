"""The desk screen for everyone: arrow keys, one switch, larger and clearer, aloud, asleep."""

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from playwright.sync_api import Page, Request, expect

from kiosk.views import screen_state
from shared.config import Settings
from shared.web import language as languages
from tests.browser.counters import Counter
from tests.browser.desk_page import QUIET_SECONDS, DeskPage
from tests.infrastructure.applications import build
from tests.infrastructure.served import served

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SCAN_STEP_MS = 1_600
ASLEEP_AFTER_MS = 300_000
GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8"

msgid "Ông/Bà hài lòng ở mức nào về lần phục vụ này?"
msgstr "Wie zufrieden sind Sie mit diesem Besuch?"

msgid "Hài lòng"
msgstr "Zufrieden"
"""


def press(desk: DeskPage, *keys: str) -> None:
    """Press keys one after another."""
    for key in keys:
        desk.page.keyboard.press(key)


def open_panel(desk: DeskPage) -> None:
    """Open the panel "Easier to use"."""
    desk.page.locator("#reading").click()
    expect(desk.page.locator("#panel")).to_be_visible()


def test_arrow_keys_go_among_faces_and_boxes(counter: Counter) -> None:
    press(counter, "Tab")  # the first key brings the rest
    counter.page.evaluate("import('/static/kiosk/desk/arrows.js').then(() => true)")
    counter.face(2).focus()
    press(counter, "ArrowRight", "ArrowRight")
    expect(counter.face(4)).to_be_focused()
    press(counter, "ArrowLeft", "Enter")
    counter.shows("why")
    counter.box("waiting").focus()
    press(counter, "ArrowDown", "ArrowRight", "Space")
    expect(counter.box("extra_money")).to_have_attribute("aria-checked", "true")
    press(counter, "ArrowUp", "ArrowUp")
    expect(counter.box("unclear")).to_be_focused()


def test_one_switch_rates_from_the_resting_screen(counter: Counter) -> None:
    press(counter, "Space")
    expect(counter.face(1)).to_have_class("face-btn lit")
    counter.page.clock.run_for(3 * SCAN_STEP_MS)
    expect(counter.face(4)).to_be_focused()
    press(counter, "Space")
    counter.shows("why")
    expect(counter.box("waiting")).to_have_class("choice lit")
    press(counter, "Space")
    expect(counter.box("waiting")).to_have_attribute("aria-checked", "true")
    for _ in range(20):
        if counter.page.locator("#send.lit").count():
            break
        counter.page.clock.run_for(SCAN_STEP_MS)
    press(counter, "Enter")
    counter.shows("thanks")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.reasons) == (4, ["waiting"])
    counter.page.clock.run_for(10_000)
    counter.shows("ask")
    expect(counter.page.locator(".lit")).to_have_count(0)


def test_one_switch_writes_by_rows(counter: Counter) -> None:
    counter.resident_touches(3)
    counter.resident_opens_the_sheet()
    counter.resident_uses_one_switch()
    rows = counter.page.locator(".hg-row")
    for _ in range(20):
        if rows.nth(1).locator(".lit").count() > 1:
            break
        counter.page.clock.run_for(SCAN_STEP_MS)
    press(counter, "Space")
    expect(counter.key("q")).to_be_focused()
    counter.page.clock.run_for(SCAN_STEP_MS)
    press(counter, "Space")
    counter.sheet_says("Ư")


def test_a_countdown_leaves_one_switch_only_its_own_button(counter: Counter) -> None:
    counter.resident_touches(3)
    counter.resident_uses_one_switch()
    for _ in range(60):
        if counter.page.locator("#stay.lit").count():
            break
        counter.page.clock.run_for(SCAN_STEP_MS)
    expect(counter.page.locator("#stay")).to_have_class("d-btn primary lit")
    press(counter, "Space")
    expect(counter.page.locator("#idle")).to_be_hidden()
    counter.shows("why")


def test_the_panel_holds_the_focus_and_lets_it_go(
    counter: Counter,
) -> None:
    open_panel(counter)
    for _ in range(6):
        press(counter, "Tab")
        assert counter.page.evaluate("document.activeElement.matches('body, #panel *')")
    counter.page.locator("#contrast").click()
    expect(counter.page.locator("html")).to_have_attribute("data-theme", "contrast")
    expect(counter.page.locator("#contrast")).to_have_attribute("aria-pressed", "true")
    expect(counter.page.locator("#spoken")).to_have_text("Đã bật tương phản cao.")
    press(counter, "Escape")
    expect(counter.page.locator("#panel")).to_be_hidden()
    expect(counter.page.locator("#reading")).to_be_focused()


def test_every_screen_can_be_heard_when_asked_and_never_by_itself(counter: Counter) -> None:
    heard: list[str] = []

    def listening(asked: Request) -> None:
        heard.append(asked.url)

    counter.page.on("request", listening)
    listen = counter.page.locator("#listen")
    counter.resident_touches(1)
    expect(listen).to_have_attribute("aria-pressed", "false")
    counter.page.remove_listener("request", listening)
    assert [url for url in heard if ".ogg" in url] == []
    with counter.page.expect_request("**/prompts/vi-why.ogg"):
        listen.click()
    counter.page.locator("#language").click()
    with counter.page.expect_request("**/prompts/en-why.ogg"):
        listen.click()
    with counter.page.expect_request("**/prompts/en-idle.ogg"):
        counter.page.clock.run_for(QUIET_SECONDS * 1000)
    counter.page.locator("#stay").click()
    counter.resident_skips()
    expect(listen).to_have_attribute("aria-pressed", "false")
    expect(listen).to_be_visible()


@pytest.fixture
def closed() -> Iterator[list[datetime | None]]:
    """An office that is closed, whatever the time is now: its next opening, for the server."""
    opening: list[datetime | None] = [datetime(2099, 11, 23, 7, 30, tzinfo=ZONE)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen_state, "next_opening", lambda _now, _calendar: opening[0])
        yield opening


@pytest.fixture
def sleeping(closed: list[datetime | None], counter: Counter) -> Counter:
    """A screen whose office is closed, after five quiet minutes."""
    counter.page.evaluate("() => { document.getElementById('opens').textContent = ''; }")
    counter.network_returns()
    expect(counter.page.locator("#opens")).to_contain_text("07:30")
    counter.page.clock.run_for(ASLEEP_AFTER_MS)
    counter.shows("sleep")
    return counter


def test_outside_its_hours_the_screen_sleeps_and_a_touch_wakes_it(
    sleeping: Counter,
    assert_axe_clean: Callable[[Page], None],
) -> None:
    desk = sleeping
    expect(desk.page.locator("#opens")).to_have_text("Mở lại lúc 07:30, thứ Hai, 23/11.")
    for _shown in desk.in_every_theme():
        assert_axe_clean(desk.page)
    desk.page.mouse.click(20, 20)
    desk.resident_touches(5)
    desk.resident_skips()
    desk.keeps(0)
    assert [rating.score for rating in desk.stored()] == [5]


def test_a_screen_wakes_when_the_office_opens(
    closed: list[datetime | None], sleeping: Counter
) -> None:
    closed[0] = None
    sleeping.asks_again()
    sleeping.shows("ask")


@pytest.fixture
def catalogues(tmp_path: Path) -> Iterator[Path]:
    """The catalogues there are, and a German one of two sentences."""
    folder = tmp_path / "translations"
    shutil.copytree(languages.CATALOGUES, folder)
    third = folder / "de" / "LC_MESSAGES"
    third.mkdir(parents=True)
    (third / "messages.po").write_text(GERMAN)
    with (third / "messages.po").open("rb") as source, (third / "messages.mo").open("wb") as target:
        write_mo(target, read_po(source, locale="de"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(languages, "CATALOGUES", folder)
        yield folder


@pytest.fixture
def app_of_its_own(
    catalogues: Path, settings: Settings, clock: Callable[[], datetime]
) -> Iterator[str]:
    """The address of an application that was started with these catalogues."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started = build(replace(settings, public_url=address), clock)
        with served(started, listener):
            yield address


def test_a_language_is_added_by_its_catalogue_and_falls_back_by_whole_sentences(
    catalogues: Path,
    app_of_its_own: str,
    page: Page,
    token: str,
    assert_axe_clean: Callable[[Page], None],
) -> None:
    desk = DeskPage(page, app_of_its_own)
    desk.open(token)
    desk.shows("ask")
    button = desk.page.locator("#language")
    expect(button).to_have_text("Deutsch · English")
    button.click()
    names = desk.page.locator("#tongues button")
    expect(names).to_have_text(["Tiếng Việt", "Deutsch", "English"])
    assert_axe_clean(page)
    press(desk, "Escape")
    expect(button).to_be_focused()
    press(desk, "Enter", "Tab", "Tab", "Enter")
    expect(desk.page.locator("#languages")).to_be_hidden()
    expect(desk.page.locator("html")).to_have_attribute("lang", "de")
    question = desk.page.locator("#ask-title")
    expect(question).to_have_text("Wie zufrieden sind Sie mit diesem Besuch?")
    expect(question).not_to_have_attribute("lang", "vi")
    expect(desk.face(4)).to_have_text("Zufrieden")
    missing = desk.page.locator('#ask [data-text="how"]')
    expect(missing).to_have_text("Xin chạm vào một khuôn mặt. Chạm một lần là xong.")
    expect(missing).to_have_attribute("lang", "vi")
    expect(desk.page.locator("#listen")).to_be_hidden()
    expect(button).to_have_text("Tiếng Việt · English")
