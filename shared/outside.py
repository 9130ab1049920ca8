"""Settings of what lies outside: mail server, other channels, scanner, limits of files."""

import os
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from shared.setting import ConfigurationError, given, one_line, whole_number

TLS = ("starttls", "tls", "none")
USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)


@dataclass(frozen=True)
class MailServer:
    """Through which server, and as whom, mail is sent."""

    host: str
    port: int
    tls: str  # starttls, tls or none
    sender: str
    user: str | None = None
    password_file: Path | None = None  # read at each connection, so a new one needs no restart


@dataclass(frozen=True)
class FileLimits:
    """How much may be sent with one form."""

    count: int = 5
    megabytes: int = 10  # each
    megapixels: int = 40  # each

    @property
    def bytes_each(self) -> int:
        """The largest size of one file in bytes."""
        return self.megabytes * 1024 * 1024

    @property
    def bytes_in_a_form(self) -> int:
        """The largest form in bytes: room to tell which of its files is too large."""
        return 4 * self.count * self.bytes_each


@dataclass(frozen=True)
class Outside:
    """What the installation reaches outside; nothing by default."""

    mail: MailServer | None = None
    channels: Mapping[str, str] = field(
        default_factory=dict, repr=False, hash=False
    )  # hold secrets
    scanner: str | None = None
    # Networks of one's own that may be told of events besides public addresses, and who signs
    # the certificates there.
    own_networks: tuple[IPv4Network | IPv6Network, ...] = ()
    own_authority: Path | None = None
    dossier_folder: Path | None = None  # looked into for exports of the one-stop software
    files: FileLimits = field(default_factory=FileLimits)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Outside":
        """Read and check; raises ConfigurationError on the first wrong value."""
        return cls(
            mail=_mail(environ),
            channels=_channels(given(environ, "NOTIFY_FILE")),
            scanner=_scanner(given(environ, "SCANNER")),
            dossier_folder=_folder("DOSSIER_FOLDER", given(environ, "DOSSIER_FOLDER")),
            own_networks=_networks(given(environ, "WEBHOOK_NETWORKS")),
            own_authority=_authority(given(environ, "WEBHOOK_CA")),
            files=FileLimits(
                whole_number(environ, "ATTACHMENT_COUNT", 5, 20),
                whole_number(environ, "ATTACHMENT_MB", 10, 50),
                whole_number(environ, "ATTACHMENT_MEGAPIXELS", 40, 100),
            ),
        )


def _mail(environ: Mapping[str, str]) -> MailServer | None:
    host = given(environ, "SMTP_HOST")
    if host is None:
        _require_no_other(environ)
        return None
    tls = given(environ, "SMTP_TLS") or "starttls"
    if tls not in TLS:
        raise ConfigurationError(
            "SMTP_TLS", "chỉ nhận starttls, tls hoặc none", "starttls, tls or none", "starttls"
        )
    user = given(environ, "SMTP_USER")
    if user is not None and tls == "none" and host not in ("127.0.0.1", "localhost", "::1"):
        raise ConfigurationError(
            "SMTP_TLS",
            "mật khẩu không được gửi đi khi không mã hoá",
            "a password must not travel without encryption",
            "starttls",
        )
    return MailServer(
        host=host,
        port=whole_number(environ, "SMTP_PORT", USUAL_PORTS[tls], 65535),
        tls=tls,
        sender=_sender(given(environ, "MAIL_FROM")),
        user=user,
        password_file=_readable("SMTP_PASSWORD_FILE", given(environ, "SMTP_PASSWORD_FILE")),
    )


def _require_no_other(environ: Mapping[str, str]) -> None:
    """Refuse what is said of a mail server that has no name: its reminders would wait for ever."""
    for variable in ("SMTP_PORT", "SMTP_TLS", "SMTP_USER", "SMTP_PASSWORD_FILE", "MAIL_FROM"):
        if given(environ, variable) is not None:
            raise ConfigurationError(
                "SMTP_HOST",
                f"có {variable} thì cần tên máy chủ thư",
                f"the mail server's name is needed with {variable}",
                "mail.example.vn",
            )


def _sender(text: str | None) -> str:
    if text is not None and _ADDRESS.fullmatch(text):
        return text
    raise ConfigurationError(
        "MAIL_FROM",
        "có SMTP_HOST thì cần địa chỉ thư của người gửi",
        "the sender's address is needed with SMTP_HOST",
        "mot-cua@example.vn",
    )


def _readable(variable: str, text: str | None) -> Path | None:
    if text is None:
        return None
    try:
        path = Path(text).expanduser()
        path.read_text("utf-8")
    except (OSError, UnicodeDecodeError, RuntimeError) as error:  # the last where ~ names nobody
        raise ConfigurationError(
            variable,
            f"không đọc được tệp “{one_line(text)}”",
            "the file cannot be read",
            "/srv/niemno/secrets/…",
        ) from error
    return path


def _authority(text: str | None) -> Path | None:
    path = _readable("WEBHOOK_CA", text)
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError as error:
        raise ConfigurationError(
            "WEBHOOK_CA",
            "tệp không có chứng thư",
            "the file holds no certificate",
            "/srv/niemno/tls/root.crt",
        ) from error
    return path


def _folder(variable: str, text: str | None) -> Path | None:
    if text is None:
        return None
    path = Path(text)
    with suppress(RuntimeError):  # where ~ names nobody
        path = path.expanduser()
    if path.is_absolute() and path.is_dir() and os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return path
    raise ConfigurationError(
        variable,
        f"“{one_line(text)}” phải là thư mục có sẵn, đọc và ghi được, viết cả đường dẫn",
        "must be an existing folder that can be read and written, with its whole path",
        "/srv/niemno/ho-so",
    )


def _channels(text: str | None) -> Mapping[str, str]:
    """Read lines of a unit's code and the address of its channel; the file holds their secrets."""
    path = _readable("NOTIFY_FILE", text)
    if path is None:
        return {}
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        code, _blank, address = line.strip().partition(" ")
        if not code or code.startswith("#"):
            continue
        if "://" not in address or code in found:
            raise ConfigurationError(
                "NOTIFY_FILE",
                f"dòng {number} cần mã đơn vị (mỗi đơn vị một dòng) rồi đến địa chỉ của kênh",
                f"line {number} needs a unit's code, one line each, then the channel's address",
                "/srv/niemno/secrets/channels",
            )
        found[code] = address.strip()
    return found


def _networks(text: str | None) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",")) if text else ()
    except ValueError:
        raise ConfigurationError(
            "WEBHOOK_NETWORKS",
            "phải là các mạng viết như 10.1.0.0/16, cách nhau bằng dấu phẩy",
            "must be networks as in the example, commas between them",
            "10.1.0.0/16,192.168.5.7/32",
        ) from None


def _scanner(text: str | None) -> str | None:
    if text is None or re.fullmatch(r"/[^\0]+|[A-Za-z0-9.-]+:[0-9]{1,5}", text):
        return text
    raise ConfigurationError(
        "SCANNER",
        "phải là đường dẫn socket hoặc máy:cổng của clamd",
        "must be the path of clamd's socket, or its host:port",
        "/run/clamav/clamd.ctl",
    )
