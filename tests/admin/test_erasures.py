"""Deciding what residents ask to have erased, and the slip that is handed over at the counter."""

import html
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.domain.erasure import Scope, Standing
from shared.models.complaint import Complaint, ErasureRequest
from shared.services import erasures
from tests.admin.test_case_pages import post
from tests.case_world import WORDS, build, code_of, file
from tests.cast import Place, enter
from tests.conftest import Clock

LAW = "Luật Lưu trữ 2024: hồ sơ còn thời hạn bảo quản."


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """An open report with a name."""
    return file(session, sen, clock(), contact_name="Người Mẫu", consent=True)


@pytest.fixture
def key(session: Session, case: Complaint, clock: Clock) -> int:
    """A request to erase all of it."""
    found = erasures.ask(session, code_of(case), Scope.ALL, clock()).id
    session.commit()
    return found


@pytest.fixture
def head(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """The head's browser."""
    return enter(app, session, "head-sen", clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def test_a_request_waits_in_today_and_in_its_list_with_its_day(
    head: FlaskClient, case: Complaint, key: int
) -> None:
    assert "1 yêu cầu xoá dữ liệu đang chờ" in text(head.get("/admin/today"))
    listing = text(head.get("/admin/erasures"))
    assert case.number in listing
    assert "08/12/2026" in listing
    assert "còn 20 ngày" in listing
    page = text(head.get(f"/admin/erasures/{key}"))
    assert "được coi là người gửi rút" in page
    assert "Người Mẫu" not in page + listing
    assert WORDS not in page + listing


def test_erasing_leads_to_its_record(
    head: FlaskClient, session: Session, case: Complaint, key: int
) -> None:
    path = f"/admin/erasures/{key}"
    done = post(head, path, version="1", kind=["contact", "words", "files"])
    assert done.status_code == 303
    page = text(head.get(path))
    assert "Biên bản xoá dữ liệu" in page
    session.expire_all()
    assert session.get_one(Complaint, case.id).body == ""
    assert text(head.get(f"/admin/complaints/{case.number}")).count(WORDS) == 0


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "reason"),
        ({"kind": "contact"}, "reason"),
        ({"kind": "nonsense", "reason": "nonsense", "words": LAW}, "reason"),
        ({"reason": "law_keeps", "words": "không"}, "words"),
        ({"reason": "law_keeps", "words": "x" * 1_001}, "words"),
    ],
)
def test_keeping_something_without_the_law_is_refused_and_nothing_typed_is_lost(
    head: FlaskClient, session: Session, key: int, fields: dict[str, str], field: str
) -> None:
    answer = post(head, f"/admin/erasures/{key}", version="1", **fields)
    assert answer.status_code == 422
    assert f'href="#{field}"' in text(answer)
    assert fields.get("words", "") in text(answer)
    session.expire_all()
    assert session.get_one(ErasureRequest, key).state == Standing.WAITING


@pytest.mark.parametrize("version", ["", "x", "7", "-1", "9" * 30])
def test_a_request_seen_in_another_version_is_not_decided(
    head: FlaskClient, session: Session, key: int, version: str
) -> None:
    answer = post(head, f"/admin/erasures/{key}", version=version, kind="contact")
    assert answer.status_code in {409, 422}
    session.expire_all()
    assert session.get_one(ErasureRequest, key).state == Standing.WAITING


@pytest.mark.parametrize("key", ["0", "99", "9" * 30])
def test_there_is_no_page_of_a_request_nobody_made(head: FlaskClient, key: str) -> None:
    assert head.get(f"/admin/erasures/{key}").status_code == 404


def test_the_counter_prints_the_slip_of_what_it_took_down(head: FlaskClient, sen: Place) -> None:
    said = {"id": str(uuid4()), "way": "counter", "kind": "report", "body": WORDS}
    page = text(post(head, "/admin/complaints/new", unit=str(sen.unit_id), **said))
    assert "Phiếu theo dõi phản ánh" in page
    assert "data:image/svg+xml;base64," in page
    assert "/follow/" not in page.replace("http://127.0.0.1:8000/follow<", "")  # no link to keep
    assert "only-slip" in page
