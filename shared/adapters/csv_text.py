"""CSV files for Excel: Vietnamese letters kept, and no cell that a spreadsheet would compute."""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from shared.domain.cell_guard import guarded

Value = str | float | None


def write_rows(rows: Iterable[Sequence[Value]]) -> bytes:
    """Return rows as CSV: UTF-8 with the mark Excel needs, commas, CR LF, text guarded."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    for row in rows:
        writer.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


class CsvFile:
    """A file of rows written one after another in the form of `write_rows`; made by the first."""

    def __init__(self, path: Path, head: Sequence[str]) -> None:
        self._path, self._head = path, head
        self._file: IO[str] | None = None

    def add(self, row: Sequence[str]) -> None:
        """Write a row."""
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8-sig", newline="")
            self._write(self._head)
        self._write(row)

    def close(self) -> None:
        """Have everything written."""
        if self._file is not None:
            self._file.close()

    def _write(self, row: Sequence[str]) -> None:
        csv.writer(self._file or io.StringIO(), lineterminator="\r\n").writerow(map(guarded, row))
