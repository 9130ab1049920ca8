"""The phone pages in a real browser: without script, by keyboard, at any size of text."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.models.organisation import Desk
from shared.models.rating import Rating
from shared.services import complaints, handling, invitations
from shared.services.invitations import Target
from tests.browser.offices import with_items
from tests.case_world import ANSWER, WORDS, build, code_of, file, person
from tests.cast import Place
from tests.infrastructure.browser import PATIENCE_MS
from tests.infrastructure.looks import Handed, Looks, hand_over
from tests.kiosk.test_attachments import photo

FOLLOWED = re.compile(r'href="(/follow/[^"?]+)')
CODE = re.compile(r"\d{4} \d{4} \d{4} \d{4}")
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture
def sen(session: Session, clock: Callable[[], datetime]) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def scanned(session: Session, sen: Place, clock: Callable[[], datetime], live_server: str) -> str:
    """The address that a scanned code of a desk opens."""
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()
    return f"{live_server}/q/{token}"


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A small telephone in a private window that runs no script."""
    profile = browser.new_context(viewport=NARROW, java_script_enabled=False, locale="vi-VN")
    profile.set_default_timeout(PATIENCE_MS)
    yield profile.new_page()
    # At most the language somebody chose.
    assert {cookie["name"] for cookie in profile.cookies()} <= {"lang"}
    profile.close()


def test_a_refused_form_is_met_at_its_faults_and_each_leads_to_its_field_by_keyboard(
    phone: Page, scanned: str, session: Session
) -> None:
    phone.goto(f"{scanned}/complaint")
    phone.get_by_label("Nội dung", exact=True).fill("Chờ quá")
    phone.get_by_label("Họ tên").fill("Bà Ba")
    phone.get_by_role("button", name="Gửi", exact=True).click()
    summary = phone.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_count(2)
    phone.keyboard.press("Tab")
    phone.keyboard.press("Tab")
    expect(summary.get_by_role("link", name="Xin đánh dấu đồng ý")).to_be_focused()
    phone.keyboard.press("Enter")
    phone.keyboard.press("Space")
    consent = phone.get_by_role("checkbox", name="Tôi đồng ý")
    expect(consent).to_be_checked()
    expect(consent).to_have_accessible_description(
        "Xin đánh dấu đồng ý, hoặc để trống phần liên hệ."
    )
    assert session.scalars(select(Complaint)).all() == []


def test_a_resident_rates_complains_and_reads_the_answer_without_script(
    phone: Page, scanned: str, session: Session, clock: Callable[[], datetime]
) -> None:
    phone.goto(scanned)
    phone.get_by_text("Không hài lòng", exact=True).click()
    phone.get_by_text("Chờ lâu").click()
    phone.get_by_label("Lời nhắn").fill(WORDS)
    phone.get_by_label("Tôi muốn được trả lời").check()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    found = CODE.search(phone.locator(".code.big").inner_text())
    assert found is not None
    expect(phone.get_by_role("img", name="Mã QR mở trang theo dõi việc này")).to_be_visible()
    rating, case = session.scalars(select(Rating)).one(), session.scalars(select(Complaint)).one()
    assert (rating.score, case.body) == (2, WORDS)

    head = person(session, "head-sen")
    handling.note(session, case.number, "Số giấy hẹn?", head, clock(), ask=True)
    session.commit()
    phone.goto(scanned.partition("/q/")[0] + "/follow")
    phone.get_by_label("Mã theo dõi của Ông/Bà").fill(found.group().lower().replace("-", " "))
    phone.get_by_role("button", name="Xem").click()
    phone.get_by_label("Trả lời của Ông/Bà").fill("Số 47.")
    phone.get_by_role("button", name="Gửi trả lời").click()
    expect(phone.get_by_role("heading", name="Đang xử lý")).to_be_visible()

    session.expire_all()
    complaints.answer(session, case.number, ANSWER, case.version, head, clock())
    session.commit()
    phone.reload()
    expect(phone.get_by_text(ANSWER)).to_be_visible()
    phone.get_by_role("button", name="Thoả đáng", exact=True).click()
    expect(phone.get_by_text("Ông/Bà cho biết trả lời này thoả đáng.")).to_be_visible()


def test_a_resident_adds_photos_to_words_without_script(
    phone: Page, live_server: str, sen: Place, session: Session, clock: Callable[[], datetime]
) -> None:
    case = file(session, sen, clock())
    phone.goto(f"{live_server}/follow/{code_of(case)}")
    phone.get_by_text("Viết thêm, gửi thêm ảnh").click()
    phone.get_by_label("Điều Ông/Bà muốn nói thêm").fill(WORDS)
    choose = phone.get_by_label("Ảnh, tệp PDF")
    choose.set_input_files({"name": "x.exe", "mimeType": "image/jpeg", "buffer": b"MZ"})
    phone.get_by_role("button", name="Gửi thêm").click()
    expect(phone.get_by_role("alert")).to_contain_text("Xin bỏ tệp “x.exe”")
    expect(phone.get_by_label("Điều Ông/Bà muốn nói thêm")).to_have_value(WORDS)
    choose.set_input_files({"name": "ghế.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    phone.get_by_role("button", name="Gửi thêm").click()
    newest = phone.get_by_role("listitem").filter(has_text="Ông/Bà viết thêm").first
    expect(newest).to_contain_text(WORDS)
    expect(newest.get_by_role("link", name="ghế.jpg")).to_be_visible()
    width = "img => img.decode().then(() => img.naturalWidth)"
    assert newest.locator("img").evaluate(width) > 0
    expect(phone).to_have_url(re.compile("#steps$"))


def test_a_forgotten_face_is_asked_for_and_nothing_typed_is_lost(phone: Page, scanned: str) -> None:
    phone.goto(scanned)
    phone.get_by_label("Lời nhắn").fill(WORDS)
    phone.locator("form").evaluate("form => form.noValidate = true")  # as older browsers are
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_role("alert")).to_contain_text("Xin chọn một khuôn mặt")
    expect(phone.get_by_label("Lời nhắn")).to_have_value(WORDS)
    phone.get_by_text("Rất hài lòng").click()
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_role("heading", name="Xin cảm ơn Ông/Bà")).to_be_visible()


def test_the_rating_form_is_filled_in_by_keyboard_alone(
    page: Page, scanned: str, session: Session
) -> None:
    page.goto(scanned)
    for _ in range(3):  # past the way to the content and the other language
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "score":
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "BUTTON":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Xin cảm ơn Ông/Bà")).to_be_visible()
    rating = session.scalars(select(Rating)).one()
    assert (rating.score, rating.reasons) == (3, ["waiting"])


def test_every_phone_page_is_clean_for_assistive_technology_and_never_scrolls_sideways(
    page: Page, app: Flask, live_server: str, scanned: str, looks: Looks
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{live_server}/follow")
    form = scanned.removeprefix(live_server)
    pages = [
        hand_over(page, live_server, path, text)
        for lang in ("vi", "en")
        for path, text in answered(app.test_client(), form, lang)
    ]
    found = looks.new_faults_of(page, pages, themes=("light", "dark"))
    page.set_viewport_size(NARROW)  # what 1280 is at 400 %
    for words in ("100%", "200%"):
        found += looks.new_faults_of(page, pages, size="", themes=None, sideways=words)
    assert found == [], "\n".join(found)


def test_five_faces_of_an_item_stand_in_one_row_whatever_the_size_of_text(
    page: Page, live_server: str, session: Session, clock: Callable[[], datetime]
) -> None:
    with_items(session, clock())
    desk = session.scalars(select(Desk)).one()
    token = invitations.printed(session, desk.unit_id, Target.DESK, desk.id, clock())
    session.commit()
    page.set_viewport_size(NARROW)
    page.goto(f"{live_server}/q/{token}")
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%', 'important')")
    expect(page.locator(".marks .face").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == NARROW["width"]


def answered(client: FlaskClient, form: str, lang: str) -> Iterator[Handed]:
    """Give what a telephone gets from the form it has scanned to the case it begins."""
    client.set_cookie("lang", lang)
    for path in (form, f"{form}/complaint", "/follow"):
        yield path, client.get(path).text
    yield form, client.post(form).text  # no face is chosen
    fields = {"id": str(uuid4()), "kind": "report", "body": WORDS}
    receipt = client.post(f"{form}/complaint", data=fields).text
    yield f"{form}/complaint", receipt
    [case] = {path for path in FOLLOWED.findall(receipt) if "/slip" not in path}
    text = client.get(case).text
    assert f'<html lang="{lang}"' in text
    yield case, text
    more = f"{case}/addition"
    wrong = {"add": WORDS, "files": (io.BytesIO(b"MZ"), "x.exe")}
    yield more, client.post(more, data=wrong).text
    long = "IMG_20261118_091500_mot_ten_rat_dai_cua_mot_tam_anh.jpg"
    client.post(more, data={"add": WORDS, "files": (io.BytesIO(photo()), long)})
    text = client.get(case).text
    assert long in text
    yield case, text
    client.post(f"{case}/withdraw")
    late = client.post(more, data={"add": f"{WORDS} Thêm nữa."})
    assert late.status_code == 409
    yield more, late.text


def test_targets_of_a_finger_are_large_enough(page: Page, scanned: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(scanned)
    for name in ("label.row", "label.chip", "button"):
        for box in (one.bounding_box() for one in page.locator(name).all()):
            assert box is not None
            assert box["height"] >= 44
            assert box["width"] >= 44


def test_a_box_stands_beside_its_words(phone: Page, scanned: str) -> None:
    phone.goto(scanned)
    box = phone.get_by_role("checkbox", name="Tôi muốn được trả lời").bounding_box()
    words = phone.get_by_text("Tôi muốn được trả lời").bounding_box()
    assert box is not None
    assert words is not None
    assert box["x"] + box["width"] <= words["x"]
    assert box["y"] < words["y"] + words["height"]
