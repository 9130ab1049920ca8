"""One import as the job does it, in a process of its own, with what it held and held up.

Runs as `python -m bench.import_one`: database, unit and file as arguments, JSON out.
"""

import json
import resource
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from bench.imports import NOW, seconds_since
from shared.adapters.one_stop import read_into
from shared.adapters.one_stop_sheet import SheetFile
from shared.audit import sign_session
from shared.db import make_engine
from shared.jobs.dossiers import Source, Taking, columns_for, take
from shared.services.dossiers import Export

KIB = 1024
LOOKED_EVERY_S = 0.05


@contextmanager
def _watched() -> Iterator[list[int]]:
    """Keep the most memory this process and those it started hold together, in KiB."""
    most, ended = [0], threading.Event()

    def watch() -> None:
        while not ended.wait(LOOKED_EVERY_S):
            most[0] = max(most[0], _held())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()


def _held() -> int:
    held = 0
    children = Path("/proc/self/task").glob("*/children")
    for process in ("self", *(key for path in children for key in path.read_text().split())):
        try:
            status = Path(f"/proc/{process}/status").read_text()
        except OSError:  # has ended
            continue
        held += sum(int(line.split()[1]) for line in status.splitlines() if line[:5] == "VmRSS")
    return held


def _import(url: str, unit_id: int, file: Path) -> dict[str, float]:
    engine = make_engine(url)
    began: list[float] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(*executed: object) -> None:
        if not began and str(executed[2]).lstrip().startswith(("INSERT", "UPDATE")):
            began.append(time.perf_counter())

    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as name, _watched() as most:
        rows = Path(name) / "rows"
        read_into(file, rows)
        sheet = SheetFile.open(rows)
        with Session(engine) as session, session.begin():
            sign_session(session, "bench", NOW)
            mapping = columns_for(session, unit_id, sheet)
            source = Source(sheet, unit_id, mapping, date(2026, 11, 18), Path(name) / "errors")
            counts = take(Taking(session, source), Export(file.name, "0" * 64, "bench"), NOW)
        took, wait = seconds_since(begin), seconds_since(began[0])
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return vars(counts) | {
        "seconds": took,
        "wait": wait,
        "megabytes": max(most[0], own) * KIB // 1_000_000,
    }


if __name__ == "__main__":
    print(json.dumps(_import(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))))
