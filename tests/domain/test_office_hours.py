"""Office hours as people write them."""

from datetime import time

import pytest

from shared.domain.calendar import OFFICE_HOURS
from shared.domain.errors import Invalid
from shared.domain.office_hours import read_spans, read_week, write_spans, write_week

TYPICAL = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))


@pytest.mark.parametrize(
    "text",
    ["07:30-11:30, 13:30-17:00", "7h30–11h30;13h30 – 17h", " 7:30 -11:30,, 13:30-17H "],
)
def test_hours_are_read_as_people_write_them(text: str) -> None:
    assert read_spans(text, "hours") == TYPICAL
    assert write_spans(read_spans(text, "hours")) == "07:30-11:30, 13:30-17:00"


def test_no_hours_are_a_day_off() -> None:
    assert read_spans("  ", "hours") == ()
    assert write_spans(()) == ""


@pytest.mark.parametrize(
    "text",
    [
        "sáng",
        "07:30",
        "7-11",
        "11:30-07:30",
        "07:30-07:30",
        "07:30-11:30, 11:30-17:00",
        "13:30-17:00, 07:30-11:30",
        "07:60-11:30",
        "24:00-25:00",
        "07:30-11:30," * 9,
    ],
)
def test_hours_that_make_no_day_are_refused_with_their_field(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_spans(text, "day_3")
    assert (refusal.value.code, refusal.value.field) == ("hours_wrong", "day_3")


def test_a_week_is_read_as_it_is_written() -> None:
    assert read_week(write_week(OFFICE_HOURS)) == OFFICE_HOURS


@pytest.mark.parametrize("days", [[""] * 7, ["07:30-11:30"] * 6, []])
def test_a_week_without_hours_or_days_is_refused(days: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        read_week(days)
    assert refusal.value.code == "week_empty"


def test_a_wrong_day_of_a_week_is_named() -> None:
    with pytest.raises(Invalid) as refusal:
        read_week(["07:30-11:30", "", "7", "", "", "", ""])
    assert refusal.value.field == "day_2"
