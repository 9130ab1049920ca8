"""An authority of the office's own: trusted for one site, and for nothing else.

That its screens see it so too, test_kiosk_policies finds.
"""

import stat
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from shared.config import PROJECT_ROOT
from tests.deploy.kiosk_trial import KIT, NAME, Authority, make_authority, openssl, run, signed

pytestmark = pytest.mark.thorough
COMMAND = KIT / "local-authority"
ADDRESS = "192.0.2.10"
LONGEST_SECONDS = 825 * 24 * 3600


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "tls", NAME, ADDRESS)


@pytest.fixture(scope="module")
def authority_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Authority]:
    """Give the way to an authority for some names, made when first asked for; nobody changes it."""

    @cache
    def made(*names: str) -> Authority:
        return make_authority(tmp_path_factory.mktemp("authority") / "tls", *names)

    return made


def trusted(authority: Authority, certificate: Path, *wanted: str) -> bool:
    """Tell whether whoever trusts the root takes the certificate."""
    root = authority.file("root.crt")
    return openssl("verify", "-CAfile", root, *wanted, certificate).returncode == 0


def test_the_server_is_trusted_under_each_of_its_names(authority: Authority) -> None:
    crt = authority.file("server.crt")
    assert trusted(authority, crt, "-verify_hostname", NAME)
    assert trusted(authority, crt, "-verify_ip", ADDRESS)
    assert not trusted(authority, crt, "-verify_hostname", "elsewhere.test")


@pytest.mark.parametrize(
    ("names", "stated"),
    [
        ([NAME], "DNS:elsewhere.test"),
        ([NAME], f"DNS:{NAME},DNS:elsewhere.test"),
        ([NAME], f"IP:{ADDRESS}"),
        ([NAME], "IP:2001:db8::1"),
        ([ADDRESS], "IP:192.0.2.11"),
        ([ADDRESS], f"DNS:{NAME}"),
        ([ADDRESS], "IP:2001:db8::1"),
        (["2001:db8::1"], "IP:2001:db8::2"),
        (["2001:db8::1"], f"IP:{ADDRESS}"),
    ],
)
def test_a_stolen_root_vouches_for_no_other_site(
    tmp_path: Path, authority_of: Callable[..., Authority], names: list[str], stated: str
) -> None:
    made = authority_of(*names)
    assert not trusted(made, signed(made, tmp_path, stated))


def test_the_same_signing_is_trusted_for_the_names_it_was_made_for(
    tmp_path: Path, authority: Authority
) -> None:
    assert trusted(authority, signed(authority, tmp_path, f"DNS:{NAME},IP:{ADDRESS}"))


def test_secret_keys_are_for_their_owner_alone(authority: Authority) -> None:
    for name in ("root.key", "server.key"):
        assert stat.S_IMODE(authority.file(name).stat().st_mode) == 0o600


def test_the_root_lasts_ten_years_and_the_server_as_long_as_browsers_take(
    authority: Authority,
) -> None:
    def lasts(name: str, seconds: int) -> bool:
        check = ("x509", "-noout", "-checkend", str(seconds), "-in")
        return openssl(*check, authority.file(name)).returncode == 0

    assert lasts("root.crt", 3650 * 24 * 3600)
    assert lasts("server.crt", 700 * 24 * 3600)
    assert not lasts("server.crt", LONGEST_SECONDS)


def test_renewing_changes_the_server_and_keeps_the_root(tmp_path: Path) -> None:
    made = make_authority(tmp_path / "tls", NAME)
    names = ("root.crt", "root.key", "server.crt", "server.key")
    before = {name: made.file(name).read_bytes() for name in names}
    assert run(COMMAND, "renew", made.folder).returncode == 0
    changed = {name for name in names if made.file(name).read_bytes() != before[name]}
    assert changed == {"server.crt", "server.key"}
    assert trusted(made, made.file("server.crt"), "-verify_hostname", NAME)


def test_a_root_is_never_replaced(tmp_path: Path) -> None:
    made = make_authority(tmp_path / "tls", NAME)
    before = made.file("root.key").read_bytes()
    done = run(COMMAND, "make", made.folder, "elsewhere.test")
    assert done.returncode == 1
    assert "renew" in done.stderr
    assert made.file("root.key").read_bytes() == before


def test_no_secret_key_gets_into_a_repository() -> None:
    folder = PROJECT_ROOT / "var" / "tls-for-a-test"
    done = run(COMMAND, "make", folder, NAME)
    assert done.returncode == 1
    assert str(PROJECT_ROOT) in done.stderr
    assert not folder.exists()


@pytest.mark.parametrize("name", ["a b", "*", "h/path", "-h", "h,IP:1.2.3.4", "h:8443x", ""])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    done = run(COMMAND, "make", tmp_path / "tls", name)
    assert done.returncode == 1
    assert not (tmp_path / "tls").exists()
