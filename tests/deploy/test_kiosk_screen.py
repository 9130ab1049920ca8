"""What keeps the screen on: a word to systemd while the page is there, an end when it is not."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.kiosk.screen import Load, shows_page
from tests.deploy.kiosk_trial import AT_HOME, KIT, Site, site

ADDRESS = "https://desk.office.test:8443"
ALIVE = b"READY=1\nWATCHDOG=1"
PAGE = "<!doctype html><title>The desk screen</title><h1>How was it?</h1>"
WITHOUT_SCREEN = {
    "WLR_BACKENDS": "headless",
    "WLR_RENDERER": "pixman",
    "WLR_LIBINPUT_NO_DEVICES": "1",
}
NOBODY = pwd.getpwnam("nobody")
# cage refuses to run as root
BECOME: dict[str, Any] = (
    {"user": NOBODY.pw_uid, "group": NOBODY.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
)


def page(**other: str) -> list[dict[str, Any]]:
    popup = {"type": "browser_ui", "title": "Omnibox Popup", "url": "chrome://omnibox/"}
    return [popup, {"type": "page", "title": "Niềm Nở", "url": f"{ADDRESS}/", **other}]


def test_the_sites_page_counts_whatever_its_heading() -> None:
    assert shows_page(page(), ADDRESS)
    assert shows_page(page(title="Ông/Bà thấy thế nào?", url=f"{ADDRESS}/demo"), ADDRESS)


@pytest.mark.parametrize(
    "other",
    [
        {"title": "desk.office.test"},
        {"title": "desk.office.test:8443"},
        {"title": ""},
        {"title": "Privacy error"},
        {"title": "Lỗi bảo mật"},
        {"url": "chrome://newtab/"},
        {"url": "https://desk.office.test:8443.elsewhere.test/"},
        {"type": "service_worker"},
    ],
)
def test_an_error_page_or_another_page_does_not_count(other: dict[str, str]) -> None:
    assert not shows_page(page(**other), ADDRESS)


def test_a_page_that_does_nothing_but_compute_hangs_after_a_minute() -> None:
    load = Load()
    for second in range(0, 66, 5):
        load.note(second, {7: float(second), 8: 0.0})
        assert load.hangs(second) == (second >= 60)


def test_a_page_that_rests_now_and_then_does_not_hang() -> None:
    load = Load()
    for second in range(0, 600, 5):
        load.note(second, {7: second * 0.9})
        assert not load.hangs(second)


@dataclass(frozen=True)
class Shown:
    """The screen in cage, as the unit starts it but for the place; cage leads the session."""

    process: subprocess.Popen[bytes]
    heard: socket.socket

    def is_well(self) -> None:
        """Wait for a word to systemd."""
        assert self.heard.recv(100) == ALIVE

    def kill(self, part: str, number: signal.Signals) -> None:
        """Signal the processes of Chromium whose command holds the words."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--sid", str(self.process.pid), "ww"],
            capture_output=True,
            text=True,
            check=True,
        )
        found = [line.split(None, 1) for line in listed.stdout.splitlines()]
        pids = [int(pid) for pid, command in found if part in command and "chromium/" in command]
        assert pids, listed.stdout
        for pid in pids:
            os.kill(pid, number)

    def has_ended(self) -> bool:
        """Wait for the end, which systemd answers with a new start."""
        return self.process.wait(30) is not None


@pytest.fixture(scope="module")
def served() -> Iterator[Site]:
    with site(PAGE, None) as known:
        yield known


@pytest.fixture
def home() -> Iterator[Path]:
    """A home of the screen's user; another user cannot enter the test's own folder."""
    made = Path(tempfile.mkdtemp(prefix="niemno-kiosk-"))
    shutil.copy(KIT / "screen.py", made)
    os.chown(made, BECOME.get("user", -1), -1)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def shown(home: Path, served: Site) -> Iterator[Shown]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        heard.bind(str(home / "notify"))
        (home / "notify").chmod(0o777)
        heard.settimeout(30)
        process = subprocess.Popen(
            [
                *("/usr/bin/cage", "-d", "--", "/usr/bin/python3", "-I", home / "screen.py"),
                *(f"http://127.0.0.1:{served.port}", "--ozone-platform=wayland"),
                *(f"--profile={home / 'profile'}", "--every=0.2", "--patience=4", AT_HOME[0]),
            ],
            env={
                **WITHOUT_SCREEN,
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "XDG_RUNTIME_DIR": str(home),
                "NOTIFY_SOCKET": str(home / "notify"),
            },
            **BECOME,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        with process:
            yield Shown(process, heard)
            subprocess.run(["pkill", "-KILL", "--session", str(process.pid)], check=False)


@pytest.mark.thorough
@pytest.mark.browser
class TestInCage:
    """The real compositor and the real Chromium, without a screen."""

    @pytest.mark.parametrize(
        ("part", "number"),
        [
            ("--kiosk", signal.SIGKILL),
            ("--type=renderer", signal.SIGKILL),
            ("--kiosk", signal.SIGSTOP),
        ],
        ids=["chromium-killed", "page-crashed", "chromium-stands-still"],
    )
    def test_systemd_is_told_while_the_page_is_there_and_it_ends_when_the_page_is_gone(
        self, shown: Shown, part: str, number: signal.Signals
    ) -> None:
        for _ in range(3):
            shown.is_well()
        assert shown.process.poll() is None
        shown.kill(part, number)
        assert shown.has_ended()
