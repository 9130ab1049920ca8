"""What the screen's firewall lets out, tried in a network of the test's own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.kiosk_trial import install, run

pytestmark = pytest.mark.thorough
SITE, ELSEWHERE, MOVED = "192.0.2.10", "192.0.2.11", "192.0.2.12"
FIREWALL = "usr/local/lib/niemno-kiosk/firewall"
OWN_NETWORK = ["unshare", "--net", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
# Nobody lives on this wire: what is let out waits for an answer, what is not is refused at once.
WIRE = """
ip link set lo up
ip link add wire type veth peer name far
ip address add 192.0.2.1/24 dev wire
ip link set wire arp off up
ip link set far up
"""
TRY = """
import json, os, socket, sys
def leaves(kind, user, host, port):
    child = os.fork()
    if child == 0:
        if user:
            os.setuid(user)
        trial = socket.socket(socket.AF_INET, getattr(socket, kind))
        trial.settimeout(0.5)
        try:
            trial.connect((host, port))
            trial.send(b"x")
        except TimeoutError:
            os._exit(0)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
print(json.dumps([leaves(*one) for one in json.loads(sys.argv[1])]))
"""
TCP, UDP = "SOCK_STREAM", "SOCK_DGRAM"
Trial = tuple[str, int, str, int]  # protocol, user (0: root), host, port


def let_out(root: Path, steps: str, *trials: Trial) -> list[bool]:
    """Set the wire up, take the steps, and tell of each trial whether it leaves the machine."""
    done = run(
        *OWN_NETWORK,
        "sh",
        "-euc",
        f'{WIRE}\n{steps}\nexec "$0" -c "$1" "$2"',
        sys.executable,
        TRY,
        json.dumps(trials),
        cwd=root,
    )
    if done.returncode and "unshare" in done.stderr:
        pytest.skip(f"this user may not make a network of its own to try in: {done.stderr}")
    assert done.returncode == 0, done.stderr
    answers: list[bool] = json.loads(done.stdout)
    return answers


def user(name: str) -> int:
    return int(subprocess.run(["id", "-u", name], capture_output=True, check=True).stdout)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("installed")
    assert install(made, "--address", f"https://{SITE}:8443").returncode == 0
    return made


def test_without_it_everything_leaves(root: Path) -> None:
    assert let_out(root, "", (TCP, 0, ELSEWHERE, 443), (UDP, 0, ELSEWHERE, 5000)) == [True, True]


def test_only_the_site_names_and_time_leave(root: Path) -> None:
    leaving: list[Trial] = [(TCP, 0, SITE, 8443), (UDP, 0, ELSEWHERE, 53), (UDP, 0, ELSEWHERE, 123)]
    staying: list[Trial] = [
        (TCP, 0, SITE, 443),
        (TCP, 0, ELSEWHERE, 8443),
        (TCP, 0, ELSEWHERE, 443),
        (UDP, 0, ELSEWHERE, 443),
        (TCP, 0, ELSEWHERE, 22),
    ]
    answers = let_out(root, f"./{FIREWALL}", *leaving, *staying)
    assert answers == [True] * len(leaving) + [False] * len(staying)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes the user who fetches updates")
def test_updates_are_fetched_by_their_own_user_alone(root: Path) -> None:
    answers = let_out(
        root,
        f"./{FIREWALL}",
        (TCP, user("_apt"), ELSEWHERE, 443),
        (TCP, user("_apt"), ELSEWHERE, 8443),
        (TCP, user("nobody"), ELSEWHERE, 443),
    )
    assert answers == [True, False, False]


def test_it_follows_the_site_to_a_new_address_and_stays_when_names_fail(tmp_path: Path) -> None:
    assert install(tmp_path, "--address", "https://desk.office.test").returncode == 0
    (tmp_path / "hosts").write_text(f"{SITE} desk.office.test\n")
    steps = f"mount --bind hosts /etc/hosts\n./{FIREWALL}"
    to_both: list[Trial] = [(TCP, 0, SITE, 443), (TCP, 0, MOVED, 443)]
    assert let_out(tmp_path, steps, *to_both) == [True, False]
    moved = f"{steps}\necho '{MOVED} desk.office.test' >hosts\n./{FIREWALL}"
    assert let_out(tmp_path, moved, *to_both) == [False, True]
    (tmp_path / "hosts").write_text(f"{SITE} desk.office.test\n")
    failing = f"{steps}\necho >hosts\n./{FIREWALL}"
    assert let_out(tmp_path, failing, *to_both) == [True, False]


def test_nothing_leaves_while_the_site_has_never_been_found(tmp_path: Path) -> None:
    assert install(tmp_path, "--address", "https://desk.office.test").returncode == 0
    answers = let_out(tmp_path, f"./{FIREWALL}", (TCP, 0, SITE, 443), (UDP, 0, SITE, 53))
    assert answers == [False, True]
