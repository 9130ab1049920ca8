"""Signing in and out: who gets in, what a refusal leaves behind, what is never lost."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.account import SignInFailure
from tests import cast
from tests.conftest import Clock


@pytest.fixture(autouse=True)
def people(session: Session, clock: Clock) -> None:
    """Let the cast exist."""
    cast.build(session, clock())
    session.commit()


def test_a_one_time_password_leads_to_choosing_ones_own(
    app: Flask, session: Session, clock: Clock
) -> None:
    person = app.test_client()
    password = cast.password_of(session, "root", clock())
    cast.send(person, "/admin/sign-in", {"name": "root", "password": password})
    answer = person.get("/admin/accounts")
    assert answer.status_code == 302
    assert answer.location == "/admin/password"


def test_whoever_guesses_the_password_at_a_screen_left_open_must_wait(
    app: Flask, session: Session, clock: Clock
) -> None:
    """As at the door: the form for a new password asks for the old one."""
    person = cast.sign_in(app, session, "root", clock())
    again = {"password": "ba con trâu cày", "again": "ba con trâu cày"}
    for _ in range(5):
        assert cast.send(person, "/admin/password", {"old": "wrong", **again})[0] == 422
    right = {"old": cast.OWN_PASSWORD, **again}
    status, page = cast.send(person, "/admin/password", right)
    assert (status, "Sai quá nhiều lần" in page) == (409, True)
    clock.advance(timedelta(seconds=2))
    assert cast.send(person, "/admin/password", right)[0] == 302


def test_after_choosing_a_password_one_is_told_to_sign_in_with_it(
    app: Flask, session: Session, clock: Clock
) -> None:
    person = app.test_client()
    first = cast.password_of(session, "root", clock())
    cast.send(person, "/admin/sign-in", {"name": "root", "password": first})
    fields = {"old": first, "password": cast.OWN_PASSWORD, "again": cast.OWN_PASSWORD}
    answer = person.post("/admin/password", data={"csrf_token": cast.csrf(person)} | fields)
    page = person.get(answer.location).get_data(as_text=True)
    assert "Đã đổi mật khẩu." in page


def test_a_signed_in_person_lands_on_a_page(app: Flask, session: Session, clock: Clock) -> None:
    person = cast.sign_in(app, session, "root", clock())
    assert person.get("/admin/", follow_redirects=True).status_code == 200


def test_a_failed_sign_in_is_counted_although_it_is_refused(app: Flask, session: Session) -> None:
    status, _page = cast.send(
        app.test_client(), "/admin/sign-in", {"name": "Root", "password": "wrong"}
    )
    assert status == 401
    assert session.scalars(select(SignInFailure.failures)).one() == 1


def test_after_five_failures_the_page_says_how_long_to_wait(app: Flask) -> None:
    person = app.test_client()
    for _ in range(5):
        cast.send(person, "/admin/sign-in", {"name": "root", "password": "wrong"})
    status, page = cast.send(person, "/admin/sign-in", {"name": "root", "password": "wrong"})
    assert status == 429
    assert "Xin chờ 3 giây" in page


def test_a_form_without_its_csrf_token_changes_nothing(
    app: Flask, session: Session, clock: Clock
) -> None:
    person = cast.sign_in(app, session, "root", clock())
    answer = person.post("/admin/accounts", data={"name": "moi", "full_name": "M", "role": "admin"})
    assert answer.status_code == 400
    assert "moi" not in person.get("/admin/accounts").get_data(as_text=True)


def test_signing_out_ends_the_session_itself_not_only_the_cookie(
    app: Flask, session: Session, clock: Clock
) -> None:
    person = cast.sign_in(app, session, "root", clock())
    cookie = person.get_cookie("niemno")
    assert cookie is not None
    page = person.get("/admin/password").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    person.post("/admin/sign-out", data={"csrf_token": found.group(1)})
    person.set_cookie("niemno", cookie.value)
    assert person.get("/admin/accounts").location.startswith("/admin/sign-in")


def test_what_was_typed_before_the_session_ended_can_be_sent_after_signing_in(
    app: Flask, session: Session, clock: Clock
) -> None:
    person = cast.sign_in(app, session, "root", clock())
    page = person.get("/admin/accounts").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    clock.advance(timedelta(minutes=31))
    typed = {"name": "moi", "full_name": "Người <Mới>", "role": "admin", "unit_id": "all"}
    held = person.post("/admin/accounts", data=typed | {"csrf_token": found.group(1)})
    assert held.status_code == 401
    fields = hidden(held.get_data(as_text=True))
    resumed = person.post(
        "/admin/sign-in", data=fields | {"name": "root", "password": cast.OWN_PASSWORD}
    )
    again = person.post("/admin/accounts", data=hidden(resumed.get_data(as_text=True)))
    assert again.status_code == 200
    listed = person.get("/admin/accounts").get_data(as_text=True)
    assert "Người &lt;Mới&gt;" in listed


def hidden(page: str) -> dict[str, str]:
    """Read the hidden fields of a page as a browser would send them."""
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {key: value.replace("&lt;", "<").replace("&gt;", ">") for key, value in found}


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "/admin/..//evil"])
def test_signing_in_never_leads_away(app: Flask, session: Session, clock: Clock, away: str) -> None:
    password = cast.password_of(session, "root", clock())
    person = app.test_client()
    page = person.get("/admin/sign-in", query_string={"next": away}).get_data(as_text=True)
    assert "evil" not in page
    answer = person.post(
        "/admin/sign-in", data=hidden(page) | {"name": "root", "password": password, "next": away}
    )
    assert answer.location == "/admin/"


def test_a_foreign_host_name_is_refused(app: Flask) -> None:
    assert app.test_client().get("/healthz", base_url="http://evil.example").status_code == 400
