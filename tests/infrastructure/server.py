"""The product as it is served: a process group of its own that tests may stop, kill and cut off."""

import json
import os
import random
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from shared.config import PROJECT_ROOT

BINARIES = PROJECT_ROOT / ".venv" / "bin"
NIEMNO = (str(BINARIES / "niemno"),)
GUNICORN = (str(BINARIES / "gunicorn"), "--config", str(PROJECT_ROOT / "deploy/gunicorn.conf.py"))
START_SECONDS = 120.0  # a busy machine is no fault
STOP_SECONDS = 60.0
# Below those that the system gives to outgoing connections: one of them could be given away before
# the server takes it.
PORTS = range(16_000, 32_000)
SETTINGS = (
    "PORT",
    "NIEMNO_DATA",
    "DATABASE_URL",
    "PUBLIC_URL",
    "TRUSTED_HOSTS",
    "SECRET_KEY",
    "TLS_CERTIFICATE",
    "TLS_KEY",
    "SMTP_HOST",
    "NOTIFY_FILE",
    "SCANNER",
)


def free_port() -> int:
    """Find a loopback port that nobody uses now."""
    while True:
        port = random.choice(PORTS)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port


def environment(data: Path, **settings: str) -> dict[str, str]:
    """Give this process's environment with only the given settings of the product."""
    inherited = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return {**inherited, "NIEMNO_DATA": str(data), **settings}


@dataclass(frozen=True)
class Server:
    """A running server; the process leads its group."""

    process: subprocess.Popen[str]
    url: str
    log: Path
    authority: Path | None = None  # the root certificate of one that speaks TLS

    def answers(self) -> bool:
        """Tell whether the server is up, well or not."""
        trust = ssl.create_default_context(cafile=self.authority) if self.authority else None
        try:
            with urlopen(f"{self.url}/healthz", timeout=10, context=trust) as answer:
                return bool(json.load(answer)["status"] == "ok")
        except HTTPError as error:
            with error:
                return False
        except (URLError, OSError):
            return False

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until it answers that all is well."""
        deadline = time.monotonic() + seconds
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")
            time.sleep(0.05)

    def signal_group(self, number: int) -> None:
        """Signal every process of the group, as Ctrl-C in a terminal does."""
        os.killpg(self.process.pid, number)

    def group_is_gone(self) -> bool:
        """Tell whether no process of the group is left."""
        self.process.poll()  # an ended child that nobody asked after still counts as one
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def kill(self) -> None:
        """End the whole group as `kill -9` does."""
        self.signal_group(signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


@contextmanager
def running_server(
    data: Path, command: Sequence[str] = GUNICORN, **settings: str
) -> Iterator[Server]:
    """Serve the data folder on a free port; nothing is left of it at the end.

    The default command serves a database that is ready; `(*NIEMNO, "run")` prepares one first.
    """
    server = start_server(data, command, **settings)
    try:
        server.wait()
        yield server
    finally:
        if not server.group_is_gone():
            server.kill()


def start_server(data: Path, command: Sequence[str] = GUNICORN, **settings: str) -> Server:
    """Start and do not wait; the caller ends the group."""
    data.mkdir(exist_ok=True)
    settings.setdefault("PORT", str(free_port()))
    log = data / "server.log"
    with log.open("a") as stream:
        process = subprocess.Popen(
            command,
            env=environment(data, **settings),
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            text=True,
            start_new_session=True,
        )
    return Server(process, f"http://127.0.0.1:{settings['PORT']}", log)
