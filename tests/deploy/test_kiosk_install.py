"""Installing a desk screen: the same tree each time, sound units, and refusals that say why."""

import re
import shutil
import stat
from pathlib import Path

import pytest

from tests.deploy.kiosk_trial import KIT, POLICY, install, own_view, run

pytestmark = pytest.mark.thorough
SITE = ("--address", "https://niemno.example.test")
UNITS = (
    "niemno-kiosk.service",
    "niemno-kiosk-address.timer",
    "niemno-kiosk-firewall.service",
    "niemno-kiosk-restart.timer",
)


def tree(root: Path) -> dict[str, tuple[int, bytes]]:
    """Everything under a root: its rights, and what it holds or leads to."""
    return {
        str(path.relative_to(root)): (
            stat.S_IMODE(path.lstat().st_mode),
            str(path.readlink()).encode() if path.is_symlink() else path.read_bytes(),
        )
        for path in root.rglob("*")
        if path.is_symlink() or path.is_file()
    }


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the screen is installed, to be read only."""
    root = tmp_path_factory.mktemp("installed") / "root"
    done = install(root, *SITE)
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def root(installed: Path, tmp_path: Path) -> Path:
    """The same folder for this test alone."""
    return shutil.copytree(installed, tmp_path / "root", symlinks=True)


def in_own_view(root: Path, *command: str) -> str:
    """Run where the installed programs are the machine's own; give what it complains of."""
    done = run(
        *own_view(),
        "sh",
        "-c",
        'mount --bind "$0/usr/local/lib" /usr/local/lib && exec "$@"',
        root,
        *command,
    )
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_installing_twice_gives_the_same_tree(root: Path) -> None:
    first = tree(root)
    assert install(root, *SITE).returncode == 0
    assert tree(root) == first
    assert "etc/systemd/system/multi-user.target.wants/niemno-kiosk.service" in first


def test_no_placeholder_is_left(installed: Path) -> None:
    placeholder = re.compile(rb"@[A-Z]+@")
    assert [
        name for name, (_mode, held) in tree(installed).items() if placeholder.search(held)
    ] == []


def test_another_address_replaces_the_first_everywhere(root: Path) -> None:
    assert install(root, "--address", "https://192.0.2.10:8443/").returncode == 0
    held = b"".join(held for _mode, held in tree(root).values())
    assert b"example.test" not in held
    assert b"https://192.0.2.10:8443" in held


def test_removing_leaves_only_the_ratings_that_wait(root: Path) -> None:
    kept = root / "var/lib/niemno-kiosk/profile/queue"
    kept.parent.mkdir(parents=True)
    kept.touch()
    assert install(root, "--remove").returncode == 0
    assert set(tree(root)) == {str(kept.relative_to(root))}


def test_no_terminal_stands_behind_the_screen(installed: Path) -> None:
    laid = tree(installed)
    for unit in ("getty@tty1.service", "ctrl-alt-del.target"):
        assert laid[f"etc/systemd/system/{unit}"][1] == b"/dev/null"
    assert b"NAutoVTs=0" in laid["etc/systemd/logind.conf.d/niemno-kiosk.conf"][1]
    assert b"kernel.sysrq = 0" in laid["etc/sysctl.d/90-niemno-kiosk.conf"][1]


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_finds_nothing_wrong_with_a_unit(installed: Path, unit: str) -> None:
    path = str(installed / "etc/systemd/system" / unit)
    assert in_own_view(installed, "systemd-analyze", "verify", path) == "0\n"


def test_systemd_counts_the_screen_among_the_well_guarded(installed: Path) -> None:
    path = str(installed / "etc/systemd/system/niemno-kiosk.service")
    said = in_own_view(
        installed, "systemd-analyze", "security", "--offline=true", "--threshold=40", path
    )
    assert said.startswith("0\n"), said


def test_shellcheck_finds_nothing_in_the_scripts() -> None:
    scripts = [KIT / "install", KIT / "local-authority"]
    done = run(
        "shellcheck", "--shell=sh", *scripts, KIT / "tree/usr/local/lib/niemno-kiosk/firewall"
    )
    assert done.stdout == ""


@pytest.mark.parametrize("address", ["http://office.lan", "http://192.168.1.10:8000"])
def test_plain_http_is_refused_with_the_reason(tmp_path: Path, address: str) -> None:
    done = install(tmp_path / "root", "--address", address)
    assert done.returncode == 1
    assert address in done.stderr
    assert "service worker" in done.stderr
    assert not (tmp_path / "root").exists()


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000", "http://localhost:8000"])
def test_plain_http_may_stay_on_this_machine(tmp_path: Path, address: str) -> None:
    assert install(tmp_path, "--address", address).returncode == 0
    assert address in (tmp_path / POLICY).read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--address", "ftp://h"),
        ("--address", "https://h/path"),
        ("--address", "https://h:99999"),
        ("--address", "https://a b"),
        ("--address", 'https://h"|e'),
        (*SITE, "--hours", "7-17"),
        (*SITE, "--hours", "00:00-23:30"),
        (*SITE, "--ca", "/nowhere"),
        (*SITE, "--turn", "45"),
        (*SITE, "--unknown"),
    ],
)
def test_what_is_not_understood_stops_before_anything_is_written(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = install(tmp_path / "root", *arguments)
    assert done.returncode in (1, 2)
    assert done.stderr
    assert not (tmp_path / "root").exists()


def test_a_secret_key_is_not_brought_to_a_screen(tmp_path: Path) -> None:
    key = tmp_path / "root.key"
    key.write_text(f"-----BEGIN {'PRIVATE KEY'}-----\n")  # in parts: no key lies in this tree
    done = install(tmp_path / "root", *SITE, "--ca", key)
    assert done.returncode == 1
    assert "secret" in done.stderr


@pytest.mark.parametrize(
    ("hours", "restart"),
    [("07:00-17:30", "00:15"), ("07:30-11:30", "21:30"), ("22:00-06:00", "14:00")],
)
def test_the_restart_lies_in_the_middle_of_the_closed_hours(
    tmp_path: Path, hours: str, restart: str
) -> None:
    assert install(tmp_path, *SITE, "--hours", hours).returncode == 0
    timer = (tmp_path / "etc/systemd/system/niemno-kiosk-restart.timer").read_text()
    assert f"OnCalendar=*-*-* {restart}:00 Asia/Ho_Chi_Minh" in timer


@pytest.mark.parametrize(("turn", "options"), [("0", ""), ("90", " -r"), ("270", " -r -r -r")])
def test_a_screen_hung_upright_is_turned(tmp_path: Path, turn: str, options: str) -> None:
    assert install(tmp_path, *SITE, "--turn", turn).returncode == 0
    unit = (tmp_path / "etc/systemd/system/niemno-kiosk.service").read_text()
    assert f"ExecStart=/usr/bin/cage -d{options} -- " in unit
