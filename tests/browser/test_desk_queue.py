"""The desk screen's memory: on the disk before the screen moves, sent until the server has it."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, Pairing
from shared.models.rating import Rating
from tests.browser.desk_page import REST_SECONDS, DeskPage

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
WAITING = f"""async () => {{ {STORE}
  const ids = await answer(open('ratings').getAllKeys());
  opening.result.close();
  return ids;
}}"""
QUARANTINED = f"""async () => {{ {STORE}
  const ids = await answer(open('quarantine').getAllKeys());
  opening.result.close();
  return ids;
}}"""


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


ANSWERS: tuple[dict[str, Any], ...] = (
    {"status": 200, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
    {"status": 200, "json": {"results": []}},
    {"status": 201, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
    {"status": 201, "json": {"results": []}},
    {"status": 302, "headers": {"Location": "/healthz"}},
    {"status": 403, "content_type": "text/html", "body": "<html>Wi-Fi</html>"},
    {"status": 500, "json": {"error": "?"}},
)


def test_only_the_servers_own_answer_empties_the_queue(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    for before, answer in enumerate(ANSWERS):
        desk.server_says("/api/v1/ratings", **answer)
        desk.resident_touches(4)
        with desk.page.expect_request("**/api/v1/ratings"):
            desk.resident_skips()
        expect(desk.page.locator("#offline"), str(answer)).to_be_visible()
        desk.keeps(1)
        assert len(stored()) == before, answer
        desk.server_speaks_again("/api/v1/ratings")
        desk.page.clock.run_for(5_000)
        desk.keeps(0)
        expect(desk.page.locator("#offline")).to_be_hidden()
        assert len(stored()) == before + 1, answer
        desk.shows("ask")


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


def test_stored_in_an_answer_of_200_is_not_believed(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    def pretend(route: Route) -> None:
        sent = json.loads(route.request.post_data or "{}")["ratings"]
        results = [{"id": rating["id"], "result": "stored", "reason": None} for rating in sent]
        route.fulfill(status=200, json={"results": results})

    desk.page.route("**/api/v1/ratings", pretend)
    desk.resident_touches(4)
    desk.resident_skips()
    expect(desk.page.locator("#offline")).to_be_visible()
    desk.keeps(1)
    assert stored() == []


def test_an_answer_settles_nothing_that_was_not_asked_with_it(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    desk.page.route("**/api/v1/ratings", hold)
    desk.resident_touches(4)
    with desk.page.expect_request("**/api/v1/ratings"):
        desk.resident_skips()
    desk.resident_leaves_at_once()
    desk.page.clock.run_for(REST_SECONDS * 1000)
    desk.resident_touches(2)
    waiting = desk.page.evaluate(WAITING)
    assert len(waiting) == 2
    results = [{"id": key, "result": "stored", "reason": None} for key in waiting]
    asked[0].fulfill(status=201, json={"results": results})
    desk.keeps(1)
    desk.server_speaks_again("/api/v1/ratings")
    desk.resident_skips()
    desk.keeps(0)
    assert [rating.score for rating in stored()] == [2]


def test_the_server_may_ask_to_wait(desk: DeskPage, stored: Callable[[], list[Rating]]) -> None:
    desk.server_says("/api/v1/ratings", status=503, headers={"Retry-After": "120"}, json={})
    desk.resident_touches(4)
    desk.resident_skips()
    expect(desk.page.locator("#offline")).to_be_visible()
    desk.server_speaks_again("/api/v1/ratings")
    desk.resident_leaves_at_once()
    desk.page.clock.run_for(100_000)
    desk.resident_touches(5)
    desk.resident_skips()
    desk.page.clock.run_for(5_000)
    desk.keeps(2)
    assert stored() == []
    desk.page.clock.run_for(20_000)
    desk.keeps(0)
    assert [rating.score for rating in stored()] == [4, 5]


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
    desk = DeskPage(page, live_server)
    desk.stop_time()
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


def test_when_the_network_returns_nobody_waits_for_what_was_asked_of_the_dead_one(
    desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    hung: list[Route] = []
    desk.page.route("**/api/v1/ratings", lambda route: hung.append(route), times=1)  # noqa: PLW0108  a builtin is no handler
    desk.resident_touches(3)
    with desk.page.expect_request("**/api/v1/ratings"):
        desk.resident_skips()
    desk.keeps(1)
    for event in ("offline", "online"):
        desk.page.evaluate("(it) => { window.dispatchEvent(new Event(it)); }", event)
    desk.keeps(0)
    assert len(hung) == 1
    assert [rating.score for rating in stored()] == [3]
