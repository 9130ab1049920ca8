"""Registers as CSV files: looked at, taken, refused by line and reason."""

from datetime import datetime, time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import Invalid, RuleBroken
from shared.models.organisation import (
    Desk,
    Shift,
    Unit,
)
from shared.services import (
    csv_import,
    office_setup,
)
from tests.setup_office import (
    UNIT,
    Office,
)


@pytest.fixture
def office(session: Session, now: datetime) -> Office:
    """An organisation without units."""
    return Office(session, now)


def look(office: Office, noun: str, text: str) -> csv_import.Outlook:
    """Look at a file as the page does."""
    register = office_setup.register_of(noun)
    return csv_import.preview(office.session, office.setup, register, text)


def take(office: Office, noun: str, text: str, *, without_bad: bool = False) -> csv_import.Outlook:
    """Take a file as the page does."""
    register = office_setup.register_of(noun)
    return csv_import.apply(office.session, office.setup, register, text, without_bad=without_bad)


UNITS_CSV = (
    "Mã đơn vị;Tên đơn vị;Cấp;Trực thuộc (mã đơn vị trên);Từ ngày\r\n"
    "P-SEN;Phường Sen Hồng;Xã, phường, đặc khu;;01/07/2025\r\n"
    'TT-SEN;"Trung tâm\nSen Hồng";trung tam phuc vu hanh chinh cong;P-SEN;2025-07-01\r\n'
)


def test_looking_at_a_file_changes_nothing(office: Office, session: Session) -> None:
    outlook = look(office, "units", UNITS_CSV)
    assert [line.outcome for line in outlook.lines] == ["add", "add"]
    assert session.scalars(select(Unit)).all() == []
    session.commit()
    assert session.scalars(select(Unit)).all() == []


def test_a_file_is_taken_and_the_same_file_again_changes_nothing(
    office: Office, session: Session
) -> None:
    assert take(office, "units", UNITS_CSV).count("add") == 2
    centre = session.scalars(select(Unit).where(Unit.code == "TT-SEN")).one()
    assert (centre.name, centre.level) == ("Trung tâm Sen Hồng", "centre")
    again = take(office, "units", UNITS_CSV)
    assert [line.outcome for line in again.lines] == ["same", "same"]
    renamed = take(office, "units", UNITS_CSV.replace("Phường Sen Hồng", "Phường Sen"))
    assert [line.outcome for line in renamed.lines] == ["change", "same"]


BAD_DESKS = (
    "code,name,unit,valid_from,Ghi chú\n"
    "SH-Q1,Quầy 1,P-SEN,01/07/2025,tốt\n"
    ",,,,\n"
    "SH Q2,Quầy 2,P-SEN,01/07/2025,mã sai\n"
    "SH-Q3,Quầy 3,P-KHAC,01/07/2025,đơn vị lạ\n"
    "SH-Q1,Quầy 1 lần nữa,P-SEN,01/07/2025,trùng\n"
    "SH-Q4\n"
)


def test_bad_rows_are_named_by_line_and_reason(office: Office, session: Session) -> None:
    office.save("units", UNIT)
    outlook = look(office, "desks", BAD_DESKS)
    reasons = [(line.number, line.refusal.code) for line in outlook.bad if line.refusal]
    assert reasons == [(4, "code_wrong"), (5, "unknown_code"), (6, "row_twice"), (7, "missing")]
    assert outlook.unused == ("Ghi chú",)
    assert session.scalars(select(Desk)).all() == []


def test_a_file_with_bad_rows_is_taken_only_without_them_and_only_when_asked(
    office: Office, session: Session
) -> None:
    office.save("units", UNIT)
    session.commit()
    with pytest.raises(RuleBroken) as refusal:
        take(office, "desks", BAD_DESKS)
    assert refusal.value.code == "bad_rows"
    session.rollback()
    assert session.scalars(select(Desk)).all() == []
    outlook = take(office, "desks", BAD_DESKS, without_bad=True)
    assert (outlook.count("add"), outlook.count("bad")) == (1, 4)
    assert session.scalars(select(Desk.name)).all() == ["Quầy 1"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Mã quầy,Tên quầy\n",
        "code,name,unit,valid_from\n",
        'code,name,unit,valid_from\n"SH-Q1,Quầy 1,P-SEN,01/07/2025\n' + "x" * 200_000,
        'code,name,unit,valid_from\nSH-Q1,"Quầy 1,P-SEN,\nSH-Q2,Quầy 2,P-SEN,\n',
        "code,name,unit,valid_from\n" + "A,B,C,D\n" * 2_001,
    ],
)
def test_a_file_that_is_no_such_table_is_refused_as_a_whole(office: Office, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        look(office, "desks", text)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    ("data", "readable"),
    [
        ("Quầy".encode(), True),
        ("Quầy".encode("utf-8-sig"), True),
        ("Quầy".encode("utf-16"), True),
        ("Đưa".encode("cp1258"), False),
        (b"PK\x03\x04", False),
        (b"a\x00b", False),
    ],
)
def test_a_file_is_read_in_the_ways_excel_saves_it(data: bytes, readable: bool) -> None:
    if readable:
        assert csv_import.decode(data) == "Quầy"
    else:
        with pytest.raises(Invalid):
            csv_import.decode(data)


def test_shifts_have_no_code_and_are_found_again_by_what_they_are(
    office: Office, session: Session
) -> None:
    office.filled()
    text = (
        "desk,officer,weekdays,starts,ends,valid_from\n"
        "SH-Q1,SH-01,T2-T6,07:30,11:00,01/07/2025\n"
        "SH-Q1,SH-01,T2-T6,13:30,17:00,01/07/2025\n"
    )
    assert [line.outcome for line in take(office, "shifts", text).lines] == ["change", "add"]
    assert sorted(session.scalars(select(Shift.ends))) == [time(11), time(17)]
