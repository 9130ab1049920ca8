"""Settings from the environment; a missing or unsafe one stops the start with one clear line."""

import os
import re
import secrets
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from shared.outside import Outside
from shared.setting import ConfigurationError as ConfigurationError  # of every setting
from shared.setting import given, one_line

PROJECT_ROOT = Path(__file__).resolve().parent.parent
SHORTEST_SECRET = 32
FEWEST_DIFFERENT = 8  # 32 random hexadecimal digits have some 14
SQLITE_DRIVER = "sqlite+pysqlite"
POSTGRESQL_DRIVER = "postgresql+psycopg"

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"\.?{_LABEL}(\.{_LABEL})*\Z")


@dataclass(frozen=True)
class Settings:
    """What one installation is told from outside; nothing else reads the environment."""

    port: int
    data_directory: Path
    database_url: str = field(repr=False)  # may hold a password
    public_url: str  # without a closing slash
    trusted_hosts: tuple[str, ...]
    secret_key: str = field(repr=False)
    certificate: Path | None = None  # with its key: the server speaks TLS itself, without a proxy
    certificate_key: Path | None = None
    outside: Outside = field(default_factory=Outside)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Read and check every setting; an empty value counts as not set.

        Makes the data directory and, once, the secret key in it.
        Raises ConfigurationError on the first wrong or unsafe value.
        """
        port = _port(given(environ, "PORT"))
        data_directory = _data_directory(given(environ, "NIEMNO_DATA"))
        public_url = _public_url(given(environ, "PUBLIC_URL"), port)
        certificate, certificate_key = _certificate(
            given(environ, "TLS_CERTIFICATE"), given(environ, "TLS_KEY"), public_url
        )
        return cls(
            port=port,
            data_directory=data_directory,
            database_url=_database_url(given(environ, "DATABASE_URL"), data_directory),
            public_url=public_url,
            trusted_hosts=_trusted_hosts(
                given(environ, "TRUSTED_HOSTS"),
                _host(public_url),
                must_hold_public=given(environ, "PUBLIC_URL") is not None,
            ),
            secret_key=_secret_key(given(environ, "SECRET_KEY"), data_directory),
            certificate=certificate,
            certificate_key=certificate_key,
            outside=Outside.from_environment(environ),
        )

    @property
    def public_url_is_loopback(self) -> bool:
        """True when only this machine can open the address printed in the QR codes."""
        return _is_loopback(_host(self.public_url))

    def invitation_url(self, token: str) -> str:
        """Give the address that the QR code of an invitation holds."""
        return f"{self.public_url}/q/{token}"

    def continuation_url(self, token: str) -> str:
        """Give the address that carries on, on a telephone, a rating begun on a screen."""
        return f"{self.public_url}/c/{token}"

    def case_url(self, number: str) -> str:
        """Give the address of a case's page for staff."""
        return f"{self.public_url}/admin/complaints/{number}"

    def answered_url(self, reference: str) -> str:
        """Give the address under which everybody reads an answered case."""
        return f"{self.public_url}/answered/{reference}"

    @property
    def secure_cookies(self) -> bool:
        """True when residents and staff come through https."""
        return self.public_url.startswith("https://")

    @property
    def database_kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.database_url.partition("+")[0]

    @property
    def bind_address(self) -> str:
        """Where the server listens: the network only when residents reach it without a proxy.

        https without a certificate of ours ends in a proxy on this machine, so the plain port
        stays closed to the network.
        """
        behind_proxy = self.secure_cookies and self.certificate is None
        open_to_network = not self.public_url_is_loopback and not behind_proxy
        return "0.0.0.0" if open_to_network else "127.0.0.1"  # noqa: S104  phones must reach it

    def require_free_port(self) -> None:
        """Raise ConfigurationError when the server could not listen."""
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            try:
                probe.bind((self.bind_address, self.port))
                probe.listen()
            except OSError as error:
                raise ConfigurationError(
                    "PORT",
                    f"cổng {self.port} đang được dùng hoặc không được phép dùng",
                    "the port is taken or not allowed",
                    str(self.port + 1 if self.port < 65535 else 8000),
                ) from error


def _port(text: str | None) -> int:
    if text is None:
        return 8000
    if re.fullmatch(r"[0-9]{1,5}", text) and 1 <= int(text) <= 65535:
        return int(text)
    raise ConfigurationError(
        "PORT",
        f"“{one_line(text)}” không phải là số cổng từ 1 đến 65535",
        "not a port number from 1 to 65535",
        "8000",
    )


def _data_directory(text: str | None) -> Path:
    """Absolute; a relative one is taken from the project, so every command finds the same data."""
    path = PROJECT_ROOT / (text or "var")
    try:
        path = PROJECT_ROOT / Path(text or "var").expanduser()
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A question mark would cut the database address in two.
        writable = os.access(path, os.W_OK | os.X_OK) and "?" not in str(path)
    except (OSError, RuntimeError):  # the latter where ~ names nobody
        writable = False
    if writable:
        return path
    raise ConfigurationError(
        "NIEMNO_DATA",
        f"không tạo được hoặc không ghi được vào thư mục “{one_line(str(path))}”",
        "the directory cannot be made or written",
        "/srv/niemno",
    )


def _database_url(text: str | None, data_directory: Path) -> str:
    if text is None:
        return _sqlite_url(f"/{data_directory / 'niemno.db'}")
    scheme, separator, rest = text.partition("://")
    if separator and scheme in ("sqlite", SQLITE_DRIVER):
        return _sqlite_url(rest)
    if separator and scheme in ("postgresql", POSTGRESQL_DRIVER):
        return _postgresql_url(rest)
    raise ConfigurationError(
        "DATABASE_URL",
        f"chưa hỗ trợ loại “{one_line(scheme) if separator else '?'}”, chỉ SQLite và PostgreSQL",
        "unknown kind of database, only sqlite and postgresql are known",
        "sqlite:////srv/niemno/niemno.db",
    )


def _sqlite_url(rest: str) -> str:
    name = rest.removeprefix("/")
    path = PROJECT_ROOT / name
    is_file = rest.startswith("/") and name not in ("", ":memory:") and "?" not in name
    if is_file and path.parent.is_dir() and os.access(path.parent, os.W_OK) and _is_ours(path):
        return f"{SQLITE_DRIVER}:///{path}"
    raise ConfigurationError(
        "DATABASE_URL",
        "SQLite cần một tệp đọc và ghi được, trong thư mục có sẵn và ghi được",
        "SQLite needs a file that can be read and written, in an existing, writable directory",
        "sqlite:////srv/niemno/niemno.db",
    )


def _is_ours(path: Path) -> bool:
    """Tell whether a database can be made here, or the one that is here can be used."""
    return not path.exists() or (path.is_file() and os.access(path, os.R_OK | os.W_OK))


def _postgresql_url(rest: str) -> str:
    url = f"{POSTGRESQL_DRIVER}://{rest}"
    parts = _split(url)
    if parts is not None and len(parts.path) > 1:
        return url
    raise ConfigurationError(
        "DATABASE_URL",
        "địa chỉ PostgreSQL thiếu tên cơ sở dữ liệu hoặc sai cổng",
        "the PostgreSQL address lacks the database name or has a wrong port",
        "postgresql://niemno:…@127.0.0.1:5432/niemno",
    )


def _public_url(text: str | None, port: int) -> str:
    if text is None:
        return f"http://127.0.0.1:{port}"
    parts = _split(text)
    if (
        parts is not None
        and parts.scheme in ("http", "https")
        and _is_site(parts.hostname or "")
        and not text.endswith(("?", "#"))
        and parts.path in ("", "/")
        and not (parts.query or parts.fragment or parts.username is not None)
    ):
        return f"{parts.scheme}://{parts.netloc.lower()}"
    raise ConfigurationError(
        "PUBLIC_URL",
        f"“{one_line(text)}” phải là http:// hoặc https:// kèm tên máy, không có đường dẫn",
        "must be http or https with a host and without a path",
        "http://192.168.1.10:8000",
    )


def _trusted_hosts(
    text: str | None, public_host: str, *, must_hold_public: bool
) -> tuple[str, ...]:
    if text is None:
        return tuple(dict.fromkeys((public_host, "127.0.0.1", "localhost")))
    hosts = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",")))
    for host in hosts:
        if not _is_host(host):
            raise ConfigurationError(
                "TRUSTED_HOSTS",
                f"“{one_line(host)}” không phải là tên máy; không dùng dấu *",
                "not a host name; * is not allowed",
                "niemno.example.vn,192.168.1.10",
            )
    if must_hold_public and not _is_among(public_host, hosts):
        raise ConfigurationError(
            "TRUSTED_HOSTS",
            f"thiếu “{public_host}” của PUBLIC_URL nên mã QR sẽ không mở được",
            "the host of PUBLIC_URL is missing, so the QR codes would not open",
            ",".join((public_host, *hosts)),
        )
    # Without PUBLIC_URL the start prints this machine's own address, which then has to open.
    return hosts if must_hold_public else tuple(dict.fromkeys((*hosts, public_host)))


def _certificate(
    certificate: str | None, key: str | None, public_url: str
) -> tuple[Path | None, Path | None]:
    """Both or neither; a relative path is taken from the project."""
    if certificate is None and key is None:
        return None, None
    if certificate is None or key is None:
        missing = "TLS_CERTIFICATE" if certificate is None else "TLS_KEY"
        raise ConfigurationError(
            missing,
            "chứng thư và khoá phải đi cùng nhau",
            "a certificate and its key go together",
            "/srv/niemno/tls/server." + ("crt" if certificate is None else "key"),
        )
    if not public_url.startswith("https://"):
        raise ConfigurationError(
            "PUBLIC_URL",
            "có TLS_CERTIFICATE thì phải là https://",
            "must be https when there is a TLS_CERTIFICATE",
            "https://niemno.example.vn:8000",
        )
    try:
        paths = PROJECT_ROOT / Path(certificate).expanduser(), PROJECT_ROOT / Path(key).expanduser()
        # An empty password: the server must not stand waiting for one to be typed.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*paths, password="")
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigurationError(
            "TLS_CERTIFICATE",
            "không đọc được chứng thư hoặc khoá (không mật khẩu), hoặc hai tệp không thuộc về nhau",
            "the certificate or its key (without password) cannot be read, or they do not fit",
            "/srv/niemno/tls/server.crt",
        ) from error
    return paths


def _secret_key(text: str | None, data_directory: Path) -> str:
    if text is not None:
        return _long_enough("SECRET_KEY", text)
    path = data_directory / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return _long_enough("SECRET_KEY", path.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            "SECRET_KEY",
            f"không đọc hoặc ghi được tệp “{one_line(str(path))}”",
            "the file that keeps it cannot be read or written",
            "…",
        ) from error


def _long_enough(variable: str, secret: str) -> str:
    if len(secret) >= SHORTEST_SECRET and len(set(secret)) >= FEWEST_DIFFERENT:
        return secret
    raise ConfigurationError(
        variable,
        f"quá ngắn hoặc dễ đoán ({len(secret)} ký tự), cần từ {SHORTEST_SECRET} ký tự ngẫu nhiên",
        f"too short or easy to guess, needs at least {SHORTEST_SECRET} random characters",
        '"$(openssl rand -base64 48)"',
    )


def _write_once(path: Path, secret: str) -> None:
    """Durable, and the same for two processes that start at once: the first link wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{secret}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _split(url: str) -> SplitResult | None:
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.port != 0 else None
    except ValueError:  # a port out of range or a broken bracket
        return None


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def _is_host(text: str) -> bool:
    return bool(_HOST_NAME.match(text)) or _is_address(text)


def _is_site(text: str) -> bool:
    """Tell whether phones can open a host: to them what ends in a number is an address."""
    ends_in_number = text.rpartition(".")[2].isdigit()
    return _is_address(text) or (_is_host(text) and not text.startswith(".") and not ends_in_number)


def _is_among(host: str, hosts: tuple[str, ...]) -> bool:
    """A trusted name that begins with a dot stands for the name and everything under it."""
    return any(
        host == trusted or (trusted.startswith(".") and f".{host}".endswith(trusted))
        for trusted in hosts
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if _is_address(host):
        address = ip_address(host)
        return address.is_loopback or address.is_unspecified
    return host == "localhost" or host.endswith(".localhost")
