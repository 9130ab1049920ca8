"""What every test can ask for: a database, a session, a clock, the application, a browser."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

import admin.blueprint
import kiosk.blueprint
from shared.audit import sign_session
from shared.config import Settings
from shared.db import db, make_engine
from shared.services import accounts
from shared.web.app import create_app
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases, databases_of

pytest_plugins = ["tests.infrastructure.browser", "tests.infrastructure.peopled"]

TESTS = Path(__file__).parent
# Whole servers started and killed, every field tried with everything: for `make test` alone.
THOROUGH = ("faults/", "deploy/test_running.py", "web/test_bad_input.py")
# Begun first, so that no worker waits for the other at the end.
LONG = (*THOROUGH, "browser/", "sample/", "test_whole_path.py", "access/")
# A Wednesday, 09:30 in Việt Nam: an ordinary working day.
ORDINARY_MOMENT = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
SECRET = "only-for-tests-and-long-enough-to-be-taken"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run choose its database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark tests by what they ask for; on PostgreSQL keep those that ask for a database only."""
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if _name(item).startswith(THOROUGH):
            item.add_marker("thorough")
        if "browser" in asked:
            item.add_marker("browser")
        elif "databases" in asked:
            item.add_marker("database")
    items.sort(key=lambda item: not _name(item).startswith(LONG))
    if config.getoption("--database") == "postgresql":
        unchanged = [item for item in items if item.get_closest_marker("database") is None]
        items[:] = [item for item in items if item.get_closest_marker("database")]
        config.hook.pytest_deselected(items=unchanged)


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


@pytest.fixture(scope="session")
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SqliteDatabases | PostgresqlDatabases]:
    """The source of databases of this run."""
    folder = tmp_path_factory.mktemp("databases")
    with databases_of(request.config.getoption("--database"), folder) as source:
        yield source


@pytest.fixture
def database_url(databases: SqliteDatabases | PostgresqlDatabases, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own: migrated, empty, free to commit to."""
    with databases.fresh(tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on the test's database."""
    made = make_engine(database_url)
    yield made
    made.dispose()


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


class CompiledTemplates(BytecodeCache):
    """Templates compiled once a run: every application would compile its own again."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template; the key goes with its text."""
        if f"{bucket.key}{bucket.checksum}" in self._compiled:
            bucket.bytecode_from_string(self._compiled[f"{bucket.key}{bucket.checksum}"])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        self._compiled[f"{bucket.key}{bucket.checksum}"] = bucket.bytecode_to_string()


COMPILED_TEMPLATES = CompiledTemplates()


@pytest.fixture
def app(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The application with both doors on the test's database."""
    doors = (kiosk.blueprint.register, admin.blueprint.register)
    made = create_app(settings, doors, clock)
    made.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    yield made
    with made.app_context():
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without a browser; it keeps cookies."""
    return app.test_client()
