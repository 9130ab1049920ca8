"""Draws the README's pictures of the desk screen anew, from the sample, in a real Chromium.

Run in the project's folder with what `make test` installs:
  .venv/bin/python -m tests.infrastructure.make_pictures
"""

import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import migrating, sample
from shared.audit import sign_session
from shared.config import PROJECT_ROOT, Settings
from shared.db import make_engine
from shared.models.organisation import Desk, Shift
from shared.services import channels, invitations
from shared.services.invitations import Target
from tests.infrastructure.applications import build
from tests.infrastructure.browser import WINDOWLESS
from tests.infrastructure.served import served

FOLDER = PROJECT_ROOT / "deploy" / "pictures"
NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)  # a Wednesday, nine o'clock there
INCHES = 21.5
ADDRESS = "https://mot-cua.example.vn"
GROUND = (214, 220, 222)
GAP = 16
WIDE, TALL, PHONE = (533, 300), (169, 300), (139, 300)
Picture = tuple[Image.Image, tuple[int, int]]


def main() -> None:
    """Draw both pictures."""
    with TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        settings = Settings.from_environment({"NIEMNO_DATA": folder, "PUBLIC_URL": ADDRESS})
        token, code = prepare(settings)
        with served(build(settings, lambda: NOW), listener) as address, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=WINDOWLESS, args=["--no-sandbox"])
            pictures = [*desk(browser, address, token), phone(browser, f"{address}/q/{code}")]
            browser.close()
    pictures[0][0].save(FOLDER / "desk-vi.png", optimize=True)
    strip(pictures).save(FOLDER / "desk-strip.png", optimize=True)


def prepare(settings: Settings) -> tuple[str, str]:
    """Fill a database with the sample; give a desk's kiosk token and printed code."""
    engine = make_engine(settings.database_url)
    migrating.upgrade(engine)
    with Session(engine) as session, session.begin():
        sign_session(session, "system", NOW)
        sample.load(session, NOW)
        found = session.scalars(select(Desk).join(Shift).order_by(Desk.id)).first()
        if found is None:
            sys.exit("the sample has no desk at which somebody serves")
        paired, token = channels.pair(session, found.code, None, NOW)
        paired.panel_inches = INCHES
        code = invitations.printed(session, found.unit_id, Target.DESK, found.id, NOW)
    engine.dispose()
    return token, code


def desk(browser: Browser, address: str, token: str) -> Iterator[Picture]:
    """Go through the screens of a rating; some once more in other ways to be seen."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.clock.install(time=NOW)
    page.goto(f"{address}/#pair={token}")
    page.wait_for_selector("body[data-screen=ask]")
    yield taken(page), WIDE
    page.set_viewport_size({"width": 720, "height": 1280})
    upright = [(taken(page), TALL)]
    page.set_viewport_size({"width": 1280, "height": 720})
    page.click("[data-score='4']")
    page.wait_for_selector("body[data-screen=why]")
    page.clock.run_for(400)
    page.click("[data-reason=waiting]")
    yield taken(page), WIDE
    page.set_viewport_size({"width": 720, "height": 1280})
    upright.append((taken(page), TALL))
    page.set_viewport_size({"width": 1280, "height": 720})
    page.click("#write-more")
    page.wait_for_selector("#keys .hg-button")
    page.clock.run_for(400)
    yield taken(page), WIDE
    page.click("#more-back")
    page.clock.run_for(400)
    yield from items(page)
    page.wait_for_selector("body[data-screen=thanks]")
    page.wait_for_selector("#thanks img.qr:not([hidden])")
    yield taken(page), WIDE
    page.click("#thanks-done")
    page.clock.run_for(4_000)
    yield from otherwise(page)
    page.click("#reading")
    yield taken(page), WIDE
    yield from upright


def items(page: Page) -> Iterator[Picture]:
    """Answer on every page of the questionnaire."""
    page.click("#send")
    forward = page.locator("#items-next-words")
    last = False
    while not last:
        page.clock.run_for(400)
        page.locator(".item:first-child button").nth(1).click()
        yield taken(page), WIDE
        last = forward.get_attribute("data-text") == "send_all"
        forward.click()


def otherwise(page: Page) -> Iterator[Picture]:
    """Show the question in English, dark, and in high contrast."""
    page.click("#language")
    yield taken(page), WIDE
    page.click("#language")
    for theme in ("dark", "contrast"):
        page.evaluate("(it) => { document.documentElement.dataset.theme = it; }", theme)
        yield taken(page), WIDE
    page.evaluate("() => { document.documentElement.removeAttribute('data-theme'); }")


def phone(browser: Browser, address: str) -> Picture:
    """Open the printed code's page on a telephone."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(address)
    return taken(page), PHONE


def taken(page: Page) -> Image.Image:
    """Take a picture once all that moves has come to rest."""
    page.evaluate("() => document.fonts.ready.then(() => true)")
    page.wait_for_timeout(300)
    return Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")


def strip(pictures: list[Picture]) -> Image.Image:
    """Lay the pictures out in rows of three wide ones."""
    rows: list[list[Picture]] = [[]]
    for picture in pictures:
        if sum(size[0] + GAP for _image, size in [*rows[-1], picture]) > 3 * (WIDE[0] + GAP):
            rows.append([])
        rows[-1].append(picture)
    width, height = GAP + 3 * (WIDE[0] + GAP), GAP + len(rows) * (WIDE[1] + GAP)
    down = WIDE[1] + GAP
    sheet = Image.new("RGB", (width, height), GROUND)
    for number, row in enumerate(rows):
        left = GAP
        for image, size in row:
            sheet.paste(image.resize(size, Image.Resampling.LANCZOS), (left, GAP + number * down))
            left += size[0] + GAP
    return sheet.quantize(192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


if __name__ == "__main__":
    main()
