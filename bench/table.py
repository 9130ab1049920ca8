"""The table that is printed and kept: figure, ratio, what is wanted, and the machine's facts."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

HEAD = ("What", "Figure", "Beside", "Ratio", "Wanted", "")
INTRODUCTION = """# Measured

`make bench` wrote this. Rates depend on the machine; a ratio compares two figures of one run,
measured in turns, so it can be compared between machines.
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


def as_page(sections: Sequence[Section]) -> str:
    """Write all sections as a page of Markdown."""
    parts = [INTRODUCTION, _machine()]
    for section in sections:
        rows = [" | ".join(row.cells()) for row in section.rows]
        ruler = "|".join("---" for _ in HEAD)
        table = "\n".join(f"| {row} |" for row in (" | ".join(HEAD), *rows))
        head, _newline, body = table.partition("\n")
        parts.append(f"## {section.title}\n\n{section.how}\n\n{head}\n|{ruler}|\n{body}\n")
    return "\n".join(parts)


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
