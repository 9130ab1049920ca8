"""The desk screen in a real browser: what a resident does, what the server has in the end."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.rating import Reason
from shared.models.channel import Kiosk, Pairing
from shared.models.rating import Rating
from tests.browser.desk_page import (
    FACES,
    NOTICE_SECONDS,
    QUIET_SECONDS,
    REST_SECONDS,
    DeskPage,
)
from tests.infrastructure.office import paired_desk

LARGEST_ON_THE_WIRE = 150 * 1024
PANELS = ((1920, 1080), (1080, 1920), (800, 480), (1280, 800), (768, 1024))
IN_ORDER = Rating.sequence
WRITES = """
window.writes = [];
const real = IDBDatabase.prototype.transaction;
IDBDatabase.prototype.transaction = function (names, mode, options) {
  const transaction = real.call(this, names, mode, options);
  if (mode === 'readwrite') {
    const write = { durability: transaction.durability, screenWhenDone: null };
    window.writes.push(write);
    transaction.addEventListener('complete', () => {
      write.screenWhenDone = document.body.dataset.screen;
    });
  }
  return transaction;
};
"""

STORE = """
const opening = indexedDB.open('niemno-desk');
await new Promise((done) => { opening.onsuccess = done; });
const open = (name, mode) => opening.result.transaction(name, mode).objectStore(name);
const answer = async (asked) => {
  await new Promise((done) => { asked.onsuccess = done; });
  return asked.result;
};
"""
SPOIL = f"""async () => {{ {STORE}
  const [entry] = await answer(open('ratings').getAll());
  entry.rating.questionnaire = 'nobody-knows-it';
  await answer(open('ratings', 'readwrite').put(entry));
  opening.result.close();
  return entry.id;
}}"""
QUARANTINED = f"""async () => {{ {STORE}
  const ids = await answer(open('quarantine').getAllKeys());
  opening.result.close();
  return ids;
}}"""


@pytest.fixture
def token(session: Session) -> str:
    """The token of a kiosk at a desk."""
    made = paired_desk(session, datetime.now(UTC))
    session.commit()
    return made


@pytest.fixture
def desk(page: Page, live_server: str, token: str) -> DeskPage:
    """A paired screen, at rest; its clock runs but may be wound forward."""
    page.clock.install()
    screen = DeskPage(page, live_server)
    screen.open(token)
    screen.shows("ask")
    return screen


@pytest.fixture
def stored(session: Session) -> Callable[[], list[Rating]]:
    """Give what the server has, in the order of the kiosk's sequence."""

    def read() -> list[Rating]:
        session.rollback()
        return list(session.scalars(select(Rating).order_by(IN_ORDER)))

    return read


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


def test_every_touch_is_on_the_disk_before_the_screen_moves(
    page: Page, live_server: str, token: str
) -> None:
    page.add_init_script(WRITES)
    desk = DeskPage(page, live_server)
    desk.open(token)
    desk.shows("ask")
    page.evaluate("window.writes.length = 0")
    desk.resident_touches(4)
    touch = page.evaluate("window.writes[0]")
    assert touch == {"durability": "strict", "screenWhenDone": "ask"}
    desk.resident_ticks("waiting")
    desk.resident_sends()
    writes = page.evaluate("window.writes")
    assert {write["durability"] for write in writes} == {"strict"}
    assert len(writes) >= 3


def test_a_touch_survives_a_reload(desk: DeskPage, stored: Callable[[], list[Rating]]) -> None:
    desk.resident_touches(2)
    desk.resident_ticks("unclear")
    desk.page.reload()
    desk.shows("ask")
    desk.keeps(0)
    [rating] = stored()
    assert (rating.score, rating.closed_by, rating.reasons) == (2, "idle", ["unclear"])


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
        {"status": 200, "json": {"results": []}},
        {"status": 201, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
        {"status": 201, "json": {"results": []}},
        {"status": 302, "headers": {"Location": "/healthz"}},
        {"status": 403, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
        {"status": 500, "json": {"error": "?"}},
    ],
    ids=["200-html", "200", "201-html", "201-other", "302", "403-html", "500"],
)
def test_only_the_servers_own_answer_empties_the_queue(
    desk: DeskPage, stored: Callable[[], list[Rating]], answer: dict[str, Any]
) -> None:
    desk.server_says("/api/v1/ratings", **answer)
    desk.resident_touches(4)
    with desk.page.expect_request("**/api/v1/ratings"):
        desk.resident_skips()
    expect(desk.page.locator("#offline")).to_be_visible()
    desk.keeps(1)
    assert stored() == []
    desk.server_speaks_again("/api/v1/ratings")
    desk.page.clock.run_for(5_000)
    desk.keeps(0)
    expect(desk.page.locator("#offline")).to_be_hidden()
    assert len(stored()) == 1


def test_a_refused_record_is_set_aside_and_blocks_nobody(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    desk.server_says("/api/v1/ratings", status=500, json={})
    desk.resident_touches(1)
    desk.resident_skips()
    desk.keeps(1)
    spoilt = desk.page.evaluate(SPOIL)
    desk.resident_leaves_at_once()
    desk.page.clock.run_for(REST_SECONDS * 1000)
    desk.server_speaks_again("/api/v1/ratings")
    desk.resident_touches(5)
    desk.resident_skips()
    desk.keeps(0)
    [rating] = stored()
    assert rating.score == 5
    assert desk.page.evaluate(QUARANTINED) == [spoilt]


def test_the_server_may_ask_to_wait(desk: DeskPage, stored: Callable[[], list[Rating]]) -> None:
    desk.server_says("/api/v1/ratings", status=503, headers={"Retry-After": "120"}, json={})
    desk.resident_touches(4)
    desk.resident_skips()
    desk.keeps(1)
    expect(desk.page.locator("#offline")).to_be_visible()
    desk.server_speaks_again("/api/v1/ratings")
    desk.page.clock.run_for(110_000)
    desk.keeps(1)
    assert stored() == []
    desk.page.clock.run_for(15_000)
    desk.keeps(0)


def test_a_revoked_screen_says_why_and_keeps_its_queue(
    desk: DeskPage, session: Session, stored: Callable[[], list[Rating]]
) -> None:
    desk.resident_touches(4)
    session.execute(update(Kiosk).values(revoked_at=datetime.now(UTC)))
    session.commit()
    desk.resident_skips()
    desk.page.locator("#thanks-done").click()
    desk.shows("start")
    expect(desk.page.locator("#trouble-words")).to_contain_text("thu hồi")
    expect(desk.page.locator("#kept")).to_contain_text("1 ý kiến")
    session.execute(update(Kiosk).values(revoked_at=None))
    session.commit()
    desk.page.clock.run_for(60_000)
    desk.shows("ask")
    desk.keeps(0)
    assert len(stored()) == 1


def test_an_unknown_token_leads_to_pairing(page: Page, live_server: str) -> None:
    desk = DeskPage(page, live_server)
    desk.open("nobody-knows-this-token")
    desk.shows("start")
    expect(page.locator("#trouble-words")).to_contain_text("không nhận ra")


def test_a_screen_is_paired_by_the_code_it_shows(
    page: Page, live_server: str, token: str, session: Session
) -> None:
    page.clock.install()
    desk = DeskPage(page, live_server)
    desk.open()
    desk.shows("start")
    page.locator("#pair").click()
    desk.shows("pairing")
    shown = page.locator("#user-code")
    expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    kiosk = session.scalars(select(Kiosk)).one()
    session.execute(
        update(Pairing)
        .where(Pairing.user_code == shown.inner_text())
        .values(desk_id=kiosk.desk_id, kiosk_name="Màn hình mới", approved_at=datetime.now(UTC))
    )
    session.commit()
    page.clock.run_for(6_000)
    desk.shows("ask")
    assert "#" not in page.url


def test_a_token_handed_over_does_not_stay_in_the_address(desk: DeskPage) -> None:
    assert desk.page.url == f"{desk.address}/"
    desk.page.reload()
    desk.shows("ask")


def test_the_demonstration_sends_and_keeps_nothing(
    page: Page, live_server: str, stored: Callable[[], list[Rating]]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    desk = DeskPage(page, live_server)
    desk.open_demonstration()
    expect(page.get_by_text("Trình diễn – không ghi nhận")).to_be_visible()
    desk.resident_touches(5)
    desk.resident_ticks("all_good")
    desk.resident_sends()
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


def walk(desk: DeskPage) -> Iterator[str]:
    """Go through every screen of a rating, stopping at each."""
    yield "ask"
    desk.resident_touches(2)
    desk.resident_ticks("waiting", "broker")
    desk.page.clock.run_for(1_000)
    yield "why"
    desk.page.clock.run_for(QUIET_SECONDS * 1000)
    yield "idle"
    desk.page.locator("#stay").click()
    desk.resident_sends()
    desk.page.clock.run_for(1_000)
    yield "thanks"


@pytest.mark.parametrize("spoken", ["vi", "en"])
def test_every_screen_is_axe_clean_in_every_theme(
    desk: DeskPage, spoken: str, assert_axe_clean: Callable[[Page], None]
) -> None:
    if spoken == "en":
        desk.page.locator("#language").click()
    for _screen in walk(desk):
        for theme in ("contrast", "dark", "light"):
            desk.page.evaluate("(it) => { document.documentElement.dataset.theme = it; }", theme)
            assert_axe_clean(desk.page)


def test_pages_of_an_unpaired_screen_are_axe_clean(
    page: Page, live_server: str, assert_axe_clean: Callable[[Page], None]
) -> None:
    desk = DeskPage(page, live_server)
    desk.open()
    desk.shows("start")
    assert_axe_clean(page)
    page.locator("#pair").click()
    expect(page.locator("#user-code")).not_to_be_empty()
    assert_axe_clean(page)
    desk.open_demonstration()
    desk.shows("ask")
    assert_axe_clean(page)


OVERFLOWING = """
() => [...document.querySelectorAll('button, a, h1, h2, p, dd, dt, .choice span, img')]
  .filter((it) => it.checkVisibility() && !it.closest('.sr'))
  .filter((it) => {
    const place = it.getBoundingClientRect();
    const outside = place.left < -1 || place.top < -1
      || place.right > innerWidth + 1 || place.bottom > innerHeight + 1;
    const button = it.closest('button');
    const around = button && button.getBoundingClientRect();
    const cut = around && (place.top < around.top - 1 || place.bottom > around.bottom + 1);
    return outside || cut || it.scrollWidth > it.clientWidth + 1 && it.tagName === 'BUTTON';
  })
  .map((it) => it.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("spoken", ["vi", "en"])
def test_nothing_is_cut_off_on_any_panel(desk: DeskPage, spoken: str) -> None:
    if spoken == "en":
        desk.page.locator("#language").click()
    for screen in walk(desk):
        for width, height in PANELS:
            desk.page.set_viewport_size({"width": width, "height": height})
            for reading in ("desk", "desk large"):
                desk.page.evaluate("(it) => { document.documentElement.className = it; }", reading)
                assert desk.page.evaluate(OVERFLOWING) == [], (screen, width, reading)


def test_the_desk_screen_weighs_little(
    context: BrowserContext, page: Page, live_server: str, token: str
) -> None:
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    desk = DeskPage(page, live_server)
    desk.open(token)
    desk.resident_touches(4)
    desk.resident_skips()
    page.wait_for_load_state("networkidle")
    assert sum(sizes) <= LARGEST_ON_THE_WIRE
