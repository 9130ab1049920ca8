"""Invited to rate: by an officer's button, by a receipt's bar code; carried on by telephone."""

import json
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.account import Account
from shared.models.organisation import Desk, Procedure
from shared.services import desk_invitations
from shared.services.desk_invitations import Wanted
from tests.browser.counters import Counter
from tests.browser.waiting import until

ASK_MS = 1_500
ENDS_MS = 300_000
HEARD = "localStorage.getItem('niemno.invitation')"
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


def press_the_button(session: Session, dossier: str) -> None:
    """Let an officer press the button for a dossier of the procedure."""
    desk = session.scalars(select(Desk)).one()
    procedure_id = session.scalars(select(Procedure.id)).one()
    account_id = session.scalars(select(Account.id)).one()
    wanted = Wanted(desk.id, procedure_id, dossier)
    units = frozenset({desk.unit_id})
    desk_invitations.invite(session, wanted, account_id, units, datetime.now(UTC))
    session.commit()


def invite(counter: Counter, dossier: str) -> None:
    """Press the button, and let the screen, which may just be waiting for an answer, ask again."""
    before = counter.page.evaluate(HEARD)
    press_the_button(counter.session, dossier)
    for _ in range(10):
        counter.page.clock.run_for(ASK_MS)
        with suppress(AssertionError):
            until(lambda: bool(counter.page.evaluate(HEARD) != before), patience=2)
            return
    pytest.fail("nobody heard it")


def test_an_officers_button_shows_the_procedure_within_two_seconds(counter: Counter) -> None:
    invite(counter, "H02.12-261118-0041")  # what was asked has been answered now
    press_the_button(counter.session, CODE)
    counter.page.clock.run_for(ASK_MS)
    expect(counter.page.locator("#dossier-code")).to_have_text(CODE)
    expect(counter.page.locator("#procedure-name")).to_have_text("Đăng ký khai sinh")
    counter.resident_touches(5)
    counter.resident_skips()
    counter.resident_leaves_at_once()
    expect(counter.page.locator("#procedure")).to_be_hidden()
    counter.keeps(0)
    [rating] = counter.stored()
    assert rating.procedure_id is not None


def test_an_invitation_waits_until_the_one_before_has_gone(counter: Counter) -> None:
    counter.resident_touches(2)
    invite(counter, "H02.12-261118-0043")
    counter.shows("why")
    counter.resident_skips()
    counter.resident_leaves_at_once()
    expect(counter.page.locator("#procedure-name")).to_have_text("Đăng ký khai sinh")


def test_an_invitation_nobody_follows_ends(counter: Counter) -> None:
    invite(counter, "H02.12-261118-0044")
    expect(counter.page.locator("#procedure")).to_be_visible()
    counter.page.clock.run_for(ENDS_MS)
    expect(counter.page.locator("#procedure")).to_be_hidden()


def test_a_receipts_bar_code_is_taken_with_the_rating(counter: Counter) -> None:
    counter.page.evaluate(SCAN, CODE)
    expect(counter.page.locator("#dossier-code")).to_have_text(CODE)
    expect(counter.page.locator(".lit")).to_have_count(0)
    with counter.page.expect_request("**/api/v1/ratings") as sent:
        counter.resident_touches(4)
        counter.resident_skips()
    [rating] = json.loads(sent.value.post_data or "")["ratings"]
    assert rating["dossier"] == CODE


def test_few_keys_are_no_bar_code(counter: Counter) -> None:
    counter.page.evaluate(SCAN, "123")
    expect(counter.page.locator(".lit")).to_have_count(1)  # by Enter, as for one switch
    expect(counter.page.locator("#dossier")).to_be_hidden()


def test_a_telephone_carries_on_just_this_rating(counter: Counter) -> None:
    counter.resident_touches(3)
    counter.resident_opens_the_sheet()
    counter.page.locator("#want-answer").click()
    counter.shows("phone")
    expect(counter.page.locator("#phone-address")).to_contain_text("/c/")
    expect(counter.page.locator("#phone-once")).to_be_visible()
    counter.page.locator("#phone-done").click()
    counter.shows("thanks")
    counter.resident_leaves_at_once()
    counter.page.clock.run_for(3_000)
    counter.page.context.set_offline(True)
    counter.resident_touches(3)
    counter.resident_opens_the_sheet()
    counter.page.locator("#want-answer").click()
    expect(counter.page.locator("#phone-address")).to_contain_text("/q/")
    expect(counter.page.locator("#phone-once")).to_be_hidden()
