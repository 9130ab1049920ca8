"""A desk screen's machine tried in a folder: installed there, and seen by Chromium as its own."""

import json
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, BrowserContext

from shared.config import PROJECT_ROOT
from tests.infrastructure.browser import PATIENCE_MS
from tests.infrastructure.server import free_port, start_server

T = TypeVar("T")
KIT = PROJECT_ROOT / "deploy" / "kiosk"
POLICY = "etc/chromium/policies/managed/niemno-kiosk.json"
NAME = "desk.office.test"
# A view of the files that no other program shares; an ordinary user is root in it alone.
OWN_VIEW = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
OTHER_NAMES = ("elsewhere.test", f"more.{NAME}")
# Chromium as root has no sandbox.
AT_HOME = ("--no-sandbox", "--headless=new")


def run(*command: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, well or not; a system's own programs are found too."""
    path = f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin:/sbin"
    more["env"] = {**os.environ, **more.get("env", {}), "PATH": path}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, **more)


def install(root: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Install the desk screen into a folder."""
    return run(KIT / "install", "--root", root, *arguments)


@dataclass(frozen=True)
class Authority:
    """A folder that local-authority made."""

    folder: Path

    def file(self, name: str) -> Path:
        """Give one of its files."""
        return self.folder / name


def make_authority(folder: Path, *names: str) -> Authority:
    """Make an authority for the names and the addresses."""
    done = run(KIT / "local-authority", "make", folder, *names)
    assert done.returncode == 0, done.stderr
    return Authority(folder)


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run openssl."""
    return run("openssl", *arguments)


def signed(authority: Authority, folder: Path, stated: str) -> Path:
    """Sign a certificate with the root's key, as a thief of it would."""
    (folder / "ext").write_text(f"subjectAltName={stated}\nextendedKeyUsage=serverAuth\n")
    new = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x"]
    openssl("req", *new, "-keyout", folder / "key", "-out", folder / "csr")
    by: list[str | Path] = ["-CA", authority.file("root.crt"), "-CAkey", authority.file("root.key")]
    by += ["-extfile", folder / "ext", "-days", "1", "-set_serial", "7"]
    done = openssl("x509", "-req", "-in", folder / "csr", *by, "-out", folder / "crt")
    assert done.returncode == 0, done.stderr
    return folder / "crt"


@contextmanager
def product(
    folder: Path, authority: Authority, database_url: str, port: int | None = None
) -> Iterator[str]:
    """Serve the product itself over TLS, without a proxy; give its address under NAME.

    The authority's certificate must be for 127.0.0.1 too.
    """
    port = port or free_port()
    plain = start_server(
        folder,
        DATABASE_URL=database_url,
        PORT=str(port),
        PUBLIC_URL=f"https://{NAME}:{port}",
        TLS_CERTIFICATE=str(authority.file("server.crt")),
        TLS_KEY=str(authority.file("server.key")),
    )
    root = authority.file("root.crt")
    server = replace(plain, url=plain.url.replace("http:", "https:"), authority=root)
    try:
        server.wait()
        yield f"https://{NAME}:{port}"
    finally:
        if not server.group_is_gone():
            server.kill()


@dataclass
class Site:
    """A small site in the place of the product; it notes what is asked and told."""

    port: int
    asked: list[tuple[str, str]] = field(default_factory=list)  # host, path
    told: dict[str, Any] = field(default_factory=dict)


@contextmanager
def site(page: str, authority: Authority | None) -> Iterator[Site]:
    """Serve one page at every path, over TLS with an authority; what it posts is kept."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known.asked.append((self.headers["Host"], self.path))
            self._answer(page.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known.told.update(json.loads(body))
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    if authority:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.file("server.crt"), authority.file("server.key"))
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    known = Site(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def own_view() -> list[str]:
    """Give the command that enters a view of the files of its own; skip where nobody may."""
    refused = run(*OWN_VIEW, "mount", "--bind", "/etc", "/etc").stderr
    if refused:
        pytest.skip(
            "what is installed lies in the machine's own folders, and this user may not lay a"
            f" private view over them (root may, and others with user namespaces): {refused}"
        )
    return OWN_VIEW


def chromium_of(root: Path, folder: Path) -> Path:
    """Give a Chromium for which the root's policies are the machine's and the names lead here."""
    hosts = folder / "hosts"
    hosts.write_text("".join(f"127.0.0.1 {name}\n" for name in ("localhost", NAME, *OTHER_NAMES)))
    path = folder / "chromium"
    path.write_text(
        "#!/bin/sh\n"
        f"exec {' '.join(own_view())} sh -c '"
        f'mount --bind "{root}/etc/chromium" /etc/chromium && mount --bind "{hosts}" /etc/hosts &&'
        ' exec /usr/bin/chromium "$@"'
        '\' chromium "$@"\n'
    )
    path.chmod(0o755)
    return path


def change_policy(root: Path, **changes: Any) -> None:
    """Change single policies of an installation."""
    path = root / POLICY
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@contextmanager
def driven(browser: Browser, root: Path, folder: Path) -> Iterator[BrowserContext]:
    """Drive a Chromium under the installed policies; they must let developers in for that."""
    context = browser.browser_type.launch_persistent_context(
        folder / "profile", executable_path=chromium_of(root, folder), args=AT_HOME
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


def eventually(found: Callable[[], T | None], what: str) -> T:
    """Ask again and again, half a minute long, until there is something."""
    deadline = time.monotonic() + 30
    while not (answer := found()):
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)
    return answer
