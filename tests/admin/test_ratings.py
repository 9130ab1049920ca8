"""The ratings pages: figures for some, own weeks for officers, single ones for reviewers."""

import html
import re
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.services import invitations
from shared.services.invitations import PhoneRating, Target
from tests.case_world import build
from tests.cast import Place, enter
from tests.conftest import Clock
from tests.infrastructure.office import ask_items

SECRET = ("extra_money", "broker")


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """The two units."""
    return build(session, clock())


def rate(
    session: Session,
    place: Place,
    at: datetime,
    scores: list[int],
    comment: str = "",
    sealed: bool = True,
) -> None:
    """Rate the officer of a place by the printed code."""
    token = invitations.printed(session, place.unit_id, Target.OFFICER, place.officer_id, at)
    invited = invitations.look_up(session, token, at)
    for score in scores:
        reasons = ("waiting", *(SECRET if sealed else ()))
        form = PhoneRating(uuid4(), score, reasons, comment, "vi")
        invitations.rate(session, invited, form, at)
    session.commit()


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def browser(app: Flask, session: Session, name: str, clock: Clock) -> FlaskClient:
    return enter(app, session, name, clock())


def test_a_head_sees_figures_of_the_own_unit_with_number_and_interval(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    rate(session, places["sen"], clock() - timedelta(days=7), [5, 5, 5, 4, 4, 1, 1, 1])
    rate(session, places["lua"], clock() - timedelta(days=7), [1] * 11)
    head = browser(app, session, "head-sen", clock)
    page = text(head.get("/admin/ratings?lane=open"))
    assert "62,5" in page
    assert 'n = <span class="num">8</span>' in page
    assert "Lê Thu Hà" in page
    assert "Xã Lúa Vàng" not in page
    foreign = text(head.get(f"/admin/ratings?lane=open&unit={places['lua'].unit_id}"))
    assert "62,5" in foreign
    assert "Trần Minh Khôi" not in foreign


def test_items_stand_with_their_averages_and_sealed_ones_do_not(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    ask_items(session, clock())
    at = clock() - timedelta(days=7)
    place = places["sen"]
    token = invitations.printed(session, place.unit_id, Target.DESK, place.desk_id, at)
    invited = invitations.look_up(session, token, at)
    for face in (5, 5, 4, 4, 1):
        said = {"welcome": face, "extra_money": True}
        form = PhoneRating(uuid4(), face, (), "", "vi", answers=said)
        invitations.rate(session, invited, form, at)
    session.commit()
    page = text(browser(app, session, "head-sen", clock).get("/admin/ratings?lane=open"))
    (row,) = [part for part in page.split("<tr>") if "Đón tiếp niềm nở" in part]
    assert "3,8" in row
    assert "80 %" in row.replace("\u00a0", " ") or "80,0" in row
    assert "đưa thêm tiền" not in page


def test_open_ratings_stand_apart_from_those_that_count(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    rate(session, places["sen"], clock() - timedelta(days=7), [5] * 8)
    page = text(browser(app, session, "head-sen", clock).get("/admin/ratings"))
    assert "Chưa đủ dữ liệu" in page
    assert "Chưa có đánh giá trong khoảng này" in page


def test_under_five_ratings_no_share_is_told(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    rate(session, places["sen"], clock() - timedelta(days=7), [1, 1, 1, 1])
    page = text(browser(app, session, "head-sen", clock).get("/admin/ratings?lane=open"))
    assert "chưa đủ dữ liệu" in page
    assert "0,0" not in page


def test_an_officer_sees_own_weeks_of_five_or_more_and_no_figures(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    rate(session, places["sen"], clock() - timedelta(days=14), [5, 5, 4, 1, 1, 1])
    rate(session, places["sen"], clock() - timedelta(days=7), [5, 5])
    officer = browser(app, session, "officer-sen", clock)
    page = text(officer.get("/admin/ratings"))
    assert re.findall(r'<td class="r"[^>]*>(\d+)</td>', page) == ["6", "3"]
    assert "Quầy 1" not in page
    assert officer.get("/admin/ratings/single").status_code == 403


def test_single_ratings_are_for_reviewers_without_hour_or_secret(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    rate(session, places["sen"], clock() - timedelta(minutes=17), [2], "Chờ quá lâu", sealed=False)
    rate(session, places["sen"], clock(), [2], "Kín đáo")
    rate(session, places["lua"], clock(), [1], "Của xã khác")
    reviewer = browser(app, session, "reviewer-sen", clock)
    page = text(reviewer.get("/admin/ratings/single"))
    assert "Chờ quá lâu" in page
    assert "18/11/2026" in page
    assert "09:13" not in page
    assert "thêm tiền" not in page
    assert "môi giới" not in page
    assert "Của xã khác" not in page
    assert "Kín đáo" not in page
    for name in ("head-sen", "officer-sen", "admin-sen", "organiser-sen"):
        person = browser(app, session, name, clock)
        assert person.get("/admin/ratings/single").status_code == 403, name


def test_odd_filters_are_answered_calmly(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    reviewer = browser(app, session, "reviewer-sen", clock)
    for query in (
        "unit=999999",
        "unit=x",
        "weeks=7",
        "lane=x",
        "page=-1",
        "score=9",
        "page=zz",
        "page=" + "9" * 30,
    ):
        assert reviewer.get(f"/admin/ratings?{query}").status_code == 200, query
        assert reviewer.get(f"/admin/ratings/single?{query}").status_code == 200, query


def test_figures_are_of_whole_weeks(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    page = text(browser(app, session, "head-sen", clock).get("/admin/ratings"))
    assert "Từ 19/10/2026 đến 15/11/2026" in page
    assert date(2026, 10, 19).weekday() == 0
