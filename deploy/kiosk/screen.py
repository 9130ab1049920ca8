"""Keeps the desk screen on: runs Chromium, and tells systemd only while the page is there.

Chromium is asked over a pair of pipes that this process alone holds; nothing listens anywhere.
The policy DeveloperToolsAvailability=2 leaves these pipes the names of the pages and no more.
"""

import argparse
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-session-crashed-bubble",
    "--overscroll-history-navigation=0",
    "--disable-pinch",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--password-store=basic",
    "--remote-debugging-pipe",
)
LOCKED = "#locked"  # says to the page that the policies let no file be saved
MOVE_PIPES = 'exec "$@" 3<&0 4>&1 </dev/null >&2'
START_SECONDS = 100.0
ASK_SECONDS = 10.0
# What Chromium calls its own pages about a certificate or a clock, in its two languages here.
WARNINGS = {"Privacy error", "Clock error", "Lỗi bảo mật", "Lỗi đồng hồ"}
SOON_SECONDS = 0.5
BUSY_SHARE = 0.95
BUSY_SECONDS = 60.0


class Gone(Exception):
    """Chromium has ended, has lost the page, or does not answer."""


class Pipe:
    """Questions to Chromium and its answers; each ends with a NUL."""

    def __init__(self, questions: int, answers: int, patience: float) -> None:
        self._questions = questions
        self._answers = answers
        self.patience = patience  # seconds
        self._unread = b""
        self._number = 0

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Give the result; raises Gone when none comes in time."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        try:
            os.write(self._questions, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise Gone("Chromium has ended") from error
        deadline = time.monotonic() + self.patience
        while True:
            answer = self._next(deadline)
            if answer.get("method") == "Target.targetCrashed":
                raise Gone("the page has crashed")
            if answer.get("id") == self._number:
                result: dict[str, Any] = answer.get("result", {})
                return result

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self._answers], [], [], left)[0]:
                raise Gone("Chromium does not answer")
            piece = os.read(self._answers, 65536)
            if not piece:
                raise Gone("Chromium has ended")
            self._unread += piece
        message, _, self._unread = self._unread.partition(b"\0")
        parsed: dict[str, Any] = json.loads(message)
        return parsed


@dataclass
class Load:
    """How long the busiest page process has done nothing but compute: one that hangs."""

    busy_since: float | None = None
    _seen: tuple[float, dict[int, float]] | None = None

    def note(self, now: float, spent: dict[int, float]) -> None:
        """Take the processor seconds that each page process has used up to now (seconds)."""
        if self._seen is not None:
            before, earlier = self._seen
            passed = now - before
            used = max((spent[pid] - earlier.get(pid, spent[pid]) for pid in spent), default=0.0)
            if used < BUSY_SHARE * passed:
                self.busy_since = None
            elif self.busy_since is None:
                self.busy_since = before
        self._seen = (now, spent)

    def hangs(self, now: float) -> bool:
        """Tell whether a page process has been busy for a whole minute."""
        return self.busy_since is not None and now - self.busy_since >= BUSY_SECONDS


def shows_page(targets: Sequence[dict[str, Any]], address: str) -> bool:
    """Tell whether the site stands on the screen; an error page bears the host as its title."""
    site = urlsplit(address)
    not_the_site = {"", site.hostname, site.netloc, *WARNINGS}
    return any(
        target["type"] == "page"
        and target["url"].startswith(f"{address}/")
        and target["title"] not in not_the_site
        for target in targets
    )


def start(address: str, profile: Path, more: Sequence[str]) -> tuple[subprocess.Popen[bytes], Pipe]:
    """Start Chromium on the address; it takes questions at 3 and answers at 4."""
    profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Left by a power cut under another machine name, they would keep Chromium from starting.
    for left in profile.glob("Singleton*"):
        left.unlink()
    # Chromium asks its maker's servers whatever the policies say; so it finds no other host.
    only = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {urlsplit(address).hostname}"
    chromium = [CHROMIUM, *FLAGS, only, f"--user-data-dir={profile}", *more, f"{address}/{LOCKED}"]
    process = subprocess.Popen(  # noqa: S603  our own words, each its own
        ["/bin/sh", "-c", MOVE_PIPES, "sh", *chromium],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
    )
    if process.stdin is None or process.stdout is None:
        raise Gone("there is no pipe")
    return process, Pipe(process.stdin.fileno(), process.stdout.fileno(), START_SECONDS)


def tell_systemd(state: str) -> None:
    """Send one state, as sd_notify does; without systemd nobody is told."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as teller:
            teller.connect("\0" + path[1:] if path.startswith("@") else path)
            teller.send(state.encode())


def watch(pipe: Pipe, address: str, every: float, patience: float) -> None:
    """Tell systemd at each look that finds the page; raises Gone when there is nothing to watch."""
    load = Load()
    pipe.ask("Target.setDiscoverTargets", discover=True)
    pipe.patience = patience  # a cold start takes longer
    while True:
        shown = shows_page(pipe.ask("Target.getTargets")["targetInfos"], address)
        processes = pipe.ask("SystemInfo.getProcessInfo").get("processInfo", ())
        now = time.monotonic()
        load.note(
            now, {one["id"]: one["cpuTime"] for one in processes if one["type"] == "renderer"}
        )
        if load.hangs(now):
            raise Gone("the page hangs")
        if shown:
            tell_systemd("READY=1\nWATCHDOG=1")
        time.sleep(every if shown else min(every, SOON_SECONDS))


def main() -> int:
    """Run until Chromium or its page is gone; whoever started this starts it again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="the site, without a closing slash")
    parser.add_argument("--profile", type=Path, default=Path.home() / "profile")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two looks")
    parser.add_argument(
        "--patience", type=float, default=ASK_SECONDS, help="for an answer, seconds"
    )
    known, more = parser.parse_known_args()
    process, pipe = start(known.address, known.profile, more)
    try:
        watch(pipe, known.address, known.every, known.patience)
    except Gone as gone:
        print(gone, file=sys.stderr)
    process.kill()
    process.wait()
    return 1


if __name__ == "__main__":
    sys.exit(main())
