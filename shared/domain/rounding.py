"""Exact numbers made short for people to read: one way of rounding for every rule."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)
MOST_DIGITS = 2  # to which points and shares are rounded


def half_up(value: Fraction, digits: int) -> Decimal:
    """Round an exact number to so many digits after the comma, a half away from zero.

    The legal texts say “rounded to one decimal” and leave the half open; half up is what people
    expect and what the one-stop software does. No binary fraction is involved.
    """
    scale = 10**digits
    steps = floor(abs(value) * scale + HALF)
    return Decimal(steps if value >= 0 else -steps).scaleb(-digits)


def digits_needed(values: Iterable[Decimal | float | None]) -> int:
    """Say how many digits after the comma write all these numbers alike: those the longest needs.

    Two at most; none when all are whole. What is None is not written.
    """
    smallest = Decimal(1).scaleb(-MOST_DIGITS)
    exponents = (
        Decimal(value).quantize(smallest).normalize().as_tuple().exponent
        for value in values
        if value is not None
    )
    return max((-int(one) for one in exponents if int(one) < 0), default=0)
