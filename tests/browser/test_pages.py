"""Every page of both doors in a real Chromium: for every eye, in both languages, at any width."""

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from werkzeug.serving import make_server

from shared.web.headers import ALWAYS
from tests import records
from tests.infrastructure.crawling import HTML
from tests.infrastructure.peopled import NOBODY, Peopled
from tests.web.every_page import Opened, after_sending, every_page, speak, unlike

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}
# Themes differ in colours alone, languages in words: the rest is looked for once.
COLOURS = {"runOnly": ["color-contrast", "link-in-text-block"]}
THEMES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"color_scheme": "light", "contrast": "no-preference"}, {}),
    ({"color_scheme": "dark"}, COLOURS),
    ({"color_scheme": "light", "contrast": "more"}, COLOURS),
]
LOOK = """(options) => axe.run(document, {resultTypes: ['violations'], ...options}).then((found) =>
  found.violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' | ')}`))"""
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
def address(peopled: Peopled) -> Iterator[str]:
    """The application with the people in it, served."""
    server = make_server("127.0.0.1", 0, peopled.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A profile in which nothing moves and no page answers for another."""
    profile = browser.new_context(
        locale="vi-VN", reduced_motion="reduce", service_workers="block", viewport=WIDE
    )
    profile.add_init_script(Axe().axe_script)
    yield profile
    profile.close()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_page_is_axe_clean_and_never_scrolls_sideways(
    peopled: Peopled, page: Page, address: str, language: str
) -> None:
    speak(peopled, language)
    found = []
    for opened in unlike((*every_page(peopled), *after_sending(peopled))):
        found += [f"{opened.path} {fault}" for fault in _faults(page, address, opened, language)]
    assert found == [], "\n".join(found)


def _faults(page: Page, address: str, opened: Opened, language: str) -> Iterator[str]:
    _go(page, address, opened, language)
    panel = urlsplit(opened.path).path in PANELS
    if panel:
        page.locator(".screen:visible").wait_for()
    elif page.locator("html").get_attribute("lang") != language:
        yield f"is not in {language}"
    for media, options in THEMES if language == "vi" else [THEMES[0]]:
        page.emulate_media(**media)
        yield from (f"{media} {fault}"[:400] for fault in page.evaluate(LOOK, options))
    if not panel:
        page.set_viewport_size(NARROW)
        yield from (f"[narrow] {part[:200]}" for part in page.evaluate(SIDEWAYS))
        page.set_viewport_size(WIDE)


def _go(page: Page, address: str, opened: Opened, language: str) -> None:
    """Open a page as its reader; one that answers a form is handed over as it was answered."""
    jar = {"lang": language}
    if opened.who != NOBODY:
        jar["niemno"] = records.token_of(opened.who)
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in jar.items()]
    )
    where = address + opened.path
    answered = {"body": opened.text, "content_type": f"{HTML}; charset=utf-8", "headers": ALWAYS}
    page.route(where, lambda route: route.fulfill(**answered), times=1)
    page.goto(where)
