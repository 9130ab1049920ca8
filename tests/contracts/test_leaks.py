"""Nothing of the machine the code was written on, and nothing secret, is in the project."""

import re
from pathlib import Path

from tests.contracts.sources import ROOT, tracked

# The alternatives are spelled so that this file does not find itself.
MACHINE = re.compile(
    r"(?<![\w.])/(?:home/[a-z]|root/|work[/]|Users/[A-Z])|C:[\\]Users|[.]{2}/shared/"
)
REGISTRY = re.compile(
    r"[i]ndex-url|extra-[i]ndex|find-[l]inks|https?://[^\s\"']*(?:py[p]i|npm[j]s|python[h]osted)"
)
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|(?:ghp|gho|github_pat)_[A-Za-z0-9]{20}|AKIA[0-9A-Z]{16}"
)
BINARY = {".woff2", ".ogg", ".ttf", ".png", ".ico", ".jpg", ".pdf", ".xlsx", ".docx", ".db"}


def places(pattern: re.Pattern[str]) -> list[str]:
    """Find where a pattern stands in the files that are or would be committed."""
    return [
        f"{path}:{number} {found.group()}"
        for path in tracked()
        if path.suffix not in BINARY
        for number, line in enumerate(_lines(path), 1)
        if (found := pattern.search(line))
    ]


def _lines(path: Path) -> list[str]:
    return (ROOT / path).read_text("utf-8").splitlines()


def test_no_path_of_a_machine_is_written_down() -> None:
    assert places(MACHINE) == []


def test_no_address_of_a_package_registry_is_written_down() -> None:
    assert places(REGISTRY) == []


def test_no_secret_is_written_down() -> None:
    assert places(SECRET) == []


def test_nothing_made_by_running_is_kept() -> None:
    made = (".db", ".pyc", ".mo", ".log", "secret_key")
    assert [str(path) for path in tracked() if path.name.endswith(made)] == []


def test_every_line_ends_the_same_way() -> None:
    assert places(re.compile(r"\r")) == []
