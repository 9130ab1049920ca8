"""`make run`, as a new user meets it: addresses that open, refusals in one line, a whole end."""

import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from shared.cli.serving import begin
from shared.config import PROJECT_ROOT
from shared.db import make_engine
from tests.infrastructure.databases import SqliteDatabases
from tests.infrastructure.server import (
    NIEMNO,
    Server,
    environment,
    free_port,
    running_server,
    start_server,
)

RUN = ("make", "--no-print-directory", "-C", str(PROJECT_ROOT), "run")
NIEMNO_RUN = (*NIEMNO, "run")
END_SECONDS = 30.0  # a busy machine takes its time


@dataclass(frozen=True)
class Installation:
    """A data folder after a first start that Ctrl-C ended."""

    folder: Path
    printed: str
    answers: dict[str, int]  # address printed → status


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installation") / "data"
    with running_server(folder, RUN) as server:
        addresses = re.findall(r"http://127\S+", server.log.read_text())
        answers = {address: status_of(address) for address in addresses}
        end_by_ctrl_c(server)
    return Installation(folder, server.log.read_text(), answers)


def status_of(address: str) -> int:
    """Open an address and follow where it leads."""
    try:
        with urlopen(address, timeout=60) as answer:
            return int(answer.status)
    except HTTPError as refusal:
        with refusal:
            return refusal.code


def end_by_ctrl_c(server: Server) -> None:
    """Interrupt the group and wait until nothing of it is left."""
    server.signal_group(signal.SIGINT)
    server.process.wait(END_SECONDS)
    wait_until_gone(server)


def wait_until_gone(server: Server) -> None:
    """Wait until no process of the group is left."""
    deadline = time.monotonic() + END_SECONDS
    while not server.group_is_gone():
        assert time.monotonic() < deadline, "processes are left"
        time.sleep(0.05)


@pytest.fixture
def folder(databases: SqliteDatabases, tmp_path: Path) -> Path:
    """The data folder of an office without the sample, whose figures take time at every start."""
    made = tmp_path / "data"
    made.mkdir()
    engine = make_engine(databases.copy_to(made / "niemno.db"))
    begin(engine, with_sample=False)
    engine.dispose()
    return made


@pytest.fixture
def running(folder: Path) -> Iterator[Server]:
    with running_server(folder, RUN) as server:
        yield server


def test_the_first_start_says_where_to_go_and_who_may_enter(
    installation: Installation,
) -> None:
    printed = installation.printed
    paths = re.findall(r"http://127\.0\.0\.1:\d+(/\S*)", printed)
    assert "/" in paths
    assert "/admin/" in paths
    assert len(paths) == 3
    assert re.search(r"admin / [a-z0-9-]{19}", printed)
    assert "PUBLIC_URL" in printed


def test_every_printed_address_opens(installation: Installation) -> None:
    assert set(installation.answers.values()) == {200}


def test_it_ends_without_a_trace(installation: Installation) -> None:
    printed = installation.printed
    assert "Traceback" not in printed


def test_a_later_start_keeps_the_data_and_prints_no_password(
    installation: Installation, tmp_path: Path
) -> None:
    folder = shutil.copytree(installation.folder, tmp_path / "data")
    with running_server(folder, RUN) as later:
        printed = later.log.read_text().removeprefix(installation.printed)
    assert "http://127.0.0.1" in printed
    assert not re.search(r"admin / [a-z0-9-]{19}", printed)
    assert [path.name for path in folder.glob("*.db")] == ["niemno.db"]


@pytest.mark.once  # the process group is looked at, not what is stored
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_server(running: Server, number: signal.Signals) -> None:
    children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
    head = int(children.read_text().split()[0])
    assert head != running.process.pid
    subprocess.run(["kill", f"-{number.value}", str(head)], check=True)
    wait_until_gone(running)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "0"),
        ("DATABASE_URL", "postgresql://127.0.0.1:1/n"),
    ],
)
def test_a_wrong_or_unsafe_setting_stops_the_start_with_one_line(
    tmp_path: Path, variable: str, value: str
) -> None:
    done = run_once(tmp_path, **{variable: value})
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert variable in done.stderr


def test_a_taken_port_stops_the_start_with_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = run_once(tmp_path, PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def run_once(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Try to run and expect it to stop by itself."""
    settings = {"PORT": str(free_port()), **settings}
    return subprocess.run(
        NIEMNO_RUN,
        env={**environment(folder), **settings},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.once  # what is printed comes from settings
def test_a_network_address_is_announced_without_the_warning(folder: Path) -> None:
    port = str(free_port())
    address = f"http://office.example:{port}"
    hosts = "office.example,127.0.0.1"
    server = start_server(folder, NIEMNO_RUN, PORT=port, PUBLIC_URL=address, TRUSTED_HOSTS=hosts)
    try:
        server.wait()
    finally:
        server.kill()
    printed = server.log.read_text()
    assert f"{address}/admin/" in printed
    assert "PUBLIC_URL" not in printed
