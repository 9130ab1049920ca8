"""A kiosk's own Chromium with its profile on the disk: it can be killed, and its disk spoilt.

Where nothing is killed or spoilt, a window of the Chromium that all tests share does as well.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.desk_page import REST_SECONDS, DeskPage
from tests.infrastructure.browser import ARGUMENTS, CHROMIUM, Workers

START_SECONDS = 120.0
PATIENCE_MS = 30_000
PANEL: ViewportSize = {"width": 1280, "height": 800}
STEP_MS = 5_000  # well under the screen's patience with the server
POLL_MS = 20
# A touch comes as soon as the screen is there. That a finger finds its button, tests/browser sees.
TOUCHED = """([screen, button]) => {
  const it = document.body.dataset.screen === screen && document.querySelector(button);
  if (!it || it.disabled) return false;
  it.click();
  return true;
}"""
MARKED = "([name, value]) => document.body.dataset[name] === value"
INSTALLED = "async () => (await navigator.serviceWorker.ready).active !== null"


class Device:
    """One kiosk: a profile folder, and a browser while it runs."""

    def __init__(
        self, folder: Path, address: str, browser: Browser, chromium: str | Path = CHROMIUM
    ) -> None:
        self.profile = folder
        self._chromium = chromium
        self.address = address
        self._type = browser.browser_type
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> DeskPage:
        """Start the browser as at power-on; give its first page, still empty."""
        port_file = self.profile / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        no_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        options = [
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={self.profile}",
            "--no-default-browser-check",
            *ARGUMENTS,
            *no_sandbox,
        ]
        self._process = subprocess.Popen(
            [self._chromium, *options, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._browser = self._type.connect_over_cdp(f"http://127.0.0.1:{_port(port_file)}")
        context = self._browser.contexts[0]
        context.set_default_timeout(PATIENCE_MS)
        return self._desk(context.pages[0])

    def another_tab(self) -> DeskPage:
        """Open a second tab of the same browser."""
        return self._desk(self._browser.contexts[0].new_page())

    def _desk(self, page: Page) -> DeskPage:
        # On a busy machine the window gets its size late, and the buttons lie over each other.
        page.set_viewport_size(PANEL)
        return DeskPage(page, self.address)

    def kill(self) -> None:
        """End the browser and everything it started as `kill -9` does."""
        if self._process is None:
            return
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        self._browser.close()

    def database_logs(self) -> list[Path]:
        """Give the files Chromium keeps IndexedDB in."""
        return sorted(self.profile.glob("Default/IndexedDB/*.leveldb/*.log"))


class Window:
    """One kiosk in a Chromium that others use too: a memory of its own, off and on by its pages."""

    def __init__(self, address: str, browser: Browser, workers: Workers) -> None:
        self.address = address
        self._context = browser.new_context(viewport=PANEL, service_workers=workers)
        self._context.set_default_timeout(PATIENCE_MS)

    def start(self) -> DeskPage:
        """Open its first page, still empty."""
        return self.another_tab()

    def another_tab(self) -> DeskPage:
        """Open one more page."""
        return DeskPage(self._context.new_page(), self.address)

    def kill(self) -> None:
        """Close all pages; what they kept stays."""
        for page in self._context.pages:
            page.close()

    def leave(self) -> None:
        """Forget everything."""
        self._context.close()


@contextmanager
def device(
    folder: Path, address: str, browser: Browser, chromium: str | Path = CHROMIUM
) -> Iterator[Device]:
    """Give a kiosk; nothing of it runs on afterwards."""
    folder.mkdir()
    kiosk = Device(folder, address, browser, chromium)
    try:
        yield kiosk
    finally:
        kiosk.kill()


def _port(file: Path) -> int:
    deadline = time.monotonic() + START_SECONDS
    while True:
        lines = file.read_text().splitlines() if file.exists() else []
        if lines:
            return int(lines[0])
        assert time.monotonic() < deadline, "the browser did not start"
        time.sleep(0.02)


def installed(screen: DeskPage) -> None:
    """Wait until the service worker holds the whole screen."""
    assert screen.page.evaluate(INSTALLED)


def keeps(screen: DeskPage, count: int) -> None:
    """Expect so many ratings still on the device, in the end."""
    screen.page.wait_for_function(MARKED, arg=["kept", str(count)], polling=POLL_MS)


def kept(screen: DeskPage) -> int:
    """Tell how many ratings are on the device now."""
    return int(screen.page.locator("body").get_attribute("data-kept") or -1)


def shows(screen: DeskPage, name: str) -> None:
    """Wait for one of its screens."""
    screen.page.wait_for_function(MARKED, arg=["screen", name], polling=POLL_MS)


def touches(screen: DeskPage, score: int) -> None:
    """Let a resident touch a face, say no more and be thanked."""
    touch(screen, "ask", f'[data-score="{score}"]')
    touch(screen, "why", "#skip")
    shows(screen, "thanks")


def touch(screen: DeskPage, name: str, button: str) -> None:
    """Touch a button as soon as its screen is there."""
    screen.page.wait_for_function(TOUCHED, arg=[name, button], polling=POLL_MS)


def rates(screen: DeskPage, *scores: int) -> None:
    """Let residents touch one face each in turn; the page's clock must be installed."""
    for score in scores:
        touches(screen, score)
        touch(screen, "thanks", "#thanks-done")
        screen.page.clock.run_for(REST_SECONDS * 1000)


def time_passes(screen: DeskPage, until: Callable[[], bool]) -> None:
    """Wind the page's clock forward, leaving the line time to answer, until something holds."""
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while not until():
        assert time.monotonic() < deadline, "it never came"
        screen.page.clock.run_for(STEP_MS)
        time.sleep(STEP_MS / 100_000)
