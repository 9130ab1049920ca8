"""Browser tests run against the real clock: the browser has one of its own."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.rating import Rating
from tests.browser.desk_page import DeskPage
from tests.infrastructure.office import paired_desk


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """The real clock."""
    return lambda: datetime.now(UTC)


@pytest.fixture
def public_port(listening_socket: socket.socket) -> int:
    """The port that the live server listens on, so that links lead to it."""
    port: int = listening_socket.getsockname()[1]
    return port


@pytest.fixture
def token(session: Session) -> str:
    """The token of a kiosk at a desk."""
    made = paired_desk(session, datetime.now(UTC))
    session.commit()
    return made


@pytest.fixture
def desk(page: Page, live_server: str, token: str) -> DeskPage:
    """A paired screen, at rest; its time stands until it is wound forward."""
    screen = DeskPage(page, live_server)
    screen.stop_time()
    screen.open(token)
    screen.shows("ask")
    return screen


@pytest.fixture
def stored(session: Session) -> Callable[[], list[Rating]]:
    """Give what the server has, in the order of the kiosk's sequence."""

    def read() -> list[Rating]:
        session.rollback()
        return list(session.scalars(select(Rating).order_by(Rating.sequence)))

    return read
