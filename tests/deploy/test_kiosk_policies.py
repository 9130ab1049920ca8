"""The policies of the desk screen in a real Chromium: the site, and nothing but the site."""

import base64
import io
import json
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error

from deploy.kiosk.screen import Pipe, start
from tests.deploy.kiosk_trial import (
    AT_HOME,
    NAME,
    Authority,
    Site,
    change_policy,
    chromium_of,
    driven,
    eventually,
    install,
    make_authority,
    signed,
    site,
)

pytestmark = [pytest.mark.thorough, pytest.mark.browser]
PAGE = """<!doctype html><title>The desk screen</title><script>
const tell = async () => ({
  persisted: await navigator.storage.persist(),
  secure: isSecureContext,
  worker: 'serviceWorker' in navigator,
  file: await (await navigator.storage.getDirectory()).getFileHandle('journal', { create: true })
    .then(() => true, String),
  sound: await new Audio('data:audio/wav;base64,SILENCE').play().then(() => true, String),
});
tell().catch(String).then((told) => fetch('/told', { method: 'POST', body: JSON.stringify(told) }));
</script>"""
READ_POLICIES = """() => {
  const rows = [];
  const walk = (root) => root.querySelectorAll('*').forEach((element) => {
    if (element.matches('policy-row')) rows.push(element.shadowRoot);
    if (element.shadowRoot) walk(element.shadowRoot);
  });
  walk(document);
  const text = (row, name) => row.querySelector(name)?.innerText.trim() ?? '';
  return rows.map((row) => [text(row, '.name'), text(row, '.messages')])
    .filter(([name, said]) => name && !/\\s/.test(name) && said !== 'Not set.');
}"""


def silence() -> str:
    """Half a second of nothing, as base64 of a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(8000))
    return base64.b64encode(file.getvalue()).decode()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority") / "tls", NAME, "127.0.0.1")


@pytest.fixture(scope="module")
def served(authority: Authority) -> Iterator[Site]:
    """The site over TLS; the certificate is the authority's."""
    with site(PAGE.replace("SILENCE", silence()), authority) as known:
        yield known


@pytest.fixture(scope="module")
def address(served: Site) -> str:
    return f"https://{NAME}:{served.port}"


@pytest.fixture(scope="module")
def root(address: str, authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation of that site's screen."""
    made = tmp_path_factory.mktemp("installed")
    done = install(made, "--address", address, "--ca", authority.file("root.crt"))
    assert done.returncode == 0, done.stderr
    return made


@dataclass(frozen=True)
class Screen:
    """Chromium as the screen itself starts it, under the policies as they are."""

    process: subprocess.Popen[bytes]
    pipe: Pipe
    network_log: Path

    def page(self) -> dict[str, Any]:
        """Wait for the site's page."""
        return eventually(self._page, "the page")

    def _page(self) -> dict[str, Any] | None:
        targets = self.pipe.ask("Target.getTargets")["targetInfos"]
        return next((one for one in targets if one["title"] == "The desk screen"), None)


@contextmanager
def screen_of(root: Path, folder: Path, address: str) -> Iterator[Screen]:
    """Start Chromium as the machine of that root does."""
    log = folder / "network.json"
    with pytest.MonkeyPatch.context() as here:
        here.setattr("deploy.kiosk.screen.CHROMIUM", str(chromium_of(root, folder)))
        process, pipe = start(address, folder / "profile", (*AT_HOME, f"--log-net-log={log}"))
    with process:
        yield Screen(process, pipe, log)
        process.kill()


@dataclass(frozen=True)
class Seen:
    """One life of a screen: the page's own word, the answer to who inspects it, who was asked."""

    told: dict[str, Any]
    inspected: dict[str, Any]
    looked_up: set[str]
    called: set[str]


@pytest.fixture(scope="module")
def seen(root: Path, tmp_path_factory: pytest.TempPathFactory, served: Site, address: str) -> Seen:
    with screen_of(root, tmp_path_factory.mktemp("screen"), address) as screen:
        told = dict(eventually(lambda: served.told, "the page's word"))
        page = screen.page()["targetId"]
        inspected = screen.pipe.ask("Target.attachToTarget", targetId=page, flatten=True)
        screen.pipe.ask("Browser.close")
        screen.process.wait(30)
    log = json.loads(screen.network_log.read_text())
    kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    noted = [(kinds[one["type"]], one.get("params", {})) for one in log["events"]]
    looked_up = {told.get("host") for kind, told in noted if kind == "HOST_RESOLVER_MANAGER_JOB"}
    called = {told.get("address") for kind, told in noted if kind == "TCP_CONNECT_ATTEMPT"}
    return Seen(told, inspected, looked_up - {None}, called - {None})


@pytest.fixture(scope="module")
def opened_up(
    browser: Browser,
    address: str,
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    """The same policies, but for the one that would keep this test from looking."""
    folder = tmp_path_factory.mktemp("driven")
    install(folder / "root", "--address", address, "--ca", authority.file("root.crt"))
    change_policy(folder / "root", DeveloperToolsAvailability=1)
    with driven(browser, folder / "root", folder) as context:
        yield context


def test_the_site_opens_and_its_storage_lasts(seen: Seen) -> None:
    assert seen.told == {
        "persisted": True,
        "secure": True,
        "worker": True,
        "file": True,
        "sound": True,
    }


def test_nobody_can_inspect_the_page(seen: Seen) -> None:
    assert seen.inspected == {}


def test_no_other_host_is_asked(seen: Seen, served: Site, address: str) -> None:
    assert seen.looked_up == {address}
    assert seen.called == {f"127.0.0.1:{served.port}"}


def test_a_site_without_a_name_opens_by_its_address(
    tmp_path: Path, served: Site, authority: Authority
) -> None:
    address = f"https://127.0.0.1:{served.port}"
    root = tmp_path / "root"
    install(root, "--address", address, "--ca", authority.file("root.crt"))
    with screen_of(root, tmp_path, address) as shown:
        assert shown.page()["url"] == f"{address}/#locked"


@pytest.mark.parametrize(
    "wanted",
    [
        "chrome://settings/",
        "chrome://policy/",
        "chrome://version/",
        "chrome://newtab/",
        "devtools://devtools/bundled/inspector.html",
        "file:///etc/passwd",
        "view-source:{address}/",
        "https://elsewhere.test:{port}/",
        "https://more.{name}:{port}/",
        "http://{name}:{port}/",
        "{address}/admin/",
    ],
)
def test_nothing_else_opens(opened_up: BrowserContext, address: str, wanted: str) -> None:
    page = opened_up.new_page()
    port = address.rpartition(":")[2]
    with pytest.raises(Error, match="ERR_BLOCKED_BY_ADMINISTRATOR"):
        page.goto(wanted.format(address=address, name=NAME, port=port))
    page.close()


@pytest.fixture(scope="module")
def unblocked(
    browser: Browser,
    address: str,
    authority: Authority,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    """The same, but for the list of what would not even be opened."""
    folder = tmp_path_factory.mktemp("unblocked")
    install(folder / "root", "--address", address, "--ca", authority.file("root.crt"))
    change_policy(folder / "root", DeveloperToolsAvailability=1, URLBlocklist=["file://*"])
    with driven(browser, folder / "root", folder) as context:
        yield context


def test_chromium_knows_every_policy_and_takes_it(unblocked: BrowserContext, root: Path) -> None:
    """A policy that a later Chromium no longer knows shows here."""
    page = unblocked.new_page()
    page.goto("chrome://policy/")
    page.wait_for_function(f"({READ_POLICIES})().length > 50")
    taken = dict(page.evaluate(READ_POLICIES))
    page.close()
    given = json.loads((root / "etc/chromium/policies/managed/niemno-kiosk.json").read_text())
    assert set(given) <= set(taken)
    assert set(taken.values()) <= {"OK", "Deprecated"}, taken


def test_plain_http_on_the_same_name_is_no_secure_context(unblocked: BrowserContext) -> None:
    page = unblocked.new_page()
    with site("<title>plain</title>", None) as plain:
        page.goto(f"http://{NAME}:{plain.port}/")
    assert page.evaluate("[isSecureContext, 'serviceWorker' in navigator]") == [False, False]
    page.close()


def test_the_authority_is_not_believed_about_another_name(
    unblocked: BrowserContext, authority: Authority, tmp_path: Path
) -> None:
    other = make_authority(tmp_path / "tls", "elsewhere.test")
    for name in ("root.crt", "root.key"):
        other.file(name).write_bytes(authority.file(name).read_bytes())
    crt = signed(other, tmp_path, "DNS:elsewhere.test")
    other.file("server.crt").write_bytes(crt.read_bytes())
    other.file("server.key").write_bytes((tmp_path / "key").read_bytes())
    page = unblocked.new_page()
    with (
        site("<title>false</title>", other) as false,
        pytest.raises(Error, match="ERR_CERT_INVALID"),
    ):
        page.goto(f"https://elsewhere.test:{false.port}/")
    page.close()
