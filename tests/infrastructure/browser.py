"""A real Chromium against the real application: fixtures of the browser tests."""

import os
import re
import socket
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

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
PATIENCE_MS = 10_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
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
def context(browser: Browser, language: str) -> Iterator[BrowserContext]:
    """A browser profile of its own: no cookies, no stored ratings."""
    profile = browser.new_context(locale=language, timezone_id="Asia/Ho_Chi_Minh")
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


@pytest.fixture(scope="session")
def assert_axe_clean() -> Callable[[Page], None]:
    """Give the check that axe-core finds nothing against a page's accessibility."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page)
        report = re.sub(r"\n\s*\n", "\n", found.generate_report())
        assert found.violations_count == 0, f"{page.url}\n{report}"

    return check
