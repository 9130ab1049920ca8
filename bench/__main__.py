"""`python -m bench [part …]`: measures and prints tables; RESULTS.md keeps a whole run."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench import (
    day,
    deadlines,
    desk,
    faults,
    growth,
    imports,
    inbox,
    memory,
    posts,
    reports,
    standing,
    weights,
)
from bench.table import Section, as_text, renewed

Part = Callable[[Callable[[str], None]], list[Section]]
PARTS: dict[str, Part] = {
    "posts": posts.measure,
    "growth": growth.measure,
    "standing": standing.measure,
    "weights": weights.measure,
    "memory": memory.measure,
    "desk": desk.measure,
    "day": day.measure,
    "deadlines": deadlines.measure,
    "inbox": inbox.measure,
    "imports": imports.measure,
    "reports": reports.measure,
    "faults": faults.measure,
}
LONG = {"faults"}  # by name alone: tens of minutes
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure what was asked for; 1 when something wanted was not reached."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], help="all but faults when none is named"
    )
    parser.add_argument("--keep", action="store_true", help="put these parts into RESULTS.md")
    given = parser.parse_args()
    whole = [name for name in PARTS if name not in LONG]
    asked = given.parts or whole
    sections = [section for name in asked for section in PARTS[name](_tell)]
    for section in sections:
        print(as_text(section))
    if asked == whole or given.keep:
        RESULTS.write_text(renewed(RESULTS.read_text("utf-8"), sections), "utf-8")
    missed = [row.what for section in sections for row in section.rows if row.met is False]
    for what in missed:
        print(f"not reached: {what}")
    return 1 if missed else 0


def _tell(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
