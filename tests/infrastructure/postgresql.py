"""A PostgreSQL server of the tests' own: started on a private socket, gone with them."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

DEBIAN_FOLDER = Path("/usr/lib/postgresql")
START_SECONDS = 120.0
STOP_SECONDS = 60.0
# Kept out of UTC, so that a time stored without care shows.
ORDINARY = {"timezone": "Asia/Ho_Chi_Minh", "max_connections": "60", "shared_buffers": "64MB"}
# For tests that do not cut the power: what a crash would lose is thrown away anyway.
# One plan for every later asking is made once; who lends the databases sweeps them himself.
HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "plan_cache_mode": "force_generic_plan",
    "autovacuum": "off",
}


def newest_binaries() -> Path:
    """Find the newest server Debian installed."""
    found = sorted(
        (folder for folder in DEBIAN_FOLDER.glob("*/bin") if (folder / "initdb").exists()),
        key=lambda folder: float(folder.parent.name),
    )
    if not found:
        raise FileNotFoundError("no PostgreSQL server: run deploy/scripts/install-test-packages")
    return found[-1]


@dataclass(frozen=True)
class Cluster:
    """A running server; `process` is its postmaster."""

    folder: Path
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        """Give the address of one database as the product's settings take it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def execute(self, *statements: str) -> None:
        """Run administrative statements, each by itself."""
        for statement in statements:
            self.rows("postgres", statement)

    def rows(self, database: str, statement: str) -> list[tuple[object, ...]]:
        """Run one statement in a database, by itself; give its rows where it has any."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """Open a connection in which every statement stands by itself."""
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    def answers(self) -> bool:
        """Tell whether the server takes connections."""
        try:
            self.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running_cluster(settings: dict[str, str] | None = None) -> Iterator[Cluster]:
    """Make and start a server, by default a hasty one; stop it and remove its data at the end."""
    folder = Path(tempfile.mkdtemp(prefix="niemno-pg-"))
    binaries = newest_binaries()
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _initialise(binaries, data)
        cluster = start(binaries, data, HASTY if settings is None else settings)
        try:
            yield cluster
        finally:
            stop(cluster)
    finally:
        shutil.rmtree(folder)


def start(binaries: Path, data: Path, settings: dict[str, str]) -> Cluster:
    """Start the server on existing data and wait until it answers."""
    folder = data.parent
    options = {**ORDINARY, **settings, "listen_addresses": "", "unix_socket_directories": folder}
    command = [str(binaries / "postgres"), "-D", str(data)]
    command += [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            _as_ordinary_user(command, "--pdeathsig", "INT"),
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # Ctrl-C is for the tests, which then stop the server
        )
    cluster = Cluster(folder, process)
    deadline = time.monotonic() + START_SECONDS
    while not cluster.answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start:\n{(folder / 'log').read_text()}")
        time.sleep(0.02)
    return cluster


def stop(cluster: Cluster) -> None:
    """Stop at once, whoever is still connected."""
    cluster.process.send_signal(signal.SIGINT)
    try:
        cluster.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        cluster.process.send_signal(signal.SIGQUIT)
        cluster.process.wait(STOP_SECONDS)


def _initialise(binaries: Path, data: Path) -> None:
    command = [str(binaries / "initdb"), "--pgdata", str(data), "--username=postgres"]
    command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    done = subprocess.run(
        _as_ordinary_user(command), capture_output=True, text=True, cwd=data.parent, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"initdb failed:\n{done.stderr}")


def _as_ordinary_user(command: Sequence[str], *options: str) -> list[str]:
    """PostgreSQL refuses to run as root; setpriv stays the same process, so signals reach it."""
    identity = ["--reuid=postgres", "--regid=postgres", "--init-groups"]
    return ["setpriv", *(identity if os.geteuid() == 0 else []), *options, "--", *command]
