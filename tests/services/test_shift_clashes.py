"""Shifts that would leave in doubt who is on duty: refused by naming the other one."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid
from shared.models.organisation import Desk, Officer, Shift
from shared.services import csv_import, duty, office_setup
from shared.services.registers import Setup
from tests.setup_office import DESK, OFFICER, SHIFT, UNIT, Office, person, refused

HEADING = "desk,officer,weekdays,starts,ends,valid_from,valid_to\n"
WEEK = {"valid_from": "20/07/2026", "valid_to": "24/07/2026"}
KNOWN = "Lê Thu Hà đã có ca ở Quầy 1 (T2 T3 T4 T5 T6, 07:30–11:30, từ 01/07/2025)."


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    """Two desks and three officers; the first serves at the first desk in the mornings."""
    made = Office(session, now)
    made.filled()
    made.save("desks", DESK | {"code": "SH-Q2", "name": "Quầy 2"})
    for number, name in ((2, "Trần Mai Lan"), (3, "Võ Văn Bình")):
        made.save("officers", OFFICER | {"code": f"SH-0{number}", "name": name})
    return made


def shift(**change: str) -> dict[str, str]:
    """The shift that is there, otherwise than it is."""
    return SHIFT | change


@pytest.mark.parametrize(
    ("change", "code", "field", "advice"),
    [
        ({"desk": "SH-Q2"}, "officer_elsewhere", "officer", "chọn cán bộ khác"),
        ({"desk": "SH-Q2"} | WEEK, "officer_elsewhere", "officer", "chọn cán bộ khác"),
        ({"starts": "10:00", "ends": "17:00"}, "shift_twice", "officer", "sửa ca ấy"),
        ({"valid_from": "01/08/2026"}, "shift_twice", "officer", "đóng ca ấy"),
        ({"officer": "SH-02"}, "desk_taken", "desk", "đổi giờ, hoặc đóng ca ấy"),
        ({"officer": "SH-02", "weekdays": "T6 T7"}, "desk_taken", "desk", "đóng ca ấy"),
        ({"officer": "SH-02", "valid_from": "01/08/2026"}, "desk_taken", "desk", "đóng ca ấy"),
    ],
)
def test_a_shift_at_moments_of_another_is_refused_and_the_other_named(
    office: Office, session: Session, change: dict[str, str], code: str, field: str, advice: str
) -> None:
    refusal = refused(office, "shifts", shift(**change))
    assert (refusal.code, refusal.field) == (code, field)
    assert str(refusal).startswith(KNOWN)
    assert advice in str(refusal)
    assert session.scalar(select(func.count()).select_from(Shift)) == 1


@pytest.mark.parametrize(
    "change",
    [
        {},  # a form sent twice
        {"officer": "SH-02", "starts": "11:30", "ends": "17:00"},
        {"desk": "SH-Q2", "starts": "11:30", "ends": "17:00"},
        {"officer": "SH-02", "weekdays": "T7 CN"},
        {"officer": "SH-02", "valid_from": "01/01/2025", "valid_to": "30/06/2025"},
        {"officer": "SH-02", "desk": "SH-Q2"},
    ],
)
def test_shifts_that_share_no_moment_are_taken(office: Office, change: dict[str, str]) -> None:
    office.save("shifts", shift(**change))


def test_a_stand_in_for_some_days_is_taken_and_on_duty(office: Office, session: Session) -> None:
    office.save("shifts", shift(officer="SH-02", **WEEK))
    desk = session.scalars(select(Desk.id).where(Desk.code == "SH-Q1")).one()
    for on, code in ((17, "SH-01"), (20, "SH-02"), (24, "SH-02"), (27, "SH-01")):
        serving = duty.officer_on_duty(session, desk, datetime(2026, 7, on, 9))  # noqa: DTZ001
        assert serving is not None
        assert serving.code == code
    second = refused(office, "shifts", shift(officer="SH-03", **WEEK))
    assert "Trần Mai Lan" in str(second)
    assert "từ 20/07/2026 đến hết 24/07/2026)." in str(second)


def test_a_changed_shift_is_held_against_the_others_and_not_against_itself(
    office: Office,
) -> None:
    cells = shift(desk="SH-Q2", officer="SH-02")
    key = office.save("shifts", cells)
    assert refused(office, "shifts", cells | {"desk": "SH-Q1"}, key).code == "desk_taken"
    assert refused(office, "shifts", cells | {"officer": "SH-01"}, key).code == "officer_elsewhere"
    assert office.save("shifts", cells | {"ends": "12:00"}, key) == key


def test_shifts_that_overlap_since_long_ago_can_be_put_right(
    office: Office, session: Session
) -> None:
    first = session.scalars(select(Shift)).one()
    officer = session.scalars(select(Officer.id).where(Officer.code == "SH-02")).one()
    hours = {"starts": first.starts, "ends": first.ends, "valid_from": first.valid_from}
    old = Shift(desk_id=first.desk_id, officer_id=officer, weekdays="12345", **hours)
    session.add(old)
    session.flush()
    cells = shift(officer="SH-02")
    assert refused(office, "shifts", cells | {"ends": "12:00"}, old.id).code == "desk_taken"
    for change in ({}, {"weekdays": "T2 T3"}, {"valid_to": "31/07/2026"}):
        cells |= change
        office.save("shifts", cells, old.id)
    assert (old.weekdays, old.valid_to) == ("12", date(2026, 7, 31))
    refusal = refused(office, "shifts", cells | {"valid_to": ""}, old.id)  # opened again
    assert refusal.code == "desk_taken"


def test_an_officers_shift_out_of_reach_counts(office: Office, session: Session) -> None:
    other = office.save("units", UNIT | {"code": "X-LUA", "name": "Xã Lúa Vàng"})
    office.save("desks", DESK | {"code": "LV-Q1", "name": "Quầy Lúa", "unit": "X-LUA"})
    office.save("shifts", shift(officer="SH-02", desk="LV-Q1"))
    (unit,) = {key for key in office.setup.units if key != other}
    here = Setup(person(unit), office.organisation, office.now)
    with pytest.raises(Invalid) as refusal:
        office_setup.register_of("shifts").save(
            session, here, shift(officer="SH-02", desk="SH-Q2"), None
        )
    assert refusal.value.code == "officer_elsewhere"
    assert "Quầy Lúa" in str(refusal.value)


@pytest.mark.parametrize("noun", ["desks", "officers"])
def test_a_shift_ends_with_its_desk_and_its_officer(office: Office, noun: str) -> None:
    second = {
        "desks": ("SH-Q2", DESK | {"code": "SH-Q2", "name": "Quầy 2"}),
        "officers": ("SH-02", OFFICER | {"code": "SH-02", "name": "Trần Mai Lan"}),
    }
    code, cells = second[noun]
    register = office_setup.register_of(noun)
    key = register.key_of(office.session, office.setup, {"code": code})
    office.save(noun, cells | {"valid_to": "31/12/2026"}, key)
    planned = shift(desk="SH-Q2", officer="SH-02")
    for last in ("", "01/01/2027"):
        refusal = refused(office, "shifts", planned | {"valid_to": last})
        assert (refusal.code, refusal.field) == ("beyond_end", "valid_to")
        assert "chỉ đến hết ngày 31/12/2026" in str(refusal)
    office.save("shifts", planned | {"valid_to": "31/12/2026"})


def test_a_shift_that_never_begins_is_closed_and_stands_in_nobodys_way(office: Office) -> None:
    planned = shift(officer="SH-02", desk="SH-Q2", valid_from="04/01/2027")
    office.save("shifts", planned)
    register = office_setup.register_of("officers")
    key = register.key_of(office.session, office.setup, {"code": "SH-02"})
    leaving = OFFICER | {"code": "SH-02", "name": "Trần Mai Lan", "valid_to": "31/12/2026"}
    office.save("officers", leaving, key)
    entries = office_setup.register_of("shifts").entries(office.session, office.setup)
    assert [entry.closed for entry in entries] == [False, True]
    office.save("shifts", planned | {"officer": "SH-03"})


def test_a_file_is_refused_row_by_row_also_against_rows_of_its_own(
    office: Office, session: Session
) -> None:
    text = HEADING + (
        "SH-Q1,SH-02,T2-T6,11:30,17:00,01/07/2025,\n"  # takes over where the first one ends
        "SH-Q2,SH-01,T2,08:00,09:00,01/07/2025,\n"  # at the first desk, as it stands
        "SH-Q2,SH-02,T3,16:00,17:00,01/07/2025,\n"  # at the first desk, as line 2 says
        "SH-Q2,SH-03,T2-T6,07:30,17:00,01/07/2025,\n"
        "SH-Q2,SH-01,T7,07:30,17:00,01/07/2025,\n"
    )
    register = office_setup.register_of("shifts")
    outlook = csv_import.preview(session, office.setup, register, text)
    assert [line.outcome for line in outlook.lines] == ["add", "bad", "bad", "add", "add"]
    named = [(line.number, str(line.refusal)) for line in outlook.bad]
    assert named[0] == (3, str(refused(office, "shifts", shift(desk="SH-Q2"))))
    assert named[1][0] == 4
    assert "Trần Mai Lan đã có ca ở Quầy 1 (T2 T3 T4 T5 T6, 11:30–17:00" in named[1][1]
    csv_import.apply(session, office.setup, register, text, without_bad=True)
    assert session.scalar(select(func.count()).select_from(Shift)) == 4
    kept = session.scalars(select(Shift.starts).order_by(Shift.id)).all()
    assert kept == [time(7, 30), time(11, 30), time(7, 30), time(7, 30)]
