"""What changed since the last review: points, places, band, and every criterion."""

from decimal import Decimal

from shared.domain.band import SUGGESTED
from shared.domain.review_change import Earlier, change
from shared.domain.scoring import MeasurementState, Row, score, standing
from tests.domain.scores import RULES, entry, rule, share, unknown


def row(hits: int) -> Row:
    first = score(rule(target="100", points="50", code="1"), share(hits, 100), RULES)
    second = score(rule(points="50", code="2"), unknown(MeasurementState.OFF), RULES)
    (made,) = standing([entry("A", first, second)])
    return made


def earlier(total: str | None, rank: int | None, band: str | None) -> Earlier:
    points = {"1": Decimal("30.00"), "2": Decimal("4.00")}
    return Earlier(None if total is None else Decimal(total), rank, True, band, points)


def test_points_places_and_bands_are_held_against_the_review() -> None:
    found = change(earlier("34.00", 3, "Yếu"), row(100), SUGGESTED)
    assert (found.points, found.places, found.band) == (Decimal("16.00"), 2, "Trung bình")
    assert found.other_band


def test_a_criterion_without_a_figure_on_one_side_has_no_change() -> None:
    found = change(earlier("34.00", 1, "Yếu"), row(50), SUGGESTED)
    assert found.criteria == {"1": Decimal("-5.00"), "2": None}
    assert (found.points, found.places, found.other_band) == (Decimal("-9.00"), 0, False)


def test_who_had_no_rank_or_total_then_has_no_change_of_them() -> None:
    found = change(earlier(None, None, None), row(50), SUGGESTED)
    assert (found.points, found.places) == (None, None)
