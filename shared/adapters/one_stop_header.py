"""Find where a table begins under its title rows, and what its columns are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from shared.adapters.one_stop_columns import guess_mapping

SEARCHED_ROWS = 40
_LEAST_FIELDS = 2
_LEAST_CELLS = 3
_COUNTED = re.compile(r"\(?\[?(\d{1,2}|[a-z])\]?\)?", re.IGNORECASE)


@dataclass(frozen=True)
class Header:
    """The names of the columns ("" where none stands) and the index of the first row below."""

    names: tuple[str, ...]
    below: int


def find_header(rows: Sequence[Sequence[str]]) -> Header | None:
    """Find the header among the first rows of a file: the row that names the most known fields.

    A second row under merged cells ("Thời gian" over "Tiếp nhận | Hẹn trả") is joined to it, and a
    row of column numbers is passed over. Where no field is known, the first row of three or more
    words with a fuller row under it is taken. None if there is no such row.
    """
    best: Header | None = None
    most = _LEAST_FIELDS - 1
    for index, row in enumerate(rows[:SEARCHED_ROWS]):
        for header in _readings(rows, index, row):
            known = len(guess_mapping(_different(header.names)))
            if known > most:
                best, most = header, known
    best = best or _first_full_row(rows)
    return best and Header(_different(best.names), _below_numbers(rows, best.below))


def _readings(rows: Sequence[Sequence[str]], index: int, row: Sequence[str]) -> list[Header]:
    readings = [Header(tuple(row), index + 1)]
    if index + 1 < len(rows) and _is_second_line(row, rows[index + 1]):
        readings.append(Header(_joined(row, rows[index + 1]), index + 2))
    return readings


def _is_second_line(upper: Sequence[str], lower: Sequence[str]) -> bool:
    words = [cell for cell in lower if cell]
    if sum(map(bool, upper)) < _LEAST_CELLS:  # a title, no header
        return False
    beside = any(low and not _at(upper, place) for place, low in enumerate(lower))
    return bool(words) and beside and not any(sign.isdigit() for sign in "".join(words))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    names: list[str] = []
    group = ""
    for place in range(max(len(upper), len(lower))):
        top, bottom = _at(upper, place), _at(lower, place)
        group = top or (group if bottom else "")
        names.append(_one_name(group, bottom) if bottom else top)
    return tuple(names)


def _one_name(group: str, own: str) -> str:
    """Return a column's own name if it is known by itself, else with its group before it."""
    both = f"{group} {own}".strip()
    return both if guess_mapping([both]) and not guess_mapping([own]) else own


def _first_full_row(rows: Sequence[Sequence[str]]) -> Header | None:
    for index, row in enumerate(rows[: min(SEARCHED_ROWS, len(rows) - 1)]):
        below = sum(map(bool, rows[index + 1]))
        if _LEAST_CELLS <= sum(map(bool, row)) <= below + 1:
            return Header(tuple(row), index + 1)
    return None


def _below_numbers(rows: Sequence[Sequence[str]], below: int) -> int:
    """Step over a row such as (1) (2) (3) under the header."""
    if below < len(rows):
        cells = [cell for cell in rows[below] if cell]
        if len(cells) >= _LEAST_CELLS and all(map(_COUNTED.fullmatch, cells)):
            return below + 1
    return below


def _different(names: Sequence[str]) -> tuple[str, ...]:
    """Number columns of the same name, so that a name means one column."""
    seen: dict[str, int] = {}
    different: list[str] = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        different.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
    return tuple(different)


def _at(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""
