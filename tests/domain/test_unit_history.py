"""Units through time, as plain rules: levels with their days, names of a day, leading bodies."""

from datetime import date

import pytest

from shared.domain.campaign_leader import Leader, as_of, check_leaders, within
from shared.domain.errors import Invalid
from shared.domain.unit_history import Level, Past, Standing, check_level
from shared.domain.unit_history import as_of as unit_as_of

LAST, FIRST = date(2025, 6, 30), date(2025, 7, 1)
DISTRICT = Level("district", "Huyện", "District", valid_to=LAST)
OFFICE, DEPARTMENT = Leader("Phòng Nội vụ", until=LAST), Leader("Sở Nội vụ", since=FIRST)


@pytest.mark.parametrize("last", [None, FIRST])
def test_no_district_goes_on_after_the_last_day_of_the_districts(last: date | None) -> None:
    with pytest.raises(Invalid) as refused:
        check_level(DISTRICT, date(2020, 1, 1), last)
    assert (refused.value.code, refused.value.field) == ("level_ended", "level")


def test_a_district_up_to_the_last_day_of_the_districts_is_one() -> None:
    check_level(DISTRICT, date(2020, 1, 1), LAST)


def test_a_level_has_its_english_name_and_where_there_is_none_the_vietnamese() -> None:
    assert (DISTRICT.words("en"), DISTRICT.words("vi")) == ("District", "Huyện")
    assert Level("to", "Tổ").words("en") == "Tổ"


def test_a_unit_is_on_a_day_what_the_earliest_past_that_reaches_it_says() -> None:
    first, second = Standing("Một", "commune", 1), Standing("Hai", "commune", 2)
    now = Standing("Ba", "commune", 2)
    pasts = [Past(date(2026, 5, 31), second), Past(date(2026, 1, 31), first)]
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 5, 31), date(2026, 6, 1)]
    assert [unit_as_of(pasts, now, on).name for on in days] == ["Một", "Hai", "Hai", "Ba"]


def test_who_leads_within_a_period_leaves_days_outside_it_open() -> None:
    both = (OFFICE, DEPARTMENT)
    assert within(both, date(2023, 8, 1), date(2024, 11, 30)) == (Leader("Phòng Nội vụ"),)
    assert within(both, date(2026, 1, 1), date(2026, 12, 31)) == (Leader("Sở Nội vụ"),)
    assert within(both, date(2025, 1, 1), date(2025, 12, 31)) == both


def test_a_handover_to_come_is_not_known_before_it() -> None:
    both = (OFFICE, DEPARTMENT)
    assert as_of(both, LAST) == (Leader("Phòng Nội vụ"),)
    assert as_of(both, FIRST) == both


def test_days_without_a_leading_body_are_allowed_and_days_with_two_are_not() -> None:
    check_leaders([OFFICE, Leader("Sở Nội vụ", since=date(2025, 8, 1))])
    with pytest.raises(Invalid):
        check_leaders([OFFICE, Leader("Sở Nội vụ", since=LAST)])
