"""A real Chromium against the real application: fixtures of the browser tests."""

import os
import socket
from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.infrastructure.served import served

CHROMIUM = "/usr/bin/chromium"
# The same without windows: it draws pages with half the work.
WINDOWLESS = "/usr/bin/chromium-headless-shell"
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]
# Until something is there: on a busy machine much takes long that has gone well.
PATIENCE_MS = 30_000
Workers = Literal["allow", "block"]
# Themes differ in colours alone.
COLOURS = ["color-contrast", "link-in-text-block"]
# It goes on by time-outs of nothing: those end at once, also where the page's clock stands.
LOOK = """async (options) => {
  const later = window.setTimeout;
  const { port1, port2 } = new MessageChannel();
  const next = [];
  port1.onmessage = () => next.shift()();
  window.setTimeout = (act, wait = 0, ...more) => {
    if (wait > 1) return later(act, wait, ...more);
    next.push(act);
    port2.postMessage(null);
    return 0;
  };
  try {
    const found = await axe.run(document, { resultTypes: ['violations'], ...options });
    return found.violations.map(
      (it) => `${it.id}: ${it.nodes.map((node) => node.html).join(' | ')}`);
  } finally {
    window.setTimeout = later;
  }
}"""
STRUCTURE = """() => document.documentElement.outerHTML.replace(/ data-theme="\\w*"/, '')"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=WINDOWLESS, args=[*ARGUMENTS, *as_root]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def language() -> str:
    """The browser's language; a test that wants another one parametrises it."""
    return "vi-VN"


@pytest.fixture
def service_workers() -> Workers:
    """Whether the desk's service worker is installed, a third of all work; most go without."""
    return "block"


@pytest.fixture
def context(browser: Browser, language: str, service_workers: Workers) -> Iterator[BrowserContext]:
    """A browser profile of its own: no cookies, no stored ratings."""
    profile = browser.new_context(
        locale=language, timezone_id="Asia/Ho_Chi_Minh", service_workers=service_workers
    )
    profile.set_default_timeout(PATIENCE_MS)
    yield profile
    profile.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; at the end nothing may have broken in its scripts or its security policy."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    opened = context.new_page()
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", listen)
    yield opened
    assert complaints == []


@pytest.fixture
def listening_socket() -> Iterator[socket.socket]:
    """A free loopback port, held from before the application learns its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def live_server(app: Flask, listening_socket: socket.socket) -> Iterator[str]:
    """The application on the test's database; gives its address."""
    with served(app, listening_socket) as address:
        yield address


def faults_found_by_axe(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """Let axe-core look at a page; give each rule that is broken, with the elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [str(fault) for fault in page.evaluate(LOOK, options or {})]


@pytest.fixture(scope="session")
def assert_axe_clean() -> Callable[[Page], None]:
    """Give the check that axe-core finds nothing against a page's accessibility.

    Of a page that was looked at before and has only another theme now, it looks at the colours.
    """
    looked_at: set[str] = set()

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a page just come to has no element yet for a moment
        structure = f"{page.viewport_size} {page.evaluate(STRUCTURE)}"
        options = {"runOnly": COLOURS} if structure in looked_at else {}
        found = faults_found_by_axe(page, options)
        theme = page.locator("html").get_attribute("data-theme")
        assert found == [], f"{page.url} {theme or ''}\n" + "\n".join(found)
        looked_at.add(structure)

    return check
