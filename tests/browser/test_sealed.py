"""The confidential path in a real browser: sealed on the telephone, opened with the key's file."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.models.sealed import SealedMessage, SealedOpening, SealedReport
from shared.services import invitations
from shared.services.invitations import Target
from tests import records
from tests.case_world import build
from tests.sealed_world import CONTACT, TEXT, WORDS_INSIDE

pytestmark = pytest.mark.thorough

INSPECTOR, PASSPHRASE = "thanhtra", "bốn từ rất dễ nhớ"

CUT = """() => [...document.querySelectorAll('tbody :is(td, th)')]
  .filter((it) => it.getBoundingClientRect().right
    > it.closest('.scroll').getBoundingClientRect().right + 1)
  .map((it) => it.textContent)"""


def make_key(page: Page, address: str, folder: Path) -> Path:
    """Make a key as an inspector does; give its file."""
    page.goto(f"{address}/admin/sealed/key")
    page.get_by_label("Mật khẩu cho tệp khoá").fill(PASSPHRASE)
    page.get_by_label("Gõ lại mật khẩu").fill(PASSPHRASE)
    page.get_by_role("button", name="Tạo khoá trên máy này").click()
    link = page.get_by_role("link", name="Lưu tệp khoá")
    link.wait_for()
    with page.expect_download() as saved:
        link.click()
    file = folder / saved.value.suggested_filename
    saved.value.save_as(file)
    page.get_by_role("button", name="Tôi đã cất tệp khoá").click()
    expect(page.get_by_text("Đã đăng ký.")).to_be_visible()
    return file


def file_of_another_key(page: Page, folder: Path) -> Path:
    """Make a key that no report is sealed for, under the same passphrase; give its file."""
    made = page.evaluate(
        "async (words) => (await (await import('/admin/static/sealed/keys.js')).make(words)).file",
        PASSPHRASE,
    )
    file = folder / "other.json"
    file.write_text(made)
    return file


def report(browser: Browser, address: str) -> list[str]:
    """Report on a telephone; give all that left it."""
    sent: list[str] = []
    telephone = browser.new_context(locale="vi-VN")
    resident = telephone.new_page()
    resident.on("request", lambda request: sent.append(request.post_data or ""))
    resident.goto(address)
    sealing = resident.get_by_text("khoá ngay trên máy này trước khi gửi")
    expect(sealing).to_be_visible()
    resident.get_by_text("Bị gợi ý hoặc đòi đưa thêm tiền").click()
    resident.get_by_label("Chuyện xảy ra").fill(TEXT)
    resident.get_by_label("Cách liên hệ an toàn").fill(CONTACT)
    resident.get_by_role("button", name="Khoá lại và gửi").click()
    done = resident.get_by_text("Nội dung đã được khoá trên máy của Ông/Bà")
    expect(done).to_be_visible()
    telephone.close()
    return sent


def cut_on_a_telephone(page: Page, address: str) -> list[str]:
    """Give what of the inspector's lists stands outside them on a telephone."""
    before = page.viewport_size or {"width": 1280, "height": 720}
    page.set_viewport_size({"width": 390, "height": 844})
    found: list[str] = []
    for path in ("sealed", "sealed/key"):
        page.goto(f"{address}/admin/{path}")
        expect(page.locator("tbody tr")).to_have_count(1)
        found += page.evaluate(CUT)
    page.set_viewport_size(before)
    return found


def open_with(page: Page, file: Path, passphrase: str) -> None:
    """Try to open the report of the page with a key's file."""
    page.get_by_label("Tệp khoá", exact=True).set_input_files(file)
    page.get_by_label("Mật khẩu của tệp khoá").fill(passphrase)
    page.get_by_role("button", name="Mở và ghi lại lần mở").click()


def test_what_a_telephone_sealed_opens_with_the_inspectors_file_and_nowhere_else(
    page: Page,
    browser: Browser,
    live_server: str,
    session: Session,
    tmp_path: Path,
    clock: Callable[[], datetime],
) -> None:
    sen = build(session, clock())["sen"]
    records.add_person(session, INSPECTOR, [Role.INSPECTOR], sen, clock())
    token = invitations.printed(session, sen.unit_id, Target.DESK, sen.desk_id, clock())
    session.commit()
    page.context.add_cookies(
        [{"name": "niemno", "value": records.token_of(INSPECTOR), "url": live_server}]
    )
    file = make_key(page, live_server, tmp_path)

    sent = report(browser, f"{live_server}/q/{token}/sealed")
    assert any("sealed=" in body for body in sent)
    assert [body for body in sent if "text=" in body or "contact=" in body] == []
    message = session.scalars(select(SealedMessage)).one()
    kept = json.dumps([message.sealed_in, message.data, file.read_text()])
    assert (message.sealed_in, [word for word in WORDS_INSIDE if word in kept]) == ("browser", [])

    assert cut_on_a_telephone(page, live_server) == []
    number = session.scalars(select(SealedReport.number)).one()
    page.goto(f"{live_server}/admin/sealed/reports/{number}")
    open_with(page, file, "sai mật khẩu rồi")
    expect(
        page.get_by_text("Tệp khoá hoặc mật khẩu không đúng. Chưa có gì được mở.")
    ).to_be_visible()
    open_with(page, file_of_another_key(page, tmp_path), PASSPHRASE)
    named = page.get_by_text("Tin này không được khoá cho tệp khoá vừa chọn.")
    expect(named).to_be_visible()
    expect(named).to_contain_text(json.loads(file.read_text())["fingerprint"][:8])
    page.route("**/texts", lambda route: route.abort())
    open_with(page, file, PASSPHRASE)
    expect(page.get_by_text("Chưa tải được nội dung.")).to_be_visible()
    expect(named).to_be_hidden()
    page.unroute("**/texts")
    session.rollback()
    assert session.scalars(select(SealedOpening)).all() == []
    expect(page.get_by_text("Chưa ai mở.")).to_be_visible()
    open_with(page, file, PASSPHRASE)
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_text(CONTACT)).to_be_visible()
    expect(page.get_by_text("Lần mở vừa rồi đã được ghi lại.")).to_be_visible()
    expect(page.get_by_text("Chưa ai mở.")).to_be_hidden()
    expect(page.get_by_text("chưa mở")).to_have_count(0)
    expect(page.get_by_text("đã mở", exact=True)).to_be_visible()
    page.get_by_role("button", name="Bắt đầu xác minh").click()
    expect(page.get_by_text("đang xác minh")).to_be_visible()
    opened = page.get_by_role("listitem").filter(has_text=INSPECTOR).first
    expect(opened).to_be_visible()
