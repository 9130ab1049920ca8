"""A criterion's rule as a row of its table, and back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from shared.domain.criterion_filter import filter_of_data, filter_to_data
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
from shared.models.campaign import CampaignCriterion


def rule_of(row: CampaignCriterion) -> CriterionRule:
    """Give a stored criterion as its rule."""
    return CriterionRule(
        code=row.code,
        group=row.group,
        name=row.name,
        source=row.source,
        measure=row.measure,
        target=Target(Comparison(row.comparison), row.target, TargetUnit(row.unit)),
        max_points=row.max_points,
        kind=CompetitorKind(row.kind),
        scoring=Scoring(row.scoring),
        no_cases=None if row.no_cases is None else NoCases(row.no_cases),
        **_details_of(row.details or {}),
    )


def criterion_row(campaign_id: int, position: int, rule: CriterionRule) -> CampaignCriterion:
    """Give the row that stores a rule."""
    return CampaignCriterion(
        campaign_id=campaign_id,
        kind=rule.kind,
        code=rule.code,
        position=position,
        group=rule.group,
        name=rule.name,
        source=rule.source,
        measure=rule.measure,
        comparison=rule.target.comparison,
        target=rule.target.value,
        unit=rule.target.unit,
        max_points=rule.max_points,
        scoring=rule.scoring,
        no_cases=rule.no_cases,
        details=details_to_store(rule),
    )


def details_to_store(rule: CriterionRule) -> dict[str, Any]:
    """Give what a rule says beyond its columns: veto, steps, points for a case, filter."""
    return {
        "veto": rule.veto,
        "steps": [[f"{step.value:f}", f"{step.share:f}"] for step in rule.steps],
        "per_case": f"{rule.per_case:f}",
        **({"filter": filter_to_data(rule.filter)} if rule.filter.narrows else {}),
    }


def _details_of(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "veto": bool(stored.get("veto")),
        "steps": tuple(Step(Decimal(at), Decimal(share)) for at, share in stored.get("steps", ())),
        "per_case": Decimal(stored.get("per_case", "0")),
        "filter": filter_of_data(stored.get("filter", {})),
    }
