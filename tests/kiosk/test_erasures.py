"""The resident's page of erasing, by code alone and without script; and the slip."""

import html
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.domain.erasure import DataKind, Reason
from shared.domain.tracking_code import digits_of
from shared.models.complaint import Complaint
from shared.services import erasures
from tests.case_world import WORDS, build, code_of, file, person
from tests.conftest import Clock


@pytest.fixture
def case(session: Session, clock: Clock) -> Complaint:
    """A report with a telephone number, just filed."""
    place = build(session, clock())["sen"]
    return file(session, place, clock(), contact_phone="0900000123", consent=True)


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def ask(client: FlaskClient, case: Complaint, **fields: str) -> TestResponse:
    path = f"/follow/{code_of(case)}/erasure"
    return client.post(path, data={"scope": "all", "sure": "yes"} | fields, follow_redirects=True)


def decided(
    session: Session,
    case: Complaint,
    clock: Clock,
    folder: Path,
    kinds: frozenset[DataKind],
    kept: tuple[str, str] = ("", ""),
) -> None:
    waiting = erasures.rights(session, code_of(case), clock()).waiting
    assert waiting is not None
    head = person(session, "head-sen")
    erasures.decide(session, waiting.id, kinds, kept, waiting.version, head, folder, clock())
    session.commit()


def test_what_goes_what_stays_and_until_when_is_told_before_asking(
    client: FlaskClient, case: Complaint
) -> None:
    page = text(client.get(f"/follow/{code_of(case)}/erasure"))
    for words in ("20 ngày", "Họ tên, điện thoại", "Bản sao lưu", "đúng hay chậm hạn", "rút"):
        assert words in page
    assert "Nghị định 356/2025/NĐ-CP" in page
    assert "0900000123" not in page


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"scope": ""}, "scope"), ({"scope": "everything"}, "scope"), ({"sure": ""}, "sure")],
)
def test_nothing_is_asked_for_by_a_slip_of_the_finger(
    client: FlaskClient, session: Session, case: Complaint, fields: dict[str, str], field: str
) -> None:
    answer = ask(client, case, **fields)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text(answer)
    assert erasures.rights(session, code_of(case), case.received_at).waiting is None


def test_a_request_is_told_with_its_day_and_can_be_taken_back(
    client: FlaskClient, case: Complaint
) -> None:
    page = text(ask(client, case))
    assert "thứ\u00a0Ba, 08/12/2026" in page
    path = f"/follow/{code_of(case)}"
    assert "yêu cầu xoá dữ liệu" in text(client.get(path))
    undone = client.post(f"{path}/erasure/undo", follow_redirects=True)
    assert "Thôi, không xoá" not in text(undone)
    assert "Gửi yêu cầu xoá" in text(undone)


def test_the_code_shows_afterwards_that_it_was_done_by_whom_and_when(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, tmp_path: Path
) -> None:
    ask(client, case)
    decided(session, case, clock, tmp_path, frozenset(DataKind))
    record = text(client.get(f"/follow/{code_of(case)}/erasure"))
    for words in ("Biên nhận xoá dữ liệu", "18/11/2026", "head-sen, Phường Sen Hồng", "Đã xoá"):
        assert words in record
    assert "Gửi yêu cầu xoá" not in record
    page = text(client.get(f"/follow/{code_of(case)}"))
    assert "Đã xoá nội dung" in page
    assert "Việc đã rút nên không còn phải trả lời" in page
    assert WORDS not in page + record
    assert "0900000123" not in page + record
    assert "(đã xoá)" in page


def test_what_is_kept_is_told_with_reason_and_law(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, tmp_path: Path
) -> None:
    ask(client, case)
    law = "Luật Tố cáo 2018, Điều 24: đang xác minh."
    kept = (str(Reason.PROCEEDING), law)
    decided(session, case, clock, tmp_path, frozenset({DataKind.CONTACT}), kept)
    record = text(client.get(f"/follow/{code_of(case)}/erasure"))
    assert "Đã xoá một phần" in record
    assert law in record
    assert WORDS in text(client.get(f"/follow/{code_of(case)}"))


def test_an_unknown_code_has_no_page_of_erasing(client: FlaskClient, case: Complaint) -> None:
    nobody = f"/follow/{'0' * 26}"
    for path in ("/erasure", "/slip"):
        assert client.get(nobody + path).status_code == 404
    for path in ("/erasure", "/erasure/undo"):
        assert client.post(nobody + path, data={"scope": "all", "sure": "1"}).status_code == 404


def test_the_slip_has_the_digits_the_qr_code_the_due_day_and_how_to_follow(
    client: FlaskClient, case: Complaint
) -> None:
    link = code_of(case)
    page = text(client.get(f"/follow/{link}/slip"))
    assert digits_of(link) in page
    assert f"/qr/follow/{link}.svg" in page
    assert "Thứ\u00a0Năm, 26/11/2026" in page
    assert "http://127.0.0.1:8000/follow" in page
    assert WORDS not in page
