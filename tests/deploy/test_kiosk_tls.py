"""The server speaking https itself: new enough, not to be held up, and renewed without a stop."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.deploy.kiosk_trial import KIT, NAME, Authority, make_authority, product, run
from tests.infrastructure.databases import SqliteDatabases

# Once: nothing is asked of the database but whether it is there.
pytestmark = [pytest.mark.thorough, pytest.mark.once]
HERE = "127.0.0.1"
PATIENCE_SECONDS = 30
MORE_THAN_THREADS = 40


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "tls", NAME, HERE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def port(databases: SqliteDatabases, folder: Path, authority: Authority) -> Iterator[int]:
    url = databases.copy_to(folder / "niemno.db")
    with product(folder / "data", authority, url) as address:
        yield int(address.rpartition(":")[2])


@pytest.fixture
def trust(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=authority.file("root.crt"))


def connected(port: int) -> socket.socket:
    return socket.create_connection((HERE, port), timeout=PATIENCE_SECONDS)


def serves(port: int, trust: ssl.SSLContext) -> bool:
    address = f"https://{HERE}:{port}/healthz"
    with urlopen(address, timeout=PATIENCE_SECONDS, context=trust) as answer:
        return bool(json.load(answer)["status"] == "ok")


def serial(port: int, trust: ssl.SSLContext) -> object:
    with connected(port) as plain, trust.wrap_socket(plain, server_hostname=HERE) as secure:
        return (secure.getpeercert() or {})["serialNumber"]


def test_connections_that_greet_and_then_ask_nothing_starve_nobody(
    port: int, trust: ssl.SSLContext, folder: Path
) -> None:
    with ExitStack() as idle:
        for _ in range(MORE_THAN_THREADS):
            held = idle.enter_context(connected(port))
            idle.enter_context(trust.wrap_socket(held, server_hostname=HERE))
        assert serves(port, trust)
    assert "Traceback" not in (folder / "data" / "server.log").read_text()


def test_who_speaks_plainly_or_nonsense_is_sent_away_and_nobody_else(
    port: int, trust: ssl.SSLContext
) -> None:
    for said in (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", b"\x16\x03\x01\xff\xff" + b"\0" * 64):
        with connected(port) as plain:
            plain.sendall(said)
            plain.shutdown(socket.SHUT_WR)
            assert b"HTTP/1.1 200" not in plain.recv(65536)
    assert serves(port, trust)


def test_only_new_versions_of_tls_are_spoken(port: int, trust: ssl.SSLContext) -> None:
    with connected(port) as plain, trust.wrap_socket(plain, server_hostname=HERE) as secure:
        assert secure.version() == "TLSv1.3"
    older = ("-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    told = run("openssl", "s_client", "-connect", f"{HERE}:{port}", *older, input="")
    assert told.returncode != 0
    assert "alert" in told.stderr  # of the version, or of ciphers: libraries differ


def test_a_renewed_certificate_serves_without_a_restart(
    port: int, trust: ssl.SSLContext, authority: Authority
) -> None:
    before = serial(port, trust)
    assert run(KIT / "local-authority", "renew", authority.folder).returncode == 0
    assert serial(port, trust) != before
