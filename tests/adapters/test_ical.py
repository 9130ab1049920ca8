"""Calendar files: whole days, ranges, moments in other zones, and what cannot be taken."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from shared.adapters import ical
from shared.domain.errors import Invalid, RuleBroken

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TET = """BEGIN:VEVENT
UID:tet
DTSTART;VALUE=DATE:20270204
DTEND;VALUE=DATE:20270211
SUMMARY:Tết Nguyên đán\\, nghỉ bảy ngày
CATEGORIES:Nghỉ lễ,Cả nước
DESCRIPTION:Thông báo mẫu
END:VEVENT"""
ONE_DAY = """BEGIN:VEVENT
DTSTART;VALUE=DATE:20270102
SUMMARY:Làm bù
 cho thứ Sáu
END:VEVENT"""


def calendar(*events: str) -> str:
    inside = "\n".join(events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:mau\n{inside}\nEND:VCALENDAR\n"


def event(*lines: str) -> str:
    return "\n".join(("BEGIN:VEVENT", "SUMMARY:Nghỉ", *lines, "END:VEVENT"))


def dates(*lines: str) -> list[str]:
    (found,), problems = ical.read(calendar(event(*lines)), ZONE)
    assert problems == []
    return [on.isoformat() for on in found.dates]


def test_a_range_is_all_its_days_without_the_end_which_lies_outside() -> None:
    (found,), problems = ical.read(calendar(TET), ZONE)
    assert problems == []
    assert found.dates == [date(2027, 2, day) for day in range(4, 11)]
    assert (found.line, found.summary) == (4, "Tết Nguyên đán, nghỉ bảy ngày")
    assert found.categories == ("Nghỉ lễ", "Cả nước")
    assert found.description == "Thông báo mẫu"


def test_an_event_without_an_end_is_one_day_and_folded_lines_are_joined() -> None:
    (found,), _problems = ical.read(calendar(ONE_DAY), ZONE)
    assert found.dates == [date(2027, 1, 2)]
    assert found.summary == "Làm bùcho thứ Sáu"  # RFC 5545, 3.1: a fold adds no blank


def test_line_ends_of_every_system_are_read() -> None:
    for text in (calendar(TET), calendar(TET).replace("\n", "\r\n")):
        assert len(ical.read(text, ZONE)[0]) == 1


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # 17:00 UTC is the local midnight: the day is the local one.
        (["DTSTART:20260102T170000Z", "DTEND:20260103T170000Z"], ["2026-01-03"]),
        (["DTSTART:20260102T165900Z"], ["2026-01-02"]),
        (["DTSTART:20260102T000000", "DTEND:20260104T000000"], ["2026-01-02", "2026-01-03"]),
        (
            ["DTSTART;TZID=Asia/Tokyo:20260103T010000", "DTEND;TZID=Asia/Tokyo:20260103T020000"],
            ["2026-01-02"],
        ),
        (["DTSTART;VALUE=DATE:20260102", "DURATION:P2D"], ["2026-01-02", "2026-01-03"]),
        (["DTSTART;TZID=Chỗ/Nào:20260103T010000", "SUMMARY:hai tên"], ["2026-01-03"]),
        (["DTSTART;VALUE=DATE:20280229"], ["2028-02-29"]),
        (["DTSTART;VALUE=DATE:20260102", "DTEND;VALUE=DATE:20260102"], ["2026-01-02"]),
    ],
)
def test_an_event_is_the_local_dates_it_lies_on(lines: list[str], expected: list[str]) -> None:
    assert dates(*lines) == expected


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["DTSTART:hôm nay"],
        ["DTSTART;VALUE=DATE:20260230"],
        ["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY"],
        ["DTSTART;VALUE=DATE:20260101", "STATUS:CANCELLED"],
        ["DTSTART;VALUE=DATE:20260103", "DTEND;VALUE=DATE:20260101"],
        ["DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260301"],
        ["DTSTART;VALUE=DATE:18000101"],
        ["DTSTART;VALUE=DATE:20260101", "DTEND:20260102T000000Z"],
    ],
)
def test_a_bad_event_is_named_by_its_line_and_spoils_no_other(lines: list[str]) -> None:
    events, problems = ical.read(calendar(TET, event(*lines), ONE_DAY), ZONE)
    assert [found.line for found in events] == [4, 14 + len(lines) + 1]
    (problem,) = problems
    assert (problem.line, problem.refusal.code) == (12, "bad_event")
    assert problem.summary == "Nghỉ"


def test_an_event_without_a_name_or_without_its_end_is_bad() -> None:
    nameless = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nEND:VEVENT"
    cut = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260101\nSUMMARY:Nghỉ"
    _events, problems = ical.read(calendar(nameless, cut), ZONE)
    assert [problem.line for problem in problems] == [4, 7]


@pytest.mark.parametrize(
    "text",
    ["", "ngày,loại\n2026-01-01,nghỉ", calendar(), calendar(*[ONE_DAY] * 1_001)],
)
def test_what_is_no_calendar_is_refused_as_a_file(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        ical.read(text, ZONE)
    assert (refusal.value.code, refusal.value.field) == ("no_calendar", "file")


PIECES = ("DTSTART", "DTEND", ";VALUE=DATE", ";TZID=", ":", "2026", "0101", "T", "Z", "P1D", "\n")


@given(some.lists(some.sampled_from(PIECES) | some.text(max_size=3), max_size=12))
def test_whatever_an_event_holds_it_is_taken_or_refused(pieces: list[str]) -> None:
    try:
        events, problems = ical.read(calendar(event("".join(pieces))), ZONE)
    except RuleBroken:
        return
    assert len(events) + len(problems) >= 1
