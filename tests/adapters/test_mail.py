"""Mail to a real server that speaks TLS: only to one whose certificate is trusted."""

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from shared.adapters.mail import NotTaken, Unreachable, connected
from shared.outside import MailServer
from tests.infrastructure.server import free_port

NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
TO = "ha@sen.gov.vn"


@dataclass
class Server:
    """What the server was told."""

    signed_in: list[bytes] = field(default_factory=list)
    taken: list[bytes] = field(default_factory=list)

    def authenticate(self, _server: SMTP, _s: Any, _e: Any, _mechanism: str, data: Any) -> Any:
        """Let in who knows the password."""
        self.signed_in.append(data.password)
        return AuthResult(success=data.password == b"dung", handled=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep a message."""
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=mail"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(path), "-out", str(path.with_suffix(".crt"))),
        ],
        check=True,
        capture_output=True,
    )
    path.write_text(path.read_text() + path.with_suffix(".crt").read_text())
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[tuple[Server, int]]:
    """A mail server that wants STARTTLS, then a password."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    told, port = Server(), free_port()
    controller = Controller(
        told,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=told.authenticate,
        auth_required=True,
    )
    controller.start()
    yield told, port
    controller.stop()


def account(port: int, folder: Path, password: str = "dung") -> MailServer:
    """Describe the server with its password in a file."""
    file = folder / "password"
    file.write_text(f"{password}\n")
    return MailServer("127.0.0.1", port, "starttls", "mot-cua@example.vn", "mot-cua", file)


def test_a_message_goes_over_tls_with_the_password_of_the_file(
    server: tuple[Server, int], certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    told, port = server
    with connected(account(port, tmp_path)) as mail:
        for _try in range(2):
            mail.send(TO, "Hạn hôm nay", "Xem việc", "abc", NOW)
    assert told.signed_in == [b"dung"]
    assert len(told.taken) == 2
    assert all(b"Message-ID: <abc@example.vn>" in message for message in told.taken)


def test_a_server_nobody_vouches_for_learns_no_password(
    server: tuple[Server, int], tmp_path: Path
) -> None:
    told, port = server
    with pytest.raises(Unreachable), connected(account(port, tmp_path)):
        pass
    assert told.signed_in == []


def test_a_wrong_password_is_told_without_the_password(
    server: tuple[Server, int], certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with (
        pytest.raises(Unreachable) as refusal,
        connected(account(server[1], tmp_path, "sai-mat-khau")),
    ):
        pass
    assert "sai-mat-khau" not in str(refusal.value)
    assert "535" in str(refusal.value)


def test_a_password_that_no_server_takes_is_told_without_a_letter_of_it(
    server: tuple[Server, int], certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    with (
        pytest.raises(Unreachable) as refusal,
        connected(account(server[1], tmp_path, "mật-khẩu")),
    ):
        pass
    assert str(refusal.value) == "password not in plain letters"


def test_a_server_that_takes_seven_bits_gets_no_more(
    server: tuple[Server, int], certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    told, port = server
    with connected(account(port, tmp_path)) as mail:
        mail.send(TO, "Hạn hôm nay", "Việc của Phường Sen Hồng", "abc", NOW)
    assert told.taken[0].isascii()
    message = message_from_bytes(told.taken[0], policy=policy.default)
    assert message.get_content().strip() == "Việc của Phường Sen Hồng"
    assert message["Subject"] == "Hạn hôm nay"


def test_a_line_break_makes_no_second_header(
    server: tuple[Server, int], certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    told, port = server
    with (
        connected(account(port, tmp_path)) as mail,
        pytest.raises(NotTaken),
    ):
        mail.send(TO, "Hạn\r\nBcc: x@y.vn", "Xem việc", "abc", NOW)
    assert told.taken == []
