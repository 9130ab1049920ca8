"""How much a page and all it asks for weigh on the wire, as a real Chromium receives them."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.ground import empty_database, served
from bench.growth import fill
from bench.table import Row, Section
from shared.audit import sign_session
from shared.db import make_engine
from shared.models.organisation import Desk
from shared.services import channels, invitations
from shared.services.invitations import Target

CHROMIUM = "/usr/bin/chromium"
PHONE_KB, DESK_KB = 30, 150
HOW = (
    "First visit with an empty cache: the page, its styles, scripts, fonts and pictures, heads "
    "included, as Chromium counted them on the wire (1 KB = 1,000 bytes). Without the desk's "
    "service worker, which asks for the same files beside the page and would hide some of them."
)


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Weigh the phone pages and the desk screen."""
    tell("page weights")
    with empty_database("sqlite") as ground:
        fill(ground)
        desk_path, phone_path = _paths(ground.url)
        pages = {
            "Phone: rating": (phone_path, PHONE_KB),
            "Phone: complaint": (f"{phone_path}/complaint", PHONE_KB),
            "Phone: follow a case": ("/follow", PHONE_KB),
            "Desk screen, paired": (desk_path, DESK_KB),
        }
        with served(ground) as server, sync_playwright() as playwright:
            as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=as_root)
            rows = [
                _row(what, weigh(browser, server.url + path), most)
                for what, (path, most) in pages.items()
            ]
            browser.close()
    return [Section("Page weight", rows, HOW)]


def _paths(url: str) -> tuple[str, str]:
    now = datetime.now(UTC)
    engine = make_engine(url)
    with Session(engine) as session, session.begin():
        sign_session(session, "bench", now)
        desk = session.scalars(select(Desk).order_by(Desk.id)).first()
        if desk is None:
            raise RuntimeError("the sample has no desk")
        _kiosk, token = channels.pair(session, desk.code, None, now)
        code = invitations.printed(session, desk.unit_id, Target.DESK, desk.id, now)
    engine.dispose()
    return f"/#pair={token}", f"/q/{code}"


def weigh(browser: Browser, address: str) -> dict[str, int]:
    """Open an address in a fresh profile; give the bytes received by kind of resource."""
    context = browser.new_context(locale="vi-VN", service_workers="block")
    page = context.new_page()
    watch = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    received: dict[str, int] = {}

    def note(event: dict[str, str]) -> None:
        kinds[event["requestId"]] = event.get("type", "Other")

    def count(event: dict[str, float]) -> None:
        kind = kinds.get(str(event["requestId"]), "Other")
        received[kind] = received.get(kind, 0) + int(event["encodedDataLength"])

    watch.on("Network.responseReceived", note)
    watch.on("Network.loadingFinished", count)
    watch.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    context.close()
    return received


def _row(what: str, received: dict[str, int], most: int) -> Row:
    total = sum(received.values()) / 1_000
    parts = sorted(received.items(), key=lambda part: -part[1])
    return Row(
        what=what,
        figure=f"{total:.1f} KB",
        beside=", ".join(f"{kind.lower()} {size / 1_000:.1f}" for kind, size in parts),
        wanted=f"≤ {most} KB",
        met=total <= most,
    )
