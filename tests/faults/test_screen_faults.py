"""The screen is killed, its disk spoilt, its line cut: nothing is lost or counted twice."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.models.rating import Rating
from tests.faults.devices import Device, device, installed, keeps, rates
from tests.faults.network import Network, Said, down, good
from tests.faults.posting import Kiosk, pair_kiosks
from tests.infrastructure.server import running_server

FULL = os.environ.get("NIEMNO_FULL_FAULTS") == "1"
KILLS = 100 if FULL else 3
LOST_ANSWERS = 1_000 if FULL else 6

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
    desk.page.clock.run_for(60_000)
    keeps(desk, 0)
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
    while lost < LOST_ANSWERS:
        desk.page.clock.run_for(60_000)
    desk.page.clock.run_for(60_000)
    keeps(desk, 0)
    assert stored() == list(enumerate(scores, start=1))
