"""The screen of an old office computer, 1024 pixels wide: nothing needed is out of sight."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy.orm import Session

from shared.models.dossier import Dossier
from tests import cast
from tests.case_world import build, file
from tests.cast import Place

OFFICE: ViewportSize = {"width": 1024, "height": 768}
WIDE: ViewportSize = {"width": 1440, "height": 900}
# What a table or one of its cells has no room for.
CUT = """() => [...document.querySelectorAll('.scroll, .tbl td, .tbl th')]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.innerText)"""


@pytest.fixture
def sen(session: Session, clock: Callable[[], datetime]) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def office(
    page: Page,
    app: Flask,
    session: Session,
    sen: Place,
    live_server: str,
    clock: Callable[[], datetime],
) -> Page:
    """The head of Sen Hồng at such a computer, with cases, one overdue, and dossiers."""
    for number in range(12):
        file(session, sen, clock() - timedelta(days=number), body=f"Quạt số {number} hỏng đã lâu.")
    for number in range(1, 4):
        session.add(
            Dossier(
                unit_id=sen.unit_id,
                code=f"H99.001.01-261116-000{number}",
                procedure_id=sen.procedure_id,
                officer_id=sen.officer_id,
                received_on=date(2026, 11, 16),
                due_on=date(2026, 12, 16),
                finished_on=date(2026, 11, 17) if number == 1 else None,
                imported_at=clock(),
            )
        )
    session.commit()
    client = cast.enter(app, session, "head-sen", clock())
    cookie = client.get_cookie("niemno", domain="localhost")
    assert cookie is not None
    page.context.add_cookies([{"name": "niemno", "value": cookie.value, "url": live_server}])
    page.set_viewport_size(OFFICE)
    return page


@pytest.mark.parametrize("path", ["dossiers", "complaints"])
def test_lists_are_read_whole_without_scrolling_sideways(
    office: Page, live_server: str, path: str
) -> None:
    office.goto(f"{live_server}/admin/{path}")
    expect(office.locator(".tbl tbody tr").nth(2)).to_be_visible()
    assert office.evaluate(CUT) == []


def test_a_case_that_is_opened_from_my_work_comes_into_sight(
    office: Page, live_server: str
) -> None:
    office.goto(f"{live_server}/admin/work")
    chosen = office.get_by_role("link", name="Quạt số 3 hỏng đã lâu.", exact=True)
    chosen.click()
    heading = office.get_by_role("heading", name="Quạt số 3 hỏng đã lâu.", exact=True)
    expect(heading).to_be_in_viewport()
    office.get_by_role("link", name="Về danh sách").click()
    expect(office.get_by_role("searchbox")).to_be_in_viewport()
    expect(heading).not_to_be_in_viewport()


def test_beside_the_lists_a_case_opens_without_leaving_the_head_of_the_page(
    office: Page, live_server: str
) -> None:
    office.set_viewport_size(WIDE)
    office.goto(f"{live_server}/admin/work")
    office.get_by_role("link", name="Quạt số 3 hỏng đã lâu.", exact=True).click()
    expect(office.get_by_role("heading", level=2, name="Quạt số 3")).to_be_in_viewport()
    expect(office.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(office.get_by_role("link", name="Về danh sách")).to_be_hidden()
