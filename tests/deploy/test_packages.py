"""Installing what the tests need: root installs by itself, others are told what to install."""

import os
import subprocess
from pathlib import Path

import pytest

from shared.config import PROJECT_ROOT

SCRIPT = PROJECT_ROOT / "deploy" / "scripts" / "install-test-packages"


def stand_in(folder: Path, name: str, lines: str) -> None:
    """Put a stand-in for one of the system's programs in front of it."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A machine on which only strace is installed; what is asked of apt-get is written down."""
    stand_in(tmp_path, "dpkg-query", 'case "$*" in *strace) echo installed ;; *) exit 1 ;; esac')
    stand_in(tmp_path, "apt-get", f'echo "$*" >>{tmp_path}/asked')
    return tmp_path


def install(system: Path, user: int) -> subprocess.CompletedProcess[str]:
    stand_in(system, "id", f"echo {user}")
    return subprocess.run(
        [SCRIPT],
        env={"PATH": f"{system}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_ordinary_user_is_told_the_missing_packages_and_the_command(system: Path) -> None:
    done = install(system, user=1000)
    assert done.returncode == 1
    assert not (system / "asked").exists()
    missing, command = done.stderr.splitlines()
    assert "postgresql" in missing
    assert "strace" not in missing
    assert "sudo apt-get" in command
    assert "postgresql" in command


def test_root_installs_the_missing_packages_without_questions(system: Path) -> None:
    assert install(system, user=0).returncode == 0
    update, install_line = (system / "asked").read_text().splitlines()
    assert "update" in update
    assert "--yes" in install_line
    assert "postgresql" in install_line
    assert "strace" not in install_line


def test_nothing_is_asked_when_nothing_is_missing(system: Path) -> None:
    stand_in(system, "dpkg-query", "echo installed")
    assert install(system, user=1000).returncode == 0
    assert not (system / "asked").exists()
