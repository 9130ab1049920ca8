"""A locked screen on the office's own https name: offline, another officer, a restart, the sync."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from shared import migrating
from shared.audit import sign_session
from shared.db import make_engine
from shared.models.organisation import Desk, Officer, Shift
from shared.models.rating import Rating
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
from tests.faults.devices import PATIENCE_MS, Device, device, installed, keeps
from tests.infrastructure.office import DESK, LONG_AGO, paired_desk
from tests.infrastructure.server import free_port

FIRST, SECOND = "NV-1", "NV-2"
NAMES = {FIRST: "Người mẫu Một", SECOND: "Người mẫu Hai"}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite+pysqlite:///{tmp_path / 'niemno.db'}")
    migrating.upgrade(made)
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
    on_duty(engine, FIRST)
    return made


def on_duty(engine: Engine, code: str) -> None:
    """Put one officer on duty at the desk, day and night, in the place of the other."""
    with Session(engine) as session:
        sign_session(session, "system", datetime.now(UTC))
        session.execute(delete(Shift))
        session.add(
            Shift(
                desk_id=session.scalars(select(Desk.id).where(Desk.code == DESK)).one(),
                officer_id=session.scalars(select(Officer.id).where(Officer.code == code)).one(),
                weekdays="1234567",
                starts=time(0),
                ends=time(23, 59, 59),
                valid_from=LONG_AGO,
            )
        )
        session.commit()


def stored(engine: Engine) -> list[tuple[int | None, int, str | None]]:
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
    """The site's port, before and after the server was away."""
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


def test_every_rating_goes_once_to_the_officer_whom_the_screen_showed(
    tmp_path: Path, engine: Engine, token: str, authority: Authority, screen: Device, port: int
) -> None:
    url = str(engine.url)
    with product(tmp_path / "data", authority, url, port):
        desk = screen.start()
        desk.open(token)
        desk.shows("ask")
        shows_officer(desk, FIRST)
        installed(desk)
    desk.resident_touches(5)
    desk.resident_skips()
    keeps(desk, 1)
    on_duty(engine, SECOND)
    screen.kill()
    desk = screen.start()
    desk.page.clock.install()
    desk.open()
    shows_officer(desk, FIRST)
    desk.resident_touches(2)
    desk.resident_skips()
    keeps(desk, 2)
    assert stored(engine) == []
    with product(tmp_path / "data", authority, url, port):
        desk.page.clock.run_for(60_000)
        keeps(desk, 0)
        shows_officer(desk, SECOND)
        desk.resident_touches(4)
        desk.resident_skips()
        desk.page.clock.run_for(5_000)
        keeps(desk, 0)
    assert stored(engine) == [(1, 5, FIRST), (2, 2, FIRST), (3, 4, SECOND)]
