"""How sure a total is: an interval of its points, from those of the shares it rests on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.domain.measure import Measure
from shared.domain.sampling import HUNDREDTH, Interval
from shared.domain.scoring import (
    FULL_SCORE,
    CriterionRule,
    MeasurementState,
    RuleSet,
    Score,
    ScoreState,
    Scoring,
    score,
    total,
)


@dataclass(frozen=True)
class _Reach:
    """How far the points of a total may lie below and above, from one source (points of 100)."""

    below: Decimal = Decimal(0)
    above: Decimal = Decimal(0)

    def __add__(self, other: "_Reach") -> "_Reach":
        return _Reach(self.below + other.below, self.above + other.above)

    def __mul__(self, scale: Decimal) -> "_Reach":
        return _Reach(self.below * scale, self.above * scale)


def total_interval(
    scores: Iterable[Score], rules: RuleSet, derived: Interval | None = None
) -> Interval | None:
    """Give the interval of a total at about 95 %, in points within 0 to 100; None without total.

    Each scored share has a Wilson interval. Its points at both ends of it, by the campaign's own
    rule and so with the step at the target, say how far the criterion's points may lie below and
    above. Criteria of one source (the same ratings, the same dossiers) are taken to err together:
    their deviations add up. Different sources err on their own: their deviations are added as
    squares, each side by itself (square and add: R. G. Newcombe, Statistics in Medicine 17 (1998);
    G. Y. Zou, A. Donner, Statistics in Medicine 27 (2008)). That is narrower than the worst case
    everywhere at once, which no campaign of a dozen criteria could ever tell anybody apart by.
    Counts, answers of yes or no and missing figures have no interval and add nothing: what is
    missing is said as such, not as chance.

    `derived` is the interval of the unit's total, in points of 100, for a criterion that takes it
    over. It rests on the very records that the other criteria rest on, so it errs with all of
    them: its deviation is added to theirs as it is.
    """
    known = tuple(scores)
    points = total(known)
    if points is None:
        return None
    spread = _by_source(known, rules).values()
    taken_over = _taken_over(known, rules, derived)
    below = _root(reach.below for reach in spread) + taken_over.below
    above = _root(reach.above for reach in spread) + taken_over.above
    low, high = max(points - below, Decimal(0)), min(points + above, FULL_SCORE)
    return Interval(low.quantize(HUNDREDTH), high.quantize(HUNDREDTH))


def distinguishable(one: Interval | None, other: Interval | None) -> bool:
    """Tell whether two totals lie apart: their intervals have no point in common.

    Stricter than a test of the difference, so what is said to differ does. Unknown is not apart.
    """
    if one is None or other is None:
        return False
    return one.low > other.high or other.low > one.high


def takes_over(rule: CriterionRule) -> bool:
    """Tell whether a criterion takes over the total of a unit's other criteria."""
    return rule.measure == Measure.UNIT_SCORE


def _by_source(scores: tuple[Score, ...], rules: RuleSet) -> Mapping[str, _Reach]:
    found: dict[str, _Reach] = {}
    for one in scores:
        if one.state is ScoreState.SCORED and one.measurement.interval is not None:
            scaled = _reach(one, one.measurement.interval, rules) * _scale(one, scores)
            found[one.rule.source] = found.get(one.rule.source, _Reach()) + scaled
    return found


def _taken_over(scores: tuple[Score, ...], rules: RuleSet, derived: Interval | None) -> _Reach:
    found = _Reach()
    for one in scores:
        if derived is not None and one.state is ScoreState.SCORED and takes_over(one.rule):
            found += _reach(one, derived, rules) * _scale(one, scores)
    return found


def _scale(one: Score, scores: tuple[Score, ...]) -> Decimal:
    """Give what a criterion's own points are times, to be points of a hundred."""
    if one.rule.scoring is Scoring.BONUS:
        return Decimal(1)
    return FULL_SCORE / sum(
        other.rule.max_points
        for other in scores
        if other.state is not ScoreState.EXEMPT and other.rule.scoring is not Scoring.BONUS
    )


def _reach(one: Score, interval: Interval, rules: RuleSet) -> _Reach:
    """Give how far a criterion's own points may lie from those it earned.

    Between the ends points rise or fall all along; only “exactly” has its best in between.
    """
    target = one.rule.target.value
    ends = [interval.low, interval.high]
    if interval.low <= target <= interval.high:
        ends.append(target)
    earned = [one.points, *(_points_at(one, value, rules) for value in ends)]
    return _Reach(one.points - min(earned), max(earned) - one.points)


def _points_at(one: Score, value: Decimal, rules: RuleSet) -> Decimal:
    measured = replace(one.measurement, state=MeasurementState.MEASURED, value=value)
    return score(one.rule, measured, rules).points


def _root(deviations: Iterable[Decimal]) -> Decimal:
    return sum((one * one for one in deviations), Decimal(0)).sqrt()
