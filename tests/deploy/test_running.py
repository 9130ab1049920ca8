"""`make run`, as a new user meets it: addresses that open, refusals in one line, a whole end."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from shared.cli.command import main
from shared.config import PROJECT_ROOT
from tests.infrastructure.server import (
    GUNICORN,
    NIEMNO,
    SETTINGS,
    Server,
    environment,
    free_port,
    running_server,
    start_server,
)

RUN = ("make", "--no-print-directory", "-C", str(PROJECT_ROOT), "run")
IN_THE_OFFICE = {
    "PUBLIC_URL": "http://office.example:8000",
    "TRUSTED_HOSTS": "office.example,127.0.0.1",
}
NO_DATABASE = "postgresql://127.0.0.1:1/n"
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
    assert is_gone(server), "processes are left"


def is_gone(server: Server) -> bool:
    """Tell whether in the end no process of the group is left."""
    deadline = time.monotonic() + END_SECONDS
    while not server.group_is_gone():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@dataclass(frozen=True)
class Later:
    """What a later start of the same folder printed, and whether its end left anything."""

    folder: Path
    printed: str
    is_gone: bool


@pytest.fixture(scope="module", params=[signal.SIGTERM, signal.SIGKILL])
def later(
    request: pytest.FixtureRequest,
    installation: Installation,
    tmp_path_factory: pytest.TempPathFactory,
) -> Later:
    """Start again, for the network this time, and let a signal end its head alone."""
    folder = tmp_path_factory.mktemp("later") / "data"
    shutil.copytree(installation.folder, folder)
    with running_server(folder, RUN, **IN_THE_OFFICE) as server:
        printed = server.log.read_text().removeprefix(installation.printed)
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
        [head] = children.read_text().split()
        os.kill(int(head), request.param)
        return Later(folder, printed, is_gone(server))


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


def test_a_later_start_keeps_the_data_and_prints_no_password(later: Later) -> None:
    assert " .venv/bin/niemno user reset admin" in later.printed  # as it can be typed there
    assert not re.search(r"admin / [a-z0-9-]{19}", later.printed)
    assert [path.name for path in later.folder.glob("*.db")] == ["niemno.db"]


def test_a_network_address_is_announced_without_the_warning(later: Later) -> None:
    assert f"{IN_THE_OFFICE['PUBLIC_URL']}/admin/" in later.printed
    assert "http://127.0.0.1" not in later.printed
    assert "PUBLIC_URL" not in later.printed


def children_of(number: int) -> list[int]:
    """Name the processes that a process has started."""
    listed = Path(f"/proc/{number}/task/{number}/children").read_text()
    return [int(child) for child in listed.split()]


def jobs_of(server: Server) -> int | None:
    """Name the process that does the jobs: the one that is watched by another."""
    for watcher in children_of(server.process.pid):
        for watched in children_of(watcher):
            return watched
    return None


def test_jobs_that_ended_before_their_time_begin_anew(
    installation: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(installation.folder, folder)
    with running_server(folder, (*NIEMNO, "run")) as server:
        first = jobs_of(server)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        deadline = time.monotonic() + END_SECONDS
        while jobs_of(server) in (first, None):
            assert time.monotonic() < deadline, "nobody does the jobs"
            time.sleep(0.05)
        end_by_ctrl_c(server)


# Workers that take for ever to be set up, and say when that begins.
SLOW = """
import time
from pathlib import Path
exec(compile(Path({configuration!r}).read_text(), {configuration!r}, "exec"))
of_ours = globals().get("post_fork", lambda *_: None)

def post_fork(server, worker):
    of_ours(server, worker)
    Path({begun!r}).touch()
    time.sleep(60)
"""


def test_ctrl_c_ends_workers_that_are_not_set_up_yet(tmp_path: Path) -> None:
    begun, slow = tmp_path / "begun", tmp_path / "slow.py"
    configuration = str(PROJECT_ROOT / "deploy" / "gunicorn.conf.py")
    slow.write_text(SLOW.format(configuration=configuration, begun=str(begun)))
    server = start_server(tmp_path / "data", (*GUNICORN[:-1], str(slow)))
    deadline = time.monotonic() + END_SECONDS
    try:
        while not begun.exists():
            assert time.monotonic() < deadline, server.log.read_text()
            time.sleep(0.01)
        end_by_ctrl_c(server)
    finally:
        if not server.group_is_gone():
            server.kill()
    assert "SIGKILL" not in server.log.read_text()


def test_a_closed_terminal_ends_everything(installation: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    shutil.copytree(installation.folder, folder)
    usual = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may ignore it
    try:
        with running_server(folder, RUN) as server:
            server.signal_group(signal.SIGHUP)
            assert is_gone(server)
    finally:
        signal.signal(signal.SIGHUP, usual)


def test_nothing_outlives_the_server(later: Later) -> None:
    assert later.is_gone


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "0"),
        ("DATABASE_URL", NO_DATABASE),
    ],
)
def test_a_wrong_or_unsafe_setting_stops_the_start_with_one_line(
    tmp_path: Path, variable: str, value: str
) -> None:
    # Without a database nothing starts in this process, whatever is wrong.
    settings = {"DATABASE_URL": NO_DATABASE, "PORT": str(free_port()), variable: value}
    with pytest.MonkeyPatch.context() as alone:
        for name in SETTINGS:
            alone.delenv(name, raising=False)
        done = CliRunner().invoke(main, ["run"], env={"NIEMNO_DATA": str(tmp_path), **settings})
    assert done.exit_code == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert variable in done.stderr


def test_a_taken_port_stops_the_program_with_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            (*NIEMNO, "run"),
            env=environment(tmp_path, PORT=str(taken.getsockname()[1])),
            cwd="/",
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "PORT" in done.stderr
    assert len(done.stderr.splitlines()) == 1
