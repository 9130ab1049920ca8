"""The days off a year is expected to have, and how they become days of a calendar."""

import csv
import subprocess
import sys
from collections import Counter
from datetime import date
from importlib.resources import files
from zoneinfo import ZoneInfo

import pytest

from shared.domain.calendar import CalendarDay, DayKind, WorkCalendar, read_days
from shared.domain.calendar_change import CalendarChange, changed
from shared.domain.holiday_base import (
    EXPECTED_ONLY,
    ExpectedDay,
    Proposal,
    confirmed,
    proposals,
    read_expected,
)
from tests.contracts.sources import ROOT

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TABLE = files("shared.reference").joinpath("holiday_base.csv").read_text("utf-8")
EXPECTED = read_expected(csv.DictReader(TABLE.splitlines()))
SHIPPED = read_days(
    csv.DictReader(
        files("shared.reference").joinpath("calendar.csv").read_text("utf-8").splitlines()
    )
)
EMPTY = WorkCalendar.of([], ZONE)
LAW, DECISION = "Bộ luật mẫu", "Thông báo mẫu"
TET = ExpectedDay(date(2028, 1, 26), DayKind.HOLIDAY, "Tết Nguyên đán", by_decision=True)
LABOUR_DAY = ExpectedDay(date(2028, 5, 1), DayKind.HOLIDAY, "Ngày Quốc tế Lao động", False)


def row(on: date, *, provisional: bool, name: str = "Nghỉ") -> CalendarDay:
    return CalendarDay(on, DayKind.HOLIDAY, name, "Văn bản cũ", provisional)


def test_the_table_is_what_the_pinned_library_knows() -> None:
    script = ROOT / "deploy" / "scripts" / "build_holidays"
    done = subprocess.run([sys.executable, script], capture_output=True, check=True)
    assert done.stdout.decode() == TABLE


def test_every_expected_year_has_as_many_days_off_as_the_law_gives() -> None:
    off = {DayKind.HOLIDAY, DayKind.COMPENSATION}
    days = Counter(day.on.year for day in EXPECTED if day.kind in off and day.on.weekday() < 5)
    assert days == dict.fromkeys(range(2026, 2036), 12)


@pytest.mark.parametrize("year", [2026, 2027])
def test_the_shipped_calendar_agrees_but_for_the_swap_the_library_never_heard_of(
    year: int,
) -> None:
    shipped = {(day.on, day.kind) for day in SHIPPED if day.on.year == year}
    base = {(day.on, day.kind) for day in EXPECTED if day.on.year == year}
    late_swap = {
        (date(2026, 1, 2), DayKind.SWAPPED_OFF),
        (date(2026, 1, 10), DayKind.MAKE_UP_WORKING),
    }
    assert base - shipped == set()
    assert shipped - base == (late_swap if year == 2026 else set())


def test_tet_and_national_day_need_a_decision_and_the_others_stand_in_the_law() -> None:
    by_decision = {day.name.removesuffix(" (nghỉ bù)") for day in EXPECTED if day.by_decision}
    assert by_decision - {"Làm bù ngày nghỉ hoán đổi", "Nghỉ hoán đổi với ngày 22/08/2026"} == {
        "Tết Nguyên đán",
        "Quốc khánh",
    }


def test_the_proposals_of_a_year_are_what_is_expected_and_what_stands() -> None:
    own = row(date(2028, 8, 1), provisional=False)
    elsewhere = row(date(2029, 8, 1), provisional=False)
    found = proposals([TET, LABOUR_DAY], WorkCalendar.of([own, elsewhere], ZONE), 2028)
    assert found == [
        Proposal(TET.on, TET, None),
        Proposal(LABOUR_DAY.on, LABOUR_DAY, None),
        Proposal(own.on, None, own),
    ]
    assert [one.by_decision for one in found] == [True, False, True]
    assert [one.is_confirmed for one in found] == [False, False, True]


def test_a_day_is_sure_only_with_the_document_of_its_sort() -> None:
    found = proposals([TET, LABOUR_DAY], EMPTY, 2028)
    tet, labour = confirmed(found, LAW, "")
    assert (tet.provisional, tet.document) == (True, EXPECTED_ONLY)
    assert (labour.provisional, labour.document) == (False, LAW)
    tet, labour = confirmed(found, "", DECISION)
    assert (tet.provisional, tet.document) == (False, DECISION)
    assert labour.provisional


def test_what_has_its_document_already_keeps_it() -> None:
    sure, doubtful = row(TET.on, provisional=False), row(LABOUR_DAY.on, provisional=True)
    calendar = WorkCalendar.of([sure, doubtful], ZONE)
    found = proposals([TET, LABOUR_DAY], calendar, 2028)
    assert confirmed(found, "", "") == (sure, doubtful)
    assert confirmed(found, LAW, DECISION)[0] == sure


def test_a_year_confirmed_from_the_base_is_sure() -> None:
    days = confirmed(proposals(EXPECTED, EMPTY, 2028), LAW, DECISION)
    assert changed(EMPTY, CalendarChange(days)).is_confirmed(2028)
    only_law = confirmed(proposals(EXPECTED, EMPTY, 2028), LAW, "")
    assert not changed(EMPTY, CalendarChange(only_law)).is_confirmed(2028)
