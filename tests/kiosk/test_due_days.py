"""Why this day, for the resident: by the code alone, every day with its reason, no names."""

import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.services import clocks, extensions
from tests.case_world import build, code_of, file
from tests.cast import Place
from tests.conftest import Clock

REASON = "Phải chờ kết quả đo đạc của đơn vị khác."


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report of Wednesday 18 November 2026."""
    return file(session, sen, clock())


def why(client: FlaskClient, case: Complaint, language: str = "vi") -> str:
    answer = client.get(f"/follow/{code_of(case)}/why?lang={language}")
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def test_every_day_stands_there_with_its_reason(client: FlaskClient, case: Complaint) -> None:
    page = why(client, case)
    assert "thứ\u00a0Năm, 26/11/2026" in page
    assert "T3 24/11" in page
    assert 'Nghỉ lễ: <span lang="vi">Ngày Văn hóa Việt Nam</span>' in page
    assert "Nghị quyết 28/2026/QH16" in page
    assert "ngày 5" in page
    assert "Quy định mẫu, không phải luật" in page
    assert "bản số 1 của cơ quan" in page


def test_the_case_leads_there(client: FlaskClient, case: Complaint) -> None:
    page = client.get(f"/follow/{code_of(case)}").get_data(as_text=True)
    assert f"/follow/{code_of(case)}/why" in page


def test_it_is_told_in_english_too(client: FlaskClient, case: Complaint) -> None:
    page = why(client, case, "en")
    assert "A sample rule, not law." in page
    assert "Weekly day off" in page


def test_both_clocks_and_the_extension_are_told_without_names(
    session: Session, client: FlaskClient, case: Complaint, clock: Clock
) -> None:
    clocks.hand_over(session, case, clock())
    extensions.extend(session, case, 2, REASON, "head-sen", clock())
    session.commit()
    page = why(client, case)
    assert "thời hạn của cơ quan nhận chuyển: Phường Sen Hồng" in page
    assert "thời hạn của người gửi từ lần tiếp nhận đầu, không tính lại" in page
    assert "26/11/2026 → 30/11/2026" in page
    assert REASON in page
    assert "head-sen" not in page
    followed = client.get(f"/follow/{code_of(case)}").get_data(as_text=True)
    assert REASON in html.unescape(followed)


def test_nobody_guesses_a_code(client: FlaskClient, case: Complaint) -> None:
    assert client.get("/follow/NN-0000-0000-0000/why").status_code == 404
    assert client.get("/follow/nonsense/why").status_code == 404
