"""What the measurements stand on: databases of both kinds, servers, the load client's process."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.load import Figures, Plan
from shared import migrating
from shared.config import PROJECT_ROOT
from shared.db import make_engine
from tests.infrastructure.postgresql import running_cluster
from tests.infrastructure.server import GUNICORN, Server, running_server

BARE = (*GUNICORN, "bench.bare:app")
DURABLE: dict[str, str] = {}  # PostgreSQL as it comes: fsync and synchronous_commit are on


@dataclass(frozen=True)
class Ground:
    """An empty, migrated database and a folder beside it."""

    kind: str
    folder: Path
    url: str


@contextmanager
def empty_database(kind: str) -> Iterator[Ground]:
    """Make a database of a kind, `sqlite` or `postgresql`; nothing is left of it at the end."""
    with tempfile.TemporaryDirectory(prefix="niemno-bench-") as name:
        folder = Path(name)
        if kind == "sqlite":
            yield _migrated(kind, folder, f"sqlite+pysqlite:///{folder / 'niemno.db'}")
            return
        with running_cluster(DURABLE) as cluster:
            cluster.execute("CREATE DATABASE niemno")
            yield _migrated(kind, folder, cluster.url("niemno"))


def _migrated(kind: str, folder: Path, url: str) -> Ground:
    engine = make_engine(url)
    migrating.upgrade(engine)
    engine.dispose()
    return Ground(kind, folder, url)


@contextmanager
def served(ground: Ground) -> Iterator[Server]:
    """Serve a database as `niemno run` does."""
    with running_server(ground.folder / "data", DATABASE_URL=ground.url) as server:
        yield server


@contextmanager
def bare_route() -> Iterator[Server]:
    """Serve the bare route with the same gunicorn settings."""
    with (
        tempfile.TemporaryDirectory(prefix="niemno-bench-") as name,
        running_server(Path(name) / "data", BARE) as server,
    ):
        yield server


def port_of(server: Server) -> int:
    """Give the port a server listens on."""
    return int(urlsplit(server.url).port or 0)


def load(plan: Plan) -> Figures:
    """Run the load client in a process of its own."""
    return Figures(**json.loads(_apart("bench.load", given=json.dumps(asdict(plan)))))


def raw_commits(ground: Ground, seconds: float) -> float:
    """Count raw commits per second beside the database, in a process of its own."""
    place = str(ground.folder / "raw.db") if ground.kind == "sqlite" else ground.url
    return float(_apart("bench.commits", place, str(seconds)))


def _apart(module: str, *arguments: str, given: str = "") -> str:
    """Run a module in a session of its own, as the server is: the kernel shares time by session."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        input=given,
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
        start_new_session=True,
    )
    return done.stdout
