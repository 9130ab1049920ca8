"""Quản trị in a real browser: read by axe, and used with the keyboard alone."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.organisation import Desk
from tests import cast
from tests.cast import Place
from tests.infrastructure.looks import Looks, hand_over

PAGES = (
    "organisation",
    "organisation/desks",
    "organisation/desks/new",
    "organisation/shifts/1",
    "organisation/days",
    "organisation/desks/import",
    "organisation/posted",
    "organisation/limits",
    "kiosks",
    "codes",
)


@pytest.fixture
def places(session: Session, clock: Callable[[], datetime]) -> dict[str, Place]:
    """Let the cast exist."""
    made = cast.build(session, clock())
    session.commit()
    return made


@pytest.fixture
def client(
    app: Flask, session: Session, clock: Callable[[], datetime], places: dict[str, Place]
) -> FlaskClient:
    """The first administrator, signed in."""
    return cast.enter(app, session, "root", clock())


@pytest.fixture
def admin(page: Page, live_server: str, client: FlaskClient) -> Page:
    """The first administrator's browser."""
    cookie = client.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
    return page


def test_the_pages_are_clean_to_axe(
    admin: Page, live_server: str, client: FlaskClient, places: dict[str, Place], looks: Looks
) -> None:
    sen = places["sen"]
    sheets = (
        f"codes/sheet?unit={sen.unit_id}&desk={sen.desk_id}&layout={way}"
        for way in ("poster", "sticker")
    )
    admin.goto(f"{live_server}/follow")
    pages = []
    for path in (f"/admin/{path}" for path in (*PAGES, *sheets)):
        answer = client.get(path)
        assert answer.status_code == 200, path
        pages.append(hand_over(admin, live_server, path, answer.text))
    found = []
    for width in (400, 1440):
        admin.set_viewport_size({"width": width, "height": 900})
        found += looks.new_faults_of(admin, pages)
    assert found == [], "\n".join(found)


def test_a_desk_is_added_and_closed_with_the_keyboard_alone(
    admin: Page, live_server: str, session: Session
) -> None:
    admin.goto(f"{live_server}/admin/organisation/desks/new")
    admin.get_by_label("Mã quầy").focus()
    for typed in ("SH-Q2", "Tab", "Quầy 2", "Tab"):
        if typed == "Tab":
            admin.keyboard.press("Tab")
        else:
            admin.keyboard.insert_text(typed)
    admin.keyboard.type("Phường Sen")  # the list of units
    admin.keyboard.press("Tab")
    admin.get_by_role("button", name="Lưu").press("Enter")
    expect(admin.get_by_role("status")).to_contain_text("Đã lưu: Quầy 2")

    admin.get_by_role("link", name="SH-Q2").press("Enter")
    admin.get_by_role("button", name="Đóng quầy").press("Enter")
    admin.wait_for_url(re.compile(r"saved="))
    session.rollback()
    assert session.scalars(select(Desk.valid_to).where(Desk.code == "SH-Q2")).one() is not None


def test_a_file_chosen_in_the_browser_is_looked_at_before_it_is_taken(
    admin: Page, live_server: str, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "quay.csv"
    file.write_text("code;name;unit;valid_from\nSH-Q7;Quầy 7;SEN;01/07/2025\nSH Q8;Quầy 8;SEN;\n")
    admin.goto(f"{live_server}/admin/organisation/desks/import")
    admin.get_by_label("Tệp CSV").set_input_files(file)
    admin.get_by_role("button", name="Xem trước").click()
    expect(admin.get_by_role("rowheader", name="3")).to_be_visible()
    admin.get_by_role("button", name="Nhập các dòng tốt").click()
    expect(admin.get_by_role("status")).to_contain_text("1 dòng mới")
    session.rollback()
    assert session.scalars(select(Desk.name).where(Desk.code.startswith("SH"))).all() == ["Quầy 7"]
