"""The calendar through its pages: looked at before it is written, followed by the open cases."""

import html
import io
import json
import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.config import Settings
from shared.jobs import loop
from shared.models.calendar import CalendarDay, CalendarMove, CalendarVersion
from shared.models.complaint import Complaint
from shared.services import calendars
from tests.case_world import build, code_of, file
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

CALENDAR = "/admin/organisation/calendar"
DAYS = "/admin/organisation/days"
DAY = {"on": "2026-11-20", "kind": "holiday", "name": "Nghỉ bão", "document": "Công điện mẫu"}
ICAL = """BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261119
DTEND;VALUE=DATE:20261121
SUMMARY:Nghỉ lễ địa phương
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261128
SUMMARY:Làm bù
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261120
SUMMARY:Ngày Nhà giáo Việt Nam
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261130
SUMMARY:Họp tổng kết
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20261201
RRULE:FREQ=DAILY
SUMMARY:Giao ban
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, on Wednesday 2026-11-18."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report of today, due in five working days; 24 November is a holiday."""
    return file(session, sen, clock())


@pytest.fixture
def root(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """Somebody with every role everywhere."""
    return enter(app, session, "root", clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, path: str, fields: dict[str, Any]) -> TestResponse:
    data = {"csrf_token": csrf(client)} | fields
    return client.post(path, data=data, content_type="multipart/form-data")


def proposal(answer: TestResponse) -> dict[str, str]:
    """Give the hidden fields of a preview, which writing it sends back."""
    page = text(answer)
    assert answer.status_code == 200, page
    return {
        name: html.unescape(value)
        for name, value in re.findall(
            r'name="(origin|change)" value="([^"]*)"', answer.get_data(as_text=True)
        )
    }


def counted(session: Session, table: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_day_that_moves_deadlines_is_looked_at_first_then_they_follow(
    root: FlaskClient, session: Session, case: Complaint, settings: Settings, clock: Clock
) -> None:
    days = counted(session, CalendarDay)
    looked = send(root, f"{DAYS}/new", DAY)
    page = text(looked)
    assert "T5 26/11/2026" in page
    assert "T6 27/11/2026" in page
    assert case.number in page
    session.expire_all()
    assert (counted(session, CalendarDay), counted(session, CalendarVersion)) == (days, 0)

    written = send(root, f"{CALENDAR}/apply", proposal(looked))
    assert written.status_code == 302
    assert "chưa dời" in text(root.get(f"{CALENDAR}/versions"))
    session.expire_all()
    assert case.due_on == date(2026, 11, 26)
    loop.run_waiting(settings, clock())
    session.expire_all()
    assert case.due_on == date(2026, 11, 27)
    version = text(root.get(f"{CALENDAR}/versions/2"))
    assert "Nghỉ bão" in version
    assert case.number in version
    assert f"{DAYS}" in written.headers["Location"]
    followed = text(root.application.test_client().get(f"/follow/{code_of(case)}"))
    assert "Lịch làm việc thay đổi" in followed
    assert "26/11/2026 → 27/11/2026" in followed
    history = text(root.get(f"/admin/complaints/{case.number}"))
    assert "Lịch làm việc thay đổi" in history


def test_a_day_that_moves_nothing_is_written_at_once(
    root: FlaskClient, session: Session, case: Complaint
) -> None:
    answer = send(root, f"{DAYS}/new", DAY | {"on": "2027-08-20"})
    assert answer.status_code == 302
    (version,) = session.scalars(select(CalendarVersion))
    assert (version.number, version.origin) == (2, "form")
    assert "Đã ghi lịch" in text(root.get(answer.headers["Location"]))
    again = send(root, f"{DAYS}/new", DAY | {"on": "2027-08-20"})
    assert again.status_code == 422


def test_a_removed_day_is_looked_at_too(
    root: FlaskClient, session: Session, case: Complaint
) -> None:
    key = session.scalars(select(CalendarDay.id).where(CalendarDay.on == date(2026, 11, 24))).one()
    looked = send(root, f"{DAYS}/{key}/remove", {})
    assert "sớm hơn" in text(looked)
    assert send(root, f"{CALENDAR}/apply", proposal(looked)).status_code == 302
    session.expire_all()
    assert session.get(CalendarDay, key) is None


def test_a_csv_file_is_one_change_and_one_version(
    root: FlaskClient, session: Session, case: Complaint, settings: Settings, clock: Clock
) -> None:
    table = (
        "on,kind,name,document,provisional,hours\n"
        "2026-11-19,swapped_off,Hoán đổi,Số 1,không,\n"
        '2026-11-28,make_up_working,Làm bù,Số 1,không,"07:30-11:30"\n'
    )
    looked = send(root, f"{DAYS}/import", {"file": (io.BytesIO(table.encode()), "lich.csv")})
    assert "Nhập 2 dòng" in text(looked)
    assert counted(session, CalendarVersion) == 0
    previewed = send(root, f"{DAYS}/import/apply", {"text": table, "take": "all"})
    assert case.number in text(previewed)
    written = send(root, f"{CALENDAR}/apply", proposal(previewed))
    loop.run_waiting(settings, clock())
    job = text(root.get(written.headers["Location"]))
    assert "/admin/organisation/calendar/versions/2?org=O" in job
    session.expire_all()
    (version,) = session.scalars(select(CalendarVersion))
    assert (version.origin, len(version.change["days"])) == ("csv", 2)
    assert case.due_on == date(2026, 11, 27)
    calendar = calendars.work_calendar(session, version.organisation_id)
    assert len(calendar.hours_on(date(2026, 11, 28))) == 1


def test_a_csv_file_with_bad_lines_writes_nothing_unless_they_are_left_out(
    root: FlaskClient, session: Session
) -> None:
    table = "on,kind,name,document\n2027-08-20,holiday,Nghỉ,Số 1\n2027-08-21,?,Nghỉ,Số 1\n"
    assert send(root, f"{DAYS}/import/apply", {"text": table}).status_code == 409
    taken = send(root, f"{DAYS}/import/apply", {"text": table, "take": "good"})
    assert "20/08/2027" in text(taken)
    assert "21/08/2027" not in text(taken)


def test_a_calendar_file_is_looked_at_by_line_and_taken_day_by_day(
    root: FlaskClient, session: Session, case: Complaint
) -> None:
    looked = send(root, f"{CALENDAR}/ical", {"file": (io.BytesIO(ICAL.encode()), "lich.ics")})
    page = text(looked)
    assert looked.status_code == 200
    ticked = re.findall(r'name="on" value="([^"]+)" checked', page)
    assert ticked == ["2026-11-19", "2026-11-20", "2026-11-28"]
    assert "Họp tổng kết" in page
    assert "Ngày 20/11/2026 đã có ở sự kiện dòng 2." in page
    assert "Sự kiện lặp lại; xin ghi từng ngày." in page
    fields: dict[str, Any] = {"document": "Quyết định mẫu", "on": ["2026-11-19", "2026-11-28"]}
    fields["row"] = [*fields["on"], "2026-11-20"]
    for on, kind in (("2026-11-19", "holiday"), ("2026-11-28", "make_up_working")):
        fields |= {f"kind-{on}": kind, f"name-{on}": "Nghỉ lễ địa phương"}
    previewed = send(root, f"{CALENDAR}/ical/take", fields)
    assert case.number in text(previewed)
    assert send(root, f"{CALENDAR}/apply", proposal(previewed)).status_code == 302
    (version,) = session.scalars(select(CalendarVersion))
    assert (version.origin, len(version.change["days"])) == ("ical", 2)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Chưa chọn ngày nào."),
        ({"on": "2026-11-19", "name-2026-11-19": "Nghỉ", "document": "Số 1"}, "chọn loại của ngày"),
        (
            {"on": "2026-11-19", "name-2026-11-19": "Nghỉ", "kind-2026-11-19": "holiday"},
            "Xin nhập mục này.",
        ),
        ({"on": "hôm nay", "kind-hôm nay": "holiday"}, "Ngày cần viết như"),
    ],
)
def test_days_of_a_calendar_file_that_cannot_be_taken_say_why(
    root: FlaskClient, session: Session, fields: dict[str, str], words: str
) -> None:
    answer = send(root, f"{CALENDAR}/ical/take", {"row": fields.get("on", []), **fields})
    assert answer.status_code == 422
    assert words in text(answer)
    assert counted(session, CalendarVersion) == 0


def test_what_was_chosen_of_a_calendar_file_stays_when_it_is_refused(root: FlaskClient) -> None:
    fields: dict[str, Any] = {
        "row": ["2026-11-19", "2026-11-30", "?"],
        "on": ["2026-11-30"],
        "name-2026-11-19": "Nghỉ lễ",
        "kind-2026-11-19": "holiday",
        "line-2026-11-19": "2",
        "name-2026-11-30": "Họp tổng kết",
        "document": "Quyết định mẫu",
        "provisional": "1",
    }
    page = text(send(root, f"{CALENDAR}/ical/take", fields))
    assert re.findall(r'name="on" value="([^"]+)" checked', page) == ["2026-11-30"]
    assert re.findall(r'name="row" value="([^"]+)"', page) == ["2026-11-19", "2026-11-30"]
    assert 'value="Quyết định mẫu"' in page
    assert 'name="provisional" value="1" checked' in page


def test_what_is_no_calendar_file_is_refused(root: FlaskClient) -> None:
    for content in (b"", b"PK\x03\x04", b"\xff\x00", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"):
        answer = send(root, f"{CALENDAR}/ical", {"file": (io.BytesIO(content), "lich.ics")})
        assert answer.status_code == 422


def test_the_alarm_stands_until_the_next_year_is_confirmed_by_documents(
    root: FlaskClient, session: Session, case: Complaint
) -> None:
    pages = ("/admin/organisation", DAYS, "/admin/today")
    assert all("calendar/year?" in text(root.get(path)) for path in pages)
    assert "Chưa có lịch nghỉ chính thức năm 2027" in text(root.get("/admin/today"))
    form = text(root.get(f"{CALENDAR}/year?year=2027"))
    on = re.findall(r'name="on" value="([^"]+)"', form)
    assert len(on) == 15

    by_law = {"on": on, "by_law": "Bộ luật Lao động 2019", "by_decision": ""}
    send(root, f"{CALENDAR}/apply", proposal(send(root, f"{CALENDAR}/year?year=2027", by_law)))
    calendar = calendars.work_calendar(session, calendars_organisation(session))
    assert calendar.days[date(2027, 4, 30)].provisional is False
    assert calendar.days[date(2027, 2, 5)].provisional is True
    assert "năm 2027" in text(root.get("/admin/today"))

    without = [day for day in on if day != "2027-09-03"]
    decided = {"on": [*without], "by_decision": "Thông báo mẫu về nghỉ Tết"}
    send(root, f"{CALENDAR}/apply", proposal(send(root, f"{CALENDAR}/year?year=2027", decided)))
    session.expire_all()
    calendar = calendars.work_calendar(session, calendars_organisation(session))
    assert date(2027, 9, 3) not in calendar.days
    assert calendar.days[date(2027, 2, 5)].document == "Thông báo mẫu về nghỉ Tết"
    assert not calendar.is_confirmed(2027)
    send(root, f"{DAYS}/new", DAY | {"on": "2027-09-01"})
    assert "năm 2027" not in text(root.get("/admin/today"))


def calendars_organisation(session: Session) -> int:
    return session.scalars(select(CalendarVersion.organisation_id)).first() or 0


def test_weekly_hours_are_typed_with_lunch_and_refused_by_their_day(
    root: FlaskClient, session: Session, case: Complaint
) -> None:
    page = text(root.get(f"{CALENDAR}/hours"))
    assert 'name="day_0_morning_from" value="07:30"' in page
    fields = {
        f"day_{day}_{part}": clock
        for day in range(5)
        for part, clock in (
            ("morning_from", "08:00"),
            ("morning_to", "12:00"),
            ("afternoon_from", "13:00"),
            ("afternoon_to", "17:00"),
        )
    } | {"valid_from": "2026-12-01", "document": "Quyết định mẫu"}
    wrong = send(root, f"{CALENDAR}/hours", fields | {"day_2_morning_to": "07:00"})
    assert wrong.status_code == 422
    assert "T4: Giờ làm việc cần viết như" in text(wrong)
    assert 'value="07:00"' in text(wrong)
    assert send(root, f"{CALENDAR}/hours", fields | {"document": ""}).status_code == 422
    looked = send(root, f"{CALENDAR}/hours", fields)
    assert send(root, f"{CALENDAR}/apply", proposal(looked)).status_code == 302
    calendar = calendars.work_calendar(session, calendars_organisation(session))
    assert len(calendar.hours_on(date(2026, 12, 1))) == 2
    assert calendar.hours_on(date(2026, 12, 1)) != calendar.hours_on(date(2026, 11, 30))
    shown = text(root.get(f"{CALENDAR}/hours"))
    assert "Từ ngày 01/12/2026: Quyết định mẫu" in shown


def test_who_reaches_only_a_unit_reads_the_calendar_and_changes_nothing(
    app: Flask, session: Session, clock: Clock, case: Complaint
) -> None:
    admin = enter(app, session, "admin-sen", clock())
    change = json.dumps({"days": [], "removed": ["2027-01-01"]})
    for path, fields in (
        (f"{CALENDAR}/apply", {"change": change, "origin": "form"}),
        (f"{CALENDAR}/year?year=2027", {"on": "2027-01-01"}),
        (f"{CALENDAR}/hours", {"document": "Số 1"}),
        (f"{CALENDAR}/ical", {}),
        (f"{CALENDAR}/ical/take", {}),
        (f"{DAYS}/import/apply", {"text": ""}),
    ):
        assert send(admin, path, fields).status_code == 403, path
    for path in ("/year", "/hours", "/versions"):
        assert admin.get(f"{CALENDAR}{path}").status_code == 200
    assert admin.get(f"{CALENDAR}/versions/9").status_code == 404
    assert counted(session, CalendarVersion) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"change": "{", "origin": "form"},
        {"change": "[" * 100_000, "origin": "form"},
        {"change": '{"days": [], "removed": []}', "origin": "?"},
        {"change": '{"days": [{}], "removed": []}', "origin": "form"},
    ],
)
def test_a_change_that_was_tampered_with_is_refused(
    root: FlaskClient, session: Session, fields: dict[str, str]
) -> None:
    assert send(root, f"{CALENDAR}/apply", fields).status_code == 422
    assert counted(session, CalendarVersion) == 0


def test_a_change_whose_deadlines_never_followed_is_asked_for_again(
    root: FlaskClient, session: Session, case: Complaint, settings: Settings, clock: Clock
) -> None:
    send(root, f"{CALENDAR}/apply", proposal(send(root, f"{DAYS}/new", DAY)))
    page = text(root.get(f"{CALENDAR}/versions/2"))
    assert "chưa được dời" in page
    asked = send(root, f"{CALENDAR}/versions/2/follow", {})
    assert "/admin/jobs/" in asked.headers["Location"]
    loop.run_waiting(settings, clock())
    assert counted(session, CalendarMove) > 0
    assert "chưa được dời" not in text(root.get(f"{CALENDAR}/versions/2"))
    assert send(root, f"{CALENDAR}/versions/2/follow", {}).status_code == 404


def test_a_due_day_in_an_unconfirmed_year_is_called_expected_wherever_it_stands(
    app: Flask, root: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    late = datetime(2026, 12, 30, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    case = file(session, sen, late)
    clock.moment = late
    head = enter(app, session, "head-sen", late)
    resident = app.test_client()
    for reader, path in (
        (head, "/admin/work"),
        (head, "/admin/complaints"),
        (head, f"/admin/complaints/{case.number}"),
        (resident, f"/follow/{code_of(case)}"),
    ):
        assert "dự kiến" in text(reader.get(path)), path


def test_what_was_typed_for_a_year_stays_when_it_is_refused(root: FlaskClient) -> None:
    fields = {"on": ["2027-04-30"], "by_law": "x" * 301, "by_decision": "Thông báo mẫu"}
    answer = send(root, f"{CALENDAR}/year?year=2027", fields)
    page = text(answer)
    assert answer.status_code == 422
    assert re.findall(r'name="on" value="([^"]+)" checked', page) == ["2027-04-30"]
    assert 'value="Thông báo mẫu"' in page
    assert "Dài quá 300 ký tự." in page
