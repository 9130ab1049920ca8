"""The officer's photo on the desk screen: there without a network, gone once it is removed."""

import hashlib
import io
from datetime import UTC, datetime

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from shared.models.account import Account
from shared.models.organisation import Desk, Officer, OfficerPhoto
from shared.services import accounts
from tests.browser.desk_page import DeskPage
from tests.faults.duty import on_duty
from tests.infrastructure.browser import Workers
from tests.infrastructure.office import DESK, LONG_AGO, paired_desk

DRAWN = "() => document.getElementById('officer-photo').naturalWidth"


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (32, 32), (200, 120, 90)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def service_workers() -> Workers:
    """The worker is what is tried here."""
    return "allow"


@pytest.fixture
def token(session: Session) -> str:
    """The token of a kiosk at whose desk somebody with a photo serves."""
    now = datetime.now(UTC)
    made = paired_desk(session, now)
    unit_id = session.scalars(select(Desk.unit_id)).one()
    officer = Officer(unit_id=unit_id, code="NV-1", name="Người mẫu Một", valid_from=LONG_AGO)
    session.add(officer)
    accounts.add(session, "ghi", "Người ghi", [], now)
    session.flush()
    content = a_photo()
    session.add(
        OfficerPhoto(
            officer_id=officer.id,
            content=content,
            digest=hashlib.sha256(content).hexdigest(),
            added_at=now,
            account_id=session.scalars(select(Account.id)).one(),
        )
    )
    session.commit()
    on_duty(session.get_bind().engine, DESK, "NV-1")
    return made


def test_the_photo_stands_beside_the_name_offline_too_until_it_is_removed(
    desk: DeskPage, session: Session
) -> None:
    photo, drawn_head = desk.page.locator("#officer-photo"), desk.page.locator("#officer svg")
    expect(desk.page.locator("#officer-name")).to_have_text("Người mẫu Một")
    expect(photo).to_be_visible()
    expect(drawn_head).to_be_hidden()
    assert desk.page.evaluate(DRAWN) == 32
    desk.page.evaluate("async () => { await navigator.serviceWorker.ready; }")
    desk.page.context.set_offline(True)
    desk.page.reload()
    desk.shows("ask")
    expect(photo).to_be_visible()
    desk.page.context.set_offline(False)
    session.execute(delete(OfficerPhoto))
    session.commit()
    desk.page.evaluate("window.dispatchEvent(new Event('online'))")
    desk.page.clock.run_for(1_000)
    expect(photo).to_be_hidden()
    expect(drawn_head).to_be_visible()
    shelf = "async () => (await (await caches.open('niemno-officers')).keys()).length"
    assert desk.page.evaluate(shelf) == 0
