"""The screen is killed, its disk spoilt, its line cut: nothing is lost or counted twice."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.db import make_engine
from shared.models.rating import Rating
from tests.browser.desk_page import DeskPage
from tests.browser.waiting import until
from tests.deploy.kiosk_trial import KIT, run
from tests.faults.conftest import FULL, Account, Read, Serve, window_of
from tests.faults.devices import (
    Device,
    Window,
    installed,
    keeps,
    kept,
    rates,
    shows,
    time_passes,
    touch,
    touches,
)
from tests.faults.network import Network, Said, always, down, good, slow
from tests.faults.posting import Kiosk, pair_kiosks
from tests.faults.proofs import assert_kept, stored_ids
from tests.faults.tally import Note, of_ids
from tests.infrastructure.databases import SqliteDatabases
from tests.infrastructure.office import ask_items

KILLS = 100 if FULL else 2
ITEM_KILLS = 20 if FULL else 1
LOST_ANSWERS = 1_000 if FULL else 6
OFFLINE_RECORDS = 10_000 if FULL else 1_200
SPOILT = 10 if FULL else 1
ROUNDS_OF_PORTALS = 10 if FULL else 1
JUMPS = 20 if FULL else 1
LARGEST_BATCH = 500
RESCUE = KIT / "tree/usr/local/lib/niemno-kiosk/rescue"

ANSWERED = """async () => {
  const opening = indexedDB.open('niemno-desk');
  await new Promise((done) => { opening.onsuccess = done; });
  const asked = opening.result.transaction('ratings').objectStore('ratings').getAll();
  await new Promise((done) => { asked.onsuccess = done; });
  opening.result.close();
  const inOrder = asked.result.sort((one, other) => one.rating.sequence - other.rating.sequence);
  return inOrder.at(-1)?.rating.answers;
}"""

Back = Callable[[], None]


def test_killed_right_after_thanks_and_without_a_network_every_touch_arrives_once(
    tmp_path: Path,
    screen: Device,
    network: Network,
    kiosk: Kiosk,
    stored: Read,
    comes_back: Back,
    account: Account,
) -> None:
    desk = screen.start()
    desk.open(kiosk.token)
    installed(desk)
    network.fault = down
    scores = []
    for number in range(KILLS):
        scores.append(number % 5 + 1)
        touches(desk, scores[-1])
        screen.kill()
        if number < KILLS - 1:
            desk = screen.start()
            desk.open()
    assert stored() == []
    assert on_disk(tmp_path, screen) == scores
    comes_back()
    desk = screen.start()
    desk.open()
    keeps(desk, 0)
    account("browser killed right after Thanks, no network", KILLS, scores)


def test_killed_among_the_items_what_was_touched_arrives_once(
    engine: Engine,
    screen: Device,
    network: Network,
    kiosk: Kiosk,
    comes_back: Back,
    account: Account,
) -> None:
    with Session(engine) as session:
        sign_session(session, "system", datetime.now(UTC))
        ask_items(session, datetime.now(UTC))
        session.commit()
    desk = screen.start()
    desk.open(kiosk.token)
    shows(desk, "ask")
    installed(desk)
    network.fault = down
    scores = []
    for number in range(ITEM_KILLS):
        scores.append(number % 5 + 1)
        answers(desk, scores[-1])
        screen.kill()
        desk = screen.start()
        desk.open()
    comes_back()
    keeps(desk, 0)
    account("browser killed among the items of a questionnaire", ITEM_KILLS, scores)
    with Session(engine) as session:
        found = session.scalars(select(Rating.answers).order_by(Rating.sequence)).all()
    assert found == [{"welcome": score, "clean": 2} for score in scores]


def answers(desk: DeskPage, score: int) -> None:
    """Touch a face and an item on two pages; wait until all of it is on the disk."""
    touch(desk, "ask", f'[data-score="{score}"]')
    touch(desk, "why", "#send")
    touch(desk, "items", f'[data-answer="welcome={score}"]')
    touch(desk, "items", "#items-next")
    touch(desk, "items", '[data-answer="clean=2"]')
    until(lambda: desk.page.evaluate(ANSWERED) == {"welcome": score, "clean": 2})


def on_disk(folder: Path, screen: Device) -> list[int]:
    """Give the scores that the program for broken screens finds on a screen's disk."""
    done = run(RESCUE, screen.profile, "--to", folder / "held.jsonl")
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in (folder / "held.jsonl").read_text().splitlines()]
    assert {record["state"] for record in records} <= {"waiting"}
    return [record["rating"]["score"] for record in records]


def reports(network: Network) -> list[dict[str, Any]]:
    """Give what the screen has said of itself, oldest first."""
    return [json.loads(body) for asked, body in network.sent if asked == "POST /api/v1/screen"]


def test_a_spoilt_database_is_rebuilt_from_the_journal(
    screen: Device, network: Network, kiosk: Kiosk, comes_back: Back, account: Account
) -> None:
    desk = screen.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    shows(desk, "ask")
    installed(desk)
    rates(desk, 5)
    keeps(desk, 0)
    scores = [5]
    network.sent.clear()
    network.fault = down
    for _ in range(SPOILT):
        rates(desk, 1, 2, 3)
        scores += [1, 2, 3]
        keeps(desk, len(scores) - 1)
        screen.kill()
        spoil(screen)
        desk = screen.start()
        desk.page.clock.install()
        desk.open()
        rates(desk, 4)
        scores.append(4)
        keeps(desk, len(scores) - 1)
    comes_back()
    time_passes(desk, lambda: kept(desk) == 0)
    account("browser killed, IndexedDB overwritten with garbage", SPOILT, scores)
    assert reports(network)[-1]["storage"] == "rebuilt"


def spoil(screen: Device) -> None:
    """Write garbage over the files of IndexedDB; Chromium then drops the database in silence."""
    logs = screen.database_logs()
    assert logs
    for log in logs:
        with log.open("r+b") as file:
            file.write(os.urandom(2048))


def test_answers_lost_after_the_commit_lose_and_double_nothing(
    window: Window, network: Network, kiosk: Kiosk, account: Account
) -> None:
    lost = 0

    def cut(_method: str, path: str, ask: Callable[[], Said]) -> Said | None:
        nonlocal lost
        said = ask()
        if path != "/api/v1/ratings" or lost >= LOST_ANSWERS:
            return said
        assert said.status == 201
        lost += 1
        return None if lost % 2 else replace(said, cut=len(said.body) // 2)

    desk = window.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    network.fault = cut
    scores = [number % 5 + 1 for number in range(LOST_ANSWERS)]
    rates(desk, *scores)
    time_passes(desk, lambda: lost == LOST_ANSWERS)
    time_passes(desk, lambda: kept(desk) == 0)
    account("answer lost or cut off after the commit", LOST_ANSWERS, scores)


HTML = (("Content-Type", "text/html"),)
JSON = (("Content-Type", "application/json"),)
PORTALS = {
    "200 with a page": Said(200, HTML, b"<html>Wi-Fi</html>"),
    "200 with an empty list": Said(200, JSON, b'{"results": []}'),
    "redirect": Said(302, (("Location", "http://127.0.0.1:9/wifi"),)),
    "204": Said(204),
    "201 with a page": Said(201, HTML, b"<html>Wi-Fi</html>"),
    "201 cut off": Said(201, JSON, b'{"results": [{"id": "', cut=12),
    "511": Said(511, HTML, b"<html>Wi-Fi</html>"),
}


def posts(network: Network) -> list[list[str]]:
    """Give the ids of every batch that was sent, oldest first."""
    bodies = [json.loads(body) for asked, body in network.sent if asked == "POST /api/v1/ratings"]
    return [[rating["id"] for rating in body["ratings"]] for body in bodies]


def test_a_captive_portal_empties_no_queue(
    window: Window, network: Network, kiosk: Kiosk, stored: Read, comes_back: Back, account: Account
) -> None:
    desk = window.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    shows(desk, "ask")
    scores = []
    for number, said in enumerate([*PORTALS.values()] * ROUNDS_OF_PORTALS):
        network.fault = always(said)
        network.sent.clear()
        scores.append(number % 5 + 1)
        rates(desk, scores[-1])
        time_passes(desk, lambda: posts(network) != [])
        keeps(desk, len(scores))
    assert stored() == []
    comes_back()
    time_passes(desk, lambda: kept(desk) == 0)
    account("a captive portal answers in the server's place", len(scores), scores)


def test_two_tabs_share_one_queue_and_send_it_once(
    window: Window, network: Network, kiosk: Kiosk, account: Account
) -> None:
    first = window.start()
    first.page.clock.install()
    first.open(kiosk.token)
    shows(first, "ask")
    installed(first)
    network.fault = down
    second = window.another_tab()
    second.page.clock.install()
    second.open()
    rates(first, 1)
    rates(second, 2)
    rates(first, 3)
    network.sent.clear()
    network.fault = slow
    # The one that sends hears it first: heard while it sends, it would give that up and ask anew.
    for tab in (first, second):
        tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    keeps(first, 0)
    network.fault = good
    sent = [identity for batch in posts(network) for identity in batch]
    assert len(sent) == len(set(sent)) == 3
    first.page.close()
    rates(second, 4)
    time_passes(second, lambda: kept(second) == 0)
    account("two tabs want to send one queue at once", 1, [1, 2, 3, 4])


def test_killed_with_two_tabs_and_a_spoilt_database_both_journals_are_read(
    screen: Device, network: Network, kiosk: Kiosk, comes_back: Back, account: Account
) -> None:
    first = screen.start()
    first.page.clock.install()
    first.open(kiosk.token)
    shows(first, "ask")
    installed(first)
    network.fault = down
    second = screen.another_tab()
    second.page.clock.install()
    second.open()
    rates(first, 1)
    rates(second, 2)
    screen.kill()
    spoil(screen)
    comes_back()
    desk = screen.start()
    desk.open()
    keeps(desk, 0)
    account("browser killed with two tabs, IndexedDB overwritten", 1, [1, 2])


def test_a_clock_that_jumps_loses_nothing_and_keeps_the_order(
    window: Window, network: Network, kiosk: Kiosk, comes_back: Back, account: Account
) -> None:
    desk = window.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    shows(desk, "ask")
    network.fault = down
    scores: list[int] = []
    for year in (1969, 2038, 2000, 2027, 2026) * JUMPS:
        desk.page.clock.set_system_time(datetime(year, 1, 20, tzinfo=UTC))
        scores.append(len(scores) % 5 + 1)
        rates(desk, scores[-1])
    comes_back()
    time_passes(desk, lambda: kept(desk) == 0)
    account("the device's clock jumps (1969 to 2038)", len(scores), scores)
    # What the server has stays on the device too, whatever its clock says.
    assert len(desk.page.evaluate(KEPT)) == len(scores)


KEPT = """async () => {
  const { Store } = await import('/static/kiosk/desk/store.js');
  return (await new Store().settled()).map(({ entry }) => entry.rating.sequence);
}"""


def test_a_server_restored_from_an_older_backup_is_given_what_it_misses(
    tmp_path: Path, databases: SqliteDatabases, browser: Browser, serve: Serve, note: Note
) -> None:
    database, backup = tmp_path / "niemno.db", tmp_path / "backup.db"
    url = databases.copy_to(database)
    engine = make_engine(url)
    [kiosk] = pair_kiosks(engine, 1)
    with (
        serve(url) as address,
        Network(address).serving() as network,
        window_of(tmp_path, browser, network) as window,
    ):
        desk = window.start()
        desk.page.clock.install()
        desk.open(kiosk.token)
        rates(desk, 1, 2)
        keeps(desk, 0)
        with closing(connect(database)) as now, closing(connect(backup)) as older:
            now.backup(older)
        rates(desk, 3, 4, 5)
        keeps(desk, 0)
        restored_url = f"sqlite+pysqlite:///{backup}"
        with serve(restored_url, "restored") as restored:
            network.lead_to(restored)
            restored_engine = make_engine(restored_url)
            time_passes(desk, lambda: len(stored_ids(restored_engine)) == 5)
            network.sent.clear()
            time_passes(desk, lambda: len(reports(network)) == 3)
            assert posts(network) == []  # asked for once, given once
        assert_kept(restored_engine, stored_ids(engine))
        found = sorted(stored_ids(restored_engine))
        note(of_ids("server restored from an older backup", 1, stored_ids(engine), found))


TOUCHED = """async (count) => {
  const { Store } = await import('/static/kiosk/desk/store.js');
  const { begun, closed } = await import('/static/kiosk/desk/record.js');
  const { kiosk, officer } = JSON.parse(localStorage.getItem('niemno.config'));
  const shown = {
    kiosk: kiosk.code, desk: 'Q-1', officer: officer.code,
    procedure: null, questionnaire: 'default', language: 'vi',
  };
  const store = new Store();
  const entries = Array.from({ length: count }, (_, at) => {
    const entry = closed(begun(at % 5 + 1, shown), 'done', Date.now());
    return { ...entry, rating: { ...entry.rating, sequence: at + 1 } };
  });
  await store.put(entries);
}"""


def test_a_long_queue_arrives_once_in_order_and_in_batches(
    window: Window, network: Network, kiosk: Kiosk, comes_back: Back, account: Account
) -> None:
    desk = window.start()
    desk.open(kiosk.token)
    shows(desk, "ask")
    installed(desk)
    network.fault = down
    desk.page.evaluate(TOUCHED, OFFLINE_RECORDS)
    window.kill()
    comes_back()
    network.sent.clear()
    desk = window.start()
    desk.open()
    keeps(desk, 0)
    scores = [at % 5 + 1 for at in range(OFFLINE_RECORDS)]
    account("days off the network, then everything at once", 1, scores)
    batches = posts(network)
    assert max(len(batch) for batch in batches) == LARGEST_BATCH
    assert sum(len(batch) for batch in batches) == OFFLINE_RECORDS
