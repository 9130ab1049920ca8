"""What two idle workers hold, counted so that shared pages are not counted twice."""

from collections.abc import Callable
from pathlib import Path

from bench.ground import empty_database, port_of, served
from bench.growth import PAGES, Side, fill
from bench.table import Row, Section

MOST_MB = 200
VISITS = 20
HOW = (
    "Proportional set size (PSS) from /proc/*/smaps_rollup of the two web workers of a server "
    "with the sample, idle again after every page of the growth table was opened several times."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure the workers and, beside them, the process that holds them together."""
    tell("memory")
    with empty_database("sqlite") as ground:
        cookies, campaign = fill(ground)
        with served(ground) as server:
            side = Side(0, port_of(server), cookies, campaign)
            for name in PAGES:
                for _ in range(VISITS):
                    side.open(name)
            head = server.process.pid
            workers = [pss_mb(pid) for pid in children(head)]
            master = pss_mb(head)
    total = sum(workers)
    rows = [
        Row(
            what=f"{len(workers)} idle workers",
            figure=f"{total:.0f} MB PSS",
            beside=" + ".join(f"{share:.0f}" for share in workers) + f", master {master:.0f}",
            wanted=f"≤ {MOST_MB} MB",
            met=total <= MOST_MB,
        )
    ]
    return [Section("Memory", rows, HOW)]


def children(pid: int) -> list[int]:
    """Name the processes a process started."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def pss_mb(pid: int) -> float:
    """Give a process's proportional set size in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no PSS")
