"""Which records a criterion counts: all of its measure's, or only some of them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any


class By(StrEnum):
    """What records can be told apart by."""

    PROCEDURES = "procedures"  # codes of the catalogue
    FIELDS = "fields"  # of procedures
    CHANNELS = "channels"  # by which a dossier or a case came in
    LANES = "lanes"  # by which a rating came in
    LEVELS = "levels"  # of online service
    KINDS = "kinds"  # of cases
    DESKS = "desks"  # codes


@dataclass(frozen=True)
class CriterionFilter:
    """Values of each kind that records must have one of; none given: any. All kinds together."""

    procedures: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    lanes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()

    def of(self, by: By) -> tuple[str, ...]:
        """Give the values of one kind."""
        values: tuple[str, ...] = getattr(self, by.value)
        return values

    @property
    def narrows(self) -> bool:
        """Tell whether any record is left out."""
        return self != NO_FILTER


NO_FILTER = CriterionFilter()


def filter_to_data(narrowed: CriterionFilter) -> dict[str, list[str]]:
    """Give a filter as plain data, without what it leaves open."""
    return {by.value: list(narrowed.of(by)) for by in By if narrowed.of(by)}


def filter_of_data(stored: Mapping[str, Any]) -> CriterionFilter:
    """Read a filter from plain data; what is missing is left open."""
    names = {field.name for field in fields(CriterionFilter)}
    return CriterionFilter(
        **{name: tuple(str(value) for value in stored[name]) for name in names & stored.keys()}
    )
