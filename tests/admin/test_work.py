"""Việc của tôi: ordered by time left, within what the person may see."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.services import channels, complaints
from tests.case_world import ANSWER, build, code_of, file, person
from tests.cast import Place, enter
from tests.conftest import Clock


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def officer(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """The officer's browser."""
    return enter(app, session, "officer-sen", clock())


def page(client: FlaskClient, path: str = "/admin/work") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def test_the_case_with_the_least_time_left_stands_first_and_open(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    later = file(session, sen, clock())
    sooner = file(session, sen, clock() - timedelta(days=7))
    shown = page(officer)
    assert shown.index(sooner.number) < shown.index(later.number)
    assert f'<article class="card pane" id="case" aria-label="{sooner.number}">' in shown
    assert "2 việc cần trả lời, 1 việc đến hạn hôm nay" in shown
    # 09:30 to 11:30 and 13:30 to 17:00
    assert "5 giờ 30 phút" in shown
    assert "hôm nay, 17:00" in shown


def test_the_tracking_code_is_nowhere(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock())
    for path in ("/admin/work", f"/admin/complaints/{case.number}", "/admin/complaints"):
        assert code_of(case) not in page(officer, path)


def test_the_hour_a_resident_wrote_is_not_shown(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock() - timedelta(hours=1, minutes=7))
    shown = page(officer, f"/admin/complaints/{case.number}")
    assert "18/11/2026" in shown
    assert "08:23" not in shown


def test_a_chosen_case_opens_and_search_needs_no_diacritics(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    first = file(session, sen, clock(), body="Chỗ gửi xe không có mái che nắng.")
    second = file(session, sen, clock())
    assert f'aria-label="{second.number}">' in page(officer, f"/admin/work?case={second.number}")
    found = page(officer, "/admin/work?q=mai+che")
    assert first.number in found
    assert second.number not in found
    assert "Không tìm thấy" in page(officer, "/admin/work?q=khong+co+dau")


def test_nothing_to_do_says_so(officer: FlaskClient) -> None:
    assert "Mọi việc đã trả lời" in page(officer)


def test_an_overdue_case_says_by_how_many_working_days(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    file(session, sen, clock() - timedelta(days=9))
    shown = page(officer)
    assert "Quá hạn 2 ngày" in shown
    assert "1 việc quá hạn" in shown


def test_what_others_have_taken_stands_apart_with_their_name(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock())
    complaints.take(session, case.number, case.version, person(session, "head-sen"), clock())
    session.commit()
    shown = page(officer)
    assert re.search(r"Người khác đang xử lý <span[^>]*>1<", shown)
    assert case.number not in shown
    others = page(officer, "/admin/work?who=others")
    assert re.search(rf"{case.number}.*?head-sen", others, re.DOTALL)


def test_answering_from_the_list_comes_back_to_it(
    officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock())
    shown = page(officer)
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token is not None
    answer = officer.post(
        f"/admin/complaints/{case.number}",
        data={
            "csrf_token": token.group(1),
            "version": str(case.version),
            "back": "work",
            "answer": ANSWER,
        },
    )
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/admin/work")
    assert "Tuần này Ông/Bà đã trả lời 1 việc, 1 việc đúng hạn." in page(officer)


def test_a_reviewer_has_no_work_page(
    app: Flask, session: Session, sen: Place, clock: Clock
) -> None:
    reviewer = enter(app, session, "reviewer-sen", clock())
    assert reviewer.get("/admin/work").status_code == 403


def test_kiosks_that_ask_to_be_looked_at_are_told_to_who_may_see_kiosks(
    app: Flask, officer: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    kiosk, _token = channels.pair(session, "Q-sen", "Máy A", clock())
    session.commit()
    head = enter(app, session, "head-sen", clock())
    assert "màn hình ở quầy cần để ý" not in page(head)
    kiosk.storage = "memory"
    session.commit()
    assert "1 màn hình ở quầy cần để ý." in page(head)
    assert "màn hình ở quầy cần để ý" not in page(officer)
    other = enter(app, session, "head-lua", clock())
    assert "màn hình ở quầy cần để ý" not in page(other)
