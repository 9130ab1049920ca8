"""Invited to rate: by an officer's button, by a receipt's bar code; carried on by telephone."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.models.account import Account
from shared.models.organisation import Desk, Procedure, Unit
from shared.models.rating import Rating
from shared.services import desk_invitations
from shared.services.desk_invitations import Wanted
from tests.browser.desk_page import DeskPage

ASK_MS = 1_500
ENDS_MS = 300_000
CODE = "H02.12-261118-0042"
# Ten milliseconds from key to key, however long the machine takes.
SCAN = """(code) => {
  let at = performance.timeOrigin;
  for (const key of [...code, 'Enter']) {
    const pressed = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    Object.defineProperty(pressed, 'timeStamp', { value: at += 10 });
    document.activeElement.dispatchEvent(pressed);
  }
}"""


@pytest.fixture
def desk(desk: DeskPage) -> DeskPage:
    """A paired screen that has asked for the first time and asks again after a while."""
    desk.page.wait_for_load_state("networkidle")
    return desk


@pytest.fixture
def invite(session: Session, token: str) -> Callable[[str], None]:
    """Let an officer press the button for a dossier of a procedure."""
    unit = session.scalars(select(Unit)).one()
    desk = session.scalars(select(Desk)).one()
    procedure = Procedure(
        organisation_id=unit.organisation_id,
        code="1.001193",
        name="Đăng ký khai sinh",
        valid_from=date(2025, 7, 1),
    )
    account = Account(
        name="thu", full_name="Người thử", password_hash="x", created_at=datetime.now(UTC)
    )
    session.add_all([procedure, account])
    session.commit()

    def press(dossier: str = "") -> None:
        now = datetime.now(UTC)
        sign_session(session, "system", now)
        wanted = Wanted(desk.id, procedure.id, dossier)
        desk_invitations.invite(session, wanted, account.id, frozenset({unit.id}), now)
        session.commit()

    return press


def test_an_officers_button_shows_the_procedure_within_two_seconds(
    invite: Callable[[str], None], desk: DeskPage, stored: Callable[[], list[Rating]]
) -> None:
    invite(CODE)
    desk.page.clock.run_for(ASK_MS)
    expect(desk.page.locator("#procedure-name")).to_have_text("Đăng ký khai sinh")
    expect(desk.page.locator("#dossier-code")).to_have_text(CODE)
    desk.resident_touches(5)
    desk.resident_skips()
    desk.resident_leaves_at_once()
    expect(desk.page.locator("#procedure")).to_be_hidden()
    desk.keeps(0)
    [rating] = stored()
    assert rating.procedure_id is not None


def test_an_invitation_waits_until_the_one_before_has_gone(
    invite: Callable[[str], None], desk: DeskPage
) -> None:
    desk.resident_touches(2)
    with desk.page.expect_response("**/api/v1/screen/invitation*"):
        invite("")
        desk.page.clock.run_for(ASK_MS)
    desk.page.clock.run_for(ASK_MS)
    desk.shows("why")
    desk.resident_skips()
    desk.resident_leaves_at_once()
    expect(desk.page.locator("#procedure-name")).to_have_text("Đăng ký khai sinh")


def test_an_invitation_nobody_follows_ends(invite: Callable[[str], None], desk: DeskPage) -> None:
    invite("")
    desk.page.clock.run_for(ASK_MS)
    expect(desk.page.locator("#procedure")).to_be_visible()
    desk.page.clock.run_for(ENDS_MS)
    expect(desk.page.locator("#procedure")).to_be_hidden()


def test_a_receipts_bar_code_is_taken_with_the_rating(desk: DeskPage) -> None:
    desk.page.evaluate(SCAN, CODE)
    expect(desk.page.locator("#dossier-code")).to_have_text(CODE)
    expect(desk.page.locator(".lit")).to_have_count(0)
    with desk.page.expect_request("**/api/v1/ratings") as sent:
        desk.resident_touches(4)
        desk.resident_skips()
    [rating] = json.loads(sent.value.post_data or "")["ratings"]
    assert rating["dossier"] == CODE


def test_few_keys_are_no_bar_code(desk: DeskPage) -> None:
    desk.page.evaluate(SCAN, "123")
    expect(desk.page.locator("#dossier")).to_be_hidden()


def test_a_telephone_carries_on_just_this_rating(desk: DeskPage) -> None:
    desk.resident_touches(3)
    desk.resident_opens_the_sheet()
    desk.page.locator("#want-answer").click()
    desk.shows("phone")
    expect(desk.page.locator("#phone-address")).to_contain_text("/c/")
    expect(desk.page.locator("#phone-once")).to_be_visible()
    desk.page.locator("#phone-done").click()
    desk.shows("thanks")
    desk.resident_leaves_at_once()
    desk.page.clock.run_for(3_000)
    desk.page.context.set_offline(True)
    desk.resident_touches(3)
    desk.resident_opens_the_sheet()
    desk.page.locator("#want-answer").click()
    expect(desk.page.locator("#phone-address")).to_contain_text("/q/")
    expect(desk.page.locator("#phone-once")).to_be_hidden()
