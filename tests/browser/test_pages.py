"""Every page of both doors in a real Chromium: for every eye, in both languages, at any width."""

import re
import socket
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests import records
from tests.infrastructure.looks import THEMES, Handed, Looks, hand_over
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.served import served
from tests.web.every_page import Opened, after_sending, every_page, speak, unlike

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
SPOKEN = re.compile(r'<html lang="(\w+)"')
STYLES = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
# Drawn for the size of their panel: test_desk_look tries them there, in every theme.
PANELS = ("/", "/demo")
TWICE = "200%"


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


def test_every_page_is_axe_clean_and_never_scrolls_sideways(
    peopled: Peopled, page: Page, address: str, looks: Looks
) -> None:
    # All at one width follow each other: first in every theme, then in words twice as large.
    page.context.add_cookies(
        [{"name": "niemno", "value": records.token_of("root"), "url": address}]
    )
    opened = unlike((*every_page(peopled), *after_sending(peopled)))
    page.goto(f"{address}/follow")
    pages = _handed(page, address, opened, "vi")
    found = looks.new_faults_of(page, pages, themes=THEMES)
    page.set_viewport_size(NARROW)
    found += looks.new_faults_of(page, pages, size="", themes=None, sideways=TWICE)
    pages = _handed(page, address, _again(peopled, opened), "en")
    found += looks.new_faults_of(page, pages, size="any", themes=None, sideways=TWICE)
    assert found == [], "\n".join(found)


def _again(peopled: Peopled, opened: Iterable[Opened]) -> list[Opened]:
    """Open the same pages in English, from the same beginning."""
    peopled.put_back()
    speak(peopled, "en")
    asked = [
        Opened(one.who, one.path, one.endpoint, peopled.get(one.path, one.who).text)
        for one in opened
        if one.endpoint
    ]
    return [*asked, *unlike(after_sending(peopled))]


def _handed(page: Page, address: str, opened: Iterable[Opened], language: str) -> list[Handed]:
    """Hand over pages in a language, but the panels.

    Those with the same styles follow each other.
    """
    page.context.add_cookies([{"name": "lang", "value": language, "url": address}])
    pages = [
        hand_over(page, address, one.path, one.text)
        for one in sorted(opened, key=lambda one: STYLES.findall(one.text))
        if urlsplit(one.path).path not in PANELS
    ]
    assert [path for path, text in pages if SPOKEN.findall(text)[:1] != [language]] == []
    return pages
