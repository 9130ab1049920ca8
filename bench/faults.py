"""The faults a screen and its server must survive, in full number: what became of every rating."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.table import Row, Section
from shared.config import PROJECT_ROOT
from tests.faults.tally import PROPERTY, Tally

TITLE = "Faults"
FILES = (
    "test_screen_faults.py",
    "test_line_faults.py",
    "test_https_kiosk.py",
    "test_kill.py",
    "test_replay.py",
)
HOW = (
    "The tests of tests/faults with NIEMNO_FULL_FAULTS=1: Debian's Chromium with a profile on the "
    "disk, gunicorn as it is shipped, a line between them that fails as said. While the network is "
    "away another officer comes on duty. Lost: touched, or answered with stored, and not in the "
    "database with its score. Doubled: in the database more often than touched. Wrong officer: not "
    "the one whom the screen showed at the touch; no figure where the fault is the server's alone."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Run every fault in its full number; tens of minutes."""
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "record.xml"
        tell("faults in full number")
        subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-n0", f"--junitxml={record}"),
                *("-o", "junit_family=xunit1"),  # the newer has no place for notes
                *(f"tests/faults/{name}" for name in FILES),
            ],
            env={**os.environ, "NIEMNO_FULL_FAULTS": "1"},
            cwd=PROJECT_ROOT,
            stdout=sys.stderr,
            check=False,
        )
        return [Section(TITLE, _rows(record), HOW)]


def _rows(record: Path) -> list[Row]:
    rows = []
    for case in ET.parse(record).iter("testcase"):
        failed = case.find("failure") is not None or case.find("error") is not None
        for noted in case.iter("property"):
            if noted.get("name") == PROPERTY:
                rows.append(_row(Tally(**json.loads(noted.get("value", ""))), failed=failed))
                break
        else:
            if failed:
                rows.append(Row(case.get("name", ""), "failed", wanted="passes", met=False))
    return rows


def _row(tally: Tally, *, failed: bool) -> Row:
    officer = "" if tally.wrong_officer is None else f", {tally.wrong_officer} wrong officer"
    return Row(
        what=tally.fault,
        figure=f"{tally.lost} lost, {tally.doubled} doubled{officer}",
        beside=f"{tally.times:,} times, {tally.ratings:,} ratings",
        wanted="none of each",
        met=tally.clean and not failed,
    )
