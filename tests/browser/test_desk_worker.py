"""The service worker: the whole screen at hand without a network, a newer one only at rest."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error, Page, Request, Response, expect

from kiosk import screen_files
from tests.browser.counters import Counter, Counters
from tests.browser.desk_page import DeskPage
from tests.browser.waiting import until
from tests.infrastructure.browser import Workers
from tests.infrastructure.office import paired_desk

# What is asked of a worker that is just beginning may be answered much later.
ACTIVE = """async () => {
  const { active } = await navigator.serviceWorker.ready;
  if (active.state === 'activating') {
    await new Promise((done) => active.addEventListener('statechange', done, { once: true }));
  }
  return active.state;
}"""
HELD = """async () => {
  const name = (await caches.keys()).find((key) => key.startsWith('niemno-desk-'));
  const held = await (await caches.open(name)).keys();
  return held.map((request) => new URL(request.url).pathname).sort();
}"""
SHELVES = "async () => (await caches.keys()).filter((key) => key.startsWith('niemno-desk-'))"
# A screen that has just begun looks by itself, and may see the half of what is just published.
LOOK = """async () => {
  const held = await navigator.serviceWorker.ready;
  await held.update().catch(() => undefined);
  return held.waiting !== null;
}"""
DISK_WAITS = """() => {
  const real = Worker.prototype.postMessage;
  const held = [];
  Worker.prototype.postMessage = function (...said) { held.push([this, said]); };
  window.diskGoesOn = () => {
    Worker.prototype.postMessage = real;
    held.forEach(([worker, said]) => real.apply(worker, said));
  };
}"""
LOOK_AGAIN = "() => { navigator.serviceWorker.dispatchEvent(new MessageEvent('message')); }"
MODULE_OF_THE_NEWER = """async () => {
  const seldom = '/static/kiosk/desk/exporting.js';
  await (await caches.open('niemno-desk-newer')).put(seldom, new Response('newer'));
  return (await fetch(seldom)).text();
}"""
PICTURE_KEPT = "async () => (await (await caches.open('niemno-pictures')).keys()).length === 1"
WAITING = "async () => (await navigator.serviceWorker.ready).waiting !== null"
TAKEN = """async () => {
  const worker = await navigator.serviceWorker.ready;
  await worker.update();
  const newer = worker.installing;
  if (newer) await new Promise((done) => newer.addEventListener('statechange', done));
  return newer ? newer.state : 'redundant';
}"""
VERSION = "meta[name=version]"
# As the worker notes it; then the page looks, and has had the time to act on it.
NEWER_IS_SHOWN = """async () => {
  const shelf = await caches.open('niemno-shown');
  await shelf.put('/desk-version', new Response('niemno-desk-newer'));
  navigator.serviceWorker.dispatchEvent(new MessageEvent('message'));
  for (let look = 0; look < 20; look += 1) {
    await (await caches.match('/desk-version', { cacheName: 'niemno-shown' })).text();
  }
}"""


@pytest.fixture
def service_workers() -> Workers:
    """The worker is what is tried here."""
    return "allow"


@pytest.fixture
def installed(counters: Counters) -> Iterator[Counter]:
    """A paired screen whose worker holds it, in charge from the first start on."""
    with counters.lend(paired_desk, workers="allow") as lent:
        assert lent.page.evaluate(ACTIVE) == "activated"
        until(lambda: bool(lent.page.evaluate("navigator.serviceWorker.controller !== null")))
        yield lent


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let the server have another version of the screen."""

    def change(version: str) -> None:
        monkeypatch.setattr(screen_files, "_version", lambda _render, _stamp: version)

    return change


def looks_again(page: Page) -> None:
    """Let the screen look for a newer one, as it does each minute; it may be moving already."""
    with suppress(Error):
        page.evaluate(LOOK_AGAIN)


def browser_ends_workers(page: Page) -> None:
    """Let the browser end workers, as it may at any time; they begin anew when they are asked."""
    browser = page.context.new_cdp_session(page)
    browser.send("ServiceWorker.enable")
    browser.send("ServiceWorker.stopAllWorkers")
    browser.detach()


def test_the_screen_starts_at_once_without_a_network(installed: Counter) -> None:
    page = installed.page
    until(lambda: page.evaluate(PICTURE_KEPT))
    page.context.set_offline(True)
    failed: list[str] = []

    def fail(request: Request) -> None:
        failed.append(request.url)

    page.on("requestfailed", fail)
    page.reload()
    installed.shows("ask")
    picture = page.locator(".via img.qr")
    expect(picture).to_be_visible()
    assert picture.evaluate("(it) => it.decode().then(() => it.naturalWidth > 0)")
    installed.resident_touches(4)
    page.remove_listener("requestfailed", fail)
    assert all("/api/" in url for url in failed), failed


def test_a_picture_that_is_not_there_is_not_shown_as_a_broken_one(counter: Counter) -> None:
    picture = counter.page.locator(".via img.qr")
    counter.server_says("/qr/*", status=502)
    picture.evaluate("(it) => { it.src = '/qr/nobody-knows-it.svg'; }")
    expect(picture).to_be_hidden()
    expect(counter.page.locator(".via")).to_be_hidden()
    counter.server_speaks_again("/qr/*")
    counter.asks_again()
    expect(picture).to_be_visible()


def test_the_worker_answers_for_the_whole_screen_and_for_nothing_else(installed: Counter) -> None:
    page, served = installed.page, {}
    loaded: set[str] = set()

    def note(response: Response) -> None:
        served[response.url.removeprefix(installed.address)] = response.from_service_worker

    def load(asked: Request) -> None:
        loaded.add(urlsplit(asked.url).path)

    page.on("response", note)
    for path in ("/admin/sign-in", "/c", "/q/nobody-knows-it", "/healthz"):
        page.goto(installed.address + path)
    page.context.on("request", load)
    page.goto(installed.address + "/demo")
    installed.shows("ask")
    with page.expect_response("**/api/v1/screen"):
        page.goto(installed.address + "/")
    installed.shows("ask")
    by_worker = {path for path, worker in served.items() if worker}
    assert {"/", "/demo", "/static/kiosk/desk/main.js"} <= by_worker
    own = ("/static/", "/qr/")
    assert all(path in {"/", "/demo"} or path.startswith(own) for path in by_worker)
    for path in ("/admin/sign-in", "/c", "/q/nobody-knows-it", "/healthz", "/api/v1/screen"):
        assert served[path] is False
    held = set(page.evaluate(HELD))
    assert {"/", "/demo", "/static/kiosk/desk/journal-worker.js"} <= loaded
    by_network = loaded - held
    assert all(path.startswith(("/api/", "/qr/", "/desk-worker.js")) for path in by_network)
    page.remove_listener("response", note)
    page.context.remove_listener("request", load)


def test_a_set_that_does_not_fit_together_is_not_taken(
    installed: Counter, publish: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, real = installed.page, screen_files.checked_files

    def spoilt() -> dict[str, str]:
        return real() | {"/static/css/desk.css": screen_files.checked(b"another file")}

    before = page.locator(VERSION).get_attribute("content")
    held = page.evaluate(HELD)
    monkeypatch.setattr(screen_files, "checked_files", spoilt)
    publish("newer")
    assert page.evaluate(TAKEN) == "redundant"
    page.reload()
    installed.shows("ask")
    assert page.locator(VERSION).get_attribute("content") == before
    until(lambda: len(page.evaluate(SHELVES)) == 1)
    assert page.evaluate(HELD) == held


def test_a_newer_screen_waits_until_nobody_is_rating_and_its_worker_until_it_stands(
    installed: Counter, publish: Callable[[str], None]
) -> None:
    installed.never_forgets()
    page = installed.page
    installed.resident_touches(2)
    publish("newer")
    until(lambda: bool(page.evaluate(LOOK)))
    page.clock.run_for(1_000)
    installed.shows("why")
    assert page.locator(VERSION).get_attribute("content") != "newer"
    installed.resident_skips()
    installed.resident_leaves_at_once()

    looks_again(page)
    expect(page.locator(VERSION)).to_have_attribute("content", "newer")
    installed.shows("ask")
    installed.keeps(0)
    assert page.evaluate(WAITING)
    page.context.set_offline(True)
    page.reload()
    installed.shows("ask")
    installed.keeps(0)
    expect(page.locator(VERSION)).to_have_attribute("content", "newer")
    assert page.evaluate(WAITING)
    # What is asked of the older worker at its very end would let it begin anew, for minutes.
    with page.expect_event("requestfailed"):
        page.clock.fast_forward(31_000)
    looks_again(page)
    until(lambda: page.evaluate(SHELVES) == ["niemno-desk-newer"])
    installed.resident_touches(5)


def test_a_newer_screen_shown_elsewhere_takes_nobodys_place_and_is_not_mixed_with_the_older(
    installed: Counter,
) -> None:
    installed.never_forgets()
    page = installed.page
    page.evaluate("document.body.dataset.unmoved = 'yes'")
    page.evaluate(DISK_WAITS)
    installed.face(2).click()
    page.evaluate(NEWER_IS_SHOWN)
    assert page.locator("body").get_attribute("data-unmoved") == "yes"
    page.evaluate("window.diskGoesOn()")
    installed.shows("why")
    page.evaluate(NEWER_IS_SHOWN)
    assert page.locator("body").get_attribute("data-unmoved") == "yes"
    installed.resident_skips()
    installed.resident_leaves_at_once()

    looks_again(page)
    expect(page.locator("body:not([data-unmoved])")).to_be_visible()
    installed.shows("ask")
    browser_ends_workers(page)
    assert page.evaluate(MODULE_OF_THE_NEWER) == "newer"


def test_the_version_is_reported(counter: Counter) -> None:
    with counter.page.expect_request("**/api/v1/screen") as report:
        counter.page.clock.run_for(60_000)
    shown = counter.page.locator(VERSION).get_attribute("content")
    said: Any = report.value.post_data_json
    assert said["version"] == shown


def test_a_screen_by_plain_http_refuses_pairing_and_says_why(
    page: Page, live_server: str, token: str
) -> None:
    def fetch(route: Any) -> None:
        path = route.request.url.removeprefix("http://kiosk.test")
        route.fulfill(response=route.fetch(url=live_server + path))

    page.route("http://kiosk.test/**", fetch)
    desk = DeskPage(page, "http://kiosk.test")
    desk.open()
    refuses_pairing(desk)
    page.goto("about:blank")  # from the screen itself, an address with a token is no new start
    desk.open(token)
    refuses_pairing(desk)


def refuses_pairing(desk: DeskPage) -> None:
    """Expect the reason to be told, asked or not, and nothing to be kept of a token."""
    desk.shows("start")
    expect(desk.page.locator("#trouble-words")).to_contain_text("https")
    desk.page.locator("#pair").click()
    desk.shows("start")
    expect(desk.page.locator("#trouble-words")).to_contain_text("https")
    assert "#" not in desk.page.url
    assert desk.page.evaluate("localStorage.getItem('niemno.token')") is None
