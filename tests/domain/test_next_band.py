"""What it would take to reach the next band: applied it does, and one case less does not."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from shared.domain.band import SUGGESTED, band_above, band_of
from shared.domain.next_band import Room, next_band, with_hits
from shared.domain.scoring import (
    Comparison,
    MeasurementState,
    RuleSet,
    Score,
    ScoreState,
    Scoring,
    TargetUnit,
    score,
    total,
)
from tests.domain.scores import RULES, STEPS, number, percents, rule, share, unknown


def the_room(scores: list[Score], code: str = "2.8", rules: RuleSet = RULES) -> Room:
    found = next_band(scores, SUGGESTED, rules)
    assert found is not None
    return next(room for room in found.rooms if room.score.rule.code == code)


def test_so_many_more_in_time_of_the_same_two_hundred_reach_it() -> None:
    """Half of the points by 87.5 % of 100 %: 43.75 of 50, 88.75 in all; 90 needs 90 %."""
    late = score(rule(target="100", points="50", code="3.1"), share(175, 200), RULES)
    other = score(rule(target="100", points="50"), share(200, 200), RULES)
    short = replace(other, points=Decimal("45.00"), met=False)
    found = next_band([late, short], SUGGESTED, RULES)
    assert found is not None
    assert (found.band.name, found.lacking) == ("Xuất sắc", Decimal("1.25"))
    room = the_room([late, short], "3.1")
    assert (room.gain, room.reaches, room.hits, room.fewer) == (Decimal("6.25"), True, 5, False)


def test_a_criterion_that_cannot_reach_it_alone_says_so() -> None:
    small = score(rule(points="5", code="a"), share(10, 100), RULES)
    large = score(rule(points="95", target="100", code="b"), share(40, 100), RULES)
    room = the_room([small, large], "a")
    assert (room.reaches, room.hits) == (False, None)
    assert room.gain > 0


def test_where_less_is_better_the_hits_become_fewer() -> None:
    much = score(rule(Comparison.AT_MOST, "10", "100"), share(40, 100), RULES)
    room = the_room([much])
    assert room.fewer
    assert room.hits == 20  # 10 of 20 % is half of the points: the band from 50 on


def test_what_is_missing_has_room_but_no_number_of_cases() -> None:
    silent = score(rule(points="60"), unknown(MeasurementState.NOT_SUBMITTED), RULES)
    counted = score(
        rule(Comparison.AT_LEAST, "4", "40", TargetUnit.COUNT, code="c"), number(2), RULES
    )
    room = the_room([silent, counted])
    assert (room.gain, room.hits) == (Decimal(60), None)
    assert the_room([silent, counted], "c").hits is None


def test_exempt_and_full_criteria_have_no_room() -> None:
    idle = score(rule(points="40", code="idle"), share(0, 0), RULES)
    full = score(rule(points="30", code="full"), share(100, 100), RULES)
    poor = score(rule(points="30", code="poor"), share(0, 100), RULES)
    found = next_band([idle, full, poor], SUGGESTED, RULES)
    assert found is not None
    assert [room.score.rule.code for room in found.rooms] == ["poor"]


def test_the_largest_room_comes_first() -> None:
    scores = [score(rule(points=points, code=points), share(1, 100), RULES) for points in "372"]
    found = next_band(scores, SUGGESTED, RULES)
    assert found is not None
    assert [room.score.rule.code for room in found.rooms] == ["7", "3", "2"]


def test_at_the_top_without_bands_or_without_a_total_nothing_is_said() -> None:
    full = score(rule(points="100"), share(100, 100), RULES)
    half = score(rule(points="100"), share(50, 100), RULES)
    idle = score(rule(points="100"), share(0, 0), RULES)
    assert next_band([full], SUGGESTED, RULES) is None
    assert next_band([half], (), RULES) is None
    assert next_band([idle], SUGGESTED, RULES) is None


@st.composite
def scored_shares(draw: st.DrawFn) -> Score:
    less = draw(st.booleans())
    comparison = (
        Comparison.AT_MOST
        if less
        else draw(st.sampled_from([Comparison.AT_LEAST, Comparison.MORE_THAN]))
    )
    plain = [Scoring.PROPORTIONAL, Scoring.ALL_OR_NOTHING]
    ways = [*plain, Scoring.PENALTY] if less else [*plain, Scoring.STEPS, Scoring.BONUS]
    cases = draw(st.integers(1, 400))
    criterion = rule(
        comparison,
        str(draw(percents)),
        str(draw(st.integers(1, 60))),
        scoring=draw(st.sampled_from(ways)),
        steps=STEPS,
        per_case=draw(st.decimals("0.1", 5, places=1)),
    )
    return score(criterion, share(draw(st.integers(0, cases)), cases), RULES)


@given(st.lists(scored_shares(), min_size=1, max_size=6))
def test_the_change_reaches_the_band_and_one_case_less_does_not(scores: list[Score]) -> None:
    found = next_band(scores, SUGGESTED, RULES)
    assume(found is not None)
    assert found is not None
    for room in found.rooms:
        place = next(at for at, one in enumerate(scores) if one is room.score)

        def total_after(change: int, room: Room = room, place: int = place) -> Decimal:
            hits = (room.score.measurement.hits or 0) + (-change if room.fewer else change)
            changed = with_hits(room.score, hits, RULES)
            return total([*scores[:place], changed, *scores[place + 1 :]]) or Decimal(0)

        if room.hits is None:
            every = room.score.measurement
            most = (every.hits or 0) if room.fewer else (every.cases or 0) - (every.hits or 0)
            assert total_after(most) < found.band.lowest
        else:
            assert total_after(room.hits) >= found.band.lowest
            assert total_after(room.hits - 1) < found.band.lowest


@given(st.lists(scored_shares(), min_size=1, max_size=6))
def test_points_lacking_added_to_the_total_are_the_bound_of_the_band(scores: list[Score]) -> None:
    points, found = total(scores), next_band(scores, SUGGESTED, RULES)
    assert (found is None) is (points is None or band_above(SUGGESTED, points) is None)
    if found is not None and points is not None:
        assert points + found.lacking == found.band.lowest
        assert band_of(SUGGESTED, points + found.lacking) == found.band
        for room in found.rooms:
            assert room.score.state is ScoreState.SCORED
            assert room.reaches is (points + room.gain >= found.band.lowest)
