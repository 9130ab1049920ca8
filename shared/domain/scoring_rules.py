"""The rule sets an authority is judged by from outside, read from data, each with its days."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from shared.domain.rule_version import Version
from shared.domain.satisfaction_index import SatisfactionRules
from shared.domain.service_evaluation import Band, EvaluationRules, Indicator, Scheme
from shared.domain.service_index import Code, IndexRule, IndexRules, WithoutCases

Rules = TypeVar("Rules")


@dataclass(frozen=True)
class RuleBooks:
    """Every known version of the three rule sets."""

    evaluation: tuple[Version[EvaluationRules], ...]
    service_index: tuple[Version[IndexRules], ...]
    satisfaction: tuple[Version[SatisfactionRules], ...]


def parse(data: Mapping[str, Any]) -> RuleBooks:
    """Read the versions as they ship; raises KeyError or ValueError for data that is not whole."""
    return RuleBooks(
        _versions(data["evaluation"], _evaluation),
        _versions(data["service_index"], _service_index),
        _versions(data["satisfaction"], _satisfaction),
    )


def _versions(
    items: Sequence[Mapping[str, Any]], read: Callable[[Mapping[str, Any]], Rules]
) -> tuple[Version[Rules], ...]:
    return tuple(
        Version(
            code=item["code"],
            source=item["source"],
            valid_from=date.fromisoformat(item["valid_from"]),
            valid_to=date.fromisoformat(item["valid_to"]) if item["valid_to"] else None,
            rules=read(item["rules"]),
            note=item["note"],
        )
        for item in items
    )


def _evaluation(item: Mapping[str, Any]) -> EvaluationRules:
    return EvaluationRules(_scheme(item["officer"]), _scheme(item["unit"]))


def _scheme(item: Mapping[str, Any]) -> Scheme:
    return Scheme(
        tuple(Indicator(number) for number in item["indicators"]),
        tuple(Band(level, Decimal(points)) for level, points in item["bands"]),
        item["digits"],
    )


def _service_index(item: Mapping[str, Any]) -> IndexRules:
    return IndexRules(
        tuple(
            IndexRule(
                Code(rule["code"]),
                rule["group"],
                Decimal(rule["most"]),
                Fraction(rule["full_at"]),
                WithoutCases(rule["without_cases"]),
            )
            for rule in item["indicators"]
        )
    )


def _satisfaction(item: Mapping[str, Any]) -> SatisfactionRules:
    return SatisfactionRules(neutral_is_satisfied=item["neutral_is_satisfied"])
