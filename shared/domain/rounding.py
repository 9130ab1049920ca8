"""Exact numbers made short for people to read: one way of rounding for every rule."""

from decimal import Decimal
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)


def half_up(value: Fraction, digits: int) -> Decimal:
    """Round an exact number to so many digits after the comma, a half away from zero.

    The legal texts say “rounded to one decimal” and leave the half open; half up is what people
    expect and what the one-stop software does. No binary fraction is involved.
    """
    scale = 10**digits
    steps = floor(abs(value) * scale + HALF)
    return Decimal(steps if value >= 0 else -steps).scaleb(-digits)
