"""Quản trị, Thời hạn: the versions with their documents, and adding one."""

import html

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.services import calendars
from tests.case_world import build
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

LIMIT = {
    "amount": "3",
    "unit": "working_day",
    "in_force_from": "2026-12-01",
    "document": "Quyết định 12/2026/QĐ-UBND (ví dụ)",
    "legal_basis": "Trả lời trong 3 ngày làm việc",
}
OF = "?of=sample-2018-report-answer-own"


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """The two units, with their legal clock."""
    return build(session, clock())


@pytest.fixture
def root(app: Flask, session: Session, places: dict[str, Place], clock: Clock) -> FlaskClient:
    """The browser of who reaches the whole organisation."""
    return enter(app, session, "root", clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    data = {"csrf_token": csrf(client), **fields}
    return client.post(f"/admin/organisation/limits{path}", data=data)


def test_every_version_stands_with_its_document_and_samples_are_marked(root: FlaskClient) -> None:
    page = text(root.get("/admin/organisation/limits"))
    assert "Luật Khiếu nại 2011, Điều 37" in page
    assert "Nghị định 155/2026/NĐ-CP, Điều 10" in page
    assert "mẫu, không phải luật" in page
    assert "bản cũ" in page  # ten days until 30 June 2026
    assert "Xin lỗi, hẹn lại" in page


def test_a_new_version_is_added_and_can_be_taken_back(session: Session, root: FlaskClient) -> None:
    assert send(root, f"/new{OF}", **LIMIT).status_code == 303
    page = text(root.get("/admin/organisation/limits"))
    assert "Quyết định 12/2026/QĐ-UBND (ví dụ)" in page
    assert "chưa có hiệu lực" in page
    code = "own-report-answer-own-2026-12-01"
    assert send(root, "/withdrawal", code=code).status_code == 303
    assert code not in {rule.code for rule in calendars.clock_of(session, None).limits}


def test_a_refused_version_keeps_what_was_typed(root: FlaskClient) -> None:
    answer = send(root, f"/new{OF}", **{**LIMIT, "amount": "0"})
    assert answer.status_code == 422
    assert 'id="amount-error"' in text(answer)
    assert "Trả lời trong 3 ngày làm việc" in text(answer)


def test_a_new_version_begins_without_the_old_document(root: FlaskClient) -> None:
    page = text(root.get(f"/admin/organisation/limits/new{OF}"))
    assert "Quy chế mẫu" not in page


def test_pauses_without_a_cap_are_refused(root: FlaskClient) -> None:
    fields = {
        **LIMIT,
        "receipt": "same_day",
        "pauses_max": "1",
        "pause_cap": "0",
        "extensions_max": "0",
        "extension_max": "0",
    }
    path = "/allowance?of=sample-2018-report-handling-own"
    assert send(root, path, **fields).status_code == 422
    assert send(root, path, **{**fields, "pause_cap": "5"}).status_code == 303


def test_a_unit_is_marked_remote(root: FlaskClient, places: dict[str, Place]) -> None:
    unit = str(places["sen"].unit_id)
    fields = {"unit": unit, "valid_from": "2026-01-01", "document": "Danh mục (ví dụ)"}
    assert send(root, "/remote", **fields).status_code == 303
    assert "Danh mục (ví dụ)" in text(root.get("/admin/organisation/limits"))
    assert send(root, "/remote", **{**fields, "document": ""}).status_code == 422
    assert send(root, "/remote", unit="0").status_code == 404


def test_shipped_rules_can_be_asked_for(root: FlaskClient) -> None:
    assert send(root, "/shipped").status_code == 303


def test_who_reaches_one_unit_adds_nothing(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    admin = enter(app, session, "admin-sen", clock())
    assert send(admin, f"/new{OF}", **LIMIT).status_code == 403
    assert "Thêm bản mới" not in text(admin.get("/admin/organisation/limits"))
