"""SIPAS, the satisfaction index of the Ministry of Home Affairs: rates on a scale of five."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

HIGHEST = 5
SATISFIED = 4  # “Hài lòng”
NEUTRAL = 3  # “Bình thường”


@dataclass(frozen=True)
class SatisfactionRules:
    """How answers are read; that “Bình thường” is not satisfied is a setting, on by default."""

    neutral_is_satisfied: bool = False

    @property
    def satisfied_from(self) -> int:
        """Give the lowest answer of the scale that counts as satisfied."""
        return NEUTRAL if self.neutral_is_satisfied else SATISFIED


def rate(answers: Mapping[int, int], rules: SatisfactionRules) -> Fraction | None:
    """Give the satisfied among all answers as a fraction; None without an answer.

    `answers` counts the answers by step of the scale, 1 (very dissatisfied) to 5. Raises
    ValueError for a step outside the scale or a negative count.
    """
    if any(not 1 <= step <= HIGHEST or count < 0 for step, count in answers.items()):
        raise ValueError("answers are counted on a scale of 1 to 5")
    cases = sum(answers.values())
    if cases == 0:
        return None
    hits = sum(count for step, count in answers.items() if step >= rules.satisfied_from)
    return Fraction(hits, cases)


def mean(rates: Iterable[Fraction | None]) -> Fraction | None:
    """Give the plain mean of rates: of a factor over its criteria, of the whole over its factors.

    Rates without an answer are left out; None where all are.
    """
    known = [one for one in rates if one is not None]
    return sum(known, Fraction(0)) / len(known) if known else None
