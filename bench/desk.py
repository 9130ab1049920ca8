"""The desk screen in a real Chromium: touches with and without a network, its start, its memory."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median, quantiles
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

from bench.ground import empty_database, served
from bench.office import build
from bench.table import Row, Section
from bench.weights import CHROMIUM
from shared.db import make_engine

TOUCHES = 1_000
STARTS = 9
SLOWEST_TOUCH_MS = 100
LONGEST_START_MS = 1_000
REST_MS = 4_000
HOW = (
    f"Chromium without a window, the server beside it. {TOUCHES} touches each way, from the click "
    "to the next screen in the page, both copies of the record on the disk; the pause between two "
    "residents is wound forward, the touches are timed by the browser's real clock. The start is "
    "from the navigation to the question, out of the browser's own store, without a network."
)
# A clock that is wound forward leaves the time stamps of events alone.
TOUCH = """async (score) => {
  const now = () => new Event('').timeStamp;
  const shown = (name) => new Promise((resolve) => {
    const seen = () => document.body.dataset.screen === name && (watch.disconnect(), resolve());
    const watch = new MutationObserver(seen);
    watch.observe(document.body, { attributes: true });
    seen();
  });
  const begun = now();
  document.querySelector(`[data-score="${score}"]`).click();
  await shown('why');
  document.body.getBoundingClientRect();
  const took = now() - begun;
  document.querySelector('#skip').click();
  await shown('thanks');
  document.querySelector('#thanks-done').click();
  await shown('ask');
  return took;
}"""


def measure(tell: Callable[[str], None]) -> list[Section]:
    """Touch the screen as residents do, and start it again."""
    with (
        tempfile.TemporaryDirectory() as profile,
        office() as (address, token),
        sync_playwright() as playwright,
    ):
        tell("desk screen, touches")
        with opened(playwright.chromium, profile) as context:
            rows = _touches(paired(context, f"{address}/#pair={token}"))
        tell("desk screen, starts")
        starts = [_start(playwright.chromium, profile, address) for _ in range(STARTS)]
    return [Section("Desk screen", [*rows, _start_row(starts)], HOW)]


@contextmanager
def office() -> Iterator[tuple[str, str]]:
    """Serve an office with one kiosk; give the address and the kiosk's token."""
    with empty_database("sqlite") as ground:
        engine = make_engine(ground.url)
        [token] = build(engine, 1).tokens
        engine.dispose()
        with served(ground) as server:
            yield server.url, token


@contextmanager
def opened(chromium: Any, profile: str) -> Iterator[BrowserContext]:
    """Start Chromium on a profile."""
    as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
    context = chromium.launch_persistent_context(profile, executable_path=CHROMIUM, args=as_root)
    yield context
    context.close()


def _touches(page: Page) -> list[Row]:
    online = _touch(page, TOUCHES)
    page.context.set_offline(True)
    offline = _touch(page, TOUCHES)
    return [
        _touch_row("touch to next screen, with a network", online),
        _touch_row("touch to next screen, without", offline),
    ]


def paired(context: BrowserContext, address: str) -> Page:
    """Open the screen by an address that pairs it; its clock can be wound forward."""
    page = context.pages[0]
    page.clock.install(time=datetime.now(UTC))
    page.goto(address)
    page.wait_for_selector("body[data-screen=ask]")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    return page


def _touch(page: Page, count: int) -> list[float]:
    took = []
    for number in range(count):
        took.append(float(page.evaluate(TOUCH, number % 5 + 1)))
        page.clock.fast_forward(REST_MS)
    return took


def _touch_row(what: str, took: list[float]) -> Row:
    slowest = quantiles(took, n=100)[98]
    return Row(
        what=what,
        figure=f"p99 {slowest:.0f} ms",
        beside=f"median {median(took):.0f} ms, longest {max(took):.0f} ms",
        wanted=f"≤ {SLOWEST_TOUCH_MS} ms",
        met=slowest <= SLOWEST_TOUCH_MS,
    )


def _start(chromium: Any, profile: str, address: str) -> float:
    """Start a browser that was here before, without a network; milliseconds to the question."""
    with opened(chromium, profile) as context:
        context.set_offline(True)
        page = context.pages[0]
        page.goto(f"{address}/")
        page.wait_for_selector("body[data-screen=ask]")
        return float(page.evaluate("() => performance.now()"))


def _start_row(starts: list[float]) -> Row:
    return Row(
        what="start out of its own store",
        figure=f"median {median(starts):.0f} ms",
        beside=f"longest {max(starts):.0f} ms",
        wanted=f"≤ {LONGEST_START_MS} ms",
        met=median(starts) <= LONGEST_START_MS,
    )
