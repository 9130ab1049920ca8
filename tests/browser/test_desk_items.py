"""The short items after the boxes: touched, taken back, kept offline with their version."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from kiosk.prompts import name_of
from shared.domain.questionnaire import RECEPTION, Group, Item, Kind
from tests.browser.counters import Counter, Counters
from tests.browser.desk_page import NOTICE_SECONDS, QUIET_SECONDS, DeskPage
from tests.browser.offices import with_items
from tests.browser.test_desk_look import PANELS, TURN, overflowing
from tests.infrastructure.office import ask_items, paired_desk

OWN = Item("seats", Kind.SCALE, Group.OTHER, {"vi": "Có đủ ghế ngồi"})
HURRIED = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { this.playbackRate = 16; return play.call(this); };
"""


@pytest.fixture
def counter(counters: Counters) -> Iterator[Counter]:
    """A screen that others have used, at a desk whose questionnaire has items."""
    with counters.lend(with_items) as lent:
        yield lent


@pytest.fixture
def own_token(session: Session) -> str:
    """The token of a kiosk that asks an item of the campaigns and one the office wrote."""
    now = datetime.now(UTC)
    made = paired_desk(session, now)
    ask_items(session, now, (RECEPTION[0], OWN))
    session.commit()
    return made


def answer(desk: DeskPage, item: str, value: str) -> Locator:
    return desk.page.locator(f'[data-answer="{item}={value}"]')


def resident_answers(desk: DeskPage, item: str, value: str) -> None:
    answer(desk, item, value).click()
    expect(answer(desk, item, value)).to_have_attribute("aria-pressed", "true")


def turn(desk: DeskPage, button: str, heading: str) -> None:
    desk.page.locator(button).click()
    expect(desk.page.locator("#items-title")).to_have_text(heading)
    desk.page.clock.run_for(400)


def walk(desk: DeskPage) -> Iterator[str]:
    """Go through the pages of items, stopping at each with something answered."""
    desk.resident_touches(4)
    desk.page.clock.run_for(400)
    turn(desk, "#send", "Ông/Bà được đón tiếp thế nào?")
    resident_answers(desk, "welcome", "5")
    yield "reception"
    turn(desk, "#items-next", "Nơi đón tiếp thế nào?")
    resident_answers(desk, "clean", "2")
    yield "premises"
    turn(desk, "#items-next", "Vài câu hỏi ngắn")
    resident_answers(desk, "visits", "4")
    resident_answers(desk, "extra_money", "true")
    yield "other"


def test_what_was_touched_is_kept_with_the_version_and_may_be_taken_back(counter: Counter) -> None:
    for page in walk(counter):
        if page == "premises":
            resident_answers(counter, "tidy", "3")
            answer(counter, "tidy", "3").click()
            expect(answer(counter, "tidy", "3")).to_have_attribute("aria-pressed", "false")
            turn(counter, "#items-back", "Ông/Bà được đón tiếp thế nào?")
            expect(answer(counter, "welcome", "5")).to_have_attribute("aria-pressed", "true")
            resident_answers(counter, "welcome", "4")
            turn(counter, "#items-next", "Nơi đón tiếp thế nào?")
    counter.page.locator("#items-next").click()
    counter.shows("thanks")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.questionnaire, rating.closed_by) == (4, "mau-1", "done")
    assert rating.answers == {"welcome": 4, "clean": 2, "visits": 4, "extra_money": True}
    assert [mark for mark in rating.marks if mark.startswith("answers")] == []


def test_offline_the_items_are_asked_and_whoever_leaves_has_said_what_they_touched(
    counter: Counter,
) -> None:
    counter.page.context.set_offline(True)
    counter.resident_touches(2)
    counter.page.clock.run_for(400)
    turn(counter, "#send", "Ông/Bà được đón tiếp thế nào?")
    resident_answers(counter, "guidance", "1")
    counter.page.clock.run_for((QUIET_SECONDS + NOTICE_SECONDS) * 1000)
    counter.shows("ask")
    counter.keeps(1)
    assert counter.page.locator('#items [aria-pressed="true"]').count() == 0
    counter.page.context.set_offline(False)
    counter.network_returns()
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.answers, rating.questionnaire) == ({"guidance": 1}, "mau-1")
    assert rating.closed_by == "idle"


def test_every_page_of_items_is_axe_clean_and_whole_on_every_panel(
    counter: Counter, assert_axe_clean: Callable[[Page], None]
) -> None:
    for screen in walk(counter):
        for language, theme in (("vi", "dark"), ("en", "contrast")):
            counter.page.evaluate(TURN, language)
            counter.page.evaluate("(it) => { document.documentElement.dataset.theme = it; }", theme)
            assert_axe_clean(counter.page)
        for width, height in PANELS:
            counter.stands_on(width, height)
            assert overflowing(counter, TURN) == [], (screen, width)
        counter.stands_on(*PANELS[0])  # as many lines a page as before
    counter.page.evaluate("() => { delete document.documentElement.dataset.theme; }")


def test_one_switch_goes_line_by_line(counter: Counter) -> None:
    counter.resident_touches(4)
    counter.page.clock.run_for(400)
    turn(counter, "#send", "Ông/Bà được đón tiếp thế nào?")
    counter.resident_uses_one_switch()
    lit = counter.page.locator(".item:nth-child(2) .lit")
    for _step in range(20):
        counter.page.clock.run_for(1_600)
        if lit.count() == 5:
            break
    expect(lit).to_have_count(5)
    counter.page.keyboard.press("Space")
    counter.page.keyboard.press("Space")
    expect(answer(counter, "guidance", "1")).to_have_attribute("aria-pressed", "true")


def test_a_page_of_items_is_heard_part_by_part_but_not_one_the_office_wrote(
    page: Page, live_server: str, own_token: str
) -> None:
    said: list[str] = []
    page.on("request", lambda asked: said.append(asked.url) if ".ogg" in asked.url else None)
    page.add_init_script(HURRIED)
    desk = DeskPage(page, live_server)
    desk.stop_time()
    desk.open(own_token)
    desk.resident_touches(3)
    desk.page.clock.run_for(400)
    turn(desk, "#send", "Ông/Bà được đón tiếp thế nào?")
    said.clear()
    with page.expect_request(f"**/vi-{name_of(RECEPTION[0], 'vi')}.ogg"):
        page.locator("#listen").click()
    assert [url.rpartition("/vi-")[2] for url in said[:2]] == [
        "items_reception.ogg",
        "items_scale.ogg",
    ]
    page.locator("#language").click()
    with page.expect_request("**/en-items_reception.ogg"):
        page.locator("#listen").click()
    page.locator("#language").click()
    turn(desk, "#items-next", "Vài câu hỏi ngắn")
    expect(page.locator("#listen")).to_be_hidden()
    turn(desk, "#items-back", "Ông/Bà được đón tiếp thế nào?")
    expect(page.locator("#listen")).to_be_visible()
