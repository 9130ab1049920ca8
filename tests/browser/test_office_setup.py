"""Quản trị in a real browser: read by axe, and used with the keyboard alone."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.organisation import Desk
from tests import cast, records
from tests.cast import Place
from tests.infrastructure.browser import next_page
from tests.infrastructure.looks import Looks, hand_over

PAGES = (
    "organisation",
    "organisation/desks",
    "organisation/desks/new",
    "organisation/shifts/1",
    "organisation/days",
    "organisation/desks/import",
    "accounts/import",
    "organisation/posted",
    "organisation/limits",
    "kiosks",
    "codes",
)
LISTS = (
    ("root", "organisation/shifts"),
    ("root", "organisation/levels"),
    ("head-sen", "registers/review"),
    ("admin-sen", "webhooks"),
    ("admin-sen", "dossier-feeds"),
    ("admin-sen", "open311"),
    ("root", "outbox"),
    ("root", "kiosks"),
    ("head-sen", "erasures"),
    ("head-sen", "complaints"),
    ("head-sen", "complaints/figures"),
    ("head-sen", "dossiers"),
    ("organiser-sen", "campaigns"),
    ("admin-sen", "organisation/posted"),
)
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
FINGER = 44  # CSS pixels
# What stands outside the room of a table, so that one must scroll to read it.
HIDDEN = """(regions) => regions.flatMap((it) => [...it.querySelectorAll('td, th, input')]
    .filter((cell) => cell.closest('tbody')
      && cell.getBoundingClientRect().right > it.getBoundingClientRect().right + 1)
    .map((cell) => cell.outerHTML.slice(0, 80)))"""

# Whether a link's words stand beside its picture, not below it.
BESIDE = """(link) => {
    const words = document.createRange()
    words.selectNode(link.lastChild)
    const icon = link.querySelector('svg').getBoundingClientRect()
    return words.getBoundingClientRect().left >= icon.right
}"""


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
    sign_in(page, live_server, client)
    return page


def sign_in(page: Page, address: str, client: FlaskClient) -> None:
    """Let a browser go on as somebody who signed in."""
    cookie = client.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": address}])


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


@pytest.mark.parametrize("language", ["vi", "en"])
def test_office_hours_and_holidays_are_read_whole_on_a_telephone(
    admin: Page, live_server: str, language: str
) -> None:
    admin.set_viewport_size(TELEPHONE)
    admin.goto(f"{live_server}/admin/organisation/calendar/year?year=2027&lang={language}")
    expect(admin.locator(".scroll tbody tr").first).to_be_visible()
    assert admin.locator(".scroll").evaluate_all(HIDDEN) == []
    admin.goto(f"{live_server}/admin/organisation/calendar/hours")
    assert admin.locator(".scroll").evaluate_all(HIDDEN) == []
    admin.locator("#day_0_afternoon_to").fill("16:30")
    admin.locator("#document").fill("Quyết định 5")
    with next_page(admin):
        admin.locator("form.card .primary").click()
    expect(admin.locator(".scroll tbody")).to_contain_text("16:30")
    assert admin.locator(".scroll").evaluate_all(HIDDEN) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_was_saved_meanwhile_is_told_and_a_second_press_saves(
    admin: Page, live_server: str, places: dict[str, Place], language: str
) -> None:
    path = f"{live_server}/admin/organisation/officers/{places['sen'].officer_id}?lang={language}"
    admin.goto(path)
    with admin.context.expect_page() as opened:
        admin.evaluate("window.open(location.href)")
    colleague = opened.value
    colleague.locator("#post").fill("Trưởng bộ phận một cửa")
    with next_page(colleague):
        colleague.locator("form.card .primary").click()
    admin.locator("#name").fill("Lê Thị Thu Hà")
    with next_page(admin):
        admin.locator("form.card .primary").click()
    expect(admin.locator(".errors")).to_be_focused()
    expect(admin.locator("#post-error")).to_contain_text("Trưởng bộ phận một cửa")
    expect(admin.locator("#name")).to_have_value("Lê Thị Thu Hà")
    expect(admin.locator("#post")).to_have_value("")
    with next_page(admin):
        admin.locator("form.card .primary").click()
    expect(admin.locator(".errors")).to_have_count(0)
    expect(admin.locator("main")).to_contain_text("Lê Thị Thu Hà")


def test_lists_are_read_whole_on_a_telephone(
    page: Page,
    live_server: str,
    session: Session,
    places: dict[str, Place],
    clock: Callable[[], datetime],
) -> None:
    sen = records.fill(session, places, clock())["sen"]
    session.commit()
    page.set_viewport_size(TELEPHONE)
    council = f"awards/councils/{sen.awards['council']}"
    parts = ("criteria", "freezes", "awards", "awards/titles", "awards/councils", council)
    campaign = [("organiser-sen", f"campaigns/{sen.campaign}/{part}") for part in parts]
    for who, path in (*LISTS, *campaign):
        page.context.add_cookies(
            [{"name": "niemno", "value": records.token_of(who), "url": live_server}]
        )
        for language in ("vi", "en"):
            page.goto(f"{live_server}/admin/{path}?lang={language}")
            expect(page.locator(".scroll tbody tr").first).to_be_visible()
            assert page.locator(".scroll").evaluate_all(HIDDEN) == [], path


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_finger_meets_one_weekday_at_a_time(
    admin: Page, live_server: str, language: str, width: int
) -> None:
    admin.set_viewport_size({"width": width, "height": 900})
    admin.goto(f"{live_server}/admin/organisation/shifts/new?lang={language}")
    boxes = [box.bounding_box() for box in admin.locator("label:has([name=weekdays])").all()]
    assert len(boxes) == 7
    for box in boxes:
        assert box is not None
        assert box["width"] >= FINGER
        assert box["height"] >= FINGER


def test_no_field_of_a_shift_is_called_like_the_beginning_of_another(
    admin: Page, live_server: str
) -> None:
    for language in ("vi", "en"):
        admin.goto(f"{live_server}/admin/organisation/shifts/new?lang={language}")
        names = admin.locator("label:not(.check)").all_inner_texts()
        assert len(names) > 4
        assert [one for one in names if sum(name.startswith(one) for name in names) > 1] == []


def test_numbers_of_steps_are_printed_on_their_colour(
    admin: Page, live_server: str, places: dict[str, Place]
) -> None:
    """Browsers leave grounds away in print: white figures would turn grey on white paper."""
    sen = places["sen"]
    admin.goto(f"{live_server}/admin/codes/sheet?unit={sen.unit_id}&desk={sen.desk_id}")
    numbers = admin.locator(".poster .steps b").all()
    assert len(numbers) == 3
    for number in numbers:
        assert number.evaluate("(it) => getComputedStyle(it).printColorAdjust") == "exact"


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


@pytest.mark.parametrize("language", ["vi", "en"])
def test_on_a_telephone_the_reasons_of_bad_rows_are_read_without_moving_the_table(
    admin: Page, live_server: str, language: str
) -> None:
    admin.set_viewport_size(TELEPHONE)
    admin.goto(f"{live_server}/admin/accounts/import?lang={language}")
    link = admin.locator("a[href$='template.csv']")
    assert link.evaluate(BESIDE)
    file = b"name,full_name,role,unit\nmai,Mai,chief,SEN\nbinh,Binh,head,X-9\n"
    admin.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": file})
    with next_page(admin):
        admin.locator("main button.primary").click()
    expect(admin.locator(".scroll tbody tr")).to_have_count(2)
    assert admin.locator(".scroll").evaluate_all(HIDDEN) == []
