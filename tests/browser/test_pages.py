"""Every page of both doors in a real Chromium: for every eye, in both languages, at any width."""

import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests import records
from tests.infrastructure.looks import WORDS, Looks, faults_found_by_axe, is_alive, put
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.served import served
from tests.web.every_page import Opened, after_sending, every_page, speak, unlike

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

Media = dict[str, Any]
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
LIGHT: Media = {"color_scheme": "light", "contrast": "no-preference"}
DARK: Media = {"color_scheme": "dark"}
CONTRAST: Media = {"color_scheme": "light", "contrast": "more"}
SPOKEN = re.compile(r'<html lang="(\w+)"')
STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
# Drawn for the size of their panel, begun in Vietnamese: test_desk_look tries them there.
PANELS = {"/", "/demo"}
# The widest things that stick out, outside every box that scrolls by itself.
SIDEWAYS = """() => {
  const root = document.documentElement;
  root.style.fontSize = '200%';
  const sticking = (it) => it.getBoundingClientRect().right > root.clientWidth + 1
    && !it.closest('.scroll');
  const found = root.scrollWidth <= root.clientWidth ? []
    : [...document.body.querySelectorAll('*')].filter(sticking)
      .filter((it) => ![...it.children].some(sticking)).slice(0, 3).map((it) => it.outerHTML);
  root.style.fontSize = '';
  return found;
}"""


@pytest.fixture
def address(peopled: Peopled, listening_socket: socket.socket) -> Iterator[str]:
    """The application with the people in it, served."""
    with served(peopled.app, listening_socket) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile in which nothing moves and no page answers for another."""
    profile = browser.new_context(
        locale="vi-VN",
        reduced_motion="reduce",
        color_scheme="light",
        service_workers="block",
        viewport=WIDE,
    )
    yield profile
    profile.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_axe_clean_and_never_scrolls_sideways(
    peopled: Peopled, page: Page, address: str, looks: Looks, language: str
) -> None:
    # Pages are handed over as they were answered, into a page of the same site and policy.
    speak(peopled, language)
    for name, value in (("niemno", records.token_of("root")), ("lang", language)):
        page.context.add_cookies([{"name": name, "value": value, "url": address}])
    page.goto(f"{address}/follow")
    found = []
    pages = unlike((*every_page(peopled), *after_sending(peopled)))
    for turn, opened in enumerate(sorted(pages, key=_kind)):
        put(page, address, opened.path, opened.text)
        panel = urlsplit(opened.path).path in PANELS
        if panel:
            page.locator(".screen:visible").wait_for()
        elif SPOKEN.findall(opened.text)[:1] != [language]:
            found.append(f"{opened.path} is not in {language}")
        # From wide to narrow, the next one from narrow to wide: half of the turns.
        for width in (WIDE, NARROW) if turn % 2 == 0 else (NARROW, WIDE):
            if page.viewport_size != width:
                page.set_viewport_size(width)
            if width == WIDE:
                faults = _faults(page, looks, language)
            else:
                faults = [] if panel else _sideways(page)
            found += [f"{opened.path} {fault}"[:400] for fault in faults]
    assert found == [], "\n".join(found)


def _kind(opened: Opened) -> tuple[bool, list[str]]:
    """Those with the same styles follow each other; with those that live it ends."""
    return is_alive(opened.text), STYLES.findall(opened.text)


def _faults(page: Page, looks: Looks, language: str) -> list[str]:
    """Look at everything in the light, at colours in the other looks, and at English words."""
    if language != "vi":
        return faults_found_by_axe(page, {"runOnly": WORDS})
    found = looks.all_faults(page)
    for media in (DARK, CONTRAST):
        page.emulate_media(**media)
        found += [f"{media} {fault}" for fault in looks.faults(page)]
    page.emulate_media(**LIGHT)
    return found


def _sideways(page: Page) -> list[str]:
    return [f"[narrow] {part[:200]}" for part in page.evaluate(SIDEWAYS)]
