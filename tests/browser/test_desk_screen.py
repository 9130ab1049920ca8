"""The desk screen in a real browser: what a resident does, what the server has in the end."""

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from shared.domain.rating import Reason
from shared.models.rating import Rating
from tests.browser.desk_page import FACES, NOTICE_SECONDS, QUIET_SECONDS, REST_SECONDS, DeskPage


def test_one_touch_counts_when_the_resident_walks_away(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    desk.resident_touches(2)
    desk.page.clock.run_for(QUIET_SECONDS * 1000)
    expect(desk.page.locator("#idle")).to_be_visible()
    desk.page.clock.run_for(NOTICE_SECONDS * 1000)
    desk.shows("ask")
    desk.keeps(0)
    [rating] = stored()
    assert (rating.score, rating.closed_by, rating.reasons) == (2, "idle", [])
    assert rating.duration_ms >= (QUIET_SECONDS + NOTICE_SECONDS) * 1000
    assert rating.sequence == 1
    assert rating.boot is not None


def test_reasons_and_another_face_join_the_same_rating(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    desk.resident_touches(5)
    desk.resident_ticks("waiting", "visits")
    desk.resident_changes_the_face_to(1)
    expect(desk.box("visits")).to_have_attribute("aria-checked", "true")
    desk.resident_sends()
    desk.keeps(0)
    [rating] = stored()
    assert (rating.score, rating.closed_by) == (1, "done")
    assert rating.reasons == ["waiting", "visits"]


def test_all_is_well_and_a_wish_exclude_each_other(desk: DeskPage) -> None:
    desk.resident_touches(4)
    desk.resident_ticks("waiting", "broker", "all_good")
    expect(desk.page.locator('[aria-checked="true"]')).to_have_count(1)
    desk.resident_ticks("premises")
    expect(desk.box("all_good")).to_have_attribute("aria-checked", "false")


def test_nothing_shows_which_face_was_touched(desk: DeskPage) -> None:
    desk.page.wait_for_load_state("networkidle")
    pictures = set()
    for score in FACES:
        desk.resident_touches(score)
        desk.page.mouse.move(0, 0)
        desk.page.clock.run_for(500)
        pictures.add(desk.page.screenshot(animations="disabled"))
        desk.resident_skips()
        desk.resident_leaves_at_once()
        desk.page.clock.run_for(REST_SECONDS * 1000)
    assert len(pictures) == 1


def test_faces_rest_after_a_rating(desk: DeskPage, stored: Callable[[], list[Rating]]) -> None:
    desk.resident_touches(4)
    desk.resident_skips()
    desk.resident_leaves_at_once()
    for score in FACES:
        expect(desk.face(score)).to_be_disabled()
    desk.page.clock.run_for(REST_SECONDS * 1000)
    desk.resident_touches(4)
    desk.resident_skips()
    desk.keeps(0)
    # By the device's clock, which the test has wound forward; the server's has not moved.
    first, second = (datetime.fromisoformat(rating.device_rated_at) for rating in stored())
    assert (second - first).total_seconds() >= REST_SECONDS


def test_mashed_faces_make_one_rating_and_resting_ones_none(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    mash = """() => {
      for (let turn = 0; turn < 20; turn += 1) {
        for (const face of document.querySelectorAll('.face-btn')) face.click();
      }
    }"""
    desk.page.evaluate(mash)
    desk.shows("why")
    desk.resident_skips()
    desk.resident_leaves_at_once()
    desk.page.evaluate(mash)
    desk.shows("ask")
    desk.keeps(0)
    assert [rating.score for rating in stored()] == [1]


def test_thanks_go_back_by_themselves(desk: DeskPage) -> None:
    desk.resident_touches(3)
    desk.resident_skips()
    expect(desk.page.locator("#back-words")).to_have_text("Màn hình tự trở lại sau 5 giây")
    desk.page.clock.run_for(1000)
    expect(desk.page.locator("#back-words")).to_have_text("Màn hình tự trở lại sau 4 giây")
    desk.page.clock.run_for(4000)
    desk.shows("ask")


def test_a_touch_ends_the_countdown_and_presses_nothing_beneath(desk: DeskPage) -> None:
    desk.resident_touches(3)
    place = desk.box("waiting").bounding_box()
    assert place is not None
    desk.page.clock.run_for((QUIET_SECONDS + 5) * 1000)
    expect(desk.page.locator("#idle")).to_be_visible()
    desk.page.mouse.click(place["x"] + 20, place["y"] + 20)
    expect(desk.page.locator("#idle")).to_be_hidden()
    expect(desk.box("waiting")).to_have_attribute("aria-checked", "false")
    desk.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
    expect(desk.page.locator("#idle")).to_be_hidden()
    desk.shows("why")


def test_the_next_resident_finds_vietnamese_and_usual_text(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    page = desk.page
    page.locator("#language").click()
    page.locator("#reading").click()
    page.locator("#large").click()
    page.locator("#panel-done").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_class("desk large")
    desk.resident_touches(4)
    desk.resident_skips()
    desk.keeps(0)
    assert stored()[0].language == "en"
    desk.resident_leaves_at_once()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("html")).to_have_class("desk")


def test_a_language_left_behind_is_taken_back(desk: DeskPage) -> None:
    desk.page.locator("#language").click()
    desk.page.clock.run_for((QUIET_SECONDS + NOTICE_SECONDS) * 1000)
    expect(desk.page.locator("html")).to_have_attribute("lang", "vi")
    desk.shows("ask")


def test_the_demonstration_sends_and_keeps_nothing_even_beside_a_paired_screen(
    page: Page, live_server: str, stored: Callable[[], list[Rating]]
) -> None:
    asked: list[str] = []
    page.add_init_script("localStorage.setItem('niemno.token', 'of-the-screen-beside')")
    page.on("request", lambda request: asked.append(request.url))
    desk = DeskPage(page, live_server)
    desk.open_demonstration()
    expect(page.get_by_text("Trình diễn – không ghi nhận")).to_be_visible()
    desk.resident_touches(5)
    desk.resident_ticks("all_good")
    for button, heading in (
        ("#send", "Ông/Bà được đón tiếp thế nào?"),
        ("#items-next", "Nơi đón tiếp thế nào?"),
        ("#items-next", "Vài câu hỏi ngắn"),
    ):
        page.locator(button).click()
        expect(page.locator("#items-title")).to_have_text(heading)
        page.locator(".item button").first.click()
    page.locator("#items-next").click()
    desk.shows("thanks")
    assert [url for url in asked if "/api/" in url] == []
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    assert stored() == []


def test_a_rating_can_be_given_by_keyboard_alone(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    press = desk.page.keyboard.press

    def tab_to(selector: str) -> None:
        for _ in range(30):
            press("Tab")
            if desk.page.evaluate("(it) => document.activeElement.matches(it)", selector):
                return
        pytest.fail(f"no way to {selector}")

    tab_to('[data-score="4"]')
    press("Enter")
    desk.shows("why")
    tab_to('[data-reason="premises"]')
    press("Space")
    tab_to("#send")
    press("Enter")
    desk.shows("thanks")
    desk.keeps(0)
    [rating] = stored()
    assert (rating.score, rating.reasons) == (4, ["premises"])


def test_screen_readers_hear_every_choice(desk: DeskPage) -> None:
    page = desk.page
    for name in ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    desk.resident_touches(3)
    expect(page.locator("#why-title")).to_be_focused()
    expect(page.get_by_role("checkbox")).to_have_count(len(Reason))
    expect(page.get_by_role("checkbox", name="Bị gợi ý đưa thêm tiền Gửi kín")).to_be_visible()
