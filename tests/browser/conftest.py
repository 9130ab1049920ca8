"""Browser tests run against the real clock: the browser has one of its own."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.rating import Rating
from tests.browser.counters import Counter, Counters
from tests.browser.desk_page import DeskPage
from tests.browser.offices import with_staff
from tests.infrastructure.applications import Applications
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
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


@pytest.fixture(scope="session")
def counters(
    browser: Browser,
    databases: SqliteDatabases | PostgresqlDatabases,
    applications: Applications,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Counters]:
    """The screens of this run that stay open from test to test."""
    folder = tmp_path_factory.mktemp("counters")
    with closing(Counters(browser, databases, applications, folder)) as kept:
        yield kept


@pytest.fixture
def counter(counters: Counters) -> Iterator[Counter]:
    """A paired screen that others have used, at rest; its time stands until it is wound forward."""
    with counters.lend(with_staff) as lent:
        yield lent


@pytest.fixture(scope="module")
def plain(counters: Counters) -> Iterator[Page]:
    """A page for a file's tests from which modules of the desk screen are tried by themselves."""
    with counters.plain_page(with_staff) as opened:
        yield opened


@pytest.fixture
def desk(page: Page, live_server: str, token: str) -> DeskPage:
    """A paired screen that was just opened, at rest; its time stands, too."""
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
