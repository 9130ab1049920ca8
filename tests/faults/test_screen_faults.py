"""The screen is killed, its disk spoilt, its line cut: nothing is lost or counted twice."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.models.rating import Rating
from tests.faults.devices import Device, device, installed, keeps, kept, rates, time_passes
from tests.faults.network import Network, Said, always, down, good, slow
from tests.faults.posting import Kiosk, pair_kiosks
from tests.faults.proofs import assert_kept, stored_ids
from tests.faults.test_sync import migrated
from tests.infrastructure.server import running_server

FULL = os.environ.get("NIEMNO_FULL_FAULTS") == "1"
KILLS = 100 if FULL else 3
LOST_ANSWERS = 1_000 if FULL else 6
OFFLINE_RECORDS = 10_000 if FULL else 1_200
LARGEST_BATCH = 500

Stored = Callable[[], list[tuple[int | None, int]]]


@pytest.fixture
def kiosk(engine: Engine) -> Kiosk:
    """One kiosk of an office."""
    [paired] = pair_kiosks(engine, 1)
    return paired


@pytest.fixture
def network(tmp_path: Path, database_url: str, kiosk: Kiosk) -> Iterator[Network]:
    """The line to a running server."""
    with (
        running_server(tmp_path / "data", DATABASE_URL=database_url) as server,
        Network(server.url).serving() as line,
    ):
        yield line


@pytest.fixture
def screen(tmp_path: Path, browser: Browser, network: Network) -> Iterator[Device]:
    """The kiosk's browser, not started yet."""
    with device(tmp_path / "profile", network.url, browser) as kiosk:
        yield kiosk


@pytest.fixture
def stored(engine: Engine) -> Stored:
    """Give sequence and score of every rating the server has, in order."""

    def read() -> list[tuple[int | None, int]]:
        with Session(engine) as session:
            rows = session.execute(
                select(Rating.sequence, Rating.score).order_by(Rating.sequence, Rating.id)
            )
            return [(sequence, score) for sequence, score in rows]

    return read


def test_killed_right_after_thanks_and_without_a_network_every_touch_arrives_once(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    desk = screen.start()
    desk.open(kiosk.token)
    desk.shows("ask")
    installed(desk)
    screen.kill()
    network.fault = down
    scores = []
    for number in range(KILLS):
        desk = screen.start()
        desk.open()
        scores.append(number % 5 + 1)
        desk.resident_touches(scores[-1])
        desk.resident_skips()
        screen.kill()
    assert stored() == []
    network.fault = good
    desk = screen.start()
    desk.open()
    keeps(desk, 0)
    assert stored() == list(enumerate(scores, start=1))


def reports(network: Network) -> list[dict[str, Any]]:
    """Give what the screen has said of itself, oldest first."""
    return [json.loads(body) for asked, body in network.sent if asked == "POST /api/v1/screen"]


def test_a_spoilt_database_is_rebuilt_from_the_journal(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    desk = screen.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    desk.shows("ask")
    installed(desk)
    rates(desk, 5)
    keeps(desk, 0)
    network.fault = down
    rates(desk, 1, 2, 3)
    keeps(desk, 3)
    screen.kill()
    spoil(screen)
    network.sent.clear()
    desk = screen.start()
    desk.page.clock.install()
    desk.open()
    rates(desk, 4)
    keeps(desk, 4)
    network.fault = good
    time_passes(desk, lambda: kept(desk) == 0)
    assert stored() == list(enumerate([5, 1, 2, 3, 4], start=1))
    assert {report["storage"] for report in reports(network)} == {"rebuilt"}


def spoil(screen: Device) -> None:
    """Write garbage over the files of IndexedDB; Chromium then drops the database in silence."""
    logs = screen.database_logs()
    assert logs
    for log in logs:
        with log.open("r+b") as file:
            file.write(os.urandom(2048))


def test_answers_lost_after_the_commit_lose_and_double_nothing(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
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

    desk = screen.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    network.fault = cut
    scores = [number % 5 + 1 for number in range(LOST_ANSWERS)]
    rates(desk, *scores)
    time_passes(desk, lambda: lost == LOST_ANSWERS)
    time_passes(desk, lambda: kept(desk) == 0)
    assert stored() == list(enumerate(scores, start=1))


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
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    desk = screen.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    desk.shows("ask")
    scores = []
    for number, said in enumerate(PORTALS.values()):
        network.fault = always(said)
        network.sent.clear()
        scores.append(number % 5 + 1)
        rates(desk, scores[-1])
        time_passes(desk, lambda: posts(network) != [])
        keeps(desk, len(scores))
    assert stored() == []
    network.fault = good
    time_passes(desk, lambda: kept(desk) == 0)
    assert stored() == list(enumerate(scores, start=1))


def test_two_tabs_share_one_queue_and_send_it_once(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    first = screen.start()
    first.page.clock.install()
    first.open(kiosk.token)
    first.shows("ask")
    installed(first)
    network.fault = down
    second = screen.another_tab()
    second.page.clock.install()
    second.open()
    rates(first, 1)
    rates(second, 2)
    rates(first, 3)
    network.sent.clear()
    network.fault = slow
    for tab in (second, first):
        tab.page.evaluate("window.dispatchEvent(new Event('online'))")
    keeps(first, 0)
    network.fault = good
    assert stored() == [(1, 1), (2, 2), (3, 3)]
    sent = [identity for batch in posts(network) for identity in batch]
    assert len(sent) == len(set(sent)) == 3
    first.page.close()
    rates(second, 4)
    time_passes(second, lambda: kept(second) == 0)
    assert stored() == [(1, 1), (2, 2), (3, 3), (4, 4)]


def test_killed_with_two_tabs_and_a_spoilt_database_both_journals_are_read(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    first = screen.start()
    first.page.clock.install()
    first.open(kiosk.token)
    first.shows("ask")
    installed(first)
    network.fault = down
    second = screen.another_tab()
    second.page.clock.install()
    second.open()
    rates(first, 1)
    rates(second, 2)
    screen.kill()
    spoil(screen)
    network.fault = good
    desk = screen.start()
    desk.open()
    keeps(desk, 0)
    assert stored() == [(1, 1), (2, 2)]


def test_a_clock_that_jumps_loses_nothing_and_keeps_the_order(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    desk = screen.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    desk.shows("ask")
    network.fault = down
    for score, year in enumerate([1969, 2038, 2000, 2027, 2026], start=1):
        desk.page.clock.set_system_time(datetime(year, 1, 20, tzinfo=UTC))
        rates(desk, score)
    network.fault = good
    time_passes(desk, lambda: kept(desk) == 0)
    assert stored() == [(number, number) for number in range(1, 6)]
    # What the server has stays on the device too, whatever its clock says.
    assert len(desk.page.evaluate(KEPT)) == 5


KEPT = """async () => {
  const { Store } = await import('/static/kiosk/desk/store.js');
  return (await new Store().settled()).map(({ entry }) => entry.rating.sequence);
}"""


def test_a_server_restored_from_an_older_backup_is_given_what_it_misses(
    tmp_path: Path, browser: Browser
) -> None:
    database, backup = tmp_path / "niemno.db", tmp_path / "backup.db"
    url, engine = migrated(database)
    [kiosk] = pair_kiosks(engine, 1)
    with (
        running_server(tmp_path / "data", DATABASE_URL=url) as server,
        Network(server.url).serving() as network,
        device(tmp_path / "profile", network.url, browser) as screen,
    ):
        desk = screen.start()
        desk.page.clock.install()
        desk.open(kiosk.token)
        rates(desk, 1, 2)
        keeps(desk, 0)
        with closing(connect(database)) as now, closing(connect(backup)) as older:
            now.backup(older)
        rates(desk, 3, 4, 5)
        keeps(desk, 0)
        restored_url = f"sqlite+pysqlite:///{backup}"
        with running_server(tmp_path / "restored", DATABASE_URL=restored_url) as restored:
            network.lead_to(restored.url)
            restored_engine = make_engine(restored_url)
            time_passes(desk, lambda: len(stored_ids(restored_engine)) == 5)
            network.sent.clear()
            time_passes(desk, lambda: len(reports(network)) == 3)
            assert posts(network) == []  # asked for once, given once
        assert_kept(restored_engine, {str(key) for key in stored_ids(engine)})


TOUCHED = """async (count) => {
  const { Store } = await import('/static/kiosk/desk/store.js');
  const { begun, closed } = await import('/static/kiosk/desk/record.js');
  const shown = {
    kiosk: JSON.parse(localStorage.getItem('niemno.config')).kiosk.code,
    desk: 'Q-1', officer: null, procedure: null, questionnaire: 'default', language: 'vi',
  };
  const store = new Store();
  const entries = Array.from({ length: count }, (_, at) => {
    const entry = closed(begun(at % 5 + 1, shown), 'done', Date.now());
    return { ...entry, rating: { ...entry.rating, sequence: at + 1 } };
  });
  await store.put(entries);
}"""


def test_a_long_queue_arrives_once_in_order_and_in_batches(
    screen: Device, network: Network, kiosk: Kiosk, stored: Stored
) -> None:
    desk = screen.start()
    desk.open(kiosk.token)
    desk.shows("ask")
    installed(desk)
    network.fault = down
    desk.page.evaluate(TOUCHED, OFFLINE_RECORDS)
    screen.kill()
    network.fault = good
    network.sent.clear()
    desk = screen.start()
    desk.open()
    keeps(desk, 0)
    assert [sequence for sequence, _ in stored()] == list(range(1, OFFLINE_RECORDS + 1))
    batches = posts(network)
    assert max(len(batch) for batch in batches) == LARGEST_BATCH
    assert sum(len(batch) for batch in batches) == OFFLINE_RECORDS
