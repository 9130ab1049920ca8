"""How long the report of a campaign of a hundred units and twenty criteria takes."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bench import province
from bench.ground import Ground, empty_database
from bench.table import Row, Section
from shared.config import PROJECT_ROOT
from shared.db import make_engine

RATINGS, DOSSIERS, CASES = 100_000, 100_000, 10_000
MOST_SECONDS = 20
NOW = datetime(2026, 11, 18, 2, 30, tzinfo=UTC)
MONTH = "2026-10"
HOW = (
    f"A campaign of {province.UNITS} units by {len(province.OF_UNITS)} criteria and as many "
    f"officers by {len(province.OF_OFFICERS)}, over {RATINGS:,} ratings, {DOSSIERS:,} dossiers and "
    f"{CASES:,} cases. The report of a month, so with two standings, all annexes and charts, is "
    "written in a process of its own, as the job does; its start counts. Memory is the most that "
    "process held."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure every form of file on both databases."""
    rows: list[Row] = []
    for kind in ("sqlite", "postgresql"):
        tell(f"report of a campaign, {kind}")
        with empty_database(kind) as ground:
            engine = make_engine(ground.url)
            built = province.build(engine, RATINGS, DOSSIERS, CASES, NOW)
            engine.dispose()
            rows += _rows(ground, built.campaign)
    return [Section("Report of a campaign", rows, HOW)]


def _rows(ground: Ground, campaign: str) -> Iterator[Row]:
    for form in ("docx", "pdf", "xlsx"):
        begin = time.perf_counter()
        done = _apart(ground, campaign, form)
        seconds = time.perf_counter() - begin
        yield Row(
            what=f"report of a month, {form}, {ground.kind}",
            figure=f"{seconds:.1f} s",
            beside=f"{done['gathered']:.1f} s of it for the figures; {done['megabytes']:.0f} MB "
            f"held; file of {done['bytes'] / 1000:.0f} kB",
            wanted=f"≤ {MOST_SECONDS} s",
            met=seconds <= MOST_SECONDS,
        )


def _apart(ground: Ground, campaign: str, form: str) -> dict[str, Any]:
    asked = (ground.url, campaign, MONTH, form, NOW.isoformat())
    done = subprocess.run(
        [sys.executable, "-m", "bench.report_one", *asked],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
