"""How sure a share is: the Wilson 95 % interval and the fewest answers a share may rest on."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Z_95 = Decimal("1.959964")  # two-sided 95 % of the normal distribution
FEWEST_SHOWN = 5  # below this a share is not shown: it could be told who answered
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Interval:
    """A lower and an upper bound, both in percent, rounded half up to two decimals."""

    low: Decimal
    high: Decimal


def share(hits: int, cases: int) -> Decimal:
    """Give hits of cases in percent, to 28 digits: enough to tell it from any target exactly.

    Raises ValueError unless 0 ≤ hits ≤ cases and cases > 0.
    """
    if not 0 <= hits <= cases or cases == 0:
        raise ValueError(f"{hits} of {cases} is not a share")
    return Decimal(hits * 100) / Decimal(cases)


def wilson(hits: int, cases: int) -> Interval:
    """Give the Wilson score interval at 95 % for hits of cases, in percent within 0 to 100.

    Source: E. B. Wilson, JASA 22 (1927); unlike the plain normal interval it stays within bounds
    and is usable for few cases. Raises ValueError unless 0 ≤ hits ≤ cases and cases > 0.
    """
    p = share(hits, cases) / 100
    n, z2 = Decimal(cases), Z_95 * Z_95
    centre = p + z2 / (2 * n)
    spread = Z_95 * ((p * (1 - p) + z2 / (4 * n)) / n).sqrt()
    scale = 1 + z2 / n
    return Interval(_percent((centre - spread) / scale), _percent((centre + spread) / scale))


def enough(cases: int) -> bool:
    """Tell whether a share over so many answers may be shown as a percentage."""
    return cases >= FEWEST_SHOWN


def _percent(fraction: Decimal) -> Decimal:
    bounded = min(max(fraction, Decimal(0)), Decimal(1))
    return (bounded * 100).quantize(HUNDREDTH, ROUND_HALF_UP)
