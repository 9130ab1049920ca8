"""The server's machine: what is installed, what its units and its proxy say, which copies stay."""

import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from admin.views.dossiers import LARGEST_BODY_BYTES as LARGEST_DOSSIERS
from shared.config import PROJECT_ROOT, Settings
from shared.outside import FileLimits
from shared.services import backup_notes
from shared.web.app import LARGEST_BODY_BYTES
from tests.deploy.kiosk_trial import run
from tests.infrastructure.server import NIEMNO, SETTINGS

KIT = PROJECT_ROOT / "deploy" / "server"
ENVIRONMENT = "etc/niemno/environment"
UNITS = "etc/systemd/system"
RIGHTS = {
    ENVIRONMENT: 0o600,
    f"{UNITS}/niemno.service": 0o644,
    f"{UNITS}/niemno-backup.service": 0o644,
    f"{UNITS}/niemno-backup.timer": 0o644,
    "etc/sysusers.d/niemno.conf": 0o644,
    "usr/local/sbin/niemno": 0o755,
}
ENABLED = {
    f"{UNITS}/multi-user.target.wants/niemno.service",
    f"{UNITS}/timers.target.wants/niemno-backup.timer",
}
GUARDED = ("niemno.service", "niemno-backup.service")


def install(root: Path) -> None:
    """Install the server into a folder."""
    done = run(KIT / "install", "--root", root)
    assert (done.returncode, done.stderr) == (0, "")


def rights_of(root: Path) -> dict[str, int]:
    """Every file under a root, and its rights."""
    return {
        str(path.relative_to(root)): stat.S_IMODE(path.stat().st_mode)
        for path in root.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the server is installed, to be read only."""
    root = tmp_path_factory.mktemp("installed") / "root"
    install(root)
    return root


def unit(root: Path, name: str) -> str:
    """Read an installed unit."""
    return (root / UNITS / name).read_text()


# --- What is installed ---------------------------------------------------------------------------


def test_everything_lies_where_it_belongs_with_its_rights(installed: Path) -> None:
    assert rights_of(installed) == RIGHTS
    links = {str(p.relative_to(installed)) for p in installed.rglob("*") if p.is_symlink()}
    assert links == ENABLED


@pytest.mark.parametrize("folder", ["var/lib/niemno", "var/backups/niemno"])
def test_data_and_backups_are_for_one_user_alone(installed: Path, folder: str) -> None:
    assert stat.S_IMODE((installed / folder).stat().st_mode) == 0o700


def test_installing_again_keeps_the_settings_and_mends_the_rest(tmp_path: Path) -> None:
    install(tmp_path)
    with (tmp_path / ENVIRONMENT).open("a") as settings:
        settings.write("PORT=8001\n")
    service = tmp_path / UNITS / "niemno.service"
    good = service.read_text()
    service.write_text("old")
    install(tmp_path)
    assert "PORT=8001\n" in (tmp_path / ENVIRONMENT).read_text()
    assert service.read_text() == good
    assert rights_of(tmp_path) == RIGHTS


def test_no_placeholder_is_left(installed: Path) -> None:
    assert [name for name in RIGHTS if b"@PROJECT@" in (installed / name).read_bytes()] == []


def test_an_ordinary_user_is_refused_in_one_line(tmp_path: Path) -> None:
    stand_in = tmp_path / "id"
    stand_in.write_text("#!/bin/sh\necho 1000\n")
    stand_in.chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    done = subprocess.run(
        [KIT / "install"], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "root" in done.stderr


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    scripts = [KIT / "install", KIT / "backup", KIT / "tree/usr/local/sbin/niemno"]
    assert run("shellcheck", "--shell=sh", *scripts).stdout == ""


# --- Settings ------------------------------------------------------------------------------------


class Asked(dict[str, str]):
    """An environment that notes which variables are asked for."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, *default: str) -> str | None:  # type: ignore[override]  # as asked
        """Give a variable."""
        self.names.add(name)
        return super().get(name, *default)


def test_the_environment_file_names_all_settings_and_no_other(
    installed: Path, tmp_path: Path
) -> None:
    asked = Asked(NIEMNO_DATA=str(tmp_path), SMTP_HOST="mail.test", MAIL_FROM="a@mail.test")
    Settings.from_environment(asked)
    lines = (installed / ENVIRONMENT).read_text().splitlines()
    named = [found[1] for line in lines if (found := re.match(r"#?([A-Z_]+)=", line))]
    assert sorted(named) == sorted(asked.names)
    assert [line for line in lines if line and line[0] != "#"] == ["NIEMNO_DATA=/var/lib/niemno"]


# --- Units ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["niemno.service", "niemno-backup.timer"])
def test_systemd_finds_nothing_wrong_with_a_unit(installed: Path, name: str) -> None:
    path = installed / UNITS / name
    done = run("systemd-analyze", "verify", path)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize("name", GUARDED)
def test_systemd_counts_the_services_among_the_well_guarded(installed: Path, name: str) -> None:
    path = installed / UNITS / name
    done = run("systemd-analyze", "security", "--offline=true", "--threshold=20", path)
    assert done.returncode == 0, done.stdout


def test_both_services_are_guarded_alike(installed: Path) -> None:
    guards = [
        {line for line in unit(installed, name).splitlines() if re.match("Protect|Restrict", line)}
        for name in GUARDED
    ]
    assert guards[0] - {"Restart=always", "RestartSec=5"} == guards[1]


def test_a_stop_waits_for_answers_under_way(installed: Path) -> None:
    text = (PROJECT_ROOT / "deploy" / "gunicorn.conf.py").read_text()
    graceful = re.search(r"^graceful_timeout = (\d+)$", text, re.MULTILINE)
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit(installed, "niemno.service"), re.MULTILINE)
    assert graceful
    assert stop
    assert int(stop[1]) > int(graceful[1])


# --- Backups -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a database."""
    folder = tmp_path_factory.mktemp("data")
    done = run(*NIEMNO, "migrate", env=settings_of(folder))
    assert done.returncode == 0, done.stderr
    return folder


def settings_of(folder: Path) -> dict[str, str]:
    """Give the settings of a data folder, and none besides."""
    return {**dict.fromkeys(SETTINGS, ""), "NIEMNO_DATA": str(folder)}


@pytest.fixture
def case_file(data: Path) -> Iterator[Path]:
    """A file of a case: under the hash of its content, in the data folder."""
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    path = data / "attachments" / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_text("hello")
    yield path
    shutil.rmtree(data / "attachments")


def copy_of(day: str, folder: Path) -> Path:
    """Name the copy of a day."""
    return folder / f"niemno-{day}.backup"


def today() -> str:
    """Give today's date where the offices are."""
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()


def back_up(data: Path, folder: Path, days: str) -> subprocess.CompletedProcess[str]:
    """Run the daily backup."""
    return run(KIT / "backup", folder, days, env=settings_of(data))


def test_the_newest_copies_stay_and_nothing_else_is_removed(data: Path, tmp_path: Path) -> None:
    for day in ("2020-01-01", "2020-01-02", "2020-01-03"):
        copy_of(day, tmp_path).touch()
        (tmp_path / f"niemno-{day}.backup.files").mkdir()
    others = {
        "niemno-2020-01-01.backup.before-restore",
        "niemno-2019-1-1.backup",
        "my-niemno-2020-01-01.backup",
        "niemno.db",
    }
    for name in others:
        (tmp_path / name).touch()
    assert back_up(data, tmp_path, "2").returncode == 0
    kept = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".files")}
    assert kept == others | {f"niemno-{day}.backup" for day in ("2020-01-03", today())}
    assert not (tmp_path / "niemno-2020-01-02.backup.files").exists()
    assert (tmp_path / "niemno-2020-01-03.backup.files").exists()


def test_a_copy_can_be_restored(data: Path, tmp_path: Path) -> None:
    assert back_up(data, tmp_path, "30").returncode == 0
    copy = copy_of(today(), tmp_path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    new = tmp_path / "new"
    done = run(*NIEMNO, "restore", copy, env=settings_of(new))
    assert done.returncode == 0, done.stderr
    assert (new / "niemno.db").stat().st_size == copy.stat().st_size


def test_files_of_cases_are_shared_between_days_until_they_are_erased(
    data: Path, case_file: Path, tmp_path: Path
) -> None:
    copy_of("2020-01-01", tmp_path).touch()
    place = Path("niemno-2020-01-01.backup.files", case_file.parent.name)
    before = tmp_path / place / case_file.name
    before.parent.mkdir(parents=True)
    before.write_text("hello")
    erased = before.with_name("2c" + "0" * 62)
    erased.touch()
    assert back_up(data, tmp_path, "30").returncode == 0
    copied = tmp_path / f"niemno-{today()}.backup.files" / case_file.parent.name
    assert [path.name for path in copied.iterdir()] == [case_file.name]
    assert (copied / case_file.name).samefile(before)
    assert erased.exists()


def test_a_file_gone_bad_in_the_last_copy_is_copied_anew(
    data: Path, case_file: Path, tmp_path: Path
) -> None:
    copy_of("2020-01-01", tmp_path).touch()
    bad = tmp_path / "niemno-2020-01-01.backup.files" / case_file.parent.name / case_file.name
    bad.parent.mkdir(parents=True)
    bad.write_text("hellp")
    assert back_up(data, tmp_path, "30").returncode == 0
    copied = tmp_path / f"niemno-{today()}.backup.files" / case_file.parent.name / case_file.name
    assert copied.read_text() == "hello"


def test_a_backup_that_fails_removes_nothing(tmp_path: Path) -> None:
    old = [copy_of(day, tmp_path) for day in ("2020-01-01", "2020-01-02")]
    for copy in old:
        copy.touch()
    assert back_up(tmp_path / "empty", tmp_path, "1").returncode == 1
    assert all(copy.exists() for copy in old)


def test_drafts_of_a_copy_that_was_cut_off_do_not_fill_the_disk(data: Path, tmp_path: Path) -> None:
    files = tmp_path / "niemno-2020-01-01.backup.files" / "2c"
    files.mkdir(parents=True)
    names = {".niemno-2020-01-01.backup.77.ab12", ".niemno-2020-01-02.backup.78.cd34"}
    drafts = [*(tmp_path / name for name in sorted(names)), files / ".2cf2.77.ab12"]
    others = [tmp_path / ".niemno-notes", files / "2cf2", tmp_path / "niemno-2020-01-03.backup"]
    for path in (*drafts, *others):
        path.touch()
        os.utime(path, (0, 0))
    fresh = tmp_path / ".niemno-2020-01-04.backup.79.ef56"  # of one that is under way
    fresh.touch()
    assert back_up(data, tmp_path, "30").returncode == 0
    assert [path.exists() for path in drafts] == [False] * 3
    assert all(path.exists() for path in (*others, fresh))


def test_a_daily_copy_is_noted_so_that_its_absence_is_told(data: Path, tmp_path: Path) -> None:
    assert back_up(data, tmp_path, "30").returncode == 0
    noted = backup_notes.noted(data)
    assert noted is not None
    assert noted.succeeded_at is not None


@pytest.mark.parametrize("days", ["0", "-1", "x"])
def test_a_number_of_days_that_is_none_is_refused(data: Path, tmp_path: Path, days: str) -> None:
    assert back_up(data, tmp_path, days).returncode == 2
    assert list(tmp_path.iterdir()) == []


# --- The proxy -----------------------------------------------------------------------------------


def proxy() -> str:
    """Read the example without its comments."""
    return re.sub(r"(?m)^\s*#.*\n", "", (KIT / "nginx.conf.example").read_text())


def test_the_proxy_lets_the_largest_form_through() -> None:
    found = re.findall(r"client_max_body_size (\d+)m;", proxy())
    assert len(found) == 1
    largest = max(FileLimits().bytes_in_a_form, LARGEST_DOSSIERS, LARGEST_BODY_BYTES)
    assert int(found[0]) * 1024 * 1024 >= largest


def test_the_proxy_replaces_what_a_client_says_of_itself() -> None:
    assert dict(re.findall(r"proxy_set_header (\S+) (\S+);", proxy())) == {
        "Host": "$host",
        "X-Forwarded-For": "$remote_addr",
        "X-Forwarded-Proto": "$scheme",
        "X-Forwarded-Protocol": '""',
        "X-Forwarded-Ssl": '""',
    }
    assert "proxy_pass http://127.0.0.1:8000;" in proxy()


def test_the_proxy_writes_down_nobody() -> None:
    servers = proxy().count("server {")
    assert proxy().count("access_log off;") == servers
    assert re.findall(r"error_log \S+ (\w+);", proxy()) == ["emerg"] * servers
