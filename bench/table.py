"""The table that is printed and kept: figure, ratio, what is wanted, and the machine's facts."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

HEAD = ("What", "Figure", "Beside", "Ratio", "Wanted", "")
HEADING = "\n## "
INTRODUCTION = """# Measured

`make bench` wrote this. Rates depend on the machine; a ratio compares two figures of one run,
measured in turns, so it can be compared between machines. Each part says when it was measured, and
how busy the machine was.
"""


@dataclass(frozen=True)
class Row:
    """One measured thing."""

    what: str
    figure: str
    beside: str = ""
    ratio: str = ""
    wanted: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """Give what stands in the columns."""
        mark = {True: "yes", False: "NO", None: ""}[self.met]
        return (self.what, self.figure, self.beside, self.ratio, self.wanted, mark)


@dataclass(frozen=True)
class Section:
    """Rows that were measured together."""

    title: str
    rows: Sequence[Row]
    how: str


def as_text(section: Section) -> str:
    """Write a section for the terminal."""
    lines = [HEAD, *(row.cells() for row in section.rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEAD))]
    written = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join(["", section.title, *written])


def renewed(page: str, sections: Sequence[Section]) -> str:
    """Put sections in the place of those of the same title in a page of Markdown, or at its end.

    Each says when and beside how much other work it was measured.
    """
    _introduction, *before = page.split(HEADING)
    parts = {part.partition("\n")[0]: part.strip() for part in before}
    parts |= {section.title: _as_part(section) for section in sections}
    return "".join([INTRODUCTION, *(f"{HEADING}{part}\n" for part in parts.values())])


def _as_part(section: Section) -> str:
    rows = [" | ".join(row.cells()) for row in section.rows]
    ruler = "|".join("---" for _ in HEAD)
    table = "\n".join(f"| {row} |" for row in rows)
    head = f"| {' | '.join(HEAD)} |\n|{ruler}|"
    return f"{section.title}\n\n{_machine()}\n{section.how}\n\n{head}\n{table}"


def _machine() -> str:
    load = os.getloadavg()[1]
    return (
        f"{datetime.now(UTC).date().isoformat()} · {os.cpu_count()} cores · {_memory()} · "
        f"{platform.system()} {platform.machine()} · Python {platform.python_version()} · "
        f"SQLite {sqlite.sqlite_version} · load average over 5 minutes {load:.1f}\n"
    )


def _memory() -> str:
    first = Path("/proc/meminfo").read_text().splitlines()[0]
    return f"{int(first.split()[1]) / 1024**2:.0f} GB"
