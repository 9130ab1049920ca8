"""A real Chromium against the real application: fixtures of the browser tests."""

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

import pytest
from flask import Flask
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from tests.infrastructure.looks import Looks
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
    # No page of a test lives so long that it pays to make its scripts fast.
    "--js-flags=--no-opt --invocation-count-for-maglev=5000",
]
# Until something is there: on a busy machine much takes long that has gone well.
PATIENCE_MS = 30_000
Workers = Literal["allow", "block"]


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


def stop_clock(page: Page, moment: datetime) -> None:
    """Let a page's time stand, from before it is opened, but for what it is wound forward.

    However slow the machine is, nothing comes too late then.
    """
    # A clock stands at a moment to come only, and it runs until it is told to stand.
    page.clock.install(time=moment - timedelta(hours=1))
    page.clock.pause_at(moment)


@contextmanager
def next_page(page: Page) -> Iterator[None]:
    """Wait until what is done leads to another page and that stands with its styles."""
    with page.expect_navigation(wait_until="load"):
        yield


@pytest.fixture(scope="session")
def looks() -> Looks:
    """The colours that were looked at in this run."""
    return Looks()


@pytest.fixture(scope="session")
def assert_axe_clean(looks: Looks) -> Callable[[Page], None]:
    """Give the check that axe-core finds nothing against a page's accessibility.

    Of a page that was looked at before and has only other words or another theme now, it looks at
    those alone.
    """

    def check(page: Page) -> None:
        page.wait_for_load_state()  # a page just come to has no element yet for a moment
        found = looks.new_faults(page)
        theme = page.locator("html").get_attribute("data-theme") if found else ""
        assert found == [], f"{page.url} {theme or ''}\n" + "\n".join(found)

    return check
