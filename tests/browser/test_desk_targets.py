"""How large targets are on the panels there are: 24 mm, measured on every screen."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.organisation import Desk, Officer
from tests.browser.desk_page import QUIET_SECONDS, DeskPage
from tests.browser.test_desk_look import OVERFLOWING, READ
from tests.faults.duty import on_duty
from tests.infrastructure.office import DESK, LONG_AGO, ask_items, paired_desk

# Points across and down, and the diagonal in inches.
PANELS = (
    (1920, 1080, 21.5),
    (1920, 1080, 18.5),
    (1080, 1920, 21.5),
    (1080, 1920, 15.6),
    (1366, 768, 15.6),
    (1280, 720, 10.1),
    (800, 480, 10.1),
    (720, 1280, 10.1),
)
# Keys stand twelve in a row: they need 21.5 inches of width for it. The corner is for staff.
MEASURED = """
(inches) => {
  const mm = Math.hypot(innerWidth, innerHeight) / (inches * 25.4);
  const over = document.querySelector('.over:not([hidden])');
  const reaches = (it, x, y) => it.contains(document.elementFromPoint(x, y));
  return [...(over ?? document).querySelectorAll('button, a, textarea')]
    .filter((it) => it.checkVisibility() && !it.matches('.corner'))
    .filter((it) => !it.matches('.hg-button') || inches >= 21.5 && innerWidth > innerHeight)
    .filter((it) => {
      const { left, right, top, bottom, width, height } = it.getBoundingClientRect();
      const middle = (left + right) / 2;
      const under = it.disabled || reaches(it, middle, top + 4) && reaches(it, middle, bottom - 4);
      return Math.min(width, height) < 24 * mm || !under;
    })
    .map((it) => `${it.id || it.className} ${it.offsetWidth / mm} × ${it.offsetHeight / mm} mm`);
}
"""
FOUND = f"(inches) => ({READ})(() => [...({MEASURED})(inches), ...({OVERFLOWING})()])"


@pytest.fixture
def token(session: Session) -> str:
    """The token of a kiosk at a desk where somebody serves and whose questionnaire has items."""
    now = datetime.now(UTC)
    made = paired_desk(session, now)
    ask_items(session, now)
    serving = Officer(
        unit_id=session.scalars(select(Desk.unit_id)).one(),
        code="NV-1",
        name="Nguyễn Thị Người Mẫu",
        post="Công chức tư pháp – hộ tịch",
        valid_from=LONG_AGO,
    )
    session.add(serving)
    session.commit()
    on_duty(session.get_bind().engine, DESK, serving.code)
    return made


def walk(desk: DeskPage) -> Iterator[str]:
    """Go through every screen of a rating, stopping at each."""
    yield "ask"
    desk.resident_touches(2)
    desk.resident_ticks("waiting", "broker")
    desk.page.clock.run_for(1_000)
    yield "why"
    desk.page.clock.run_for(QUIET_SECONDS * 1000)
    yield "idle"
    desk.page.locator("#stay").click()
    desk.resident_opens_the_sheet()
    desk.page.clock.run_for(1_000)
    yield "more"
    desk.page.locator("#want-answer").click()
    desk.shows("phone")
    desk.page.clock.run_for(1_000)
    yield "phone"
    desk.page.locator("#phone-back").click()
    desk.shows("more")
    desk.page.locator("#more-back").click()
    desk.shows("why")
    desk.page.locator("#send").click()
    yield from walk_items(desk)
    desk.shows("thanks")
    yield "thanks"
    desk.resident_leaves_at_once()
    desk.page.locator("#reading").click()
    yield "panel"


def walk_items(desk: DeskPage) -> Iterator[str]:
    """Turn the pages of items, as many as this panel makes of them, and send."""
    forward = desk.page.locator("#items-next-words")
    last = False
    while not last:
        desk.page.clock.run_for(1_000)
        yield f"items {desk.page.locator('#items-title').text_content()}"
        last = forward.get_attribute("data-text") == "send_all"
        forward.click()


@pytest.mark.thorough
def test_every_target_is_24_mm_within_reach_and_whole_on_every_panel(desk: DeskPage) -> None:
    wrong = []
    for screen in walk(desk):
        desk.page.clock.run_for(400)  # until fingers may touch what has just come
        for width, height, inches in PANELS:
            desk.stands_on(width, height, inches)
            if screen == "more":
                expect(desk.page.locator(".hg-row")).to_have_count(6 if height > width else 5)
            found = desk.page.evaluate(FOUND, inches)
            wrong += [(screen, width, height, inches, one) for one in found]
        desk.stands_on(*PANELS[0])
    assert wrong == []
