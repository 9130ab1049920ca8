"""Decision 766/QĐ-TTg of 2022-06-23: groups 2 and 5 of the index of service, in points of 100."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from shared.domain.rounding import half_up

SHOWN_DIGITS = 2


class Code(StrEnum):
    """The indicators that this system's own records can feed."""

    ON_TIME = "2.1"
    COMPLAINTS_ON_TIME = "5.2"
    COMPLAINTS_SATISFIED = "5.3"
    DOSSIERS_SATISFIED = "5.4"


class WithoutCases(StrEnum):
    """What an indicator is worth where its denominator is 0."""

    FULL = "full"
    NOTHING = "nothing"
    NOT_COUNTED = "not_counted"


@dataclass(frozen=True)
class IndexRule:
    """One indicator: its points, the rate (fraction) that earns all of them, its d = 0 rule."""

    code: Code
    group: str
    most: Decimal
    full_at: Fraction
    without_cases: WithoutCases


@dataclass(frozen=True)
class IndexRules:
    """The indicators of one version of the decision."""

    indicators: tuple[IndexRule, ...]

    def of_group(self, group: str) -> tuple[IndexRule, ...]:
        """Give the indicators of a group in their order."""
        return tuple(rule for rule in self.indicators if rule.group == group)


@dataclass(frozen=True)
class Rate:
    """How many of the cases were as they should be."""

    hits: int
    cases: int


@dataclass(frozen=True)
class IndexScore:
    """An indicator's points (None: not counted) and the rate they follow from."""

    rule: IndexRule
    rate: Rate
    points: Decimal | None


@dataclass(frozen=True)
class GroupScore:
    """The points of a group of what could be counted."""

    scores: tuple[IndexScore, ...]
    points: Decimal
    most: Decimal
    missing: tuple[Code, ...]


def complaint_rate(complaints: int, failed: int) -> Rate:
    """Give the rate of 5.3; `failed`: marked not satisfied, complained about again or late.

    A case that failed in more than one way is counted once by whoever counts.
    """
    return Rate(max(complaints - failed, 0), complaints)


def dossier_rate(dossiers: int, late: int, disliked: int) -> Rate:
    """Give the rate of 5.4: all but the late ones and those with a complaint or a bad rating.

    As the formula is written, a dossier that is both late and disliked is taken off twice; the
    rate never falls below 0. One that nobody rated counts as satisfied.
    """
    return Rate(max(dossiers - late - disliked, 0), dossiers)


def index_points(rule: IndexRule, rate: Rate) -> Decimal | None:
    """Give the points of an indicator, rounded half up to two decimals; None: not counted.

    Raises ValueError unless 0 ≤ hits ≤ cases.
    """
    if not 0 <= rate.hits <= rate.cases:
        raise ValueError(f"{rate.hits} of {rate.cases} is not a rate")
    if rate.cases == 0:
        return _without_cases(rule)
    reached = min(Fraction(rate.hits, rate.cases) / rule.full_at, Fraction(1))
    return half_up(Fraction(rule.most) * reached, SHOWN_DIGITS)


def group_points(rules: Iterable[IndexRule], rates: Mapping[Code, Rate]) -> GroupScore:
    """Add a group up; an indicator without a rate is missing, one not counted leaves the most.

    A missing indicator keeps its points among those that could be had, and earns none.
    """
    rules = tuple(rules)
    scores = tuple(
        IndexScore(rule, rates[rule.code], index_points(rule, rates[rule.code]))
        for rule in rules
        if rule.code in rates
    )
    missing = tuple(rule.code for rule in rules if rule.code not in rates)
    counted = [score for score in scores if score.points is not None]
    most = [score.rule.most for score in counted]
    most += [rule.most for rule in rules if rule.code in missing]
    points = sum((score.points or Decimal(0) for score in counted), Decimal(0))
    return GroupScore(scores, points, sum(most, Decimal(0)), missing)


def _without_cases(rule: IndexRule) -> Decimal | None:
    match rule.without_cases:
        case WithoutCases.FULL:
            return rule.most
        case WithoutCases.NOTHING:
            return Decimal(0)
        case WithoutCases.NOT_COUNTED:
            return None
