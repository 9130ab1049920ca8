"""Circular 01/2018: worked examples, exact thresholds, and data that is not there."""

import inspect
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import service_evaluation as circular
from shared.domain.service_evaluation import (
    Counted,
    Evaluation,
    Finding,
    Indicator,
    Pace,
    agency_points,
    attitude_counted,
    contact_points,
    evaluate,
    explaining_points,
    level_of,
    one_stop_points,
    online_points,
    publication_points,
    stands,
    time_points,
)
from tests.domain.rule_books import BOOKS

RULES = BOOKS.evaluation[0].rules
OFFICER, UNIT = RULES.officer, RULES.unit
DOSSIERS = ((2, 1, 2, 2, 2), (1, 1, 1, 2, 1), (0, 0, 2, 2, 0), (1, 1, 2, 2, 1))


def officer_of(dossiers: tuple[tuple[int | None, ...], ...]) -> Evaluation:
    columns = zip(OFFICER.indicators, zip(*dossiers, strict=True), strict=True)
    return evaluate(OFFICER, {one: Counted.of(points).score() for one, points in columns})


def test_the_worked_example_of_four_dossiers_gives_six_point_six_and_the_full_level() -> None:
    found = officer_of(DOSSIERS)
    assert [str(found.scores[one]) for one in OFFICER.indicators] == [
        "1.0", "0.8", "1.8", "2.0", "1.0",
    ]  # fmt: skip
    assert (found.points, found.level, found.complete) == (Decimal("6.6"), "full", True)


def test_an_officer_can_have_ten_points_and_a_unit_eighteen() -> None:
    assert (OFFICER.most, UNIT.most) == (Decimal(10), Decimal(18))
    assert OFFICER.indicators == (1, 2, 3, 4, 7)
    assert UNIT.indicators == tuple(Indicator)


@pytest.mark.parametrize(
    ("points", "level"),
    [
        ("18", "excellent"), ("15.1", "excellent"), ("15", "excellent"), ("14.9", "good"),
        ("12", "good"), ("11.9", "fair"), ("9", "fair"), ("8.9", "average"), ("6", "average"),
        ("5.9", "weak"), ("0", "weak"),
    ],
)  # fmt: skip
def test_a_unit_exactly_at_a_threshold_has_reached_its_level(points: str, level: str) -> None:
    assert level_of(Decimal(points), UNIT.bands) == level


@pytest.mark.parametrize(
    ("points", "level"),
    [("10", "full"), ("5", "full"), ("4.9", "partly"), ("3.5", "partly"), ("3.4", "below")],
)
def test_an_officer_exactly_at_a_threshold_has_reached_its_level(points: str, level: str) -> None:
    assert level_of(Decimal(points), OFFICER.bands) == level


@pytest.mark.parametrize(
    ("points", "dossiers", "score"),
    [(3, 4, "0.8"), (1, 20, "0.1"), (1, 21, "0.0"), (7, 4, "1.8"), (29, 20, "1.5"), (2, 3, "0.7")],
)
def test_an_indicator_rounds_half_up_to_one_decimal(points: int, dossiers: int, score: str) -> None:
    assert Counted(points, dossiers).score() == Decimal(score)


def test_what_is_not_known_of_a_dossier_is_left_out_of_that_indicator_alone() -> None:
    found = officer_of(((2, None, 2, 2, 2), (1, 1, None, 2, 1)))
    assert found.scores[Indicator.AGENCY_TIME] == Decimal("1.0")
    assert found.scores[Indicator.CONTACTS] == Decimal("2.0")
    assert found.complete


def test_an_indicator_without_data_is_named_and_never_made_up_for() -> None:
    full: dict[Indicator, Decimal | None] = {one: Decimal(2) for one in UNIT.indicators}
    found = evaluate(UNIT, {**full, Indicator.ONE_STOP: None})
    assert (found.points, found.most) == (Decimal(16), Decimal(18))
    assert (found.missing, found.complete) == ((Indicator.ONE_STOP,), False)
    found = evaluate(UNIT, {**full, Indicator.ONE_STOP: None, Indicator.ONLINE: None})
    assert (found.points, found.level) == (Decimal(14), "good")


def test_nothing_known_has_no_level() -> None:
    found = evaluate(OFFICER, {})
    assert (found.level, found.points, found.missing) == (None, Decimal(0), OFFICER.indicators)


@pytest.mark.parametrize(("pace", "points"), [("shorter", 2), ("equal", 1), ("longer", 0)])
def test_time_is_held_against_the_limit(pace: str, points: int) -> None:
    assert time_points(Pace(pace)) == points
    one = {known.value: int(pace == known) for known in Pace}
    assert attitude_counted(**one, complaints=0) == Counted(points, 1)
    assert attitude_counted(**one, complaints=1) == Counted(0, 1)


@pytest.mark.parametrize(
    ("times", "fault", "points"), [(0, False, 2), (1, False, 1), (2, False, 0), (3, True, 1)]
)
def test_further_contacts_cost_points_unless_the_applicant_is_at_fault(
    times: int, fault: bool, points: int
) -> None:
    assert contact_points(times, applicant_at_fault=fault) == points


def test_only_the_one_stop_may_be_contacted() -> None:
    found = [agency_points(count, one_stop=True) for count in range(3)]
    assert found == [2, 1, 0]
    assert agency_points(1, one_stop=False) == 0


@pytest.mark.parametrize(
    ("finding", "counts"),
    [("unchecked", True), ("true", True), ("partly", True), ("untrue", False), ("slander", False)],
)
def test_a_complaint_found_untrue_or_slander_does_not_stand(finding: str, counts: bool) -> None:
    assert stands(Finding(finding)) is counts


def test_the_smiley_is_never_indicator_seven() -> None:
    """Nothing in the circular's rules takes a rating; indicator 7 knows time and complaints."""
    asked = inspect.signature(attitude_counted).parameters
    assert list(asked) == ["shorter", "equal", "longer", "complaints"]
    names = {
        name
        for _, function in inspect.getmembers(circular, inspect.isfunction)
        for name in inspect.signature(function).parameters
    }
    assert not any("rating" in name or "satisf" in name for name in names)


@pytest.mark.parametrize(
    ("received", "decided", "points"), [(10, 10, 2), (10, 9, 1), (9, 9, 0), (0, 0, 0)]
)
def test_all_listed_procedures_are_decided_or_at_least_received_at_the_one_stop(
    received: int, decided: int, points: int
) -> None:
    assert one_stop_points(10, received, decided) == points
    assert one_stop_points(0, 0, 0) is None


@pytest.mark.parametrize(("both", "some", "points"), [(4, 4, 2), (3, 4, 1), (3, 3, 0), (0, 4, 1)])
def test_procedures_are_posted_and_electronic(both: int, some: int, points: int) -> None:
    assert publication_points(4, both, some) == points
    assert publication_points(0, 0, 0) is None


@pytest.mark.parametrize(
    ("received", "on_time", "prolonged", "points"),
    [(0, 0, 0, 2), (10, 10, 0, 2), (10, 9, 0, 1), (100, 89, 0, 0), (10, 10, 1, 0), (10, 9, 1, 0)],
)
def test_complaints_are_explained_in_time_and_none_drags_on(
    received: int, on_time: int, prolonged: int, points: int
) -> None:
    assert explaining_points(received, on_time, prolonged) == points


@pytest.mark.parametrize(
    ("online_procedures", "online_dossiers", "late", "points"),
    [(20, 30, 0, 2), (19, 30, 0, 1), (20, 29, 0, 1), (20, 15, 0, 1), (20, 14, 0, 0),
     (0, 0, 0, 0), (50, 50, 1, 0)],
)  # fmt: skip
def test_online_service_has_its_shares(
    online_procedures: int, online_dossiers: int, late: int, points: int
) -> None:
    assert online_points(100, online_procedures, 100, online_dossiers, late) == points
    assert online_points(100, online_procedures, 0, 0, 0) is None


points = st.none() | st.integers(0, 2)
rows = st.lists(st.tuples(points, points, points, points, points), min_size=1, max_size=12)


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_dossiers_changes_nothing(
    dossiers: list[tuple[int | None, ...]], chance: object
) -> None:
    assert officer_of(tuple(dossiers)) == officer_of(tuple(reversed(dossiers)))
    assert officer_of(tuple(dossiers)) == officer_of(tuple(sorted(dossiers, key=str)))


@given(rows)
def test_a_sum_stays_between_nothing_and_the_most(dossiers: list[tuple[int | None, ...]]) -> None:
    found = officer_of(tuple(dossiers))
    assert 0 <= found.points <= found.most


@given(rows, st.integers(0, 4))
def test_leaving_an_indicator_out_never_helps(
    dossiers: list[tuple[int | None, ...]], column: int
) -> None:
    hidden = [tuple(None if i == column else v for i, v in enumerate(row)) for row in dossiers]
    assert officer_of(tuple(hidden)).points <= officer_of(tuple(dossiers)).points


@given(st.lists(st.integers(0, 2), min_size=1, max_size=40), st.integers(0, 39))
def test_a_better_dossier_never_lowers_an_indicator(marks: list[int], place: int) -> None:
    index = place % len(marks)
    better = [*marks[:index], 2, *marks[index + 1 :]]
    before, after = Counted.of(marks).score(), Counted.of(better).score()
    assert before is not None
    assert after is not None
    assert before <= after
