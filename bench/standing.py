"""What the standing of a hundred units costs, new to a process and asked for again."""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from sqlalchemy.orm import Session

from bench import province
from bench.ground import Ground, empty_database, port_of, served
from bench.table import Row, Section
from shared.config import PROJECT_ROOT
from shared.db import make_engine
from shared.services import campaigns, freezes

SMALL, LARGE, CASES = 100_000, 1_000_000, 100_000
MOST_COLD_MS, MOST_WARM_MS, MOST_GROWTH = 1_000, 100, 1.3
PROCESSES, ROUNDS = 5, 10
HOW = (
    f"{province.UNITS} units by {len(province.OF_UNITS)} criteria and as many officers by "
    f"{len(province.OF_OFFICERS)}, over {province.DAYS} days; so many ratings and as many "
    f"dossiers, {CASES:,} cases, all ratings with all answers. Cold is the first standing of a "
    f"new process, its modules loaded, the median of {PROCESSES}; warm is the same asked again "
    "while nothing was written. The page is what a browser on the same machine waits for. Growth "
    "compares processor time of the cold service, which other work on the machine moves less."
)


@dataclass(frozen=True)
class Taken:
    """Milliseconds: waited and of the processor when new, and waited when asked again."""

    cold: float
    cold_cpu: float
    warm: float


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Measure both sizes on both databases."""
    return [_section(kind, tell) for kind in ("sqlite", "postgresql")]


def _section(kind: str, tell: Callable[[str], None]) -> Section:
    with ExitStack() as stack:
        grounds, tokens = [], []
        for size in (SMALL, LARGE):
            tell(f"standing on {kind}: {size:,} ratings and dossiers")
            ground = stack.enter_context(empty_database(kind))
            engine = make_engine(ground.url)
            tokens.append(province.build(engine, size, size, CASES, datetime.now(UTC)).token)
            engine.dispose()
            grounds.append(ground)
        taken: list[list[Taken]] = [[], []]
        for _turn in range(PROCESSES):
            for place, ground in enumerate(grounds):
                taken[place].append(_apart(ground))
        few, many = (_median(of_size) for of_size in taken)
        page_cold, page_warm = _page(stack, grounds[1], tokens[1])
    rows = [
        Row(
            f"Standing, cold, at {LARGE:,}",
            f"{many.cold:.0f} ms",
            f"{few.cold:.0f} ms at {SMALL:,}",
            wanted=f"≤ {MOST_COLD_MS} ms",
            met=many.cold <= MOST_COLD_MS,
        ),
        Row(
            f"Standing, cold, processor, at {LARGE:,}",
            f"{many.cold_cpu:.0f} ms",
            f"{few.cold_cpu:.0f} ms at {SMALL:,}",
            f"{many.cold_cpu / few.cold_cpu:.2f}",
            f"≤ {MOST_GROWTH}",
            many.cold_cpu / few.cold_cpu <= MOST_GROWTH,
        ),
        Row(
            f"Standing, warm, at {LARGE:,}",
            f"{many.warm:.1f} ms",
            wanted=f"≤ {MOST_WARM_MS} ms",
            met=many.warm <= MOST_WARM_MS,
        ),
        Row(f"Page, first after the start, at {LARGE:,}", f"{page_cold:.0f} ms"),
        Row(
            f"Page, warm, at {LARGE:,}",
            f"{page_warm:.0f} ms",
            wanted=f"≤ {MOST_WARM_MS} ms",
            met=page_warm <= MOST_WARM_MS,
        ),
    ]
    return Section(f"Standing on {kind}", rows, HOW)


def _median(taken: list[Taken]) -> Taken:
    return Taken(
        *(median(getattr(one, name) for one in taken) for name in ("cold", "cold_cpu", "warm"))
    )


def _apart(ground: Ground) -> Taken:
    """Take the standing in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.standing", ground.url],
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT_ROOT,
    )
    return Taken(*json.loads(done.stdout))


def _page(stack: ExitStack, ground: Ground, token: str) -> tuple[float, float]:
    """Open the page again and again; give the first time and the median of the later ones."""
    port = port_of(stack.enter_context(served(ground)))
    took = [_open(port, token) for _round in range(3 * ROUNDS)]
    return took[0], median(took[-ROUNDS:])


def _open(port: int, token: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    begin = time.perf_counter()
    path = f"/admin/campaigns/{province.CAMPAIGN}"
    connection.request("GET", path, headers={"Cookie": f"niemno={token}"})
    answer = connection.getresponse()
    answer.read()
    took = (time.perf_counter() - begin) * 1_000
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    return took


def take(url: str) -> list[float]:
    """Take the standing once and then again; give what it took, as `Taken` has it."""
    engine = make_engine(url)
    now = datetime.now(UTC)
    waited, worked = [], []
    for _round in range(1 + ROUNDS):
        with Session(engine) as session:
            begin, begin_cpu = time.perf_counter(), time.process_time()
            campaign = campaigns.by_code(session, province.CAMPAIGN)
            found = freezes.in_force(session, campaign, now)
            waited.append((time.perf_counter() - begin) * 1_000)
            worked.append((time.process_time() - begin_cpu) * 1_000)
        if len(found.places) != 2 * province.UNITS:
            raise RuntimeError(f"{len(found.places)} competitors")
    engine.dispose()
    return [waited[0], worked[0], median(waited[1:])]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(take(sys.argv[1])))
