"""From a measurement to points, from points to a ranked standing: exact, and explained."""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from shared.domain.criterion_filter import NO_FILTER, CriterionFilter
from shared.domain.rounding import half_up
from shared.domain.sampling import HUNDREDTH, Interval, share, wilson

FULL_SCORE = Decimal(100)
MOST_DIGITS = 8
# Shares have 28 digits. What products and differences of them miss shows far behind this place, and
# what is no half, or no target, differs from it far before: so both come out exact.
SETTLED, WIDE = Decimal("1e-18"), Context(prec=64)


class Comparison(StrEnum):
    """How a value is held against its target; the sign is kept exactly as the plan has it."""

    AT_LEAST = "at_least"  # từ 95 %
    MORE_THAN = "more_than"  # trên 99 %: exactly 99 fails
    EQUAL = "equal"
    AT_MOST = "at_most"
    ZERO = "zero"  # none tolerated
    YES = "yes"
    RISES = "rises"  # higher than in the earlier period by more than the target


class TargetUnit(StrEnum):
    """What a target's number counts."""

    PERCENT = "percent"
    COUNT = "count"
    YES_NO = "yes_no"
    POINTS = "points"


class Scoring(StrEnum):
    """What an unmet criterion earns."""

    PROPORTIONAL = "proportional"
    ALL_OR_NOTHING = "all_or_nothing"
    STEPS = "steps"  # the share of the highest step that was reached
    PENALTY = "penalty"  # so many points off for every case beyond the target
    BONUS = "bonus"  # on top of the hundred; so many points for every case, up to its maximum


class NoCases(StrEnum):
    """A rule set's own answer where no case of the kind existed."""

    EXEMPT = "exempt"
    FULL = "full"
    ZERO = "zero"


class MeasurementState(StrEnum):
    """Whether there is a figure, and if not, why not."""

    MEASURED = "measured"
    NO_CASES = "no_cases"  # known: nothing of the kind happened
    NOT_SUBMITTED = "not_submitted"  # not known: nobody handed it in
    OFF = "off"  # not known: the source was switched off
    UNVERIFIED = "unverified"  # claimed, not confirmed by a second person


class ScoreState(StrEnum):
    """What became of a criterion in a total."""

    SCORED = "scored"
    EXEMPT = "exempt"
    MISSING = "missing"


class Reason(StrEnum):
    """Why a criterion earned what it earned."""

    MET = "met"
    UNMET = "unmet"
    NO_CASES = "no_cases"
    NO_CASES_FULL = "no_cases_full"
    NO_CASES_ZERO = "no_cases_zero"
    NOT_SUBMITTED = "not_submitted"
    OFF = "off"
    UNVERIFIED = "unverified"
    NO_EARLIER_PERIOD = "no_earlier_period"


class CompetitorKind(StrEnum):
    """Who competes with whom; each kind has its own criteria and its own ranking."""

    COLLECTIVE = "collective"
    INDIVIDUAL = "individual"


_HOLDS: Mapping[Comparison, Callable[[Decimal, Decimal], bool]] = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE_THAN: operator.gt,
    Comparison.EQUAL: operator.eq,
    Comparison.AT_MOST: operator.le,
    Comparison.ZERO: lambda value, _target: value == 0,
    Comparison.YES: lambda value, _target: value >= 1,
    Comparison.RISES: operator.gt,
}


LESS_IS_BETTER = frozenset({Comparison.AT_MOST, Comparison.ZERO})


@dataclass(frozen=True)
class Target:
    """What is to be reached: percent as 0 to 100, counts as numbers, yes as 1."""

    comparison: Comparison
    value: Decimal
    unit: TargetUnit


@dataclass(frozen=True)
class Note:
    """A sentence beside a figure: a Vietnamese gettext msgid with its values."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Measurement:
    """A figure with everything needed to judge it; value in the unit of the criterion's target."""

    state: MeasurementState
    as_of: datetime
    value: Decimal | None = None
    hits: int | None = None
    cases: int | None = None  # None: not known how many there were
    interval: Interval | None = None
    note: Note | None = None
    previous: Decimal | None = None  # the same figure in the earlier period

    @classmethod
    def of_share(
        cls, hits: int, cases: int, as_of: datetime, note: Note | None = None
    ) -> "Measurement":
        """Measure hits of cases as a percentage; having no cases is a state of its own."""
        if cases == 0:
            return cls(MeasurementState.NO_CASES, as_of, hits=0, cases=0, note=note)
        return cls(
            MeasurementState.MEASURED,
            as_of,
            value=share(hits, cases),
            hits=hits,
            cases=cases,
            interval=wilson(hits, cases),
            note=note,
        )

    @classmethod
    def of_number(cls, value: Decimal, as_of: datetime, note: Note | None = None) -> "Measurement":
        """Measure a plain number: a count, or 1 for yes and 0 for no."""
        return cls(MeasurementState.MEASURED, as_of, value=value, note=note)

    @property
    def n(self) -> int:
        """How many cases the value rests on; for a plain count the count itself."""
        if self.cases is not None:
            return self.cases
        return int(self.value) if self.value is not None else 0


@dataclass(frozen=True)
class Step:
    """A value and the fraction of the points it earns; where less is better, up to that value."""

    value: Decimal
    share: Decimal


@dataclass(frozen=True)
class CriterionRule:
    """One criterion of a rule set for one kind of competitor."""

    code: str
    group: str
    name: str
    source: str
    measure: str
    target: Target
    max_points: Decimal
    kind: CompetitorKind = CompetitorKind.COLLECTIVE
    scoring: Scoring = Scoring.PROPORTIONAL
    no_cases: NoCases | None = None  # None: the rule set is silent, so exempt
    veto: bool = False  # unmet, it voids an award whatever the points
    steps: tuple[Step, ...] = ()
    per_case: Decimal = Decimal(0)  # points for one case, of a penalty or a bonus
    filter: CriterionFilter = NO_FILTER  # which of the measure's records count


@dataclass(frozen=True)
class RuleSet:
    """What holds for every criterion of a campaign.

    `unmet_ceiling` is the fraction of its points that an unmet criterion can earn at most; the
    plans give none, so 0.9 is the organiser's suggestion and a setting.
    """

    unmet_ceiling: Decimal = Decimal("0.9")


@dataclass(frozen=True)
class Score:
    """A criterion's points with the measurement they follow from and the reason."""

    rule: CriterionRule
    measurement: Measurement
    points: Decimal
    state: ScoreState
    met: bool | None
    reason: Reason

    @property
    def digits(self) -> int:
        """Give how many digits after the comma show on which side of the target the value lies."""
        value, target = self.measurement.value, self.rule.target.value
        if value is None or value == target:
            return 1
        for digits in range(1, MOST_DIGITS):
            shown = half_up(Fraction(value), digits)
            if shown != target and (shown > target) is (value > target):
                return digits
        return MOST_DIGITS


@dataclass(frozen=True)
class Entry:
    """A competitor with its scores, in the order of the rule set."""

    competitor: str
    name: str
    kind: CompetitorKind
    scores: tuple[Score, ...]


@dataclass(frozen=True)
class Row:
    """A competitor's place: total of 100, rank (None: nothing could be scored), completeness."""

    entry: Entry
    total: Decimal | None
    rank: int | None
    complete: bool

    @property
    def met(self) -> int:
        """How many criteria reached their target."""
        return sum(score.met is True for score in self.entry.scores)

    @property
    def judged(self) -> int:
        """How many criteria count: all but the exempt ones."""
        return sum(score.state is not ScoreState.EXEMPT for score in self.entry.scores)

    @property
    def vetoes(self) -> tuple[Score, ...]:
        """Give the criteria that void an award: zero tolerance, and not met."""
        return tuple(one for one in self.entry.scores if one.rule.veto and one.met is False)


def score(rule: CriterionRule, measurement: Measurement, rules: RuleSet) -> Score:
    """Turn a measurement into points between 0 and the criterion's maximum.

    Met earns everything. Unmet earns nothing, in proportion to the target, by steps or less a
    penalty, never more than `rules.unmet_ceiling` of the maximum. No case of the kind: the rule
    set's own rule, else exempt. No confirmed figure: missing, 0 points. Points are rounded half up
    to two decimals.
    """
    if measurement.cases == 0 and measurement.state is not MeasurementState.UNVERIFIED:
        return _without_cases(rule, measurement)
    if measurement.state is not MeasurementState.MEASURED or measurement.value is None:
        return _missing(rule, measurement, Reason(measurement.state.value))
    if rule.target.comparison is Comparison.RISES and measurement.previous is None:
        return _missing(rule, measurement, Reason.NO_EARLIER_PERIOD)
    if _is_met(rule.target, measurement):
        return _scored(rule, measurement, rule.max_points, Reason.MET)
    return _scored(rule, measurement, _partial(rule, measurement, rules), Reason.UNMET)


def total(scores: Iterable[Score]) -> Decimal | None:
    """Add points up to a total of 100, rounded half up to two decimals.

    Exempt criteria leave the sum together with their maximum, so the others keep their ratio;
    missing ones stay in with 0 points. A bonus is added to the sum of the others, which never
    exceeds 100. None where no criterion counts.
    """
    counted = [score for score in scores if score.state is not ScoreState.EXEMPT]
    plain = [score for score in counted if score.rule.scoring is not Scoring.BONUS]
    possible = sum((score.rule.max_points for score in plain), Decimal(0))
    if possible == 0:
        return None
    earned = sum((score.points for score in plain), Decimal(0))
    extra = sum((score.points for score in counted), Decimal(0)) - earned
    return min(_rounded(FULL_SCORE * earned / possible + extra), FULL_SCORE)


def standing(entries: Iterable[Entry]) -> list[Row]:
    """Rank competitors by total, the highest first.

    Equal totals share a rank and the next one is skipped (1, 2, 2, 4); among equals the order is
    by name and then code, for display only. A competitor without a single scored criterion has no
    rank and comes last. One with a missing criterion is ranked and marked incomplete.
    """
    rows = [_unranked(entry) for entry in entries]
    totals = [row.total for row in rows if _rankable(row) and row.total is not None]
    rank_of: dict[Decimal, int] = {}
    for place, points in enumerate(sorted(totals, reverse=True), start=1):
        rank_of.setdefault(points, place)
    ranked = [_placed(row, rank_of) for row in rows]
    return sorted(ranked, key=_display_order)


def _without_cases(rule: CriterionRule, measurement: Measurement) -> Score:
    if rule.no_cases is NoCases.FULL:
        return _scored(rule, measurement, rule.max_points, Reason.NO_CASES_FULL)
    if rule.no_cases is NoCases.ZERO:
        return _scored(rule, measurement, Decimal(0), Reason.NO_CASES_ZERO)
    if rule.no_cases is None and measurement.state is not MeasurementState.NO_CASES:
        return _missing(rule, measurement, Reason(measurement.state.value))
    return Score(rule, measurement, Decimal(0), ScoreState.EXEMPT, None, Reason.NO_CASES)


def _scored(
    rule: CriterionRule, measurement: Measurement, points: Decimal, reason: Reason
) -> Score:
    met = reason in (Reason.MET, Reason.NO_CASES_FULL)
    return Score(rule, measurement, _rounded(points), ScoreState.SCORED, met, reason)


def _missing(rule: CriterionRule, measurement: Measurement, reason: Reason) -> Score:
    return Score(rule, measurement, Decimal(0), ScoreState.MISSING, None, reason)


def _is_met(target: Target, measurement: Measurement) -> bool:
    value = measurement.value or Decimal(0)
    if target.comparison is Comparison.RISES:
        value = _settled(value - (measurement.previous or Decimal(0)))
    return _HOLDS[target.comparison](value, target.value)


def _partial(rule: CriterionRule, measurement: Measurement, rules: RuleSet) -> Decimal:
    ceiling = rule.max_points * rules.unmet_ceiling
    value = measurement.value or Decimal(0)
    match rule.scoring:
        case Scoring.ALL_OR_NOTHING:
            return Decimal(0)
        case Scoring.PROPORTIONAL:
            return min(rule.max_points * _reached(rule.target, measurement), ceiling)
        case Scoring.STEPS:
            return min(rule.max_points * _step_share(rule, value), ceiling)
        case Scoring.PENALTY:
            taken = rule.per_case * max(value - rule.target.value, Decimal(0))
            return max(min(rule.max_points - taken, ceiling), Decimal(0))
        case Scoring.BONUS:
            return min(rule.per_case * value, ceiling)


def _step_share(rule: CriterionRule, value: Decimal) -> Decimal:
    """Give the share of the best step that a value reaches; none reached earns nothing."""
    less_is_better = rule.target.comparison in LESS_IS_BETTER
    reached = [
        step.share
        for step in rule.steps
        if (value <= step.value if less_is_better else value >= step.value)
    ]
    return max(reached, default=Decimal(0))


def _reached(target: Target, measurement: Measurement) -> Decimal:
    """Give the fraction of the target that was reached, 0 to 1, of a value that misses it."""
    value = measurement.value or Decimal(0)
    match target.comparison:
        case Comparison.ZERO | Comparison.YES | Comparison.RISES:
            return Decimal(0)  # there is no half of a yes
        case Comparison.AT_MOST:
            return _fraction(target.value, value)
        case Comparison.EQUAL if value > target.value:
            return _fraction(target.value, value)
        case _:
            return _fraction(value, target.value)


def _fraction(part: Decimal, whole: Decimal) -> Decimal:
    if whole <= 0 or part <= 0:
        return Decimal(0)
    return min(part / whole, Decimal(1))


def _rounded(points: Decimal) -> Decimal:
    return _settled(points).quantize(HUNDREDTH, ROUND_HALF_UP)


def _settled(number: Decimal) -> Decimal:
    return number.quantize(SETTLED, ROUND_HALF_UP, WIDE)


def _unranked(entry: Entry) -> Row:
    complete = all(score.state is not ScoreState.MISSING for score in entry.scores)
    return Row(entry, total(entry.scores), None, complete)


def _rankable(row: Row) -> bool:
    return any(score.state is ScoreState.SCORED for score in row.entry.scores)


def _placed(row: Row, rank_of: Mapping[Decimal, int]) -> Row:
    if row.total is None or not _rankable(row):
        return row
    return Row(row.entry, row.total, rank_of[row.total], row.complete)


def _display_order(row: Row) -> tuple[bool, int, str, str]:
    return (row.rank is None, row.rank or 0, row.entry.name, row.entry.competitor)
