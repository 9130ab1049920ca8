"""Quản trị through its pages: from an empty office to its first rating, and files with bad rows."""

import io
import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.audit import AuditEvent
from shared.models.organisation import Desk, Officer, ProcedurePublication, Shift, Unit
from shared.models.rating import Rating
from shared.services import accounts, organisations
from tests import cast
from tests.cast import Place
from tests.conftest import Clock

UNIT = {"code": "P-SEN", "name": "Phường Sen Hồng", "level": "commune", "valid_from": "2025-07-01"}
DESK = {"code": "SH-Q1", "name": "Quầy 1", "unit": "P-SEN", "valid_from": "2025-07-01"}
OFFICER = {"code": "SH-01", "name": "Lê Thu Hà", "unit": "P-SEN", "valid_from": "2025-07-01"}
SHIFT = {
    "desk": "SH-Q1",
    "officer": "SH-01",
    "weekdays": ["T2", "T3", "T4"],
    "starts": "07:30",
    "ends": "11:30",
    "valid_from": "2025-07-01",
}


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """Let the cast exist."""
    made = cast.build(session, clock())
    session.commit()
    return made


@pytest.fixture
def first_administrator(app: Flask, session: Session, clock: Clock) -> FlaskClient:
    """The first administrator of an installation without any unit."""
    organisations.found(session, "MAIN", "Cơ quan của tôi", clock())
    accounts.add(session, "quantri", "Quản trị đầu tiên", [(Role.ADMIN, None)], clock())
    session.commit()
    return cast.enter(app, session, "quantri", clock())


def send(client: FlaskClient, path: str, fields: dict[str, object]) -> tuple[int, str]:
    """Send a form to `path`."""
    answer = client.post(
        path,
        data={"csrf_token": cast.csrf(client)} | fields,
        content_type="multipart/form-data",
        follow_redirects=False,
    )
    return answer.status_code, answer.get_data(as_text=True)


def upload(client: FlaskClient, noun: str, content: bytes) -> tuple[int, str]:
    """Choose a file to look at."""
    return send(
        client,
        f"/admin/organisation/{noun}/import",
        {"file": (io.BytesIO(content), "tep.csv")},
    )


def test_an_empty_office_comes_to_its_first_rating(
    first_administrator: FlaskClient, app: Flask, session: Session, clock: Clock
) -> None:
    admin = first_administrator
    assert "Chưa có" in admin.get("/admin/organisation").get_data(as_text=True)
    for noun, fields in (
        ("units", UNIT),
        ("desks", DESK),
        ("officers", OFFICER),
        ("shifts", SHIFT),
    ):
        status, page = send(admin, f"/admin/organisation/{noun}/new", dict(fields))
        assert status == 302, page

    device = app.test_client()
    asked = device.post("/api/v1/pairings").get_json()
    desk = session.scalars(select(Desk)).one()
    status, _page = send(
        admin, "/admin/kiosks", {"code": asked["user_code"].lower(), "desk": str(desk.id)}
    )
    assert status == 302
    token = device.post(
        "/api/v1/pairings/token", json={"device_code": asked["device_code"]}
    ).get_json()["token"]
    now = clock().isoformat()
    rating = {
        "id": str(uuid4()),
        "sequence": 1,
        "rated_at": now,
        "score": 5,
        "questionnaire": "default",
        "answers": {},
        "procedure": None,
        "dossier": None,
        "language": "vi",
        "duration_ms": 900,
    }
    answer = device.post(
        "/api/v1/ratings",
        json={"device_time": now, "ratings": [rating]},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 201
    stored = session.scalars(select(Rating)).one()
    assert stored.officer_id == session.scalars(select(Officer.id)).one()


def test_a_refused_form_comes_back_as_typed_with_its_field_named(
    first_administrator: FlaskClient, session: Session
) -> None:
    fields = UNIT | {"code": "có dấu", "name": "Phường <b>Sen</b>"}
    status, page = send(first_administrator, "/admin/organisation/units/new", dict(fields))
    assert status == 422
    assert 'id="code-error"' in page
    assert 'value="Phường &lt;b&gt;Sen&lt;/b&gt;"' in page
    assert session.scalars(select(Unit)).all() == []


def test_a_new_entry_asks_only_for_what_it_can_have_and_a_shift_also_for_its_last_day(
    first_administrator: FlaskClient,
) -> None:
    admin = first_administrator
    asked = {
        noun: admin.get(f"/admin/organisation/{noun}/new").get_data(as_text=True)
        for noun in ("units", "desks", "officers", "shifts")
    }
    assert [noun for noun, page in asked.items() if 'name="valid_to"' in page] == ["shifts"]
    assert [noun for noun, page in asked.items() if 'name="changed_from"' in page] == []


def test_what_begins_later_is_not_said_to_be_in_use_and_a_shift_is_copied(
    first_administrator: FlaskClient, session: Session
) -> None:
    admin = first_administrator
    for noun, fields in (("units", UNIT), ("desks", DESK), ("officers", OFFICER)):
        assert send(admin, f"/admin/organisation/{noun}/new", dict(fields))[0] == 302
    later = {**SHIFT, "valid_from": "2027-01-04"}
    assert send(admin, "/admin/organisation/shifts/new", dict(later))[0] == 302
    listed = admin.get("/admin/organisation/shifts").get_data(as_text=True)
    assert "Chưa bắt đầu" in listed
    assert "Đang dùng" not in listed
    key = session.scalars(select(Shift.id)).one()
    form = admin.get(f"/admin/organisation/shifts/{key}").get_data(as_text=True)
    link = re.search(r'href="([^"]+/shifts/new[^"]+)"', form)
    assert link is not None
    copied = admin.get(link.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert 'value="SH-Q1" selected' in copied
    assert 'value="SH-01" selected' in copied
    assert copied.count(" checked") == 3
    assert 'value="07:30"' in copied


@pytest.mark.parametrize(
    ("language", "known"),
    [
        ("vi", "Lê Thu Hà đã có ca ở Quầy 1 (T2 T3 T4, 07:30–11:30, từ 01/07/2025)."),
        ("en", "Lê Thu Hà already has a shift at Quầy 1 (Mon Tue Wed, 07:30–11:30, from"),
    ],
)
def test_a_shift_of_somebody_busy_comes_back_with_the_other_shift_named(
    first_administrator: FlaskClient, language: str, known: str
) -> None:
    admin = first_administrator
    for noun, fields in (
        ("units", UNIT),
        ("desks", DESK),
        ("desks", DESK | {"code": "SH-Q2"}),
        ("officers", OFFICER),
        ("shifts", SHIFT),
    ):
        assert send(admin, f"/admin/organisation/{noun}/new", dict(fields))[0] == 302
    elsewhere = {**SHIFT, "desk": "SH-Q2", "starts": "09:00"}
    path = f"/admin/organisation/shifts/new?lang={language}"
    status, page = send(admin, path, dict(elsewhere))
    assert status == 422
    assert 'id="officer-error"' in page
    assert known in page
    row = elsewhere | {"weekdays": "T2-T4"}
    file = ",".join(row) + "\n" + ",".join(map(str, row.values())) + "\n"
    assert known in upload(admin, "shifts", file.encode())[1]


def test_a_choice_that_was_not_made_is_asked_for_by_its_name(
    first_administrator: FlaskClient,
) -> None:
    fields = {"on": "2026-12-05", "kind": "", "name": "Làm bù", "document": "Thông báo 1"}
    status, page = send(first_administrator, "/admin/organisation/days/new", dict(fields))
    assert status == 422
    assert '<a href="#kind">Loại ngày: Xin nhập mục này.</a>' in page
    assert "không phải là một lựa chọn" not in page


def test_closing_names_what_still_depends_and_says_how_to_go_on(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    path = f"/admin/organisation/units/{places['sen'].unit_id}"
    status, page = send(admin, f"{path}/close", {"valid_to": "2026-11-30"})
    assert status == 422
    assert "Xin đóng trước" in page
    assert '<a href="#last-day">' in page  # where it was typed, not the form above
    closing = page.partition('id="last-day"')
    assert "Xin đóng trước" in closing[0].rpartition("<section")[2]
    assert 'value="2026-11-30"' in closing[2].partition(">")[0]
    assert 'id="valid_to" name="valid_to"' in page
    assert 'type="date" value="" id="valid_to"' in page  # saving it would close nothing
    for noun in ("desks", "officers", "units"):
        assert f"/admin/organisation/{noun}?org=O&amp;q=SEN" in page
    session.rollback()
    assert session.get_one(Unit, places["sen"].unit_id).valid_to is None


def test_an_officer_ends_service_and_what_a_move_leaves_is_said(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    page = admin.get(f"/admin/organisation/officers/{places['sen'].officer_id}").text
    assert "Đóng cán bộ" not in page
    assert page.count("Kết thúc công tác") == 2
    assert "Ca trực ở quầy cũ và quyền của tài khoản không tự đổi" in page
    shifts = re.search(r'href="(/admin/organisation/shifts[^"]*)"', page)
    assert shifts is not None
    assert "Lê Thu Hà" in admin.get(shifts.group(1).replace("&amp;", "&")).text


def test_a_closed_desk_is_listed_only_on_demand_and_can_be_opened_again(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    path = f"/admin/organisation/desks/{places['sen'].desk_id}"
    assert send(admin, f"{path}/close", {"valid_to": "2026-11-17"})[0] == 302
    listing = "/admin/organisation/desks"
    assert "Q-sen" not in admin.get(listing).get_data(as_text=True)
    assert "Q-sen" in admin.get(f"{listing}?closed=1").get_data(as_text=True)
    again = {"name": "Quầy 1", "unit": "SEN", "valid_from": "2025-07-01", "valid_to": ""}
    assert send(admin, path, dict(again))[0] == 302
    assert "Q-sen" in admin.get(listing).get_data(as_text=True)
    actors = session.scalars(select(AuditEvent.actor).where(AuditEvent.subject == "desk")).all()
    assert actors.count("admin-sen") == 2


def test_an_administrator_neither_sees_nor_opens_another_unit(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    other = places["lua"]
    keys = {"units": other.unit_id, "desks": other.desk_id, "officers": other.officer_id}
    for noun in (*keys, "shifts"):
        page = admin.get(f"/admin/organisation/{noun}").get_data(as_text=True)
        assert "sen" in page.lower()
        assert not re.search(r"\b(LUA|Q-lua|CB-lua)\b", page), noun
        key = keys.get(noun, 2)  # the second shift is the other unit's
        assert admin.get(f"/admin/organisation/{noun}/{key}").status_code == 404, noun


def test_who_reaches_some_units_only_reads_what_holds_for_all(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    for noun in ("procedures", "days"):
        assert admin.get(f"/admin/organisation/{noun}").status_code == 200
        for page in ("new", "import"):
            assert admin.get(f"/admin/organisation/{noun}/{page}").status_code == 403


def test_nobody_but_an_administrator_sets_up_the_office(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    pages = ("organisation", "organisation/desks", "organisation/desks/import", "kiosks", "codes")
    for role in ("officer", "head", "reviewer", "organiser"):
        person = cast.enter(app, session, f"{role}-sen", clock())
        for path in pages:
            assert person.get(f"/admin/{path}").status_code == 403, (role, path)


def test_a_file_is_looked_at_and_then_taken_without_its_bad_rows(
    first_administrator: FlaskClient, session: Session
) -> None:
    admin = first_administrator
    send(admin, "/admin/organisation/units/new", dict(UNIT))
    template = admin.get("/admin/organisation/desks/template.csv").data.decode("utf-8-sig")
    heading = template.splitlines()[0]
    text = f"{heading}\r\nSH-Q1,Quầy 1,P-SEN,01/07/2025,\r\nSH Q2,Quầy 2,P-SEN,01/07/2025,\r\n"
    status, page = upload(admin, "desks", text.encode("utf-8-sig"))
    assert status == 200
    assert "Chưa có gì được ghi" in page
    assert re.search(r'<th scope="row" class="num"[^>]*>3</th>', page)
    assert session.scalars(select(Desk)).all() == []

    typed = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert typed is not None
    apply = "/admin/organisation/desks/import/apply"
    assert send(admin, apply, {"text": typed.group(1), "take": "all"})[0] == 409
    assert session.scalars(select(Desk)).all() == []
    assert send(admin, apply, {"text": typed.group(1), "take": "good"})[0] == 302
    assert session.scalars(select(Desk.code)).all() == ["SH-Q1"]


def test_what_is_handed_out_can_be_taken_back_unchanged(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    root = cast.enter(app, session, "root", clock())
    for noun in ("units", "desks", "officers", "shifts", "procedures"):
        exported = root.get(f"/admin/organisation/{noun}/export.csv")
        assert exported.mimetype == "text/csv"
        _status, page = upload(root, noun, exported.data)
        facts = re.findall(r'<dd class="num">(\d+)</dd>', page)
        assert facts[:2] == ["0", "0"], noun
        assert (facts[2] != "0", facts[3]) == (True, "0"), noun


def test_a_file_that_is_none_is_answered_in_words(first_administrator: FlaskClient) -> None:
    for content in (b"", b"PK\x03\x04", b"\xff\xff\xff", b"a,b\n1,2\n"):
        status, page = upload(first_administrator, "units", content)
        assert status == 422, content
        assert 'role="alert"' in page


def test_an_unknown_register_or_page_is_not_found(first_administrator: FlaskClient) -> None:
    for path in ("cows", "cows/import", "desks/999", "desks?org=KHONG-CO", "cows/template.csv"):
        assert first_administrator.get(f"/admin/organisation/{path}").status_code == 404, path
    assert first_administrator.get("/admin/organisation/desks?page=x&q=%25").status_code == 200


def test_what_a_unit_has_posted_is_ticked_on_one_page(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    place = places["sen"]
    path = f"/admin/organisation/posted?unit={place.unit_id}"
    assert send(admin, path, {"on_paper": str(place.procedure_id)})[0] == 302
    row = session.scalars(select(ProcedurePublication)).one()
    assert (row.unit_id, row.on_paper, row.by_qr) == (place.unit_id, True, False)


def test_the_limits_are_shown_with_their_documents(first_administrator: FlaskClient) -> None:
    page = first_administrator.get("/admin/organisation/limits").get_data(as_text=True)
    assert "Luật Tố cáo 2018" in page
    assert "ngày làm việc" in page
