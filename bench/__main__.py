"""`python -m bench [part …]`: measures, prints tables, and keeps a whole run in RESULTS.md."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bench import desk, growth, memory, posts, weights
from bench.table import Section, as_page, as_text

Part = Callable[[Callable[[str], None]], list[Section]]
PARTS: dict[str, Part] = {
    "posts": posts.measure,
    "growth": growth.measure,
    "weights": weights.measure,
    "memory": memory.measure,
    "desk": desk.measure,
}
RESULTS = Path(__file__).with_name("RESULTS.md")


def main() -> int:
    """Measure what was asked for; 1 when something wanted was not reached."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all when none is named")
    asked = parser.parse_args().parts or list(PARTS)
    sections = [section for name in asked for section in PARTS[name](_tell)]
    for section in sections:
        print(as_text(section))
    if asked == list(PARTS):
        RESULTS.write_text(as_page(sections), "utf-8")
    missed = [row.what for section in sections for row in section.rows if row.met is False]
    for what in missed:
        print(f"not reached: {what}")
    return 1 if missed else 0


def _tell(line: str) -> None:
    print(f"… {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
