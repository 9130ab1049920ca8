"""Figures handed in by hand: their form, their evidence, the second person."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from shared.domain.errors import Invalid, RuleBroken
from shared.domain.figure import Figure, check_figure, check_second_person, parse_number
from shared.domain.scoring import MeasurementState, TargetUnit

AS_OF = datetime(2026, 11, 22, 10, tzinfo=UTC)


def refused(unit: TargetUnit, figure: Figure, evidence: str) -> str:
    with pytest.raises(Invalid) as caught:
        check_figure(unit, figure, evidence)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("unit", "figure", "code"),
    [
        (TargetUnit.PERCENT, Figure(hits=5), "figure_share"),
        (TargetUnit.PERCENT, Figure(hits=6, cases=5), "figure_range"),
        (TargetUnit.PERCENT, Figure(hits=-1, cases=5), "figure_range"),
        (TargetUnit.COUNT, Figure(), "figure_value"),
        (TargetUnit.COUNT, Figure(Decimal("NaN")), "figure_value"),
        (TargetUnit.COUNT, Figure(Decimal(-1)), "figure_range"),
        (TargetUnit.COUNT, Figure(Decimal("1.5")), "figure_range"),
        (TargetUnit.COUNT, Figure(Decimal("2.000")), "figure_range"),
        (TargetUnit.YES_NO, Figure(Decimal(2)), "figure_range"),
    ],
)
def test_a_figure_of_the_wrong_form_is_refused(unit: TargetUnit, figure: Figure, code: str) -> None:
    assert refused(unit, figure, "QĐ 12") == code


def test_a_figure_needs_evidence() -> None:
    figure = Figure(hits=5, cases=5)
    check_figure(TargetUnit.PERCENT, figure, "QĐ 12")
    assert refused(TargetUnit.PERCENT, figure, " ") == "figure_evidence"
    assert refused(TargetUnit.PERCENT, figure, "x" * 2001) == "figure_evidence_long"


def test_the_same_person_cannot_enter_and_confirm() -> None:
    check_second_person("thanh", "tung")
    with pytest.raises(RuleBroken) as caught:
        check_second_person("thanh", "thanh")
    assert caught.value.code == "same_person"


def test_a_claimed_figure_is_shown_but_not_measured() -> None:
    claimed = Figure(hits=7, cases=8).unverified(AS_OF)
    assert (claimed.state, claimed.value) == (MeasurementState.UNVERIFIED, Decimal("87.5"))
    assert Figure(hits=0, cases=0).unverified(AS_OF).state is MeasurementState.UNVERIFIED
    assert Figure(hits=0, cases=0).measured(AS_OF).state is MeasurementState.NO_CASES
    assert Figure(Decimal(3)).measured(AS_OF).value == 3


@pytest.mark.parametrize(("text", "value"), [("95", "95"), (" 99,5 ", "99.5"), ("0.25", "0.25")])
def test_numbers_are_read_as_people_write_them(text: str, value: str) -> None:
    assert parse_number(text, "target") == Decimal(value)


@pytest.mark.parametrize(
    "text", ["", "abc", "NaN", "1e99", "1e-9", "-1", "1_0", "Infinity", "1,000,000"]
)
def test_what_is_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_number(text, "target")
    assert caught.value.field == "target"
