"""What every test can ask for: a database, a session, a clock, the application, a browser."""

import gc
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as properties
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.domain import tracking_code
from shared.services import accounts, staff_pins
from tests.infrastructure.applications import Applications
from tests.infrastructure.databases import (
    PostgresqlDatabases,
    SqliteDatabases,
    databases_of,
    let_go,
)
from tests.infrastructure.processors import keep_to_one

gc.disable()  # until all tests are collected: nearly all that is made till then stays
pytest_plugins = [
    "tests.infrastructure.browser",
    "tests.infrastructure.peopled",
    "tests.infrastructure.spreading",
]

# How long an example takes says how busy the machine is, and nothing of what is tried.
properties.register_profile("niemno", deadline=None, suppress_health_check=[HealthCheck.too_slow])
properties.load_profile("niemno")
properties.register_profile("quick", properties.get_profile("niemno"), max_examples=25)
TESTS = Path(__file__).parent
# Whole servers started and killed, every field tried with everything, every page read by everybody,
# many cases at once, whole samples and copies of databases: for `make test` alone.
THOROUGH = (
    "web/test_bad_input.py",
    "faults/",
    "web/test_bad_requests.py",
    "deploy/test_running.py",
    "deploy/test_serving.py",
    "web/test_extra_fields.py",
    "access/test_named_officer.py",
    "access/test_confidential.py",
    "access/test_offered_links.py",
    "statistics/test_many_cases.py",
    "services/test_shown_weeks.py",
    "deploy/test_server_units.py",
    "sample/test_sample.py",
    "cli/test_storage.py",
    "test_whole_path.py",
    "web/test_html.py",
    "access/test_foreign_keys.py",
    "cli/test_import.py",
    "kiosk/test_added_files.py",
    "services/test_work_lists.py",
    "jobs/test_outbox.py",
    "reports/test_pdf.py",
    "adapters/test_qr.py",
    "adapters/test_one_stop",
    "admin/test_opened_forms.py",
    "jobs/test_webhooks.py",
    "kiosk/test_attachments.py",
)
# Begun first and in this order, so that no worker waits for the other at the end: what waits for
# servers and screens most of its time beside what computes.
LONG = (
    "web/test_bad_input.py",
    "faults/test_screen_faults.py",
    "web/test_bad_requests.py",
    "deploy/test_running.py",
    "faults/test_line_faults.py",
    "web/test_extra_fields.py",
    "faults/test_https_kiosk.py",
    "access/test_named_officer.py",
    "faults/test_kill.py",
    "access/test_confidential.py",
    "deploy/test_kiosk_screen.py",
    *THOROUGH,
    "browser/",
    "access/",
    "sample/",
    "services/test_case_paths.py",
    "deploy/",
)
# A Wednesday, 09:30 in Việt Nam: an ordinary working day.
ORDINARY_MOMENT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
SECRET = "only-for-tests-and-long-enough-to-be-taken"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for.

    A test that asks for a database, directly or through the application, runs on both; one that
    does not runs once, and so do those in a browser, whatever they ask for, and those marked so.
    """
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if _name(item).startswith(THOROUGH):
            item.add_marker("thorough")
        if "browser" in asked:
            item.add_marker("browser")
        elif "databases" in asked and item.get_closest_marker("once") is None:
            item.add_marker("database")
    items.sort(key=lambda item: _turn(_name(item)))
    if config.getoption("--database") == "postgresql":
        unchanged = [item for item in items if item.get_closest_marker("database") is None]
        items[:] = [item for item in items if item.get_closest_marker("database")]
        config.hook.pytest_deselected(items=unchanged)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Put each worker and its half of the PostgreSQL server on a processor of their own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None and session.config.getoption("--database") == "postgresql":
        keep_to_one(worker)


def pytest_collection_finish() -> None:
    """Let the collector of garbage look rarely, a tenth of all time otherwise, and at news only."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Look once more for what nobody let go of; pytest and Python, which do so again, find little.

    What it finds is told by pytest like any other.
    """
    gc.collect()
    gc.freeze()


def _turn(name: str) -> int:
    return next((turn for turn, long in enumerate(LONG) if name.startswith(long)), len(LONG))


def _name(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).as_posix()


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """Hash passwords with next to no work, a third of all time otherwise; give the real hasher."""
    real, quick = accounts._HASHER, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts, "_HASHER", quick)
        patch.setattr(accounts, "_NOBODY", quick.hash("nobody's"))
        yield real


@pytest.fixture(scope="session", autouse=True)
def real_code_work() -> Iterator[dict[str, int]]:
    """Hash tracking codes with next to no work, too; give the real figures."""
    real = dict(tracking_code.EARLIER_WORK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(tracking_code.EARLIER_WORK, "n", 2)
        patch.setitem(tracking_code.EARLIER_WORK, "r", 1)
        yield real


@pytest.fixture(scope="session", autouse=True)
def real_pin_rounds() -> Iterator[int]:
    """Hash the numbers of desks with little work, as each new kiosk waits; give the real one."""
    with pytest.MonkeyPatch.context() as patch:
        real = staff_pins.ROUNDS
        patch.setattr(staff_pins, "ROUNDS", 1_000)
        yield real


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteDatabases | PostgresqlDatabases]:
    """The source of databases of this run."""
    folder = tmp_path_factory.mktemp("databases")
    with databases_of(request.config.getoption("--database"), folder) as source:
        yield source


@pytest.fixture
def database_url(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[str]:
    """The address of a database of this test's own: migrated, empty, free to commit to."""
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def engines(databases: SqliteDatabases | PostgresqlDatabases) -> Iterator[dict[str, Engine]]:
    """The engines of this run by their addresses: what one has compiled serves the next test."""
    kept: dict[str, Engine] = {}
    yield kept
    for engine in kept.values():
        engine.dispose()


@pytest.fixture
def engine(database_url: str, engines: dict[str, Engine]) -> Iterator[Engine]:
    """An engine on the test's database; who listens to it hears nothing of other tests."""
    if database_url not in engines:
        engines[database_url] = make_engine(database_url)
    yield engines[database_url].execution_options()
    let_go(engines[database_url])


@pytest.fixture
def session(engine: Engine, clock: "Clock") -> Iterator[Session]:
    """A signed session on the test's database; services flush, the test may commit."""
    with Session(engine) as opened:
        sign_session(opened, "system", clock())
        yield opened


class Clock:
    """A clock that stands until it is told to move."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """Give the instant (UTC)."""
        return self.moment

    def advance(self, by: timedelta) -> None:
        """Let time pass."""
        self.moment += by


@pytest.fixture
def clock() -> Clock:
    """The application's clock; at first an ordinary working morning."""
    return Clock(ORDINARY_MOMENT)


@pytest.fixture
def now(clock: Clock) -> datetime:
    """The instant at which the test begins (UTC)."""
    return clock()


@pytest.fixture
def public_port() -> int:
    """The port in the public address."""
    return 8000


@pytest.fixture
def settings(tmp_path: Path, database_url: str, public_port: int) -> Settings:
    """Settings of an installation on one machine."""
    return Settings(
        port=public_port,
        data_directory=tmp_path,
        database_url=database_url,
        public_url=f"http://127.0.0.1:{public_port}",
        trusted_hosts=("127.0.0.1", "localhost"),
        secret_key=SECRET,
    )


@pytest.fixture(scope="session")
def applications() -> Iterator[Applications]:
    """The applications of this run, built once for all tests that want the same settings."""
    with closing(Applications()) as kept:
        yield kept


@pytest.fixture
def app(applications: Applications, settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The application with both doors on the test's database, as if just started."""
    with applications.lend(settings, clock) as lent:
        yield lent


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a browser; it keeps cookies."""
    return app.test_client()
