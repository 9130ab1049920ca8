"""The staff corner of a desk screen: held, behind a number, useful without a network."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.models.channel import Kiosk
from shared.models.organisation import Officer, Organisation
from shared.models.rating import Rating
from shared.services import staff_pins
from tests.browser.counters import Counter
from tests.browser.desk_page import NOTICE_SECONDS, QUIET_SECONDS, REST_SECONDS, DeskPage
from tests.browser.offices import NAMES, add_officers

HELD_MS = 3_000
QUITE_LATE = timedelta(minutes=10)


@pytest.fixture
def pin(counter: Counter) -> str:
    """The number that opens this kiosk's corner."""
    return pin_of(counter.session, counter.office.settings)


@pytest.fixture
def corner(counter: Counter) -> Counter:
    """A screen whose mark was held; it asks for the number."""
    hold(counter)
    counter.shows("staff")
    return counter


def pin_of(session: Session, settings: Settings) -> str:
    """Give the staff number of the only kiosk."""
    return staff_pins.pin(session, session.scalars(select(Kiosk.id)).one(), settings.secret_key)


def hold(desk: DeskPage, milliseconds: int = HELD_MS) -> None:
    """Hold the lotus."""
    desk.page.locator("#corner").hover()
    desk.page.mouse.down()
    desk.page.clock.run_for(milliseconds)
    desk.page.mouse.up()


def touch(desk: DeskPage, number: str) -> None:
    """Touch digits."""
    desk.shows("staff")
    for digit in number:
        desk.page.locator(f"#pin-keys [data-skbtn='{digit}']").click()


def enter(desk: DeskPage, number: str) -> None:
    """Type digits, far quicker than they are touched."""
    desk.shows("staff")
    desk.page.keyboard.type(number)


def opened(desk: DeskPage) -> None:
    """Expect to be inside."""
    expect(desk.page.locator("#unlocked")).to_be_visible(timeout=30_000)


def wrong(number: str) -> str:
    """Give another number."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)


def test_a_short_touch_opens_nothing(counter: Counter) -> None:
    hold(counter, HELD_MS - 500)
    counter.page.clock.run_for(HELD_MS)
    counter.shows("ask")


def test_the_right_number_opens_and_a_wrong_one_does_not(corner: Counter, pin: str) -> None:
    touch(corner, wrong(pin))
    expect(corner.page.locator("#pin-state")).to_have_text("Mã không đúng. Xin nhập lại.")
    expect(corner.page.locator("#unlocked")).to_be_hidden()
    touch(corner, pin)
    opened(corner)
    facts = corner.page.locator("#facts")
    expect(facts).to_contain_text("Bàn số một · Xã Thử")
    expect(facts).to_contain_text("0 chờ gửi")
    expect(facts).not_to_contain_text("Invalid")


def test_after_five_wrong_numbers_even_the_right_one_waits_whatever_starts_anew(
    corner: Counter, pin: str
) -> None:
    state = corner.page.locator("#pin-state")
    for _ in range(5):
        corner.page.evaluate("document.getElementById('pin-state').textContent = ''")
        enter(corner, wrong(pin))
        expect(state).to_have_text("Mã không đúng. Xin nhập lại.")
    corner.page.reload()
    corner.shows("ask")
    corner.page.wait_for_load_state("networkidle")
    hold(corner)
    enter(corner, pin)
    expect(state).to_contain_text("Xin đợi một phút")
    for _ in range(4):
        corner.page.clock.run_for((QUIET_SECONDS - 1) * 1000)
        corner.page.keyboard.press("Shift")
    enter(corner, pin)
    opened(corner)


def test_the_number_is_asked_again_of_the_next(corner: Counter, pin: str) -> None:
    enter(corner, pin)
    opened(corner)
    corner.page.clock.run_for((QUIET_SECONDS + NOTICE_SECONDS) * 1000)
    corner.shows("ask")
    hold(corner)
    corner.shows("staff")
    expect(corner.page.locator("#unlocked")).to_be_hidden()


@pytest.fixture
def staffed_desk(staffed: None, desk: DeskPage) -> DeskPage:
    """A screen of its own: who was chosen there serves for the rest of the day."""
    desk.page.wait_for_load_state("networkidle")
    hold(desk)
    desk.shows("staff")
    return desk


@pytest.fixture
def staffed(session: Session, token: str) -> None:
    """Two officers at the desk's unit."""
    add_officers(session)
    session.commit()


def test_an_officer_chosen_without_a_network_is_the_one_rated(
    staffed_desk: DeskPage,
    session: Session,
    settings: Settings,
    stored: Callable[[], list[Rating]],
) -> None:
    desk = staffed_desk
    desk.page.context.set_offline(True)
    touch(desk, pin_of(session, settings))
    opened(desk)
    chosen = desk.page.get_by_role("button", name=NAMES[1])
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    desk.page.locator("#staff-done").click()
    desk.shows("ask")
    expect(desk.page.locator("#officer-name")).to_have_text(NAMES[1])
    desk.resident_touches(4)
    desk.resident_skips()
    desk.page.context.set_offline(False)
    desk.keeps(0)
    [rating] = stored()
    officer = session.scalars(select(Officer).where(Officer.name == NAMES[1])).one()
    assert rating.officer_id == officer.id


@pytest.fixture
def abroad(session: Session, token: str) -> ZoneInfo:
    """The zone of an office on the other side of the world."""
    zone = "America/New_York"
    session.scalars(select(Organisation)).one().zone = zone
    session.commit()
    return ZoneInfo(zone)


def test_hours_are_the_offices_whatever_zone_the_screen_believes_in(
    abroad: ZoneInfo, desk: DeskPage, session: Session, settings: Settings
) -> None:
    desk.page.wait_for_load_state("networkidle")
    hold(desk)
    enter(desk, pin_of(session, settings))
    opened(desk)
    said = desk.page.locator("#facts dt", has_text="Liên lạc lần cuối").locator("+ dd")
    now = datetime.now(abroad)
    assert said.inner_text()[:2] in {f"{now - late:%H}" for late in (timedelta(), QUITE_LATE)}


def test_the_file_for_staff_holds_what_waits_and_what_was_sent(
    counter: Counter, pin: str, tmp_path: Path
) -> None:
    counter.resident_touches(5)
    counter.resident_skips()
    counter.keeps(0)
    counter.resident_leaves_at_once()
    counter.page.clock.run_for(REST_SECONDS * 1000)
    counter.server_says("/api/v1/ratings", status=503)
    counter.resident_touches(2)
    counter.resident_skips()
    counter.resident_leaves_at_once()
    hold(counter)
    enter(counter, pin)
    opened(counter)
    expect(counter.page.locator("#facts")).to_contain_text("1 chờ gửi")
    with counter.page.expect_download() as download:
        counter.page.locator("#export").click()
    file = tmp_path / "queue.jsonl"
    download.value.save_as(file)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    [waiting] = [line for line in lines if line["state"] == "waiting"]
    assert waiting["rating"]["score"] == 2
    [sent] = counter.stored()
    [settled] = [line for line in lines if line["rating"]["id"] == str(sent.id)]
    assert (settled["state"], settled["rating"]["score"]) == ("settled", 5)


def test_a_locked_screen_says_how_else_its_queue_is_saved(counter: Counter, pin: str) -> None:
    counter.page.evaluate("() => { location.hash = 'locked'; }")
    hold(counter)
    enter(counter, pin)
    opened(counter)
    expect(counter.page.locator("#export")).to_be_hidden()
    expect(counter.page.locator("#export-locked")).to_be_visible()
    expect(counter.page.locator("#export-locked")).to_contain_text("rescue")
    counter.page.evaluate("() => { history.replaceState(null, '', '/'); }")
    counter.page.locator("#staff-done").click()
    hold(counter)
    enter(counter, pin)
    opened(counter)
    expect(counter.page.locator("#export")).to_be_visible()


def test_pairing_again_can_be_left(corner: Counter, pin: str) -> None:
    enter(corner, pin)
    opened(corner)
    corner.page.locator("#pair-again").click()
    corner.shows("pairing")
    expect(corner.page.locator("#user-code")).not_to_be_empty()
    corner.page.locator("#pair-back").click()
    corner.shows("ask")


def test_the_corner_is_axe_clean(
    corner: Counter, pin: str, assert_axe_clean: Callable[[Page], None]
) -> None:
    corner.page.clock.run_for(1_000)
    for _shown in corner.in_every_theme():
        assert_axe_clean(corner.page)
    enter(corner, pin)
    opened(corner)
    corner.page.clock.run_for(1_000)
    for _shown in corner.in_every_theme():
        assert_axe_clean(corner.page)


def test_each_guess_at_the_number_costs_something(real_pin_rounds: int) -> None:
    assert real_pin_rounds >= 100_000


def test_a_kiosk_paired_anew_has_another_number(
    session: Session, token: str, settings: Settings
) -> None:
    kiosk = session.scalars(select(Kiosk)).one()
    before = staff_pins.pin(session, kiosk.id, settings.secret_key)
    assert len(before) == staff_pins.DIGITS
    assert staff_pins.pin(session, kiosk.id, "another secret of this length") != before
    kiosk.token_hash = "0" * 64
    session.flush()
    assert staff_pins.pin(session, kiosk.id, settings.secret_key) != before
    assert before not in repr(staff_pins.check(session, kiosk.id, settings.secret_key))
