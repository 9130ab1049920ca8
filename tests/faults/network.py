"""The line between a screen and its server, which a test can cut, garble or hand to a portal."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30.0
LATE_SECONDS = 0.5
HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Said:
    """What comes over the line; `cut` closes it after so many bytes of the body."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    cut: int | None = None


Fault = Callable[[str, str, Callable[[], Said]], Said | None]


def good(_method: str, _path: str, ask: Callable[[], Said]) -> Said | None:
    """Let everything through."""
    return ask()


def down(_method: str, _path: str, _ask: Callable[[], Said]) -> Said | None:
    """Let nothing through."""
    return None


def slow(_method: str, _path: str, ask: Callable[[], Said]) -> Said | None:
    """Let everything through, late."""
    said = ask()
    time.sleep(LATE_SECONDS)
    return said


def always(said: Said) -> Fault:
    """Answer everything in the server's place, as a captive portal does."""
    return lambda _method, _path, _ask: said


class Network:
    """A proxy in front of one server; `fault` decides about every request."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.host, self.port = parts.hostname or "", parts.port
        self.fault: Fault = good
        self.sent: list[tuple[str, bytes]] = []
        network = self

        class Handler(_Handler):
            line = network

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    @contextmanager
    def serving(self) -> Iterator["Network"]:
        """Serve until the end of the block."""
        self._thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()

    def lead_to(self, upstream: str) -> None:
        """Let another server stand behind the same address."""
        parts = urlsplit(upstream)
        self.host, self.port = parts.hostname or "", parts.port

    def forward(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        """Ask the server."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            return Said(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    line: ClassVar[Network]

    def handle(self) -> None:
        """Serve one connection; a killed browser resets it."""
        with suppress(ConnectionError):
            super().handle()

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.line.sent.append((f"{self.command} {self.path}", body))

        def ask() -> Said:
            return self.line.forward(self.command, self.path, dict(self.headers.items()), body)

        try:
            said = self.line.fault(self.command, self.path, ask)
        except OSError:  # no server behind the line
            said = None
        if said is not None:
            self._say(said)
        if said is None or said.cut is not None:
            self.close_connection = True

    def _say(self, said: Said) -> None:
        self.send_response(said.status)
        for name, value in said.headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if said.status != 304:
            self.send_header("Content-Length", str(len(said.body)))
        self.end_headers()
        self.wfile.write(said.body[: said.cut])

    def log_request(self, *_said: object) -> None:
        """Keep quiet."""


def reports(network: Network) -> list[dict[str, Any]]:
    """Give what the screen has said of itself, oldest first."""
    return [json.loads(body) for asked, body in network.sent if asked == "POST /api/v1/screen"]


def posts(network: Network) -> list[list[str]]:
    """Give the ids of every batch that was sent, oldest first."""
    bodies = [json.loads(body) for asked, body in network.sent if asked == "POST /api/v1/ratings"]
    return [[rating["id"] for rating in body["ratings"]] for body in bodies]


for _method in ("GET", "POST", "HEAD"):
    setattr(_Handler, f"do_{_method}", _Handler._pass)
