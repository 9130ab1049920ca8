"""Limits read from the table that ships with the product, with their legal source."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.domain.calendar import cell, date_cell, wrong_cell
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import AMOUNT_MAX, Limit, Matter, Stage, Unit


def read_limits(rows: Iterable[Mapping[str, str | None]]) -> list[Limit]:
    """Return limits from rows with the columns of `Limit`; an empty in_force_to means still so.

    Raise Invalid naming line (the heading is line 1) and column.
    """
    return [_read_limit(row, line) for line, row in enumerate(rows, start=2)]


def _read_limit(row: Mapping[str, str | None], line: int) -> Limit:
    starts = date_cell(row, "in_force_from", line)
    ends = date_cell(row, "in_force_to", line) if (row.get("in_force_to") or "").strip() else None
    if ends is not None and ends < starts:
        raise wrong_cell("in_force_to", line, ends.isoformat())
    return Limit(
        kind=_matter(row, line),
        tier=Tier(_one_of(Tier, row, "tier", line)),
        stage=Stage(_one_of(Stage, row, "stage", line)),
        amount=_amount(row, line),
        unit=Unit(_one_of(Unit, row, "unit", line)),
        in_force_from=starts,
        in_force_to=ends,
        code=cell(row, "code", line),
        document=cell(row, "document", line),
        legal_basis=cell(row, "legal_basis", line),
        instance=2 if row.get("instance") == "2" else 1,
        remote=row.get("remote") == "yes",
    )


def _matter(row: Mapping[str, str | None], line: int) -> Kind | Matter:
    if row.get("kind") in set(Matter):
        return Matter(cell(row, "kind", line))
    return Kind(_one_of(Kind, row, "kind", line))


def _one_of(words: type[StrEnum], row: Mapping[str, str | None], column: str, line: int) -> str:
    text = cell(row, column, line)
    if text not in set(words):
        raise wrong_cell(column, line, text)
    return text


def _amount(row: Mapping[str, str | None], line: int) -> int:
    text = cell(row, "amount", line)
    amount = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    if not 1 <= amount <= AMOUNT_MAX:
        raise wrong_cell("amount", line, text)
    return amount
