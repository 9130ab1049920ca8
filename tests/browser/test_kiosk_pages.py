"""The pages of kiosks in a real browser: accessible in every theme, at any width, by keyboard."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk
from shared.models.organisation import Desk
from shared.models.rating import RatingQuarantine
from shared.services import channels, continuations, pairings
from tests import cast
from tests.cast import FOUNDED, Place
from tests.infrastructure.browser import next_page
from tests.infrastructure.looks import THEMES, Looks, hand_over

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture
def sen(session: Session, clock: Callable[[], datetime]) -> Place:
    """A unit with two desks."""
    place = cast.build(session, clock())["sen"]
    session.add(Desk(unit_id=place.unit_id, code="Q-2", name="Quầy 2", valid_from=FOUNDED))
    return place


@pytest.fixture
def kiosk(session: Session, sen: Place, clock: Callable[[], datetime]) -> Kiosk:
    """A kiosk that is not well at all, one that is, and one that was never heard of."""
    now = clock()
    well, _token = channels.pair(session, "Q-sen", "Máy cửa ra vào", now - timedelta(days=3))
    well.seen_at = well.reported_at = now
    well.waiting, well.version, well.storage, well.persisted = 0, "a7c1", "ok", True
    channels.pair(session, "Q-2", "Máy mới", now - timedelta(hours=1))
    made, _token = channels.pair(session, "Q-sen", "Máy quầy một", now - timedelta(days=9))
    made.seen_at = made.reported_at = now - timedelta(minutes=4)
    made.waiting, made.oldest_waiting_at, made.quarantined = 312, now - timedelta(days=2), 1
    made.clock_offset_ms, made.version = -3_000_000, "3f2a"
    made.storage, made.persisted = "journal_only", False
    held = RatingQuarantine(
        kiosk_id=made.id,
        digest="d",
        sequence=9,
        result="conflict",
        reason="same id, other content",
        content={"id": "x", "sequence": 9, "score": 4, "comment": "…"},
        received_at=now - timedelta(days=1),
    )
    session.add(held)
    made.next_sequence, made.highest_sequence = 4, 9
    session.commit()
    return made


@pytest.fixture
def client(
    app: Flask, session: Session, kiosk: Kiosk, clock: Callable[[], datetime]
) -> FlaskClient:
    """The unit's administrator, signed in."""
    return cast.enter(app, session, "admin-sen", clock())


@pytest.fixture
def admin(page: Page, live_server: str, client: FlaskClient) -> Page:
    """The browser of the unit's administrator."""
    page.emulate_media(reduced_motion="reduce")
    cookie = client.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
    return page


def test_every_page_of_kiosks_is_axe_clean_and_never_scrolls_sideways(
    admin: Page, live_server: str, client: FlaskClient, kiosk: Kiosk, looks: Looks
) -> None:
    paths = ("", "?code=AAAA-BBBB", f"/{kiosk.id}", "/held", "?q=nothing", "/held?result=refused")
    admin.set_viewport_size({"width": 1440, "height": 900})
    admin.goto(f"{live_server}/follow")
    pages = []
    for language in ("vi", "en"):
        client.set_cookie("lang", language)
        for path in (f"/admin/kiosks{path}" for path in paths):
            answer = client.get(path)
            assert f'<html lang="{language}"' in answer.text, path
            pages.append(hand_over(admin, live_server, path, answer.text))
    found = looks.new_faults_of(admin, pages, themes=THEMES)
    admin.set_viewport_size({"width": 360, "height": 800})
    found += looks.new_faults_of(admin, pages, size="", themes=None, sideways="100%")
    assert found == [], "\n".join(found)


def test_a_kiosk_is_found_and_moved_by_keyboard_alone(
    admin: Page, live_server: str, kiosk: Kiosk
) -> None:
    admin.goto(f"{live_server}/admin/kiosks?state=alarm")
    admin.get_by_role("link", name="Máy quầy một").first.focus()
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("heading", level=1)).to_have_text("Máy quầy một")
    admin.get_by_label("Quầy", exact=True).focus()
    admin.keyboard.type("Quầy 2")
    admin.get_by_role("button", name="Chuyển").focus()
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("status")).to_contain_text("Đã chuyển.")
    expect(admin.get_by_role("rowheader").first).to_contain_text("Quầy 2")


def test_a_device_known_before_is_confirmed_on_the_page(
    admin: Page,
    live_server: str,
    session: Session,
    kiosk: Kiosk,
    clock: Callable[[], datetime],
    assert_axe_clean: Callable[[Page], None],
) -> None:
    former, token = channels.pair(session, "Q-sen", "Máy cũ", clock())
    asked = pairings.request(session, clock(), token)
    session.commit()
    admin.goto(f"{live_server}/admin/kiosks?code={asked.user_code}")
    expect(admin.get_by_role("status")).to_contain_text(former.code)
    assert_axe_clean(admin)
    admin.get_by_role("button", name="Ghép tiếp màn hình này").click()
    expect(admin.get_by_role("status")).to_contain_text("Đã nhận mã.")


def test_what_was_begun_at_the_desk_is_carried_on_by_telephone(
    page: Page, session: Session, live_server: str, kiosk: Kiosk, clock: Callable[[], datetime]
) -> None:
    _kiosk, token = channels.pair(session, "Q-sen", "Máy", clock())
    channel = channels.recognise(session, token)
    assert channel is not None
    secret, _ends = continuations.issue(session, channel, uuid4(), "-", clock())
    session.commit()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{live_server}/c/{secret}")
    page.locator("#comment").fill("Phải đi lại ba lần vì một tờ giấy")
    page.locator("[name=about]").check()
    with next_page(page):
        page.locator("form button").click()
    page.goto(f"{live_server}/c/{secret}")
    expect(page.locator("form")).to_have_count(0)


def test_an_officer_invites_with_one_key(
    page: Page,
    app: Flask,
    session: Session,
    live_server: str,
    kiosk: Kiosk,
    clock: Callable[[], datetime],
    assert_axe_clean: Callable[[Page], None],
) -> None:
    person = cast.enter(app, session, "officer-sen", clock())
    cookie = person.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
    page.goto(f"{live_server}/admin/work")
    page.get_by_role("button", name="Mời đánh giá").focus()
    with next_page(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã mời trên màn hình ở Quầy 1.")
    assert_axe_clean(page)
    expect(page.get_by_label("Mã hồ sơ")).to_be_focused()
    page.keyboard.type("H01-7")  # as a scanner types, with its own Enter
    with next_page(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Đã mời")
    page.set_viewport_size({"width": 360, "height": 800})
    assert not page.evaluate(SIDEWAYS)
