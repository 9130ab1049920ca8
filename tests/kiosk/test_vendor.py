"""Code of others is shipped as it came, with its version and licence."""

import hashlib
import re
from pathlib import Path

import kiosk

VENDOR = Path(kiosk.__file__).parent / "static/vendor"
ROW = re.compile(
    r"^\| ([\w.-]+) \| npm [\w-]+ \d+\.\d+\.\d+, .+? \| \w+ \| ([0-9a-f]{64}) \|$", re.MULTILINE
)


def test_every_file_of_others_has_its_version_and_checksum() -> None:
    noted = dict(ROW.findall((VENDOR / "README.md").read_text()))
    shipped = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.iterdir()
        if path.name != "README.md"
    }
    assert noted == shipped


def test_every_library_has_its_licence_beside_it() -> None:
    for library in VENDOR.glob("*.js"):
        assert "Permission is hereby granted" in library.with_suffix(".LICENSE").read_text()


def test_no_library_asks_another_host() -> None:
    for library in VENDOR.glob("*.js"):
        assert not re.search(
            r"\b(fetch|XMLHttpRequest|WebSocket|importScripts)\b", library.read_text()
        )
