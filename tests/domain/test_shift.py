"""Two shifts: whether they share a moment, one stands in for the other, or is cut from it."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.organisation import DutyShift, is_cut_from, on_duty, overlap, stands_in

MONDAY = date(2026, 7, 20)
FRIDAY = date(2026, 7, 24)
BASE = DutyShift(1, "HA", "12345", time(7, 30), time(11, 30), date(2025, 7, 1), None)
LENT = replace(BASE, officer_id=2, valid_from=MONDAY, valid_to=FRIDAY)


@pytest.mark.parametrize(
    ("change", "shared"),
    [
        ({}, True),
        ({"starts": time(11, 29), "ends": time(17)}, True),
        ({"starts": time(11, 30), "ends": time(17)}, False),
        ({"starts": time(6), "ends": time(7, 30)}, False),
        ({"weekdays": "67"}, False),
        ({"weekdays": "56"}, True),
        ({"valid_from": date(2024, 1, 1), "valid_to": date(2025, 6, 30)}, False),
        ({"valid_from": date(2024, 1, 1), "valid_to": date(2025, 7, 1)}, True),  # a Tuesday
        ({"valid_from": date(2024, 1, 1), "valid_to": date(2025, 7, 1), "weekdays": "1"}, False),
        ({"valid_from": MONDAY, "valid_to": MONDAY, "weekdays": "1"}, True),
        ({"valid_from": MONDAY, "valid_to": MONDAY, "weekdays": "2345"}, False),
        ({"valid_from": MONDAY, "valid_to": date(2026, 7, 19)}, False),  # never begins
    ],
)
def test_shifts_overlap_at_shared_weekdays_hours_and_days(
    change: dict[str, object], shared: bool
) -> None:
    other = replace(BASE, officer_id=2, **change)  # type: ignore[arg-type]
    assert overlap(BASE, other) == overlap(other, BASE) == shared


@st.composite
def shifts(draw: st.DrawFn) -> DutyShift:
    """Any shift of a few days and hours."""
    first = MONDAY + timedelta(draw(st.integers(0, 9)))
    days = draw(st.none() | st.integers(0, 9))
    starts = draw(st.integers(7, 10))
    return DutyShift(
        1,
        "",
        "".join(sorted(draw(st.sets(st.sampled_from("1234567"), min_size=1)))),
        time(starts),
        time(starts + draw(st.integers(1, 3))),
        first,
        None if days is None else first + timedelta(days),
    )


@given(shifts(), shifts())
def test_shifts_overlap_exactly_where_a_moment_lies_in_both(
    one: DutyShift, other: DutyShift
) -> None:
    days = [MONDAY + timedelta(day) for day in range(30)]
    moments = [datetime.combine(on, time(hour, 30)) for on in days for hour in range(7, 14)]
    both = any(one.covers(moment) and other.covers(moment) for moment in moments)
    assert overlap(one, other) == both


@pytest.mark.parametrize(
    ("change", "lent"),
    [
        ({}, True),
        ({"valid_to": None}, False),
        ({"valid_from": BASE.valid_from}, False),
        ({"valid_from": date(2025, 6, 30)}, False),
    ],
)
def test_a_stand_in_begins_later_and_has_a_last_day(change: dict[str, object], lent: bool) -> None:
    assert stands_in(replace(LENT, **change), BASE) == lent  # type: ignore[arg-type]


def test_a_stand_in_ends_no_later_than_whom_it_stands_in_for() -> None:
    assert stands_in(LENT, replace(BASE, valid_to=FRIDAY))
    assert not stands_in(LENT, replace(BASE, valid_to=FRIDAY - timedelta(1)))


@pytest.mark.parametrize("turned", [False, True])
def test_a_stand_in_is_on_duty_and_afterwards_the_other_again(turned: bool) -> None:
    planned = [LENT, BASE] if turned else [BASE, LENT]
    for on, officer in ((date(2026, 7, 17), 1), (MONDAY, 2), (FRIDAY, 2), (date(2026, 7, 27), 1)):
        found = on_duty(planned, datetime.combine(on, time(9)))
        assert found is not None
        assert found.officer_id == officer


@pytest.mark.parametrize(
    ("change", "cut"),
    [
        ({}, True),
        ({"valid_to": FRIDAY}, True),
        ({"weekdays": "135"}, True),
        ({"starts": time(8), "ends": time(11)}, True),
        ({"weekdays": "16"}, False),
        ({"ends": time(12)}, False),
        ({"starts": time(7)}, False),
        ({"valid_from": MONDAY}, False),  # who begins later is on duty: that changes who is
        ({"officer_id": 2}, False),
    ],
)
def test_a_part_of_a_shift_takes_no_moment_it_did_not_have(
    change: dict[str, object], cut: bool
) -> None:
    assert is_cut_from(replace(BASE, **change), BASE) == cut  # type: ignore[arg-type]
