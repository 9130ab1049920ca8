"""What the events of other calendars mean, and what is left to a person."""

import pytest

from shared.domain.calendar import DayKind
from shared.domain.calendar_feed import UNDECIDED, kind_of

HOLIDAY, COMPENSATION = DayKind.HOLIDAY, DayKind.COMPENSATION
SWAPPED, MAKE_UP = DayKind.SWAPPED_OFF, DayKind.MAKE_UP_WORKING


@pytest.mark.parametrize(
    ("summary", "kind"),
    [
        ("Tết Nguyên đán", HOLIDAY),
        ("Giao thừa Tết Nguyên Đán", HOLIDAY),
        ("29 Tết", HOLIDAY),
        ("Mùng hai Tết", HOLIDAY),
        ("Giỗ Tổ Hùng Vương", HOLIDAY),
        ("QUỐC KHÁNH", HOLIDAY),
        ("Ngày Quốc tế Lao động", HOLIDAY),
        ("Ngày Văn hóa Việt Nam", HOLIDAY),
        ("Giỗ Tổ Hùng Vương (nghỉ bù)", COMPENSATION),
        ("Ngày nghỉ (thay cho ngày 22/08/2026)", SWAPPED),
        ("Hoán đổi ngày làm việc: nghỉ thứ Sáu", SWAPPED),
        ("Làm bù thứ Bảy (hoán đổi)", MAKE_UP),
        ("Đi làm ngày thứ Bảy", MAKE_UP),
        ("Tết Trung thu", None),
        ("Tết Đoan Ngọ", None),
        ("Ngày Phụ nữ Việt Nam", None),
        ("St Martin's day", None),
        ("Họp giao ban", None),
    ],
)
def test_a_summary_says_the_kind_or_leaves_it_to_a_person(
    summary: str, kind: DayKind | None
) -> None:
    assert kind_of(summary)[0] is kind


def test_categories_come_before_the_summary_and_the_description_last() -> None:
    assert kind_of("Thứ Bảy 10/01", ["Làm bù"])[0] is MAKE_UP
    assert kind_of("Quốc khánh", ["Nghỉ bù"])[0] is COMPENSATION
    assert kind_of("Thứ Sáu", [], "Public holiday")[0] is HOLIDAY
    assert kind_of("Quốc khánh", [], "Observance")[0] is HOLIDAY


def test_the_rule_is_told_with_the_kind() -> None:
    assert kind_of("Halloween", [], "Observance")[1] != UNDECIDED
    assert kind_of("Halloween") == (None, UNDECIDED)
