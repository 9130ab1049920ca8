"""Offices with kiosks that real servers serve; a screen of its own behind a line that may fail."""

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.models.organisation import Officer
from shared.models.rating import Rating
from tests.faults.devices import PATIENCE_MS, Device, Window, device
from tests.faults.duty import on_duty
from tests.faults.network import Network, good
from tests.faults.posting import Kiosk, pair_kiosks
from tests.faults.tally import Note, Stored, noting, of_touches
from tests.infrastructure.applications import Applications
from tests.infrastructure.browser import CHROMIUM, WINDOWLESS, Workers
from tests.infrastructure.served import served
from tests.infrastructure.server import running_server
from tests.rating_office import AFTERNOON, MORNING

FULL = os.environ.get("NIEMNO_FULL_FAULTS") == "1"
expect.set_options(timeout=PATIENCE_MS)  # a busy machine is no fault
KIOSKS = 8
DESK = "Q-1"

Read = Callable[[], list[tuple[int | None, int]]]
Back = Callable[[], None]
Serve = Callable[..., AbstractContextManager[str]]
Account = Callable[[str, int, Sequence[int]], None]


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock: screens have one of their own."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def kiosks(engine: Engine) -> list[Kiosk]:
    """Eight kiosks of one desk."""
    return pair_kiosks(engine, KIOSKS)


@pytest.fixture
def note(record_property: Callable[[str, object], None]) -> Note:
    """Note what became of the ratings, for the bench, and expect nothing wrong."""
    return noting(record_property)


@pytest.fixture
def kiosk(engine: Engine) -> Kiosk:
    """One kiosk of an office; one officer is on duty until the network comes back."""
    [paired] = pair_kiosks(engine, 1)
    on_duty(engine, DESK, MORNING)
    return paired


@pytest.fixture
def serve(
    tmp_path: Path,
    settings: Settings,
    clock: Callable[[], datetime],
    applications: Applications,
) -> Serve:
    """Serve a database as it is shipped for the full count, and cheaper, in this process, else."""

    @contextmanager
    def serving(url: str, name: str = "data") -> Iterator[str]:
        if FULL:
            with running_server(tmp_path / name, DATABASE_URL=url) as server:
                yield server.url
            return
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            own = replace(settings, database_url=url, public_url=address)
            with applications.lend(own, clock) as app, served(app, listener):
                yield address

    return serving


@pytest.fixture
def server_url(serve: Serve, database_url: str) -> Iterator[str]:
    """A server on the test's database."""
    with serve(database_url) as address:
        yield address


@pytest.fixture
def network(server_url: str, kiosk: Kiosk) -> Iterator[Network]:
    """The line to a running server."""
    with Network(server_url).serving() as line:
        yield line


@pytest.fixture
def screen(tmp_path: Path, browser: Browser, network: Network) -> Iterator[Device]:
    """The kiosk's browser, not started yet."""
    chromium = CHROMIUM if FULL else WINDOWLESS
    with device(tmp_path / "profile", network.url, browser, chromium) as kiosk:
        yield kiosk


@pytest.fixture
def window(
    tmp_path: Path, browser: Browser, network: Network, service_workers: Workers
) -> Iterator[Device | Window]:
    """The kiosk where nothing is killed: for the full count as in an office, else cheaper."""
    if FULL:
        with device(tmp_path / "profile", network.url, browser) as kiosk:
            yield kiosk
        return
    window = Window(network.url, browser, service_workers)
    yield window
    window.leave()


def ratings_in(engine: Engine) -> list[Stored]:
    """Give sequence, score and officer of every rating the server has, in order."""
    with Session(engine) as session:
        rows = session.execute(
            select(Rating.sequence, Rating.score, Officer.code)
            .outerjoin(Officer, Rating.officer_id == Officer.id)
            .order_by(Rating.sequence, Rating.id)
        )
        return [(sequence, score, officer) for sequence, score, officer in rows]


@pytest.fixture
def stored(engine: Engine) -> Read:
    """Give sequence and score of every rating the server has, in order."""
    return lambda: [(sequence, score) for sequence, score, _officer in ratings_in(engine)]


@pytest.fixture
def account(engine: Engine, note: Note) -> Account:
    """Count what the server has of the touches; nothing may be lost, doubled or another's."""
    return lambda fault, times, scores: note(
        of_touches(fault, times, [(score, MORNING) for score in scores], ratings_in(engine))
    )


@pytest.fixture
def comes_back(engine: Engine, network: Network) -> Callable[[], None]:
    """Let the line carry again; by then somebody else is on duty."""

    def again() -> None:
        on_duty(engine, DESK, AFTERNOON)
        network.fault = good

    return again
