"""Shares and their intervals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.sampling import Interval, enough, share, wilson

pairs = st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_share_of_all_and_none() -> None:
    assert share(4_752, 4_800) == Decimal(99)
    assert share(0, 7) == 0


@pytest.mark.parametrize(("hits", "cases"), [(1, 0), (-1, 5), (6, 5), (0, 0)])
def test_what_is_not_a_share_is_refused(hits: int, cases: int) -> None:
    with pytest.raises(ValueError):
        share(hits, cases)


@pytest.mark.parametrize(
    ("hits", "cases", "low", "high"),
    [
        # Worked by hand with z = 1.959964.
        (1_086, 1_134, "94.43", "96.79"),
        (0, 10, "0.00", "27.75"),
        (10, 10, "72.25", "100.00"),
        (1, 2, "9.45", "90.55"),
    ],
)
def test_wilson_interval_of_known_cases(hits: int, cases: int, low: str, high: str) -> None:
    assert wilson(hits, cases) == Interval(Decimal(low), Decimal(high))


@given(pairs)
def test_wilson_interval_holds_the_share_and_stays_in_bounds(pair: tuple[int, int]) -> None:
    interval, value = wilson(*pair), share(*pair)
    assert 0 <= interval.low <= interval.high <= 100
    assert interval.low - Decimal("0.01") <= value <= interval.high + Decimal("0.01")


@given(pairs)
def test_more_answers_of_the_same_share_narrow_the_interval(pair: tuple[int, int]) -> None:
    few, many = wilson(*pair), wilson(pair[0] * 4, pair[1] * 4)
    assert many.high - many.low <= few.high - few.low + Decimal("0.01")


def test_a_share_is_shown_from_five_answers() -> None:
    assert not enough(4)
    assert enough(5)
