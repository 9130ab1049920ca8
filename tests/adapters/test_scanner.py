"""The scanner's protocol, spoken with a real server on a socket."""

import io
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from shared.adapters import scanner
from tests.infrastructure.server import free_port


def read_stream(connection: socket.socket) -> bytes:
    """Read one INSTREAM command to its end."""
    with connection.makefile("rb") as file:
        assert file.read(10) == b"zINSTREAM\0"
        whole = b""
        while length := int.from_bytes(file.read(4)):
            whole += file.read(length)
    return whole


@contextmanager
def clamd(path: Path, verdict: Callable[[bytes], bytes]) -> Iterator[str]:
    """Let a scanner listen; `verdict` gives its answer to a file."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            while True:
                try:
                    connection, _peer = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(verdict(read_stream(connection)) + b"\0")

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield str(path)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(30)


def bad_in(content: bytes) -> bytes:
    """Find something in what says so."""
    return b"stream: Thu.Nghiem-1 FOUND" if b"bad" in content else b"stream: OK"


def test_a_scanner_says_what_it_found(tmp_path: Path) -> None:
    with clamd(tmp_path / "s", bad_in) as address:
        assert scanner.finding(address, io.BytesIO(b"x" * 200_000)) == ""
        assert scanner.finding(address, io.BytesIO(b"x" * 70_000 + b"bad")) == "Thu.Nghiem-1"


def test_a_scanner_that_cannot_say_is_no_all_clear(tmp_path: Path) -> None:
    with (
        clamd(tmp_path / "s", lambda _content: b"INSTREAM size limit exceeded. ERROR") as address,
        pytest.raises(scanner.NotScanned),
    ):
        scanner.finding(address, io.BytesIO(b"x"))


@pytest.mark.parametrize("way", ["path", "port"])
def test_a_scanner_that_is_away_is_told_apart(tmp_path: Path, way: str) -> None:
    address = str(tmp_path / "none") if way == "path" else f"127.0.0.1:{free_port()}"
    with pytest.raises(scanner.ScannerAway):
        scanner.finding(address, io.BytesIO(b"x"))
