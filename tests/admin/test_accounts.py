"""Quản trị › accounts: an administrator reaches only the own units."""

import re

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.account import Account, Grant
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
