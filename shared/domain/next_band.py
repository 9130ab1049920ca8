"""What it would take to reach the next band: points lacking, and where they could come from."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from shared.domain.band import Band, band_above
from shared.domain.scoring import (
    LESS_IS_BETTER,
    Comparison,
    Measurement,
    Reason,
    RuleSet,
    Score,
    ScoreState,
    score,
    total,
)

# Held against “exactly” or against last year, one more hit does not simply help.
SAYABLE = LESS_IS_BETTER | {Comparison.AT_LEAST, Comparison.MORE_THAN}


@dataclass(frozen=True)
class Room:
    """What one criterion could still give.

    `gain` is what the total (points of 100) would gain if the criterion earned all its points.
    `hits` is how many of the same cases would have to turn out otherwise for the total to reach
    the band by this criterion alone: so many more hits, or so many fewer where less is better.
    None where that does not reach it, or the figure is no plain share.
    """

    score: Score
    gain: Decimal
    reaches: bool
    hits: int | None = None

    @property
    def fewer(self) -> bool:
        """Tell whether the hits would have to be fewer, not more."""
        return self.score.rule.target.comparison in LESS_IS_BETTER


@dataclass(frozen=True)
class NextBand:
    """The nearest band above, the points (of 100) to it, and the room, the largest first."""

    band: Band
    lacking: Decimal
    rooms: tuple[Room, ...]


def next_band(scores: Sequence[Score], bands: Sequence[Band], rules: RuleSet) -> NextBand | None:
    """Give what reaching the next band would take, all else being equal; None at the top.

    Exempt criteria count for nothing and have no room. None too where nothing could be scored.
    """
    points = total(scores)
    above = band_above(bands, points)
    if above is None or points is None:
        return None
    rooms = [
        room
        for place, one in enumerate(scores)
        if one.points < one.rule.max_points
        and one.state is not ScoreState.EXEMPT
        and (room := _room(scores, place, above, rules)).gain > 0
    ]
    rooms.sort(key=lambda room: room.gain, reverse=True)
    return NextBand(above, above.lowest - points, tuple(rooms))


def with_hits(one: Score, hits: int, rules: RuleSet) -> Score:
    """Score a criterion as if so many of its cases had been hits."""
    found = one.measurement
    measured = Measurement.of_share(hits, found.cases or 0, found.as_of, found.note)
    return score(one.rule, replace(measured, previous=found.previous), rules)


def _room(scores: Sequence[Score], place: int, band: Band, rules: RuleSet) -> Room:
    one = scores[place]
    full = replace(
        one, points=one.rule.max_points, state=ScoreState.SCORED, met=True, reason=Reason.MET
    )
    best = _total_with(scores, place, full)
    gain = best - (total(scores) or Decimal(0))
    reaches = best >= band.lowest
    hits = _fewest_hits(scores, place, band, rules) if reaches and _sayable(one) else None
    return Room(one, gain, reaches, hits)


def _sayable(one: Score) -> bool:
    found = one.measurement
    plain = found.hits is not None and bool(found.cases)
    return one.state is ScoreState.SCORED and plain and one.rule.target.comparison in SAYABLE


def _fewest_hits(scores: Sequence[Score], place: int, band: Band, rules: RuleSet) -> int | None:
    """Find the smallest change that reaches the band; points only rise on the way, so by halves."""
    one = scores[place]
    hits, cases = one.measurement.hits or 0, one.measurement.cases or 0
    fewer = one.rule.target.comparison in LESS_IS_BETTER
    most = hits if fewer else cases - hits

    def reached(change: int) -> bool:
        changed = with_hits(one, hits - change if fewer else hits + change, rules)
        return _total_with(scores, place, changed) >= band.lowest

    if most == 0 or not reached(most):
        return None
    low, high = 0, most  # at `low` it is not reached, at `high` it is
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle, high)
    return high


def _total_with(scores: Sequence[Score], place: int, changed: Score) -> Decimal:
    return total([*scores[:place], changed, *scores[place + 1 :]]) or Decimal(0)
