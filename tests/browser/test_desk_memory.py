"""The desk screen's two copies, how long it keeps what was sent, and how its queue moves house."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk, Pairing
from shared.models.organisation import Desk
from shared.models.rating import Rating
from tests.browser.counters import Counter
from tests.browser.desk_page import REST_SECONDS, DeskPage
from tests.infrastructure.office import DESK, LONG_AGO

NO_DATABASE = "IDBFactory.prototype.open = () => { throw new Error('broken'); };"
NO_JOURNAL = "delete StorageManager.prototype.getDirectory;"
ENTRY = """
const entry = (id, sequence, more = {}) => ({
  id, desk: 'D', kiosk: 'K', closed: 1, revision: 2, touched: sequence, changed: sequence,
  rating: { id, sequence, score: 4 }, ...more,
});
const told = (text) => { const made = new Told(); made.read(text); return made; };
"""
DAY_MS = 86_400_000
# What the queue waits from try to try while nobody can be reached, and after the network is back.
WAITS = """async () => {
  const { Queue } = await import('/static/kiosk/desk/queue.js');
  const real = window.setTimeout;
  const waits = [];
  let tries = 0;
  window.setTimeout = (_, wait) => waits.push(wait);
  const queue = new Queue({
    copies: { batch: async () => [{ rating: {} }], counts: async () => ({ waiting: 1 }) },
    turn: { mine: true },
    place: () => ({ kiosk: 'K', desk: 'D' }),
    send: async () => { tries += 1; return { kind: 'later', after: null, answered: false }; },
    heard() {},
  });
  while (waits.length < 11) await queue.flush();
  window.dispatchEvent(new Event('online'));
  await new Promise((done) => { real(done); });
  window.setTimeout = real;
  return [waits, tries];
}"""

# The first thread's script never comes; and time flies.
LOST_THREAD = """
const threads = [];
const { setInterval: every, Worker: Thread } = window;
window.setInterval = (act, wait) => every(act, wait / 50);
window.Worker = function (...script) {
  threads.push(threads.length === 0
    ? { addEventListener() {}, postMessage() {}, terminate() { this.ended = true; } }
    : new Thread(...script));
  return threads.at(-1);
};
"""


def module(name: str, *names: str) -> str:
    """Write the import of a module of the desk screen."""
    return f"const {{ {', '.join(names)} }} = await import('/static/kiosk/desk/{name}.js');"


def test_the_checksum_is_crc_32(plain: Page) -> None:
    script = f"async () => {{ {module('lines', 'checksum')} return checksum('123456789'); }}"
    assert plain.evaluate(script) == "cbf43926"


def test_torn_and_spoilt_lines_are_left_out_and_the_others_read(plain: Page) -> None:
    read = plain.evaluate(
        f"""async () => {{ {module("lines", "lineOf", "Told")} {ENTRY}
        const lines = ['a', 'b', 'c'].map((id, at) => lineOf({{ kept: entry(id, at + 1) }}));
        const text = lines[0] + lines[1].replace('"score":4', '"score":5') + lines[2].slice(0, -9);
        const {{ spoilt }} = told(text);
        return [told(text).records().map((known) => known.entry.id), spoilt];
        }}"""
    )
    assert read == [["a"], 2]


def test_a_thread_that_never_comes_is_replaced_by_another_that_is_asked_the_same(
    plain: Page,
) -> None:
    kept = plain.evaluate(
        f"""async () => {{ {LOST_THREAD} {module("journal", "Journal")} {ENTRY}
        const journal = new Journal();
        const asked = [journal.begin('first'), journal.append([{{ kept: entry('a', 1) }}])];
        const nobody = new Promise((_, fail) => setTimeout(fail, 10_000, 'nobody answered'));
        await Promise.race([Promise.all(asked), nobody]);
        journal.abandon();
        const {{ records }} = await new Journal().adopt('second', -Infinity);
        return [threads[0].ended, threads.length, records.map((known) => known.entry.id)];
        }}"""
    )
    assert kept == [True, 3, ["a"]]


def test_a_new_screen_whose_journal_was_mended_has_not_lost_its_database(plain: Page) -> None:
    said = plain.evaluate(
        f"""async () => {{ {module("copies", "Copies")} {module("store", "Store")}
        {module("journal", "Journal")} {ENTRY}
        const journal = new Journal();
        const copies = new Copies(new Store(), journal);
        await copies.open(true, -Infinity);
        await copies.add(entry('a', 1), 'K');
        journal.append = async () => {{ throw new Error('the disk is full'); }};
        await copies.add(entry('b', 2), 'K');
        const broken = copies.storage;
        delete journal.append;
        await copies.mend(-Infinity);
        return [broken, copies.storage];
        }}"""
    )
    assert said == ["database_only", "ok"]


def test_journals_say_the_same_in_whatever_order_they_are_read(plain: Page) -> None:
    said = plain.evaluate(
        f"""async () => {{ {module("lines", "lineOf", "eventsOf", "Told")} {ENTRY}
        const lines = [
          {{ kept: entry('a', 1, {{ closed: 0, revision: 7 }}) }},
          {{ kept: entry('a', 1) }},
          {{ kept: entry('b', 2) }}, {{ settled: ['b'], kiosk: 'K', at: 9 }},
          {{ kept: entry('c', 3) }}, {{ refused: [['c', 'why']] }},
          {{ noted: ['sequence:K', 8] }}, {{ noted: ['sequence:K', 5] }},
        ].map(lineOf);
        const forth = told(lines.join(''));
        const back = told([...lines].reverse().join(''));
        const again = told(eventsOf(forth.records()).map(lineOf).join(''));
        const facts = (from) => from.records().map((known) => [
          known.entry.id, known.entry.closed, known.settled?.at ?? null, known.reason ?? null,
        ]).sort();
        return [facts(forth), facts(back), facts(again), [...back.counters()]];
        }}"""
    )
    expected = [["a", 1, None, None], ["b", 1, 9, None], ["c", 1, None, "why"]]
    assert said == [expected, expected, expected, [["sequence:K", 8]]]


def test_what_was_sent_is_kept_for_35_days_of_the_servers_clock(plain: Page) -> None:
    kept = plain.evaluate(
        f"""async () => {{ {module("store", "Store")} {module("retention", "keepFrom")}
        {module("lines", "Told")} {ENTRY}
        const store = new Store();
        const now = Date.parse('2026-11-22T00:00:00Z');
        await store.put([entry('old', 1), entry('new', 2)]);
        const settle = (id, days) => store.settle(
          {{ done: [id], refused: new Map(), kiosk: 'K', at: now - days * {DAY_MS} }});
        await settle('old', 35.1);
        await settle('new', 34.9);
        await store.forget(keepFrom(null));
        const before = await store.settledIds();
        await store.forget(keepFrom(now));
        return [before, await store.settledIds()];
        }}"""
    )
    assert kept == [["new", "old"], ["new"]]


def test_a_number_nobody_has_is_asked_for_once(plain: Page) -> None:
    sent = plain.evaluate(
        f"""async () => {{ {module("retention", "Retention")} {ENTRY}
        const all = [1, 2, 3, 5, 6].map((at) => ({{ entry: entry('r' + at, at) }}));
        const copies = {{ settledFrom: async (kiosk, from, most) =>
          all.filter(({{ entry }}) => entry.rating.sequence >= from).slice(0, most) }};
        const retention = new Retention();
        const given = [];
        const contact = async (next, highest) => {{
          retention.heard('K', next, highest);
          for (;;) {{
            const batch = await retention.batch(copies, 2);
            if (batch.length === 0) break;
            given.push(batch.map(({{ entry }}) => entry.rating.sequence));
            retention.answered(batch);
          }}
          given.push('|');
        }};
        await contact(4, 6);
        await contact(4, 6);
        await contact(3, 5);
        await contact(4, 6);
        await contact(4, 6);
        return given;
        }}"""
    )
    assert sent == [[5, 6], "|", "|", [3, 5], [6], "|", [5, 6], "|", "|"]


def a_touch_counts(desk: DeskPage, storage: str) -> None:
    """Touch while the server takes nothing, and let it take what was touched after a restart."""
    page = desk.page
    desk.server_says("/api/v1/ratings", status=500, json={})
    desk.resident_touches(3)
    with page.expect_request("**/api/v1/screen") as report:
        desk.resident_skips()
    said: Any = report.value.post_data_json
    assert said["storage"] == storage
    expect(page.locator("#offline")).to_be_visible()
    desk.keeps(1)
    if storage != "memory":
        page.reload()
        expect(page.locator("#offline")).to_be_visible()
        desk.keeps(1)
    desk.server_speaks_again("/api/v1/ratings")
    page.clock.run_for(5_000)
    desk.keeps(0)


def test_a_touch_counts_after_a_restart(counter: Counter) -> None:
    a_touch_counts(counter, "ok")
    assert [rating.score for rating in counter.stored()] == [3]


@pytest.mark.parametrize(
    ("broken", "storage"),
    [
        (NO_JOURNAL, "database_only"),
        (NO_DATABASE, "journal_only"),
        (NO_DATABASE + NO_JOURNAL, "memory"),
    ],
    ids=["journal", "database", "both"],
)
def test_a_touch_counts_with_one_copy_broken_and_the_server_is_told(
    page: Page, live_server: str, token: str, stored: Any, broken: str, storage: str
) -> None:
    page.add_init_script(broken)
    desk = DeskPage(page, live_server)
    desk.stop_time()
    desk.open(token)
    a_touch_counts(desk, storage)
    assert [(rating.sequence, rating.score) for rating in stored()] == [(1, 3)]


def test_a_broken_database_that_is_mended_gets_its_records_back(
    page: Page, live_server: str, token: str, stored: Any
) -> None:
    desk = DeskPage(page, live_server)
    page.add_init_script("if (!localStorage.getItem('mended')) { " + NO_DATABASE + " }")
    desk.open(token)
    desk.server_says("/api/v1/ratings", status=500, json={})
    desk.resident_touches(3)
    desk.resident_skips()
    desk.keeps(1)
    page.evaluate("localStorage.setItem('mended', '1')")
    desk.server_speaks_again("/api/v1/ratings")
    page.reload()
    desk.shows("ask")
    desk.keeps(0)
    assert [(rating.sequence, rating.score) for rating in stored()] == [(1, 3)]


def test_the_wait_grows_to_five_minutes_and_ends_when_the_network_returns(plain: Page) -> None:
    waits, tries = plain.evaluate(WAITS)
    assert tries == len(waits) == 12
    for number, wait in enumerate([*waits[:-1]]):
        longest = min(1_000 * 2**number, 300_000)
        assert longest / 2 <= wait <= longest
    assert waits[-1] <= 1_000


OLDER = """async () => {
  const asked = indexedDB.open('niemno-desk', 1);
  await new Promise((done) => {
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore('ratings', { keyPath: 'id' });
      asked.result.createObjectStore('quarantine', { keyPath: 'id' });
      asked.result.createObjectStore('meta');
    };
    asked.onsuccess = done;
  });
  const entry = (id, sequence, closed) => ({
    id, desk: 'MỘT', closed, touched: Date.now(), changed: Date.now(),
    rating: {
      id, sequence, rated_at: new Date().toISOString(), score: sequence, questionnaire: 'default',
      answers: {}, procedure: null, dossier: null, language: 'vi', duration_ms: 900, officer: null,
      boot: id, uptime_ms: 5, reasons: [], closed_by: 'idle',
    },
  });
  const writing = asked.result.transaction('ratings', 'readwrite').objectStore('ratings');
  writing.add(entry('8c1c7a0e-0000-4000-8000-000000000001', 1, 1));
  writing.add(entry('8c1c7a0e-0000-4000-8000-000000000002', 2, 0));
  await new Promise((done) => { writing.transaction.oncomplete = done; });
  asked.result.close();
}"""


def test_a_queue_left_by_an_older_screen_is_sent_by_this_one(
    page: Page, live_server: str, token: str, stored: Any
) -> None:
    desk = DeskPage(page, live_server)
    page.goto(f"{live_server}/healthz")
    page.evaluate(OLDER)
    desk.open(token)
    desk.shows("ask")
    desk.keeps(0)
    assert [(rating.sequence, rating.score) for rating in stored()] == [(1, 1), (2, 2)]


def pair_again(desk: DeskPage, session: Session, desk_id: int) -> None:
    """Pair the screen by the code it shows, as staff do."""
    desk.page.locator("#pair").click()
    desk.shows("pairing")
    shown = desk.page.locator("#user-code")
    expect(shown).to_have_text(re.compile(r"^\w{4}-\w{4}$"))
    session.execute(
        update(Pairing)
        .where(Pairing.user_code == shown.inner_text())
        .values(desk_id=desk_id, kiosk_name="Màn hình", approved_at=datetime.now(UTC))
    )
    session.commit()
    desk.page.clock.run_for(6_000)
    desk.shows("ask")


def test_the_queue_survives_revoking_pairing_again_and_moving(
    desk: DeskPage, session: Session, stored: Callable[[], list[Rating]]
) -> None:
    old = session.scalars(select(Desk).where(Desk.code == DESK)).one()
    new = Desk(unit_id=old.unit_id, code="HAI", name="Bàn số hai", valid_from=LONG_AGO)
    session.add(new)
    session.flush()
    desk.resident_touches(4)
    session.execute(update(Kiosk).values(revoked_at=datetime.now(UTC)))
    session.commit()
    desk.resident_skips()
    desk.page.locator("#thanks-done").click()
    desk.shows("start")
    desk.keeps(1)
    pair_again(desk, session, new.id)
    desk.keeps(0)
    desk.page.clock.run_for(REST_SECONDS * 1000)
    desk.resident_touches(2)
    desk.resident_skips()
    desk.keeps(0)
    ratings = stored()
    assert [(rating.sequence, rating.score) for rating in ratings] == [(1, 4), (2, 2)]
    assert [rating.desk_id for rating in ratings] == [old.id, new.id]
    assert len({rating.kiosk_id for rating in ratings}) == 1
