"""Numbers written alike: as many digits after the comma as the longest needs."""

from decimal import Decimal

import pytest

from shared.domain.rounding import digits_needed


@pytest.mark.parametrize(
    ("values", "digits"),
    [
        ([], 0),
        ([None], 0),
        ([Decimal("100.00"), Decimal(0), None, Decimal("-20.0")], 0),
        ([Decimal("100.00"), Decimal("92.50")], 1),
        ([Decimal("100.00"), Decimal("91.75"), None], 2),
        ([Decimal("-0.05")], 2),
        ([Decimal(1) / 3, 100], 2),
        ([0.1 + 0.2], 1),
    ],
)
def test_all_are_written_with_the_digits_of_the_longest(
    values: list[Decimal | float | None], digits: int
) -> None:
    assert digits_needed(values) == digits
