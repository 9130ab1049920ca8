"""The desk screen in a resident's words."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Locator, Page, Request, Route, expect

from tests.infrastructure.browser import stop_clock

FACES = range(1, 6)
QUIET_SECONDS = 20
NOTICE_SECONDS = 10
REST_SECONDS = 3
ASKS_AFTER_MS = 60_000
PATIENT_STEP_MS = 5_000
LATE_MS = 4_000
STEP_MS = 1_000
LATE_STEPS = 26
SETTLE_MS = 300  # until a finger may touch what has just come
THEMES = ("light", "dark", "contrast")
# The words alone: where the button for it is out of reach.
SPEAK = """(language) => {
  const texts = JSON.parse(document.getElementById('texts').textContent)[language];
  document.documentElement.lang = language;
  const all = (marked) => document.querySelectorAll(`[data-${marked}]`);
  for (const it of all('text')) it.textContent = texts[it.dataset.text];
  for (const it of all('label')) it.ariaLabel = texts[it.dataset.label];
}"""

# What a finger tells a key, without the finger: it finds its way in other tests.
TOUCH = """(keys) => {
  for (const key of keys) {
    const button = document.querySelector(`#keys [data-skbtn="${CSS.escape(key)}"]`);
    const told = { bubbles: true, cancelable: true, detail: 1 };
    button.dispatchEvent(new PointerEvent('pointerdown', told));
    button.dispatchEvent(new MouseEvent('mousedown', told));
    button.dispatchEvent(new PointerEvent('pointerup', told));
    button.dispatchEvent(new MouseEvent('mouseup', told));
    if (button.isConnected) button.dispatchEvent(new MouseEvent('click', told));
  }
}"""

# The screen arranges itself at once, not with the next frame.
ARRANGE = """(inches) => {
  if (inches !== null) document.documentElement.dataset.inches = inches;
  window.dispatchEvent(new Event('resize'));
}"""


class DeskPage:
    """One kiosk's screen in a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self._stands = False

    def stop_time(self) -> None:
        """Let the screen's time stand from now on; called before it is opened."""
        stop_clock(self.page, datetime.now(UTC))
        self._stands = True

    def open(self, token: str | None = None) -> None:
        """Open the screen; with a token it is paired by the address, as by hand."""
        self.page.goto(f"{self.address}/" + (f"#pair={token}" if token else ""))

    def open_demonstration(self) -> None:
        """Open the demonstration."""
        self.page.goto(f"{self.address}/demo")

    def shows(self, screen: str) -> None:
        """Expect one screen, and only that one."""
        shown = self.page.locator(f'body[data-screen="{screen}"] .screen:visible')
        self._comes(lambda patience: expect(shown).to_have_id(screen, timeout=patience))
        if self._stands:
            self.page.clock.run_for(SETTLE_MS)

    def face(self, score: int) -> Locator:
        """Give one of the five faces, lowest first."""
        return self.page.locator(f'[data-score="{score}"]')

    def box(self, reason: str) -> Locator:
        """Give one of the boxes of the second screen."""
        return self.page.locator(f'[data-reason="{reason}"]')

    def resident_touches(self, score: int) -> None:
        """Touch a face and see the second screen."""
        self.shows("ask")
        self.face(score).click()
        self.shows("why")

    def resident_ticks(self, *reasons: str) -> None:
        """Tick boxes."""
        for reason in reasons:
            self.box(reason).click()
            expect(self.box(reason)).to_have_attribute("aria-checked", "true")

    def resident_changes_the_face_to(self, score: int) -> None:
        """Go back for another face."""
        self.page.locator("#change-face").click()
        self.resident_touches(score)

    def resident_sends(self) -> None:
        """Send the ticked boxes and be thanked."""
        self.page.locator("#send").click()
        self.shows("thanks")

    def resident_skips(self) -> None:
        """Tick nothing and be thanked."""
        self.page.locator("#skip").click()
        self.shows("thanks")

    def resident_opens_the_sheet(self) -> None:
        """Go where a comment is written, and see the keyboard."""
        self.page.locator("#write-more").click()
        self.shows("more")
        expect(self.key("{space}")).to_be_visible()

    def key(self, key: str) -> Locator:
        """Give a key of the keyboard on the screen."""
        return self.page.locator(f"#keys [data-skbtn='{key}']")

    def resident_touches_keys(self, keys: str) -> None:
        """Touch keys of the keyboard on the screen, one after another, with no finger's way."""
        named = [{" ": "{space}", "\n": "{enter}"}.get(key, key) for key in keys]
        self.resident_touches_each(*named)

    def resident_touches_each(self, *keys: str) -> None:
        """Touch keys by their names, such as `{shift}`."""
        self.page.evaluate(TOUCH, keys)

    def sheet_says(self, text: str) -> None:
        """Expect what is written so far."""
        expect(self.page.locator("#comment")).to_have_value(text)

    def resident_uses_one_switch(self) -> None:
        """Choose in the panel that everything is gone through, and see it begin."""
        self.page.locator("#reading").click()
        self.page.locator("#scan").click()
        expect(self.page.locator(".lit").first).to_be_visible()
        self.page.locator("#panel-done").click()

    def resident_leaves_at_once(self) -> None:
        """Close the thanks without waiting for it."""
        self.page.locator("#thanks-done").click()
        self.shows("ask")

    def in_every_theme(self) -> Iterator[str]:
        """Show what is shown now in every language and theme, one after another."""
        for language in ("vi", "en"):
            self.page.evaluate(SPEAK, language)
            for theme in THEMES:
                self.page.evaluate(
                    "(it) => { document.documentElement.dataset.theme = it; }", theme
                )
                yield f"{language} {theme}"
        self.page.evaluate(SPEAK, "vi")
        self.page.evaluate("() => { delete document.documentElement.dataset.theme; }")

    def stands_on(self, width: int, height: int, inches: float | None = None) -> None:
        """Let the screen be on a panel of these points, and inches if staff have said them."""
        if self.page.viewport_size != {"width": width, "height": height}:
            self.page.set_viewport_size({"width": width, "height": height})
        self.page.evaluate(ARRANGE, inches)

    def keeps(self, count: int) -> None:
        """Expect so many ratings still on the device."""
        body = self.page.locator("body")
        kept = str(count)
        self._comes(
            lambda patience: expect(body).to_have_attribute("data-kept", kept, timeout=patience)
        )

    def network_returns(self) -> None:
        """Tell the screen that the network is back."""
        self.page.evaluate("() => { window.dispatchEvent(new Event('online')); }")
        if self._stands:
            self.page.clock.run_for(1)

    def asks_again(self) -> None:
        """Let time pass until the screen asks the server anew, as it does every minute.

        In steps, or it would give up before the answer had time to come.
        """
        asked: list[str] = []

        def of_the_screen(request: Request) -> bool:
            return request.url.endswith("/api/v1/screen")

        def listening(request: Request) -> None:
            asked.extend([request.url] if of_the_screen(request) else [])

        self.page.on("request", listening)
        for _ in range(ASKS_AFTER_MS // PATIENT_STEP_MS + 1):
            self.page.clock.run_for(PATIENT_STEP_MS)
            if asked:
                break
        else:
            self.page.wait_for_event("request", of_the_screen)
        self.page.remove_listener("request", listening)

    def _comes(self, holds: Callable[[float | None], None]) -> None:
        """Wait until something holds; what does not come is given up by the screen's own time.

        That is wound as slowly as it goes at a desk, or answers would have no time to come.
        """
        for patience in (LATE_MS, *[STEP_MS] * LATE_STEPS) if self._stands else ():
            with suppress(AssertionError):
                holds(patience)
                return
            self.page.clock.run_for(STEP_MS)
        holds(None)

    def server_says(self, path: str, **answer: Any) -> None:
        """Put somebody else's answer in the place of the server's."""

        def fulfil(route: Route) -> None:
            route.fulfill(**answer)

        self.page.route(f"**{path}", fulfil)

    def server_speaks_again(self, path: str) -> None:
        """Let the server answer for itself."""
        self.page.unroute(f"**{path}")
