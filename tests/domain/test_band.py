"""Levels of a campaign: exact bounds, and what no campaign may have."""

from decimal import Decimal

import pytest

from shared.domain.band import SUGGESTED, Band, band_above, band_of, check_bands
from shared.domain.errors import Invalid


@pytest.mark.parametrize(
    ("total", "name"),
    [
        ("100", "Xuất sắc"),
        ("90", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("80", "Tốt"),
        ("79.99", "Khá"),
        ("70.00", "Khá"),
        ("69.99", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_a_bound_belongs_to_the_band_above_it(total: str, name: str) -> None:
    found = band_of(SUGGESTED[::-1], Decimal(total))
    assert found is not None
    assert found.name == name


def test_without_a_total_or_bands_there_is_no_level() -> None:
    assert band_of(SUGGESTED, None) is None
    assert band_above(SUGGESTED, None) is None
    assert band_of((), Decimal(90)) is None


@pytest.mark.parametrize(
    ("total", "above"), [("49.99", "Trung bình"), ("50", "Khá"), ("89.99", "Xuất sắc")]
)
def test_the_band_above_is_the_nearest_not_reached(total: str, above: str) -> None:
    found = band_above(SUGGESTED, Decimal(total))
    assert found is not None
    assert found.name == above


def test_at_the_top_there_is_no_band_above() -> None:
    assert band_above(SUGGESTED, Decimal(90)) is None


def bands(*pairs: tuple[str, str]) -> tuple[Band, ...]:
    return tuple(Band(name, Decimal(lowest)) for name, lowest in pairs)


@pytest.mark.parametrize(
    "wrong",
    [
        bands(("Tốt", "80")),
        bands(("Tốt", "80"), ("Tốt", "0")),
        bands(("Tốt", "0"), ("Yếu", "0.00")),
        bands(("", "80"), ("Yếu", "0")),
        bands(("T" * 61, "80"), ("Yếu", "0")),
        bands(("Tốt", "101"), ("Yếu", "0")),
        bands(("Tốt", "80.001"), ("Yếu", "0")),
        bands(*((str(low), str(low)) for low in range(11))),
    ],
)
def test_bands_that_leave_somebody_without_a_level_or_in_two_are_refused(
    wrong: tuple[Band, ...],
) -> None:
    with pytest.raises(Invalid):
        check_bands(wrong)


def test_the_suggested_bands_and_none_at_all_are_allowed() -> None:
    check_bands(SUGGESTED)
    check_bands(())
