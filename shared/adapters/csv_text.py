"""CSV files for Excel: Vietnamese letters kept, and no cell that a spreadsheet would compute."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

Value = str | float | None

_STARTS = "=+-−@\t\r\n"
"""Signs after which a spreadsheet may read a formula; their full-width forms fold to them."""

_UNSEEN = {"Zs", "Cf", "Cc"}  # Unicode categories: spaces, formats, controls


def guarded(text: str) -> str:
    """Return `text` with a leading apostrophe if a spreadsheet might read it as a formula.

    Spaces and invisible signs before the formula do not hide it.
    """
    folded = unicodedata.normalize("NFKC", text)
    first = next((sign for sign in folded if _is_seen(sign)), "")
    return f"'{text}" if first in {*_STARTS, "'"} else text


def _is_seen(sign: str) -> bool:
    return sign in _STARTS or unicodedata.category(sign) not in _UNSEEN


def unguarded(text: str) -> str:
    """Return what `guarded` was given, so that a file handed back can be read again."""
    return text[1:] if text.startswith("'") and guarded(text[1:]) == text else text


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
