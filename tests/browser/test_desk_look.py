"""How the desk screen looks: for every eye, on every panel, over a thin wire."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.counters import Counter
from tests.browser.desk_page import QUIET_SECONDS, SPEAK, DeskPage
from tests.infrastructure.looks import THEMES, Looks

LARGEST_FIRST_LOAD = 150_000
LARGEST_FOR_WRITING = 30_000  # the sheet, its keyboard, Vietnamese typing
PANELS = ((1920, 1080), (1080, 1920), (800, 480), (1024, 600), (768, 1024), (1280, 800))
SMALLEST_KEY_PX = 60
SMALLEST_KEY = """
() => {
  const keys = [...document.querySelectorAll('.hg-button')];
  const places = keys.map((it) => it.getBoundingClientRect());
  const least = (side) => Math.min(...places.map((place) => place[side]));
  return { width: least('width'), height: least('height') };
}
"""
OVERFLOWING = """
() => [...document.querySelectorAll('button, a, h1, h2, p, dd, dt, .choice span, img, textarea')]
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
READ = """
(look) => ['desk large', 'desk'].flatMap((reading) => {
  document.documentElement.className = reading;
  return look().map((found) => `${reading}: ${found}`);
})
"""
# By its button, wherever that is; the notice of time would take such a touch for its answer.
TURN = """(language) => {
  if (document.documentElement.lang !== language) document.getElementById('language').click();
}"""


def overflowing(desk: DeskPage, speak: str) -> list[str]:
    """Give what overflows in either language, spoken so, and size of words: all change at once."""
    found: list[str] = desk.page.evaluate(
        f"() => ['en', 'vi'].flatMap((it) => {{ ({speak})(it); return ({READ})({OVERFLOWING}); }})"
    )
    return found


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
    desk.resident_opens_the_sheet()
    desk.resident_touches_keys("xin")
    desk.page.clock.run_for(1_000)
    yield "more"
    desk.page.locator("#want-answer").click()
    desk.shows("phone")
    desk.page.clock.run_for(1_000)
    yield "phone"
    desk.page.locator("#phone-back").click()
    desk.shows("more")
    desk.page.locator("#more-send").click()
    desk.shows("thanks")
    desk.page.clock.run_for(1_000)
    yield "thanks"
    desk.resident_leaves_at_once()
    desk.page.locator("#reading").click()
    yield "panel"


@pytest.mark.thorough
def test_every_screen_is_axe_clean_in_every_theme_and_whole_on_every_panel(
    counter: Counter, looks: Looks
) -> None:
    for screen in walk(counter):
        speak = SPEAK if screen == "idle" else TURN
        for language in ("en", "vi"):
            counter.page.evaluate(speak, language)
            assert looks.new_faults(counter.page, themes=THEMES) == [], (screen, language)
        for width, height in PANELS:
            counter.stands_on(width, height)
            if screen == "more":  # the keys are arranged anew
                expect(counter.page.locator(".hg-row")).to_have_count(6 if height > width else 5)
            assert overflowing(counter, speak) == [], (screen, width)
            if screen in {"ask", "why", "more"}:
                expect(counter.page.locator(".tools button:visible")).to_have_count(3)


def test_pages_of_an_unpaired_screen_are_axe_clean_in_every_theme(
    page: Page, live_server: str, looks: Looks
) -> None:
    desk = DeskPage(page, live_server)
    desk.open()
    desk.shows("start")
    found = looks.new_faults(page, themes=THEMES)
    page.locator("#pair").click()
    expect(page.locator("#user-code")).not_to_be_empty()
    found += looks.new_faults(page, themes=THEMES)
    desk.open_demonstration()
    desk.shows("ask")
    assert found + looks.new_faults(page, themes=THEMES) == []


def test_faces_stand_in_one_row_whatever_the_length_and_size_of_their_words(
    counter: Counter,
) -> None:
    for width, height in ((1920, 1080), (1280, 800), (1024, 600), (800, 480)):
        counter.stands_on(width, height)
        for reading in ("desk large", "desk"):
            tops = counter.page.evaluate(
                """(it) => {
                  document.documentElement.className = it;
                  return [...document.querySelectorAll('.face-btn .face')]
                    .map((face) => Math.round(face.getBoundingClientRect().top));
                }""",
                reading,
            )
            assert len(set(tops)) == 1, (width, reading, tops)


def test_keys_are_large_on_every_panel(counter: Counter) -> None:
    counter.resident_touches(4)
    counter.resident_opens_the_sheet()
    for width, height in PANELS:
        counter.stands_on(width, height)
        for plane in ("{numbers}", "{letters}"):
            counter.key(plane).click()
            smallest = counter.page.evaluate(SMALLEST_KEY)
            assert min(smallest.values()) >= SMALLEST_KEY_PX, (width, smallest)
            if width >= 1920:
                assert min(smallest.values()) >= 24 / 25.4 * 96, smallest  # 24 mm


def test_the_desk_screen_weighs_little(
    context: BrowserContext, page: Page, live_server: str, token: str
) -> None:
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    sizes: list[float] = []
    wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    desk = DeskPage(page, live_server)
    desk.open(token)
    desk.shows("ask")
    page.wait_for_load_state("networkidle")
    first = sum(sizes)
    assert first <= LARGEST_FIRST_LOAD
    with page.expect_response("**/vendor/simple-keyboard.js"):
        desk.resident_touches(4)
    desk.resident_opens_the_sheet()
    assert sum(sizes) - first <= LARGEST_FOR_WRITING
