"""What a resident may ask for by the code alone, in a real browser without script."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from shared.domain.erasure import DataKind
from shared.domain.tracking_code import digits_of
from shared.models.complaint import Complaint
from shared.services import erasures
from tests.case_world import WORDS, build, code_of, file, person
from tests.infrastructure.browser import PATIENCE_MS

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A telephone that runs no script."""
    profile = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="vi-VN")
    profile.set_default_timeout(PATIENCE_MS)
    yield profile.new_page()
    profile.close()


@pytest.fixture
def case(session: Session, clock: Callable[[], datetime]) -> Complaint:
    """A report with a telephone number."""
    place = build(session, clock())["sen"]
    return file(session, place, clock(), contact_phone="0900000123", consent=True)


def test_a_resident_has_everything_erased_and_keeps_a_receipt(
    phone: Page,
    live_server: str,
    session: Session,
    case: Complaint,
    clock: Callable[[], datetime],
    tmp_path: Path,
) -> None:
    phone.goto(f"{live_server}/follow")
    phone.get_by_label("Mã theo dõi của Ông/Bà").fill(digits_of(code_of(case)))
    phone.get_by_role("button", name="Xem").click()
    expect(phone.get_by_text(WORDS)).to_be_visible()
    phone.get_by_role("link", name="Xoá dữ liệu của tôi").click()
    for again in (True, False):
        phone.get_by_label("Tất cả dữ liệu").check()
        phone.get_by_label("Tôi hiểu rằng").check()
        phone.get_by_role("button", name="Gửi yêu cầu xoá").click()
        expect(phone.get_by_role("heading", name="Đã nhận yêu cầu xoá")).to_be_visible()
        if again:
            phone.get_by_role("button", name="Thôi, không xoá nữa").click()
    waiting = erasures.rights(session, code_of(case), clock()).waiting
    assert waiting is not None
    head = person(session, "head-sen")
    erasures.decide(
        session, waiting.id, frozenset(DataKind), ("", ""), waiting.version, head, tmp_path, clock()
    )
    session.commit()
    phone.reload()
    expect(phone.get_by_role("heading", name="Biên nhận xoá dữ liệu")).to_be_visible()
    phone.get_by_role("link", name="Về trang theo dõi").click()
    expect(phone.get_by_role("heading", name="Đã xoá nội dung")).to_be_visible()
    expect(phone.get_by_text(WORDS)).to_have_count(0)


def test_only_the_slip_comes_out_of_the_printer(
    page: Page, live_server: str, case: Complaint
) -> None:
    page.goto(f"{live_server}/follow/{code_of(case)}/slip?lang=vi")
    page.emulate_media(media="print")
    expect(page.get_by_text(digits_of(code_of(case)))).to_be_visible()
    expect(page.get_by_role("link", name="Về trang theo dõi")).to_be_hidden()
    slip = page.locator(".slip").bounding_box()
    assert slip is not None
    assert slip["y"] < 40
    assert slip["width"] < 600  # of paper 148 mm wide
