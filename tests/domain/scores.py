"""Criteria, scores and entries made up for tests of points, bands and intervals."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import strategies as st

from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    Entry,
    Measurement,
    MeasurementState,
    NoCases,
    RuleSet,
    Score,
    Scoring,
    Step,
    Target,
    TargetUnit,
    score,
)

AS_OF = datetime(2026, 11, 22, 10, tzinfo=UTC)
RULES = RuleSet()


def rule(
    comparison: Comparison = Comparison.AT_LEAST,
    target: str = "95",
    points: str = "10",
    unit: TargetUnit = TargetUnit.PERCENT,
    code: str = "2.8",
    **more: object,
) -> CriterionRule:
    plain = CriterionRule(
        code=code,
        group="Sự hài lòng",
        name="Mức độ hài lòng",
        source="ratings",
        measure="satisfaction",
        target=Target(comparison, Decimal(target), unit),
        max_points=Decimal(points),
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # names are checked by replace itself


def share(hits: int, cases: int) -> Measurement:
    return Measurement.of_share(hits, cases, AS_OF)


def number(value: int | str) -> Measurement:
    return Measurement.of_number(Decimal(value), AS_OF)


def unknown(state: MeasurementState) -> Measurement:
    return Measurement(state, AS_OF)


def entry(name: str, *scores: Score) -> Entry:
    return Entry(name.lower(), name, CompetitorKind.COLLECTIVE, scores)


def of(points: int, possible: int = 100) -> Score:
    return score(
        rule(Comparison.AT_LEAST, "100", str(possible)), share(points, 100), RuleSet(Decimal(1))
    )


comparisons = st.sampled_from(list(Comparison))
percents = st.decimals(0, 100, places=2)
maxima = st.decimals(0, 100, places=2)
counts = st.integers(1, 5_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
states = st.sampled_from(list(MeasurementState))


STEPS = (Step(Decimal(50), Decimal("0.5")), Step(Decimal(80), Decimal("0.8")))


@st.composite
def criteria(draw: st.DrawFn) -> Score:
    criterion = rule(
        draw(comparisons),
        str(draw(percents)),
        str(draw(maxima)),
        scoring=draw(st.sampled_from(list(Scoring))),
        steps=STEPS,
        per_case=draw(st.decimals(0, 5, places=1)),
        no_cases=draw(st.sampled_from([None, *NoCases])),
    )
    measured = share(*draw(counts))
    known = draw(states)
    figure = measured if known is MeasurementState.MEASURED else unknown(known)
    return score(criterion, replace(figure, previous=draw(st.none() | percents)), RULES)
