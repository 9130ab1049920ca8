"""Campaigns ready to be opened: what ships of a founding document, and how it is read."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from shared.domain.band import Band, check_bands
from shared.domain.campaign import (
    Milestone,
    MilestoneKind,
    check_criterion,
    check_weights,
    shifted,
)
from shared.domain.campaign_leader import Leader, leader_of_data, within
from shared.domain.criterion_filter import filter_of_data
from shared.domain.measure import Measure, Source
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    NoCases,
    Scoring,
    Step,
    Target,
    TargetUnit,
)

HEADING = re.compile(r"(chủ tịch|trưởng|giám đốc|chánh văn phòng|người đứng đầu)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Template:
    """A campaign ready to be opened in one step; its weights are suggestions to be confirmed.

    Period and milestones are those of the founding document; opened for other days they move.
    """

    key: str
    name: str
    theme: str
    source: str
    criteria: tuple[CriterionRule, ...]
    document: str
    organiser: str
    starts_on: date
    ends_on: date
    kinds: frozenset[CompetitorKind]
    milestones: tuple[Milestone, ...] = ()
    launched_on: date | None = None
    bands: tuple[Band, ...] = ()  # suggestions as the weights are
    leaders: tuple[Leader, ...] = ()  # of whatever period: bodies come and go

    def leaders_within(self, starts_on: date, ends_on: date) -> tuple[Leader, ...]:
        """Give who usually leads such a campaign on some day of a period."""
        return within(self.leaders, starts_on, ends_on) or (Leader(self.organiser),)

    def milestones_from(self, starts_on: date, ends_on: date) -> tuple[Milestone, ...]:
        """Give the milestones for other days: as far from the first day as they were, no later.

        Where only the year differs they keep their day and month; the closing one is the last day.
        """
        return tuple(
            replace(
                one,
                on=ends_on
                if one.on == self.ends_on
                else min(self._moved(one.on, starts_on, ends_on), ends_on),
            )
            for one in self.milestones
        )

    def _moved(self, on: date, starts_on: date, latest: date) -> date:
        if (starts_on.month, starts_on.day) != (self.starts_on.month, self.starts_on.day):
            return shifted(on, starts_on - self.starts_on, latest)
        year = on.year + starts_on.year - self.starts_on.year
        if year > latest.year:
            return latest
        last = monthrange(year, on.month)[1]
        return date(year, on.month, last if _ends_a_month(on) else min(on.day, last))


def _ends_a_month(on: date) -> bool:
    return on.day == monthrange(on.year, on.month)[1]


def is_head(post: str) -> bool:
    """Guess from the words of a post whether its holder heads a unit; people put it right."""
    return HEADING.match(post.strip()) is not None


def parse_template(key: str, data: Mapping[str, Any]) -> Template:
    """Read a campaign template; raises Invalid where a criterion does not hold together."""
    groups = data["groups"]
    criteria = tuple(_parse_criterion(item, groups) for item in data["criteria"])
    for rule in criteria:
        check_criterion(rule)
    kinds = frozenset(CompetitorKind(kind) for kind in data["kinds"])
    for kind in sorted(kinds):
        check_weights(criteria, kind)
    return Template(
        key=key,
        name=data["name"],
        theme=data["theme"],
        source=data["source"],
        criteria=criteria,
        document=data["document"],
        organiser=data["organiser"],
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        kinds=kinds,
        milestones=tuple(_parse_milestone(item) for item in data["milestones"]),
        launched_on=date.fromisoformat(data["launched_on"]) if data["launched_on"] else None,
        bands=_parse_bands(data["bands"]),
        leaders=tuple(leader_of_data(item) for item in data.get("leaders", ())),
    )


def _parse_bands(items: Mapping[str, Any]) -> tuple[Band, ...]:
    bands = tuple(Band(name, Decimal(str(lowest))) for name, lowest in items.items())
    check_bands(bands)
    return bands


def _parse_milestone(item: Mapping[str, Any]) -> Milestone:
    return Milestone(MilestoneKind(item["kind"]), item["name"], date.fromisoformat(item["on"]))


def _parse_criterion(item: Mapping[str, Any], groups: Mapping[str, str]) -> CriterionRule:
    no_cases = item.get("no_cases")
    return CriterionRule(
        code=item["code"],
        group=groups[item["group"]],
        name=item["name"],
        source=Source(item["source"]),
        measure=Measure(item["measure"]),
        target=Target(
            Comparison(item["comparison"]), Decimal(str(item["target"])), TargetUnit(item["unit"])
        ),
        max_points=Decimal(str(item["points"])),
        kind=CompetitorKind(item["kind"]),
        scoring=Scoring(item.get("scoring", Scoring.PROPORTIONAL)),
        no_cases=None if no_cases is None else NoCases(no_cases),
        veto=item.get("veto", False),
        steps=tuple(
            Step(Decimal(str(value)), Decimal(str(share))) for value, share in item.get("steps", ())
        ),
        per_case=Decimal(str(item.get("per_case", 0))),
        filter=filter_of_data(item.get("filter", {})),
    )
