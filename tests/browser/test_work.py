"""The officer's pages in a real browser: by keyboard, in every theme, at any width."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.services import complaints, invitations
from shared.services.invitations import PhoneRating, Target
from tests import cast
from tests.case_world import ANSWER, build, code_of, file, person
from tests.cast import Place
from tests.infrastructure.looks import Looks, hand_over

WIDE: ViewportSize = {"width": 1440, "height": 900}
TELEPHONE: ViewportSize = {"width": 360, "height": 740}
DAY_AND_NIGHT = ("light", "dark")


@pytest.fixture
def sen(session: Session, clock: Callable[[], datetime]) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Callable[[], datetime]) -> Complaint:
    """A report that was just filed."""
    return file(session, sen, clock(), contact_name="Người Mẫu", consent=True)


@pytest.fixture
def sign_in(
    page: Page, app: Flask, session: Session, live_server: str, clock: Callable[[], datetime]
) -> Callable[[str], FlaskClient]:
    """Give the way to put a person of the cast before the browser, signed in."""

    def enter(name: str) -> FlaskClient:
        client = cast.enter(app, session, name, clock())
        cookie = client.get_cookie("niemno", domain="localhost")
        assert cookie is not None
        page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
        return client

    return enter


def test_an_officer_answers_by_keyboard_and_the_resident_reads_it(
    page: Page,
    live_server: str,
    case: Complaint,
    sign_in: Callable[[str], FlaskClient],
) -> None:
    page.set_viewport_size(WIDE)
    sign_in("officer-sen")
    page.goto(f"{live_server}/admin/work")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 việc cần trả lời")
    box = page.get_by_label("Trả lời", exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if box.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.insert_text(ANSWER)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Không có việc nào")
    page.goto(f"{live_server}/follow/{code_of(case)}")
    expect(page.get_by_text(ANSWER)).to_be_visible()


def test_keys_go_through_the_list_choose_and_open_and_never_while_somebody_types(
    page: Page,
    live_server: str,
    session: Session,
    sen: Place,
    sign_in: Callable[[str], FlaskClient],
    clock: Callable[[], datetime],
) -> None:
    cases = [file(session, sen, clock() - timedelta(days=days)) for days in (3, 2, 1)]
    page.set_viewport_size(WIDE)
    sign_in("officer-sen")
    page.goto(f"{live_server}/admin/work")
    ticks = [page.get_by_role("checkbox", name=f"Chọn {case.number}") for case in cases]
    shown = page.locator(".pane")
    keys, help_ = page.keyboard, page.locator("#keys")
    expect(help_).to_be_visible()  # the script runs
    keys.press("j")  # to the case that stands open
    keys.press("j")
    keys.press("x")
    keys.press("ArrowDown")
    keys.press("x")
    keys.press("k")
    assert [tick.is_checked() for tick in ticks] == [False, True, True]
    keys.press("Enter")
    expect(shown).to_have_attribute("aria-label", cases[1].number)
    expect(help_).to_be_visible()
    keys.press("?")
    expect(help_).to_have_attribute("open", "")
    keys.press("/")
    keys.type("jxb?")
    expect(page.get_by_role("searchbox")).to_have_value("jxb?")
    expect(help_).to_have_attribute("open", "")
    page.get_by_label("Dùng phím tắt trên máy này").uncheck()
    page.reload()
    expect(help_).to_be_visible()
    keys.press("?")
    expect(help_).not_to_have_attribute("open", "")


def test_many_cases_are_taken_with_the_keyboard_alone(
    page: Page,
    live_server: str,
    session: Session,
    sen: Place,
    sign_in: Callable[[str], FlaskClient],
    clock: Callable[[], datetime],
) -> None:
    for days in (2, 1):
        file(session, sen, clock() - timedelta(days=days))
    sign_in("officer-sen")
    page.goto(f"{live_server}/admin/work")
    expect(page.locator("#keys")).to_be_visible()  # the script runs
    page.keyboard.press("b")
    page.get_by_role("link", name="Chọn tất cả trên trang này").press("Enter")
    expect(page.locator("[data-chosen]")).to_have_text("2")
    page.get_by_role("radio", name="Nhận xử lý").press("Space")
    page.get_by_role("button", name="Làm với các việc đã chọn").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã làm 2 việc")


def test_a_lost_race_keeps_the_text_on_the_page(
    page: Page,
    live_server: str,
    session: Session,
    case: Complaint,
    sign_in: Callable[[str], FlaskClient],
    clock: Callable[[], datetime],
) -> None:
    sign_in("officer-sen")
    page.goto(f"{live_server}/admin/complaints/{case.number}")
    page.get_by_label("Trả lời", exact=True).fill(ANSWER)
    head = person(session, "head-sen")
    complaints.take(session, case.number, case.version, head, clock())
    session.commit()
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("alert")).to_contain_text("head-sen")
    expect(page.get_by_label("Trả lời", exact=True)).to_have_value(ANSWER)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.locator(".said")).to_have_text(ANSWER)


def test_the_pages_of_cases_are_clean_for_assistive_technology_and_never_scroll_sideways(
    page: Page,
    live_server: str,
    session: Session,
    case: Complaint,
    sen: Place,
    sign_in: Callable[[str], FlaskClient],
    clock: Callable[[], datetime],
    looks: Looks,
) -> None:
    file(session, sen, clock() - timedelta(days=20))
    answered = file(session, sen, clock())
    head = person(session, "head-sen")
    complaints.answer(session, answered.number, ANSWER, answered.version, head, clock())
    session.commit()
    page.set_viewport_size(WIDE)
    client = sign_in("head-sen")
    page.goto(f"{live_server}/follow")
    paths = (
        "/admin/work?all=yes",
        "/admin/work?q=khong-co",
        "/admin/work-calendar?",
        "/admin/complaints?",
        "/admin/complaints?kind=praise",
        f"/admin/complaints/{case.number}?",
        f"/admin/complaints/{answered.number}?",
    )
    spoken = [f"{path}&lang={lang}" for path in paths for lang in ("vi", "en")]
    pages = [hand_over(page, live_server, path, client.get(path).text) for path in spoken]
    found = looks.new_faults_of(page, pages, themes=DAY_AND_NIGHT, unfolded=True)
    page.set_viewport_size(TELEPHONE)
    found += looks.new_faults_of(page, pages, size="", themes=None, sideways="100%")
    assert found == [], "\n".join(found)


def test_the_pages_of_ratings_are_clean_for_assistive_technology(
    page: Page,
    live_server: str,
    session: Session,
    sen: Place,
    sign_in: Callable[[str], FlaskClient],
    clock: Callable[[], datetime],
    looks: Looks,
) -> None:
    token = invitations.printed(session, sen.unit_id, Target.OFFICER, sen.officer_id, clock())
    for _ in range(6):
        at = clock() - timedelta(days=8)
        form = PhoneRating(uuid4(), 4, ("waiting",), "Lời nhắn", "vi")
        invitations.rate(session, invitations.look_up(session, token, at), form, at)
    session.commit()
    page.set_viewport_size(WIDE)
    page.goto(f"{live_server}/follow")
    pages = []
    for name, paths in (
        ("reviewer-sen", ("/admin/ratings?lane=open", "/admin/ratings", "/admin/ratings/single")),
        ("officer-sen", ("/admin/ratings",)),
    ):
        client = sign_in(name)
        pages += [hand_over(page, live_server, path, client.get(path).text) for path in paths]
    found = looks.new_faults_of(page, pages, themes=DAY_AND_NIGHT)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("size", [WIDE, TELEPHONE])
def test_why_a_day_is_due_unfolds_within_its_card(
    page: Page,
    live_server: str,
    case: Complaint,
    sign_in: Callable[[str], FlaskClient],
    size: ViewportSize,
) -> None:
    page.set_viewport_size(size)
    sign_in("officer-sen")
    page.goto(f"{live_server}/admin/work?case={case.number}")
    pane = page.locator(".pane")
    pane.get_by_text("Vì sao ngày này").click()
    expect(pane.locator(".days").first).to_be_visible()
    assert pane.evaluate("pane => pane.scrollWidth <= pane.clientWidth")


def test_a_table_is_scrolled_before_its_words_stand_one_a_line(
    page: Page, live_server: str, case: Complaint, sign_in: Callable[[str], FlaskClient]
) -> None:
    page.set_viewport_size(TELEPHONE)
    sign_in("head-sen")
    page.goto(f"{live_server}/admin/complaints")
    words = page.locator("tbody td").first
    expect(words).to_contain_text(case.body[:20])
    lines = "cell => cell.clientHeight / parseFloat(getComputedStyle(cell).lineHeight)"
    assert words.evaluate(lines) < len(case.body.split()) / 2
