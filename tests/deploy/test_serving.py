"""What gunicorn adds: whole answers to long bodies, and idle visitors who starve nobody."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from sqlalchemy.orm import Session

from kiosk.guessing import FREE_OF_AN_ADDRESS
from kiosk.slowing import FREE_IN_WINDOW, STEP_SECONDS
from shared.audit import sign_session
from shared.db import make_engine
from tests.conftest import ORDINARY_MOMENT
from tests.faults.posting import ADDRESS, Line, body_of, rating
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.office import paired_desk
from tests.infrastructure.server import Server, running_server

# How requests are read and counted, by gunicorn and in memory that its workers share.
pytestmark = pytest.mark.once
Databases = SqliteDatabases | PostgresqlDatabases
MIB = 1024 * 1024
WHOLE_PIECE = b"100000\r\n" + b" " * MIB + b"\r\n"
SLOWED = 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def ready_database(databases: Databases) -> Iterator[tuple[str, str]]:
    """One database for all these tests, with a desk; its address and the kiosk's token."""
    with databases.fresh() as url:
        engine = make_engine(url)
        with Session(engine) as session, session.begin():
            sign_session(session, "system", ORDINARY_MOMENT)
            token = paired_desk(session, ORDINARY_MOMENT)
        engine.dispose()
        yield url, token


@pytest.fixture(scope="module")
def token(ready_database: tuple[str, str]) -> str:
    return ready_database[1]


@pytest.fixture(scope="module")
def server(
    ready_database: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("data"), DATABASE_URL=ready_database[0]) as running:
        yield running


def connected(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((str(address.hostname), int(address.port or 0)), timeout=20)


def answer_to(server: Server, *parts: bytes) -> bytes:
    """Send everything before reading anything, as simple clients do."""
    with connected(server) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
    return received


def head(token: str, *more: str, path: str = "/api/v1/ratings") -> bytes:
    lines = (
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        *more,
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.mark.parametrize("ending", ["close", "keep-alive"])
@pytest.mark.parametrize("length", [MIB + 1, 32 * MIB])
def test_a_body_over_the_limit_is_answered_and_not_cut_off(
    server: Server, token: str, length: int, ending: str
) -> None:
    announced = head(token, f"Content-Length: {length}", f"Connection: {ending}")
    answer = answer_to(server, announced, b" " * length)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert answer.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("ending", ["close", "keep-alive"])
def test_a_refusal_that_reads_no_body_is_not_cut_off_either(server: Server, ending: str) -> None:
    length = f"Content-Length: {16 * MIB}"
    announced = head("unknown", length, f"Connection: {ending}", path="/api/v1/screen")
    answer = answer_to(server, announced, b" " * 16 * MIB)
    assert answer.startswith(b"HTTP/1.1 401 ")


def test_a_body_over_the_limit_without_a_stated_length_is_answered_too(
    server: Server, token: str
) -> None:
    announced = head(token, "Transfer-Encoding: chunked", "Connection: close")
    answer = answer_to(server, announced, *[WHOLE_PIECE] * 3, b"0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 413 ")


MALFORMED = {
    "no length": (b"zz\r\n{}\r\n0\r\n\r\n", 400),
    "no end": (b"2\r\n{}xx0\r\n\r\n", 400),
    "at the limit": (WHOLE_PIECE + b"zz\r\n", 400),
    "beyond the limit": (WHOLE_PIECE * 2 + b"zz\r\n", 413),
}


@pytest.mark.parametrize(("body", "status"), MALFORMED.values(), ids=MALFORMED.keys())
def test_a_body_in_malformed_pieces_is_refused_and_no_failure(
    server: Server, token: str, body: bytes, status: int
) -> None:
    announced = head(token, "Transfer-Encoding: chunked", "Connection: close")
    assert answer_to(server, announced, body).startswith(b"HTTP/1.1 %d " % status)


def test_a_batch_without_a_stated_length_is_stored_too(server: Server, token: str) -> None:
    batch = [rating(1), rating(2)]
    body = body_of(batch)
    pieces = (body[at : at + 100] for at in range(0, len(body), 100))
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with Line(server.url, token) as line:
        line.connection.request("POST", ADDRESS, pieces, headers, encode_chunked=True)
        answer = line.connection.getresponse()
        answer.read()
        assert answer.status == 201
        assert set(line.results(*batch)) == {"duplicate"}


def test_browsers_that_open_connections_and_say_nothing_starve_nobody(server: Server) -> None:
    with ExitStack() as idle:
        for _ in range(12):
            idle.enter_context(connected(server))
        assert server.answers()  # within ten seconds; two workers in turn would take thirty


def test_a_stranger_under_another_name_is_turned_away(server: Server) -> None:
    answer = answer_to(server, b"GET /healthz HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("path", "free"),
    [
        ("/follow", FREE_OF_AN_ADDRESS),
        ("/q/unknown", FREE_IN_WINDOW),
        ("/q/unknown/sealed", FREE_IN_WINDOW),
        ("/c/unknown", FREE_IN_WINDOW),
    ],
)
def test_wrong_codes_and_forms_of_one_code_are_counted_over_all_workers(
    server: Server, path: str, free: int
) -> None:
    """Connections come to two workers in turn; each by itself would still let all of these go."""
    address = urlsplit(server.url)
    began = 0.0
    for number in range(free + 1 + SLOWED):
        if number == free + 1:
            began = time.monotonic()
        with closing(HTTPConnection(str(address.hostname), address.port, timeout=30)) as asked:
            asked.request("POST", path, f"code={number:016d}", FORM)
            assert asked.getresponse().status == 404
    assert time.monotonic() - began >= sum(STEP_SECONDS * place for place in range(1, SLOWED + 1))
