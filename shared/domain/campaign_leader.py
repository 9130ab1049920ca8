"""Who leads a campaign, from when until when: leading bodies come and go with their level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

from shared.domain.errors import N_, Invalid

MOST_LEADERS = 10


@dataclass(frozen=True)
class Leader:
    """A leading body by name; local days, both included: None from the beginning or to the end."""

    name: str
    since: date | None = None
    until: date | None = None
    document: str = ""  # by which it was given or took over the lead


def check_leaders(leaders: Sequence[Leader]) -> None:
    """Refuse leaders without a name or who would lead at the same time; raises Invalid."""
    if len(leaders) > MOST_LEADERS or any(not one.name.strip() for one in leaders):
        raise Invalid("leader_name", N_("Mỗi lần cần tên cơ quan thường trực."), field="leaders")
    for one in leaders:
        if one.since is not None and one.until is not None and one.until < one.since:
            raise Invalid(
                "dates_crossed", N_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), field="leaders"
            )
    ordered = in_order(leaders)
    for before, after in pairwise(ordered):
        if before.until is None or after.since is None or after.since <= before.until:
            raise Invalid(
                "leaders_overlap",
                N_("Mỗi ngày chỉ một cơ quan thường trực: ghi đến ngày nào, từ ngày nào."),
                field="leaders",
            )


def in_order(leaders: Sequence[Leader]) -> list[Leader]:
    """Give leaders by the day they began; who led from the beginning comes first."""
    return sorted(leaders, key=lambda one: (one.since or date.min, one.until or date.max))


def within(leaders: Sequence[Leader], starts_on: date, ends_on: date) -> tuple[Leader, ...]:
    """Give who leads on some day of a period; dates outside it are left open."""
    return tuple(
        replace(
            one,
            since=one.since if one.since is not None and one.since > starts_on else None,
            until=one.until if one.until is not None and one.until < ends_on else None,
        )
        for one in in_order(leaders)
        if (one.since or date.min) <= ends_on and (one.until or date.max) >= starts_on
    )


def as_of(leaders: Sequence[Leader], on: date) -> tuple[Leader, ...]:
    """Give who had led up to a local day; a handover still to come is not known on it."""
    return tuple(
        replace(one, until=one.until if one.until is not None and one.until < on else None)
        for one in in_order(leaders)
        if (one.since or date.min) <= on
    )


def leader_of_data(item: Mapping[str, Any]) -> Leader:
    """Read a leader of a template."""
    return Leader(
        name=item["name"],
        since=date.fromisoformat(item["since"]) if item.get("since") else None,
        until=date.fromisoformat(item["until"]) if item.get("until") else None,
        document=item.get("document", ""),
    )
