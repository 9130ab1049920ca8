"""The desk screen's memory: on the disk before the screen moves, sent until the server has it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, Pairing
from tests.browser.counters import Counter
from tests.browser.desk_page import DeskPage

WRITES = """() => {
  window.writes = [];
  const real = IDBDatabase.prototype.transaction;
  window.stopListening = () => { IDBDatabase.prototype.transaction = real; };
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
}"""


@pytest.fixture
def listened_to(counter: Counter) -> Iterator[Counter]:
    """A screen whose writing to the disk is listened to."""
    counter.page.evaluate(WRITES)
    yield counter
    counter.page.evaluate("window.stopListening()")


def test_every_touch_is_on_the_disk_before_the_screen_moves(listened_to: Counter) -> None:
    desk = listened_to
    desk.resident_touches(4)
    touch = desk.page.evaluate("window.writes[0]")
    assert touch == {"durability": "strict", "screenWhenDone": "ask"}
    desk.resident_ticks("waiting")
    desk.resident_sends()
    writes = desk.page.evaluate("window.writes")
    assert {write["durability"] for write in writes} == {"strict"}
    assert len(writes) >= 3


def test_a_touch_survives_a_reload(counter: Counter) -> None:
    counter.resident_touches(2)
    counter.resident_ticks("unclear")
    counter.page.reload()
    counter.shows("ask")
    counter.keeps(0)
    [rating] = counter.stored()
    assert (rating.score, rating.closed_by, rating.reasons) == (2, "idle", ["unclear"])


WIFI = {"content_type": "text/html", "body": "<html>Wi-Fi</html>"}
STORED = {"results": [{"id": of, "result": "stored", "reason": None} for of in ("ours", "other")]}
REFUSED = {"results": [{"id": "ours", "result": "refused", "reason": "why"}]}
ANSWERS: tuple[tuple[dict[str, Any], list[Any]], ...] = (
    ({"status": 200, **WIFI}, ["later", [], []]),
    ({"status": 200, "json": {"results": []}}, ["later", [], []]),
    ({"status": 200, "json": STORED}, ["later", [], []]),
    ({"status": 201, **WIFI}, ["later", [], []]),
    ({"status": 201, "json": {"results": []}}, ["settled", [], []]),
    ({"status": 302, "headers": {"Location": "/healthz"}}, ["later", [], []]),
    ({"status": 403, **WIFI}, ["later", [], []]),
    ({"status": 500, "json": {"error": "?"}}, ["later", [], []]),
    ({"status": 201, "json": STORED}, ["settled", ["ours"], []]),
    ({"status": 201, "json": REFUSED}, ["settled", [], [["ours", "why"]]]),
)
SEND = """async () => {
  const { sendRatings } = await import('/static/kiosk/desk/api.js');
  const { kind, done = [], refused = [] } = await sendRatings('token', [{ id: 'ours' }]);
  return [kind, done, [...refused]];
}"""
# Two ratings, of which the server, once it can be reached, takes the second and refuses the first.
REFUSE = """async () => {
  const [{ Queue }, { Copies }, { Store }, { Alone }] = await Promise.all(
    ['queue', 'copies', 'store', 'turn'].map((it) => import(`/static/kiosk/desk/${it}.js`)),
  );
  const copies = new Copies(new Store(), null);
  let answer = { kind: 'later', after: null, answered: false };
  const queue = new Queue({
    copies,
    turn: new Alone(),
    place: () => ({ kiosk: 'K', desk: 'D' }),
    send: async () => answer,
    heard() {},
  });
  await queue.open();
  const ids = [];
  for (const score of [1, 5]) {
    const { id } = await queue.begin(score, { kiosk: 'K', desk: 'D' });
    await queue.close(id, 'done');
    ids.push(id);
  }
  const before = (await queue.state()).waiting;
  answer = { kind: 'settled', done: [ids[1]], refused: new Map([[ids[0], 'why']]), told: {} };
  for (let tries = 0; tries < 100 && (await queue.state()).waiting; tries += 1) {
    await queue.flush();
    await new Promise((done) => { setTimeout(done, 20); });
  }
  const lines = (await (await queue.exportQueue()).text()).trim().split('\\n').map(JSON.parse);
  return [before, ids.map((id) => lines.find(({ rating }) => rating.id === id).state)];
}"""

# Two ratings; the second is closed while the server is being asked to take the first.
ASK_ONCE = """async (answer) => {
  const [{ Queue }, { Copies }, { Store }, { Alone }] = await Promise.all(
    ['queue', 'copies', 'store', 'turn'].map((it) => import(`/static/kiosk/desk/${it}.js`)),
  );
  let asked = 0;
  let second = null;
  const queue = new Queue({
    copies: new Copies(new Store(), null),
    turn: new Alone(),
    place: () => (second ? { kiosk: 'K', desk: 'D' } : null),
    send: async () => {
      asked += 1;
      await queue.close(second, 'done');
      return { told: {}, done: [], refused: new Map(), ...answer };
    },
    heard() {},
  });
  await queue.open();
  const before = (await queue.state()).waiting;
  const first = await queue.begin(1, { kiosk: 'K', desk: 'D' });
  second = (await queue.begin(2, { kiosk: 'K', desk: 'D' })).id;
  await queue.close(first.id, 'done');
  await new Promise((done) => { setTimeout(done, 300); });
  return [asked, (await queue.state()).waiting - before];
}"""


def test_only_the_servers_own_answer_settles_and_only_what_was_asked_with_it(plain: Page) -> None:
    asking = DeskPage(plain, "")
    for answer, settled in ANSWERS:
        asking.server_says("/api/v1/ratings", **answer)
        assert plain.evaluate(SEND) == settled, answer
        asking.server_speaks_again("/api/v1/ratings")


def test_what_was_not_settled_stays_in_the_queue_and_is_sent_again(counter: Counter) -> None:
    for before, answer in enumerate(({"status": 200, **WIFI}, ANSWERS[4][0])):
        counter.server_says("/api/v1/ratings", **answer)
        counter.resident_touches(4)
        with counter.page.expect_request("**/api/v1/ratings"):
            counter.resident_skips()
        expect(counter.page.locator("#offline"), str(answer)).to_be_visible()
        counter.keeps(1)
        assert len(counter.stored()) == before, answer
        counter.server_speaks_again("/api/v1/ratings")
        counter.page.clock.run_for(5_000)
        counter.keeps(0)
        expect(counter.page.locator("#offline")).to_be_hidden()
        assert len(counter.stored()) == before + 1, answer
        counter.shows("ask")


def test_a_refused_record_is_set_aside_and_blocks_nobody(plain: Page) -> None:
    assert plain.evaluate(REFUSE) == [2, ["quarantined", "settled"]]


@pytest.mark.parametrize(
    "answer", [{"kind": "later", "after": 60_000, "answered": True}, {"kind": "settled"}]
)
def test_what_is_closed_while_the_server_takes_nothing_waits_too(
    plain: Page, answer: dict[str, Any]
) -> None:
    assert plain.evaluate(ASK_ONCE, answer) == [1, 2]


def test_the_server_may_ask_to_wait(counter: Counter) -> None:
    # Longer than waiting for what comes late may wind the clock on a busy machine.
    counter.server_says("/api/v1/ratings", status=503, headers={"Retry-After": "180"}, json={})
    counter.resident_touches(4)
    counter.resident_skips()
    expect(counter.page.locator("#offline")).to_be_visible()
    counter.server_speaks_again("/api/v1/ratings")
    counter.resident_leaves_at_once()
    counter.page.clock.run_for(100_000)
    counter.resident_touches(5)
    counter.resident_skips()
    counter.page.clock.run_for(5_000)
    counter.keeps(2)
    assert counter.stored() == []
    counter.page.clock.run_for(80_000)
    counter.keeps(0)
    assert [rating.score for rating in counter.stored()] == [4, 5]


def test_a_revoked_screen_says_why_and_keeps_its_queue(counter: Counter) -> None:
    counter.resident_touches(4)
    counter.session.execute(update(Kiosk).values(revoked_at=datetime.now(UTC)))
    counter.session.commit()
    counter.resident_skips()
    counter.page.locator("#thanks-done").click()
    counter.shows("start")
    expect(counter.page.locator("#trouble-words")).to_contain_text("thu hồi")
    expect(counter.page.locator("#kept")).to_contain_text("1 ý kiến")
    counter.session.execute(update(Kiosk).values(revoked_at=None))
    counter.session.commit()
    counter.asks_again()
    counter.shows("ask")
    counter.keeps(0)
    assert len(counter.stored()) == 1


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


def test_a_token_handed_over_does_not_stay_in_the_address(counter: Counter) -> None:
    assert counter.page.url == f"{counter.address}/"


def test_when_the_network_returns_nobody_waits_for_what_was_asked_of_the_dead_one(
    counter: Counter,
) -> None:
    hung: list[Route] = []
    counter.page.route("**/api/v1/ratings", lambda route: hung.append(route), times=1)  # noqa: PLW0108  a builtin is no handler
    counter.resident_touches(3)
    with counter.page.expect_request("**/api/v1/ratings"):
        counter.resident_skips()
    counter.keeps(1)
    for event in ("offline", "online"):
        counter.page.evaluate("(it) => { window.dispatchEvent(new Event(it)); }", event)
    counter.keeps(0)
    assert len(hung) == 1
    assert [rating.score for rating in counter.stored()] == [3]
