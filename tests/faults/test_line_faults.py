"""A screen's line fails, a portal or an older server answers: nothing is lost or counted twice."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, make_url

from shared.db import make_engine, open_copy
from tests.browser.desk_page import DeskPage
from tests.faults.conftest import FULL, Account, Back, Read, Serve
from tests.faults.devices import (
    Window,
    installed,
    keeps,
    kept,
    rates,
    shows,
    time_passes,
)
from tests.faults.network import Network, Said, always, down, good, posts, reports, slow
from tests.faults.posting import Kiosk
from tests.faults.proofs import assert_kept, stored_ids
from tests.faults.tally import Note, of_ids
from tests.infrastructure.databases import SqliteDatabases

LOST_ANSWERS = 1_000 if FULL else 4
OFFLINE_RECORDS = 10_000 if FULL else 600
ROUNDS_OF_PORTALS = 10 if FULL else 1
JUMPS = 20 if FULL else 1
LARGEST_BATCH = 500


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


def loses_answers(desk: DeskPage, network: Network) -> list[int]:
    """Touch while answers are lost or cut off after the commit; all is sent again."""
    lost = 0

    def cut(_method: str, path: str, ask: Callable[[], Said]) -> Said | None:
        nonlocal lost
        said = ask()
        if path != "/api/v1/ratings" or lost >= LOST_ANSWERS:
            return said
        assert said.status == 201
        lost += 1
        return None if lost % 2 else replace(said, cut=len(said.body) // 2)

    network.fault = cut
    scores = [number % 5 + 1 for number in range(LOST_ANSWERS)]
    rates(desk, *scores)
    time_passes(desk, lambda: lost == LOST_ANSWERS)
    time_passes(desk, lambda: kept(desk) == 0)
    return scores


def meets_portals(desk: DeskPage, network: Network) -> list[int]:
    """Touch once before every portal, which answers in the server's place: nothing is let go."""
    scores = []
    for number, said in enumerate([*PORTALS.values()] * ROUNDS_OF_PORTALS):
        network.fault = always(said)
        network.sent.clear()
        scores.append(number % 5 + 1)
        rates(desk, scores[-1])
        time_passes(desk, lambda: posts(network) != [])
        keeps(desk, len(scores))
    return scores


def test_lost_answers_and_captive_portals_lose_and_double_nothing(
    window: Window, network: Network, kiosk: Kiosk, stored: Read, comes_back: Back, account: Account
) -> None:
    desk = window.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    scores = loses_answers(desk, network)
    account("answer lost or cut off after the commit", LOST_ANSWERS, scores)
    there = stored()
    portals = meets_portals(desk, network)
    assert stored() == there
    comes_back()
    time_passes(desk, lambda: kept(desk) == 0)
    account("a captive portal answers in the server's place", len(portals), scores + portals)


@pytest.mark.parametrize("service_workers", ["allow"], ids=["with a worker"])
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
    engine: Engine,
    databases: SqliteDatabases,
    window: Window,
    network: Network,
    kiosk: Kiosk,
    serve: Serve,
    note: Note,
) -> None:
    desk = window.start()
    desk.page.clock.install()
    desk.open(kiosk.token)
    rates(desk, 1, 2)
    keeps(desk, 0)
    with databases.fresh() as restored_url:
        with (
            closing(open_copy(file_of(engine.url))) as now,
            closing(open_copy(file_of(make_url(restored_url)))) as older,
        ):
            now.backup(older)
        rates(desk, 3, 4, 5)
        keeps(desk, 0)
        with serve(restored_url, "restored") as restored:
            network.lead_to(restored)
            restored_engine = make_engine(restored_url)
            time_passes(desk, lambda: len(stored_ids(restored_engine)) == 5)
            network.sent.clear()
            time_passes(desk, lambda: len(reports(network)) == 3)
            assert posts(network) == []  # asked for once, given once
        assert_kept(restored_engine, stored_ids(engine))
        found = sorted(stored_ids(restored_engine))
        restored_engine.dispose()
    note(of_ids("server restored from an older backup", 1, stored_ids(engine), found))


def file_of(url: URL) -> Path:
    assert url.database is not None
    return Path(url.database)


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
