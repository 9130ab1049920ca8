"""Settings: safe by default, and one clear line for each wrong or unsafe value."""

import multiprocessing
import os
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from shared.config import PROJECT_ROOT, ConfigurationError, Settings

LONG_SECRET = "a secret that nobody will ever guess"


def read(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"NIEMNO_DATA": str(folder), **environ})


def test_the_defaults_serve_one_machine(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert settings.port == 8000
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.trusted_hosts == ("127.0.0.1", "localhost")
    assert settings.database_url == f"sqlite+pysqlite:///{tmp_path}/niemno.db"
    assert settings.bind_address == "127.0.0.1"
    assert settings.public_url_is_loopback
    assert not settings.secure_cookies


def test_an_empty_value_counts_as_not_given(tmp_path: Path) -> None:
    assert read(tmp_path, PORT="", DATABASE_URL=" ", PUBLIC_URL="") == read(tmp_path)


def test_the_data_lies_in_the_project_when_nobody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shared.config.PROJECT_ROOT", tmp_path)
    assert Settings.from_environment({}).data_directory == tmp_path / "var"
    assert PROJECT_ROOT.joinpath("Makefile").exists()


def test_a_relative_folder_is_the_same_from_wherever_the_command_runs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shared.config.PROJECT_ROOT", tmp_path)
    monkeypatch.chdir("/")
    assert Settings.from_environment({"NIEMNO_DATA": "d"}).data_directory == tmp_path / "d"


@pytest.mark.parametrize(
    ("given", "understood"),
    [
        ("postgresql://u:p@db.example:5432/n", "postgresql+psycopg://u:p@db.example:5432/n"),
        ("postgresql+psycopg://u@h/n", "postgresql+psycopg://u@h/n"),
        ("postgresql:///n?host=/run/postgresql", "postgresql+psycopg:///n?host=/run/postgresql"),
        ("sqlite:////dev/shm/n.db", "sqlite+pysqlite:////dev/shm/n.db"),
        ("sqlite+pysqlite:////dev/shm/n.db", "sqlite+pysqlite:////dev/shm/n.db"),
        ("sqlite:///n.db", f"sqlite+pysqlite:///{PROJECT_ROOT}/n.db"),
    ],
)
def test_database_addresses_are_brought_into_one_form(
    tmp_path: Path, given: str, understood: str
) -> None:
    assert read(tmp_path, DATABASE_URL=given).database_url == understood


@pytest.mark.parametrize(
    ("address", "bind", "loopback", "secure"),
    [
        ("http://192.168.1.10:8000", "0.0.0.0", False, False),
        ("https://niemno.example.vn", "127.0.0.1", False, True),
        ("http://localhost:8000/", "127.0.0.1", True, False),
        ("http://127.0.0.2", "127.0.0.1", True, False),
        ("HTTP://Niemno.Example.VN", "0.0.0.0", False, False),
    ],
)
def test_the_public_address_decides_who_can_reach_the_server(
    tmp_path: Path, address: str, bind: str, loopback: bool, secure: bool
) -> None:
    settings = read(tmp_path, PUBLIC_URL=address)
    assert settings.bind_address == bind
    assert settings.public_url_is_loopback is loopback
    assert settings.secure_cookies is secure
    assert settings.public_url == address.lower().rstrip("/")


def test_the_public_name_is_trusted_without_being_named_again(tmp_path: Path) -> None:
    settings = read(tmp_path, PUBLIC_URL="https://niemno.example.vn")
    assert settings.trusted_hosts == ("niemno.example.vn", "127.0.0.1", "localhost")


def test_trusted_names_are_taken_as_given(tmp_path: Path) -> None:
    names = "A.example.vn, .b.example.vn ,10.0.0.1"
    settings = read(tmp_path, TRUSTED_HOSTS=names, PUBLIC_URL="http://a.example.vn")
    assert settings.trusted_hosts == ("a.example.vn", ".b.example.vn", "10.0.0.1")


def test_without_a_public_address_the_printed_one_is_trusted_too(tmp_path: Path) -> None:
    settings = read(tmp_path, TRUSTED_HOSTS="a.example.vn")
    assert settings.trusted_hosts == ("a.example.vn", "127.0.0.1")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *[("PORT", value) for value in ("0", "65536", "-1", "8000x", "80.0", "٨٠٠٠", "99999999")],
        ("SECRET_KEY", "abcdefghijklmnopqrstuvwxyz01234"),
        ("SECRET_KEY", "changeme" * 8),
        ("SECRET_KEY", "\udcff" * 16 + LONG_SECRET),
        *[
            ("PUBLIC_URL", f"http://h{rest}")
            for rest in ("/path", "?q=1", "?", "#f", ":0", ":99999", ":x", " h", "\nh", "<b>")
        ],
        ("PUBLIC_URL", "ftp://h"),
        ("PUBLIC_URL", "h:8000"),
        ("PUBLIC_URL", "http://"),
        ("PUBLIC_URL", "http://user:word@h"),
        ("PUBLIC_URL", "http://[::1"),
        ("PUBLIC_URL", "http://.example.vn"),
        ("PUBLIC_URL", "http://192.168.1"),
        ("PUBLIC_URL", "http://192.168.1.300"),
        *[("TRUSTED_HOSTS", value) for value in ("*", "*.example.vn", "a,*", "a,,b", "a/b", "a:1")],
        *[("DATABASE_URL", value) for value in ("mysql://h/n", "niemno.db", "sqlite://", "://")],
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:////dev/shm"),
        ("DATABASE_URL", "sqlite:////dev/shm/missing/n.db"),
        ("DATABASE_URL", "sqlite:////dev/shm/n.db?mode=memory"),
        ("DATABASE_URL", "sqlite:////dev/null"),
        ("DATABASE_URL", "postgresql://h"),
        ("DATABASE_URL", "postgresql://h:99999/n"),
        ("NIEMNO_DATA", "/proc/niemno"),
        ("NIEMNO_DATA", "/dev/null"),
        ("NIEMNO_DATA", "/dev/null/niemno"),
        ("NIEMNO_DATA", "~nobody-of-this-name/data"),
        ("NOTIFY_FILE", "~nobody-of-this-name/channels"),
        ("DOSSIER_FOLDER", "~nobody-of-this-name/dossiers"),
        ("WEBHOOK_CA", __file__),
    ],
)
def test_a_wrong_or_unsafe_value_stops_with_one_line_that_names_it(
    tmp_path: Path, variable: str, value: str
) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        read(tmp_path, **{variable: value})
    line = str(stopped.value)
    assert stopped.value.variable == variable
    assert line.startswith(f"{variable}: ")
    assert len(line.splitlines()) == 1
    assert f"{variable}=" in line


def test_a_database_that_cannot_be_written_stops_the_start() -> None:
    """Who begins as root and goes on as another user has such a one."""
    with TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "niemno.db").touch(mode=0o444)
        with as_ordinary_user(), pytest.raises(ConfigurationError, match="DATABASE_URL"):
            read(folder)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Be asked as somebody to whom the rights of files matter."""
    if os.getuid() != 0:
        yield
        return
    os.setresuid(65534, -1, -1)
    try:
        yield
    finally:
        os.setresuid(0, -1, -1)


def test_a_public_name_left_out_of_the_trusted_ones_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="TRUSTED_HOSTS"):
        read(tmp_path, PUBLIC_URL="http://a.example.vn", TRUSTED_HOSTS="b.example.vn")
    read(tmp_path, PUBLIC_URL="http://a.example.vn", TRUSTED_HOSTS=".example.vn")


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DATABASE_URL", "mysql://u:hidden@h/n"), ("SECRET_KEY", "hidden")],
)
def test_a_refusal_repeats_no_secret(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as stopped:
        read(tmp_path, **{variable: value})
    assert "hidden" not in str(stopped.value)


def test_settings_show_no_secret_when_printed(tmp_path: Path) -> None:
    shown = repr(read(tmp_path, SECRET_KEY=LONG_SECRET, DATABASE_URL="postgresql://u:word@h/n"))
    assert LONG_SECRET not in shown
    assert "word" not in shown


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = read(tmp_path).secret_key
    kept = tmp_path / "secret_key"
    assert len(first) >= 32
    assert read(tmp_path).secret_key == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [kept]


def test_a_secret_key_from_outside_is_not_written_down(tmp_path: Path) -> None:
    assert read(tmp_path, SECRET_KEY=LONG_SECRET).secret_key == LONG_SECRET
    assert list(tmp_path.iterdir()) == []


def test_a_cut_off_secret_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("")
    with pytest.raises(ConfigurationError, match="SECRET_KEY"):
        read(tmp_path)


def test_a_port_that_another_program_has_stops_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        settings = read(tmp_path, PORT=str(other.getsockname()[1]))
        with pytest.raises(ConfigurationError, match="PORT"):
            settings.require_free_port()
    settings.require_free_port()


def _secret(folder: Path) -> str:
    return read(folder).secret_key


def test_processes_that_start_at_once_agree_on_the_secret_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        secrets = pool.map(_secret, [tmp_path] * 16, chunksize=1)
    assert len(set(secrets)) == 1


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Names of certificates without their endings; one key has a password."""
    folder = tmp_path_factory.mktemp("tls")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    make = ["openssl", "req", "-x509", *curve, "-subj", "/CN=h"]
    for name, guard in (
        ("own", ["-nodes"]),
        ("other", ["-nodes"]),
        ("guarded", ["-passout", "pass:word"]),
    ):
        files = ["-keyout", f"{name}.key", "-out", f"{name}.crt"]
        subprocess.run([*make, *guard, *files], cwd=folder, check=True, capture_output=True)
    return {name: str(folder / name) for name in ("own", "other", "guarded")}


def test_a_certificate_opens_the_https_port_to_the_network(
    tmp_path: Path, certificate: dict[str, str]
) -> None:
    own = certificate["own"]
    named = {"TLS_CERTIFICATE": f"{own}.crt", "TLS_KEY": f"{own}.key"}
    settings = read(tmp_path, PUBLIC_URL="https://niemno.example.vn:8443", **named)
    assert (settings.certificate, settings.certificate_key) == (
        Path(f"{own}.crt"),
        Path(f"{own}.key"),
    )
    assert settings.bind_address == "0.0.0.0"
    assert settings.secure_cookies
    assert read(tmp_path, PUBLIC_URL="https://localhost:8443", **named).bind_address == "127.0.0.1"


@pytest.mark.parametrize(
    ("crt", "key", "public_url", "named"),
    [
        ("own", None, "https://h", "TLS_KEY"),
        (None, "own", "https://h", "TLS_CERTIFICATE"),
        ("own", "own", "http://h", "PUBLIC_URL"),
        ("own", "own", "", "PUBLIC_URL"),
        ("own", "other", "https://h", "TLS_CERTIFICATE"),
        ("own", "missing", "https://h", "TLS_CERTIFICATE"),
        ("guarded", "guarded", "https://h", "TLS_CERTIFICATE"),
    ],
)
def test_a_certificate_that_cannot_serve_stops_the_start_with_one_line(
    tmp_path: Path,
    certificate: dict[str, str],
    crt: str | None,
    key: str | None,
    public_url: str,
    named: str,
) -> None:
    folder = Path(certificate["own"]).parent
    given = {
        "PUBLIC_URL": public_url,
        "TLS_CERTIFICATE": f"{folder / crt}.crt" if crt else "",
        "TLS_KEY": f"{folder / key}.key" if key else "",
    }
    with pytest.raises(ConfigurationError) as stopped:
        read(tmp_path, **given)
    assert stopped.value.variable == named
    assert len(str(stopped.value).splitlines()) == 1


def test_nothing_outside_is_reached_by_default(tmp_path: Path) -> None:
    outside = read(tmp_path).outside
    assert (outside.mail, outside.scanner, dict(outside.channels)) == (None, None, {})
    assert (outside.files.count, outside.files.bytes_each, outside.files.megapixels) == (
        5,
        10 * 1024 * 1024,
        40,
    )


def test_a_mail_server_needs_only_its_name_and_a_sender(tmp_path: Path) -> None:
    mail = read(tmp_path, SMTP_HOST="mail.example.vn", MAIL_FROM="a@example.vn").outside.mail
    assert mail is not None
    assert (mail.port, mail.tls, mail.sender) == (587, "starttls", "a@example.vn")


def test_a_file_gives_each_unit_its_channel(tmp_path: Path) -> None:
    file = tmp_path / "channels"
    file.write_text("# kênh của từng đơn vị\nSEN  json://127.0.0.1/a\n\nLUA json://127.0.0.1/b\n")
    found = read(tmp_path, NOTIFY_FILE=str(file)).outside
    assert found.channels == {"SEN": "json://127.0.0.1/a", "LUA": "json://127.0.0.1/b"}
    assert "json:" not in repr(found)  # the address holds the channel's secret


@pytest.mark.parametrize(
    ("wrong", "environ"),
    [
        ("MAIL_FROM", {"SMTP_HOST": "mail.example.vn"}),
        ("SMTP_HOST", {"SMTP_PORT": "587", "MAIL_FROM": "a@example.vn"}),
        ("MAIL_FROM", {"SMTP_HOST": "mail.example.vn", "MAIL_FROM": "a@b\r\nBcc: c@d"}),
        ("SMTP_TLS", {"SMTP_HOST": "h", "MAIL_FROM": "a@b", "SMTP_TLS": "maybe"}),
        (
            "SMTP_TLS",
            {"SMTP_HOST": "far", "MAIL_FROM": "a@b", "SMTP_TLS": "none", "SMTP_USER": "u"},
        ),
        ("SMTP_PORT", {"SMTP_HOST": "h", "MAIL_FROM": "a@b", "SMTP_PORT": "0"}),
        (
            "SMTP_PASSWORD_FILE",
            {"SMTP_HOST": "h", "MAIL_FROM": "a@b", "SMTP_PASSWORD_FILE": "/nowhere/at/all"},
        ),
        ("NOTIFY_FILE", {"NOTIFY_FILE": "/nowhere/at/all"}),
        ("SCANNER", {"SCANNER": "somewhere"}),
        ("WEBHOOK_NETWORKS", {"WEBHOOK_NETWORKS": "10.1.0.0/16, here"}),
        ("WEBHOOK_NETWORKS", {"WEBHOOK_NETWORKS": "10.1.2.3/16"}),
        ("WEBHOOK_CA", {"WEBHOOK_CA": "/nowhere/at/all"}),
        ("ATTACHMENT_MB", {"ATTACHMENT_MB": "51"}),
        ("ATTACHMENT_COUNT", {"ATTACHMENT_COUNT": "none"}),
    ],
)
def test_a_wrong_setting_of_what_lies_outside_is_named(
    tmp_path: Path, wrong: str, environ: dict[str, str]
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, **environ)
    assert refused.value.variable == wrong
    assert "\n" not in str(refused.value)
