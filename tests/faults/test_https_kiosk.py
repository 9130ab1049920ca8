"""A locked screen on the office's own https name: offline, another officer, a power cut, a sync."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.db import make_engine
from shared.models.channel import Kiosk
from shared.models.organisation import Desk, Officer
from shared.models.rating import Rating
from shared.services import staff_pins
from tests.browser.desk_page import DeskPage
from tests.deploy.kiosk_trial import (
    NAME,
    Authority,
    change_policy,
    chromium_of,
    install,
    make_authority,
    product,
)
from tests.faults.devices import (
    PATIENCE_MS,
    Device,
    device,
    installed,
    keeps,
    rates,
    shows,
    touches,
)
from tests.faults.duty import on_duty
from tests.faults.tally import Note, Stored, of_touches
from tests.infrastructure.databases import SqliteDatabases
from tests.infrastructure.office import DESK, LONG_AGO, paired_desk
from tests.infrastructure.server import free_port

FIRST, SECOND, THIRD = "NV-1", "NV-2", "NV-3"
HELD_MS = 3_000
NAMES = {FIRST: "Người mẫu Một", SECOND: "Người mẫu Hai", THIRD: "Người mẫu Ba"}


@pytest.fixture
def engine(databases: SqliteDatabases, tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(databases.copy_to(tmp_path / "niemno.db"))
    yield made
    made.dispose()


@pytest.fixture
def token(engine: Engine) -> str:
    """The token of a kiosk at a desk of two officers, the first of whom is on duty."""
    with Session(engine) as session:
        sign_session(session, "system", datetime.now(UTC))
        made = paired_desk(session, datetime.now(UTC))
        unit_id = session.scalars(select(Desk.unit_id)).one()
        for code, name in NAMES.items():
            session.add(Officer(unit_id=unit_id, code=code, name=name, valid_from=LONG_AGO))
        session.commit()
    on_duty(engine, DESK, FIRST)
    return made


def stored(engine: Engine) -> list[Stored]:
    """Give sequence, score and officer of every rating the server has."""
    with Session(engine) as session:
        rows = session.execute(
            select(Rating.sequence, Rating.score, Officer.code)
            .outerjoin(Officer, Rating.officer_id == Officer.id)
            .order_by(Rating.sequence, Rating.id)
        )
        return [(sequence, score, code) for sequence, score, code in rows]


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return make_authority(tmp_path / "tls", NAME, "127.0.0.1")


@pytest.fixture
def port() -> int:
    """The site's port, known before it is served."""
    return free_port()


@pytest.fixture
def screen(tmp_path: Path, browser: Browser, authority: Authority, port: int) -> Iterator[Device]:
    """The installed screen, opened only to those who drive it."""
    address = f"https://{NAME}:{port}"
    done = install(tmp_path / "root", "--address", address, "--ca", authority.file("root.crt"))
    assert done.returncode == 0, done.stderr
    change_policy(tmp_path / "root", DeveloperToolsAvailability=1)
    chromium = chromium_of(tmp_path / "root", tmp_path)
    with device(tmp_path / "profile", address, browser, chromium) as kiosk:
        yield kiosk


def shows_officer(desk: DeskPage, code: str) -> None:
    expect(desk.page.locator("#officer-name")).to_have_text(NAMES[code], timeout=PATIENCE_MS)


def staff_choose(desk: DeskPage, pin: str, code: str) -> None:
    """Open the staff corner by its number and let another officer serve."""
    page = desk.page
    page.locator("#corner").hover()
    page.mouse.down()
    page.clock.run_for(HELD_MS)
    desk.shows("staff")
    page.mouse.up()
    for digit in pin:
        page.locator(f"#pin-keys [data-skbtn='{digit}']").click()
    page.get_by_role("button", name=NAMES[code]).click(timeout=PATIENCE_MS)
    page.locator("#staff-done").click()
    desk.shows("ask")


def test_every_rating_goes_once_to_the_officer_whom_the_screen_showed(
    tmp_path: Path,
    engine: Engine,
    token: str,
    authority: Authority,
    screen: Device,
    port: int,
    note: Note,
) -> None:
    with product(tmp_path / "data", authority, str(engine.url), port):
        desk = screen.start()
        desk.page.clock.install()
        desk.open(token)
        shows(desk, "ask")
        shows_officer(desk, FIRST)
        installed(desk)
        desk.page.context.set_offline(True)
        rates(desk, 5)
        keeps(desk, 1)
        with Session(engine) as session:
            secret = (tmp_path / "data" / "secret_key").read_text().strip()
            pin = staff_pins.pin(session, session.scalars(select(Kiosk.id)).one(), secret)
        staff_choose(desk, pin, SECOND)
        shows_officer(desk, SECOND)
        screen.kill()
        desk = screen.start()
        desk.page.context.set_offline(True)
        desk.page.clock.install()
        desk.open()
        shows_officer(desk, SECOND)
        touches(desk, 2)
        keeps(desk, 2)
        assert stored(engine) == []
        on_duty(engine, DESK, THIRD)
        desk.page.context.set_offline(False)
        # A jump, not every second of it: that would end the screen's patience with what it asks.
        desk.page.clock.fast_forward(60_000)
        keeps(desk, 0)
        shows_officer(desk, THIRD)
        touches(desk, 4)
        desk.page.clock.run_for(5_000)
        keeps(desk, 0)
    touched = [(5, FIRST), (2, SECOND), (4, THIRD)]
    note(of_touches("https, officer changed offline, killed", 1, touched, stored(engine)))
    assert [score for _sequence, score, _officer in stored(engine)] == [5, 2, 4]
