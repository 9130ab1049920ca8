"""Desk screens that stay open: a test takes one at rest and gives it back to the next.

To open a screen costs more than most of what is tried at it. What a screen must not have known
before, or could not forget again, is tried at one of its own.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import create_server
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.models.rating import Rating
from tests.browser.desk_page import NOTICE_SECONDS, QUIET_SECONDS, REST_SECONDS, SETTLE_MS, DeskPage
from tests.browser.waiting import until
from tests.conftest import SECRET
from tests.infrastructure.applications import Applications
from tests.infrastructure.browser import PATIENCE_MS, Workers
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.served import served

THANKS_MS = 5_000
RESTED_MS = (REST_SECONDS + 1) * 1000
LEFT_MS = (QUIET_SECONDS + NOTICE_SECONDS) * 1000
FORGOTTEN_MS = 301_000  # an invitation, and whatever waits the longest to be sent again
MOST_WINDINGS = 5  # who uses one switch has longer
SOON_SECONDS = 0.5
PATIENCE_SECONDS = 10
LOOK = """() => {
  const { lang, className, dataset } = document.documentElement;
  const shown = (selector) => [...document.querySelectorAll(selector)]
    .filter((it) => it.checkVisibility()).map((it) => it.id);
  return JSON.stringify([
    lang, className, { ...dataset }, location.hash, document.body.dataset.kept,
    shown('.screen, .over, .serve, .officer, .proc, .offline, #trouble'),
    document.querySelectorAll('.face-btn:disabled, .lit').length, innerWidth, innerHeight,
    document.getElementById('comment').value, localStorage.getItem('niemno.officer'),
  ]);
}"""

Prepare = Callable[[Session, datetime], str]


@dataclass(frozen=True)
class Office:
    """A running application at whose desk a kiosk is paired, for as long as the tests run."""

    address: str
    engine: Engine
    settings: Settings
    token: str


class Counter(DeskPage):
    """The screen of an office that stays open, for one test after another."""

    def __init__(self, context: BrowserContext, office: Office) -> None:
        super().__init__(context.new_page(), office.address)
        self.office = office
        self.session = Session(office.engine)
        self.complaints: list[str] = []
        self._context = context
        self._size = self.page.viewport_size
        self._before = 0
        self._forgets = True
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)
        self.stop_time()
        self.open(office.token)
        self.shows("ask")
        self.page.wait_for_load_state("networkidle")
        self._looked = self._look()

    def stored(self) -> list[Rating]:
        """Give what the server has had since the test began, in the order of the sequence."""
        self.session.rollback()
        asked = select(Rating).where(Rating.sequence > self._before)
        return list(self.session.scalars(asked.order_by(Rating.sequence)))

    def begin(self) -> None:
        """Begin a test: nobody is here, nothing waits to be sent."""
        sign_session(self.session, "system", datetime.now(UTC))
        self._before = self.session.scalar(select(func.max(Rating.sequence))) or 0

    def never_forgets(self) -> None:
        """Say that nobody may have this screen after the test: time alone puts nothing right."""
        self._forgets = False

    def comes_to_rest(self) -> bool:
        """Take away what a test has put in the way, and let time pass until all is as before."""
        self.session.close()
        if not self._forgets:
            return False
        try:
            self.page.unroute_all()
            self._context.set_offline(False)
            if self._size is not None and self.page.viewport_size != self._size:
                self.page.set_viewport_size(self._size)
            return self._look() == self._looked or self._is_left()
        except (AssertionError, Error):
            return False

    def _is_left(self) -> bool:
        """Let everybody go and everything be sent, whatever is shown now."""
        self._wind_home()
        if self._looks_as_before(SOON_SECONDS):
            return True
        self.page.clock.run_for(FORGOTTEN_MS)
        self._wind_home()
        # What was on its way while time flew has been given up.
        self.network_returns()
        return self._looks_as_before(PATIENCE_SECONDS)

    def _wind_home(self) -> None:
        body = self.page.locator("body")
        for _ in range(MOST_WINDINGS):
            shown = body.get_attribute("data-screen")
            if shown == "ask" and not self.page.locator(".lit").count():
                break
            if shown == "sleep":
                self.page.clock.run_for(SETTLE_MS)
                self.page.mouse.click(20, 20)
            else:
                self.page.clock.run_for(THANKS_MS if shown == "thanks" else LEFT_MS)
            with suppress(AssertionError):
                expect(body).to_have_attribute("data-screen", "ask", timeout=SOON_SECONDS * 1000)
        self.page.clock.run_for(RESTED_MS)

    def _look(self) -> str:
        looked: str = self.page.evaluate(LOOK)
        return looked

    def _looks_as_before(self, patience: float) -> bool:
        with suppress(AssertionError):
            until(lambda: self._look() == self._looked, patience)
            return True
        return False

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.complaints.append(message.text)


class Counters:
    """Keeps offices and their open screens; one that does not come to rest is lent to nobody."""

    def __init__(
        self,
        browser: Browser,
        databases: SqliteDatabases | PostgresqlDatabases,
        applications: Applications,
        folder: Path,
    ) -> None:
        self._browser = browser
        self._databases = databases
        self._applications = applications
        self._folder = folder
        self._offices: dict[Prepare, Office] = {}
        self._open: dict[Prepare, Counter] = {}
        self._stack = ExitStack()

    def office(self, prepare: Prepare) -> Office:
        """Give the office that was prepared so: records are added, and the kiosk's token given."""
        if prepare not in self._offices:
            self._offices[prepare] = self._stack.enter_context(self._running(prepare))
        return self._offices[prepare]

    @contextmanager
    def lend(self, prepare: Prepare, workers: Workers = "block") -> Iterator[Counter]:
        """Lend the screen of the office that was prepared so, always with a worker or without."""
        counter = self._at_rest(prepare, workers)
        counter.begin()
        yield counter
        complaints, counter.complaints = counter.complaints, []
        if complaints == [] and counter.comes_to_rest():
            self._open[prepare] = counter
        else:
            self._shut(prepare, counter)
        assert complaints == []

    @contextmanager
    def plain_page(self, prepare: Prepare) -> Iterator[Page]:
        """Open a page of the office from which modules of the screen can be tried by themselves."""
        context = self._context("block")
        page = context.new_page()
        page.goto(f"{self.office(prepare).address}/healthz")
        yield page
        context.close()

    def close(self) -> None:
        """Shut all."""
        for counter in self._open.values():
            counter.page.context.close()
        self._stack.close()

    def _at_rest(self, prepare: Prepare, workers: Workers) -> Counter:
        counter = self._open.pop(prepare, None)
        # Something may still have been on its way when it was given back.
        if counter is not None and not counter.comes_to_rest():
            self._shut(prepare, counter)
            counter = None
        return counter or Counter(self._context(workers), self.office(prepare))

    def _shut(self, prepare: Prepare, counter: Counter) -> None:
        counter.page.context.close()
        del self._offices[prepare]

    def _context(self, workers: Workers) -> BrowserContext:
        context = self._browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", service_workers=workers
        )
        context.set_default_timeout(PATIENCE_MS)
        return context

    @contextmanager
    def _running(self, prepare: Prepare) -> Iterator[Office]:
        with self._databases.fresh() as url, create_server(("127.0.0.1", 0)) as listener:
            port: Any = listener.getsockname()[1]
            settings = Settings(
                port=port,
                data_directory=self._folder,
                database_url=url,
                public_url=f"http://127.0.0.1:{port}",
                trusted_hosts=("127.0.0.1", "localhost"),
                secret_key=SECRET,
            )
            engine = make_engine(url)
            now = datetime.now(UTC)
            with Session(engine) as session:
                sign_session(session, "system", now)
                token = prepare(session, now)
                session.commit()
            with (
                self._applications.lend(settings, lambda: datetime.now(UTC)) as app,
                served(app, listener) as address,
            ):
                yield Office(address, engine, settings, token)
            engine.dispose()
