"""Quản trị › accounts: an administrator reaches only the own units."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.account import Account, Grant
from shared.models.organisation import Officer
from tests import cast
from tests.cast import Place
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """Let the cast exist."""
    made = cast.build(session, clock())
    session.commit()
    return made


def key_of(session: Session, name: str) -> int:
    """Find an account's key."""
    return session.scalars(select(Account.id).where(Account.name == name)).one()


def test_an_administrator_adds_an_officer_whose_password_shows_once(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    status, page = cast.send(
        admin,
        "/admin/accounts",
        {
            "name": "thuha",
            "full_name": "Lê Thu Hà",
            "role": "officer",
            "unit_id": str(places["sen"].unit_id),
            "officer_id": str(places["sen"].officer_id),
        },
    )
    shown = re.search(r"(\w{4}-){3}\w{4}", page)
    assert status == 200
    assert shown is not None
    assert shown.group() not in admin.get("/admin/accounts").get_data(as_text=True)
    person = app.test_client()
    status, _page = cast.send(
        person, "/admin/sign-in", {"name": "thuha", "password": shown.group()}
    )
    assert status == 302


def test_an_account_added_twice_by_a_page_loaded_again_is_not_called_somebody_elses(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    form = {"name": "ThuHa", "full_name": "Lê  Thu Hà", "role": "head"}
    form["unit_id"] = str(places["sen"].unit_id)
    assert cast.send(admin, "/admin/accounts", form)[0] == 200
    status, page = cast.send(admin, "/admin/accounts", form)
    assert status == 409
    assert "Đã thêm tài khoản rồi" in page
    assert f'href="/admin/accounts/{key_of(session, "thuha")}"' in page
    status, page = cast.send(admin, "/admin/accounts", form | {"full_name": "Lê Thị Hà"})
    assert status == 422
    assert "Tên đăng nhập này đã có" in page


def test_a_role_is_chosen_never_given_by_leaving_the_form_as_it_is(
    app: Flask, session: Session, clock: Clock
) -> None:
    root = cast.enter(app, session, "root", clock())
    page = root.get("/admin/accounts").get_data(as_text=True)
    for name in ("role", "unit_id"):
        (first,) = re.findall(rf'name="{name}"><option value="([^"]*)"', page)
        assert first == ""
    left = {"name": "moi", "full_name": "Người Mới", "role": "", "unit_id": ""}
    status, page = cast.send(root, "/admin/accounts", left)
    assert status == 422
    assert 'id="role-error"' in page


@pytest.mark.parametrize("unit", ["all", "lua"])
def test_an_administrator_gives_no_role_beyond_the_own_units(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place], unit: str
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    unit_id = str(places[unit].unit_id) if unit in places else unit
    status, page = cast.send(
        admin,
        "/admin/accounts",
        {"name": "moi", "full_name": "Người Mới", "role": "admin", "unit_id": unit_id},
    )
    assert status == 422
    assert "Người Mới" in page  # what was typed is still there
    assert session.scalar(select(Account).where(Account.name == "moi")) is None


@pytest.mark.parametrize("act", ["", "/reset", "/close"])
@pytest.mark.parametrize("name", ["head-lua", "root"])
def test_accounts_of_other_units_do_not_exist_for_an_administrator(
    app: Flask, session: Session, clock: Clock, act: str, name: str
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    page = admin.get("/admin/accounts").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    assert name not in page
    path = f"/admin/accounts/{key_of(session, name)}{act}"
    assert admin.post(path, data={"csrf_token": token.group(1)}).status_code == 404


def test_an_administrator_of_a_unit_neither_names_nor_reaches_its_inspectors(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    own = {"full_name": "G", "role": "inspector", "unit_id": str(places["sen"].unit_id)}
    assert cast.send(admin, "/admin/accounts", {"name": "gian", **own})[0] == 422
    assert admin.get(f"/admin/accounts/{key_of(session, 'inspector-sen')}").status_code == 404
    assert "inspector-sen" not in admin.get("/admin/accounts").get_data(as_text=True)
    above = cast.enter(app, session, "root", clock())
    assert cast.send(above, "/admin/accounts", {"name": "thanhtra", **own})[0] == 200


def test_taking_a_role_away_keeps_the_account_and_leaves_a_trace(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    key = key_of(session, "head-sen")
    status, _page = cast.send(
        admin,
        f"/admin/accounts/{key}",
        {
            "full_name": "Phạm Minh Đức",
            "role": "officer",
            "unit_id": str(places["sen"].unit_id),
        },
    )
    assert status == 302
    session.expire_all()
    roles = session.scalars(select(Grant.role).where(Grant.account_id == key)).all()
    assert roles == ["officer"]


def test_nobody_closes_the_account_they_use(app: Flask, session: Session, clock: Clock) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    key = key_of(session, "admin-sen")
    page = admin.get(f"/admin/accounts/{key}").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    answer = admin.post(f"/admin/accounts/{key}/close", data={"csrf_token": token.group(1)})
    assert answer.status_code == 422
    assert admin.get("/admin/accounts").status_code == 200


def test_an_account_stays_that_of_an_officer_who_left_or_went_elsewhere(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    """Saved without, it would open the complaints that name its person."""
    officer = session.get_one(Officer, places["sen"].officer_id)
    account = session.get_one(Account, key_of(session, "officer-sen"))
    account.officer_id = officer.id
    session.commit()
    admin, path = cast.enter(app, session, "admin-sen", clock()), f"/admin/accounts/{account.id}"
    for last_day, unit in ((date(2026, 12, 31), "sen"), (None, "lua")):
        officer.valid_to, officer.unit_id = last_day, places[unit].unit_id
        session.commit()
        form = html.document_fromstring(admin.get(path).get_data(as_text=True)).forms[1]
        sent = {**dict(form.form_values()), "full_name": "Lê Thị Thu Hà"}
        assert cast.send(admin, path, sent)[0] == 302
        session.expire_all()
        assert (account.full_name, account.officer_id) == ("Lê Thị Thu Hà", officer.id)


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("head-sen", True),
        ("inspector-sen", True),
        ("officer-sen", False),  # belongs to an officer
        ("admin-sen", False),  # opens no case
    ],
)
def test_accounts_that_open_cases_and_belong_to_no_officer_are_marked(
    app: Flask, session: Session, clock: Clock, name: str, marked: bool
) -> None:
    admin = cast.enter(app, session, "root", clock())
    key = key_of(session, name)
    page = admin.get("/admin/accounts").get_data(as_text=True)
    assert "xem được cả phản ánh nêu tên chính người dùng nó" in page
    assert (f'href="/admin/accounts/{key}#officer_id"' in page) is marked
    assert ("Chưa gắn cán bộ" in admin.get(f"/admin/accounts/{key}").get_data(as_text=True)) is (
        marked
    )


def test_the_mark_goes_with_the_link_to_an_officer_or_the_end_of_the_account(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    admin = cast.enter(app, session, "admin-sen", clock())
    key = key_of(session, "head-sen")
    grants = session.scalars(select(Grant.id).where(Grant.account_id == key)).all()
    fields = {
        "full_name": "H",
        "grant": str(grants[0]),
        "officer_id": str(places["sen"].officer_id),
    }
    assert cast.send(admin, f"/admin/accounts/{key}", fields)[0] == 302
    page = admin.get("/admin/accounts").get_data(as_text=True)
    assert "Chưa gắn cán bộ</span>" not in page
    assert page.count("Cán bộ CB-sen") == 2
    assert cast.send(admin, f"/admin/accounts/{key}", fields | {"officer_id": ""})[0] == 302
    assert "Chưa gắn cán bộ</span>" in admin.get("/admin/accounts").get_data(as_text=True)
    assert cast.send(admin, f"/admin/accounts/{key}/close", {})[0] == 302
    assert "Chưa gắn cán bộ</span>" not in admin.get("/admin/accounts").get_data(as_text=True)


@pytest.mark.parametrize("chosen", ["", "lua"])
def test_nobody_ends_by_themselves_that_they_are_kept_from_cases_that_name_them(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place], chosen: str
) -> None:
    own = session.get_one(Account, key_of(session, "root"))
    own.officer_id = places["sen"].officer_id
    session.commit()
    root, grants = cast.enter(app, session, "root", clock()), select(Grant.id)
    form: dict[str, Any] = {
        "full_name": "Quản Trị",
        "grant": [str(key) for key in session.scalars(grants.where(Grant.account_id == own.id))],
        "officer_id": str(places[chosen].officer_id) if chosen else "",
    }
    status, page = cast.send(root, f"/admin/accounts/{own.id}", form)
    assert (status, "Xin nhờ người khác." in page) == (422, True)
    session.expire_all()
    assert own.officer_id == places["sen"].officer_id
    form["officer_id"] = str(own.officer_id)
    assert cast.send(root, f"/admin/accounts/{own.id}", form)[0] == 302
