"""The desk screen in a real browser: what a resident does, what the server has in the end."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Page, expect

from shared.domain.rating import Reason
from shared.models.rating import Rating
from tests.browser.counters import Counter
from tests.browser.desk_page import FACES, NOTICE_SECONDS, QUIET_SECONDS, REST_SECONDS, DeskPage


def test_one_touch_counts_when_the_resident_walks_away(counter: Counter) -> None:
    counter.resident_touches(2)
    counter.page.clock.run_for(QUIET_SECONDS * 1000)
    expect(counter.page.locator("#idle")).to_be_visible()
    counter.page.clock.run_for(NOTICE_SECONDS * 1000)
    counter.shows("ask")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.closed_by, rating.reasons) == (2, "idle", [])
    assert rating.duration_ms >= (QUIET_SECONDS + NOTICE_SECONDS) * 1000
    assert rating.boot is not None


def test_reasons_and_another_face_join_the_same_rating(counter: Counter) -> None:
    counter.resident_touches(5)
    counter.resident_ticks("waiting", "visits")
    counter.resident_changes_the_face_to(1)
    expect(counter.box("visits")).to_have_attribute("aria-checked", "true")
    counter.resident_sends()
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.closed_by) == (1, "done")
    assert rating.reasons == ["waiting", "visits"]


def test_all_is_well_and_a_wish_exclude_each_other(counter: Counter) -> None:
    counter.resident_touches(4)
    counter.resident_ticks("waiting", "broker", "all_good")
    expect(counter.page.locator('[aria-checked="true"]')).to_have_count(1)
    counter.resident_ticks("premises")
    expect(counter.box("all_good")).to_have_attribute("aria-checked", "false")


def test_nothing_shows_which_face_was_touched(counter: Counter) -> None:
    def picture() -> Image.Image:
        counter.page.mouse.move(0, 0)
        counter.page.clock.run_for(500)
        return Image.open(BytesIO(counter.page.screenshot(animations="disabled")))

    counter.resident_touches(FACES[0])
    first = picture()
    for score in FACES[1:]:
        counter.resident_changes_the_face_to(score)
        # The same drawn twice may differ by one shade, which nobody sees.
        differing = ImageChops.difference(first, picture()).point([0, 0, *[255] * 254] * 3)
        assert differing.getbbox() is None, score


def test_faces_rest_after_a_rating(counter: Counter) -> None:
    counter.resident_touches(4)
    counter.resident_skips()
    counter.resident_leaves_at_once()
    for score in FACES:
        expect(counter.face(score)).to_be_disabled()
    counter.page.clock.run_for(REST_SECONDS * 1000)
    counter.resident_touches(4)
    counter.resident_skips()
    counter.keeps(0)
    # By the device's clock, which the test has wound forward; the server's has not moved.
    first, second = (datetime.fromisoformat(rating.device_rated_at) for rating in counter.stored())
    assert (second - first).total_seconds() >= REST_SECONDS


def test_mashed_faces_make_one_rating_and_resting_ones_none(counter: Counter) -> None:
    mash = """() => {
      for (let turn = 0; turn < 20; turn += 1) {
        for (const face of document.querySelectorAll('.face-btn')) face.click();
      }
    }"""
    counter.page.evaluate(mash)
    counter.shows("why")
    counter.resident_skips()
    counter.resident_leaves_at_once()
    counter.page.evaluate(mash)
    counter.shows("ask")
    counter.keeps(0)
    assert [rating.score for rating in counter.stored()] == [1]


def test_thanks_go_back_by_themselves(counter: Counter) -> None:
    counter.resident_touches(3)
    counter.resident_skips()
    expect(counter.page.locator("#back-words")).to_have_text("Màn hình tự trở lại sau 5 giây")
    counter.page.clock.run_for(1000)
    expect(counter.page.locator("#back-words")).to_have_text("Màn hình tự trở lại sau 4 giây")
    counter.page.clock.run_for(4000)
    counter.shows("ask")


def test_a_touch_ends_the_countdown_and_presses_nothing_beneath(counter: Counter) -> None:
    counter.resident_touches(3)
    place = counter.box("waiting").bounding_box()
    assert place is not None
    counter.page.clock.run_for((QUIET_SECONDS + 5) * 1000)
    expect(counter.page.locator("#idle")).to_be_visible()
    counter.page.mouse.click(place["x"] + 20, place["y"] + 20)
    expect(counter.page.locator("#idle")).to_be_hidden()
    expect(counter.box("waiting")).to_have_attribute("aria-checked", "false")
    counter.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
    expect(counter.page.locator("#idle")).to_be_hidden()
    counter.shows("why")


def test_the_next_resident_finds_vietnamese_and_usual_text(counter: Counter) -> None:
    page = counter.page
    page.locator("#language").click()
    page.locator("#reading").click()
    page.locator("#large").click()
    page.locator("#panel-done").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("html")).to_have_class("desk large")
    counter.resident_touches(4)
    counter.resident_skips()
    counter.keeps(0)
    assert counter.stored()[0].language == "en"
    counter.resident_leaves_at_once()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    expect(page.locator("html")).to_have_class("desk")


def test_a_language_left_behind_is_taken_back(counter: Counter) -> None:
    counter.page.locator("#language").click()
    counter.page.clock.run_for((QUIET_SECONDS + NOTICE_SECONDS) * 1000)
    expect(counter.page.locator("html")).to_have_attribute("lang", "vi")
    counter.shows("ask")


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


def test_a_rating_can_be_given_by_keyboard_alone(counter: Counter) -> None:
    press = counter.page.keyboard.press

    def tab_to(selector: str) -> None:
        for _ in range(30):
            press("Tab")
            if counter.page.evaluate("(it) => document.activeElement.matches(it)", selector):
                return
        pytest.fail(f"no way to {selector}")

    tab_to('[data-score="4"]')
    press("Enter")
    counter.shows("why")
    tab_to('[data-reason="premises"]')
    press("Space")
    tab_to("#send")
    press("Enter")
    counter.shows("thanks")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.reasons) == (4, ["premises"])


def test_screen_readers_hear_every_choice(counter: Counter) -> None:
    page = counter.page
    for name in ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
    counter.resident_touches(3)
    expect(page.locator("#why-title")).to_be_focused()
    expect(page.get_by_role("checkbox")).to_have_count(len(Reason))
    expect(page.get_by_role("checkbox", name="Bị gợi ý đưa thêm tiền Gửi kín")).to_be_visible()
