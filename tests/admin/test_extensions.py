"""Gia hạn and Vì sao ngày này on the staff side: who may, and what a refusal keeps."""

import html
from datetime import timedelta

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.complaint import Complaint
from tests.case_world import build, file
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

REASON = "Phải chờ kết quả đo đạc của đơn vị khác."


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report of Wednesday 18 November 2026, due on the 26th."""
    return file(session, sen, clock())


@pytest.fixture
def head(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """The head's browser."""
    return enter(app, session, "head-sen", clock())


@pytest.fixture
def officer(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """An officer's browser."""
    return enter(app, session, "officer-sen", clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, case: Complaint, act: str = "", **fields: str) -> TestResponse:
    data = {"csrf_token": csrf(client), "version": str(case.version), **fields}
    return client.post(f"/admin/complaints/{case.number}/extension{act}", data=data)


def due(session: Session, case: Complaint) -> str:
    session.expire_all()
    return str(case.due_on)


def test_whoever_answers_finds_the_extension_among_the_acts_and_its_unit_at_the_field(
    officer: FlaskClient, case: Complaint
) -> None:
    path = f"/admin/complaints/{case.number}"
    page = lxml.html.document_fromstring(text(officer.get(path)))
    (link,) = page.xpath("//a[text()='Gia hạn trả lời']")
    assert link.xpath("ancestor::details") == []
    form = text(officer.get(link.get("href")))
    assert '<label for="amount">Gia hạn thêm (ngày làm việc)' in form


def test_the_head_extends_and_the_page_says_who(
    session: Session, head: FlaskClient, case: Complaint
) -> None:
    assert "5 ngày làm việc" in text(head.get(f"/admin/complaints/{case.number}/extension"))
    assert send(head, case, amount="2", reason=REASON).status_code == 303
    assert due(session, case) == "2026-11-30"
    page = text(head.get(f"/admin/complaints/{case.number}/why"))
    assert "quyết định: head-sen" in page
    assert "26/11/2026 → 30/11/2026" in page


def test_the_page_does_not_say_at_what_time_somebody_complained(
    officer: FlaskClient, case: Complaint
) -> None:
    page = text(officer.get(f"/admin/complaints/{case.number}/why"))
    assert "18/11/2026" in page
    assert "09:30" not in page


def test_an_officer_asks_and_the_head_decides(
    session: Session, head: FlaskClient, officer: FlaskClient, case: Complaint
) -> None:
    assert send(officer, case, amount="2", reason=REASON).status_code == 303
    assert due(session, case) == "2026-11-26"
    assert send(officer, case, "/decision", grant="yes").status_code == 403
    assert "Có đề nghị gia hạn chờ duyệt" in text(head.get(f"/admin/complaints/{case.number}"))
    assert REASON in text(head.get(f"/admin/complaints/{case.number}/extension"))
    assert send(head, case, "/decision", grant="yes").status_code == 303
    assert due(session, case) == "2026-11-30"


def test_a_declined_request_moves_nothing(
    session: Session, head: FlaskClient, officer: FlaskClient, case: Complaint
) -> None:
    send(officer, case, amount="2", reason=REASON)
    assert send(head, case, "/decision", grant="no").status_code == 303
    assert due(session, case) == "2026-11-26"
    assert send(head, case, "/decision", grant="yes").status_code == 409


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "6", "reason": REASON}, "amount"),
        ({"amount": "nhiều", "reason": REASON}, "amount"),
        ({"amount": "2", "reason": "bận"}, "reason"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(
    session: Session, head: FlaskClient, case: Complaint, fields: dict[str, str], field: str
) -> None:
    answer = send(head, case, **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text(answer)
    assert fields["reason"] in text(answer)
    assert due(session, case) == "2026-11-26"


def test_on_the_due_day_the_page_says_it_is_too_late(
    app: Flask, session: Session, case: Complaint, clock: Clock
) -> None:
    clock.advance(timedelta(days=8))
    head = enter(app, session, "head-sen", clock())
    page = text(head.get(f"/admin/complaints/{case.number}/extension"))
    assert "trước ngày hết hạn 26/11/2026" in page
    assert send(head, case, amount="2", reason=REASON).status_code == 409
    assert due(session, case) == "2026-11-26"


def test_a_page_of_another_version_changes_nothing(
    session: Session, head: FlaskClient, case: Complaint
) -> None:
    send(head, case, amount="1", reason=REASON)
    answer = send(head, case, amount="1", reason=REASON, version="1")
    assert answer.status_code == 409


def test_another_unit_sees_neither_page(
    app: Flask, session: Session, case: Complaint, clock: Clock
) -> None:
    other = enter(app, session, "head-lua", clock())
    for page in ("why", "extension"):
        assert other.get(f"/admin/complaints/{case.number}/{page}").status_code == 404
