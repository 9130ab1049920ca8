"""Following a case by its code alone."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.domain.tracking_code import digits_of, hash_earlier
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintLink
from shared.services import complaints, handling
from tests.case_world import ANSWER, WORDS, build, code_of, file, person
from tests.cast import Place
from tests.conftest import Clock


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report that was just filed."""
    return file(session, sen, clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def answered(session: Session, case: Complaint, clock: Clock) -> None:
    head = person(session, "head-sen")
    complaints.answer(session, case.number, ANSWER, case.version, head, clock())
    session.commit()


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", " "),
        lambda code: f"  {code.replace('0', 'O')} ",
        lambda code: f"https://niemno.example/follow/{code}?lang=en",
        digits_of,
        lambda code: digits_of(code).replace(" ", "-"),
    ],
)
def test_a_code_leads_to_its_case_however_it_is_typed(
    client: FlaskClient, case: Complaint, typed: object
) -> None:
    code = code_of(case)
    answer = client.post("/follow", data={"code": typed(code)}, follow_redirects=True)  # type: ignore[operator]  # a function of text
    assert answer.status_code == 200
    assert answer.request.path == f"/follow/{code}"
    assert digits_of(code) in text(answer)
    assert WORDS in text(answer)


def test_digits_are_in_no_address(client: FlaskClient, case: Complaint) -> None:
    digits = digits_of(code_of(case)).replace(" ", "")
    for path in (f"/follow/{digits}", f"/follow/{digits}/why", f"/qr/follow/{digits}.svg"):
        assert client.get(path).status_code == 404


def test_a_code_handed_out_before_there_were_links_still_opens_its_case(
    client: FlaskClient, session: Session, case: Complaint
) -> None:
    session.delete(session.get_one(ComplaintLink, case.id))
    case.code_hash = hash_earlier("NN-7K4P-92QX-01A0")
    session.commit()
    opened = client.post("/follow", data={"code": "nn7k4p92qxo1ao"}, follow_redirects=True)
    assert opened.request.path == "/follow/NN-7K4P-92QX-01A0"
    assert WORDS in text(opened)
    assert client.get("/follow/NN-7K4P-92QX-01A0/why").status_code == 200
    drawn = client.get("/qr/follow/NN-7K4P-92QX-01A0.svg")
    assert drawn.status_code == 200


@pytest.mark.parametrize("typed", ["", "abc", "NN-UUUU-UUUU-UUUU", "x" * 5_000])
def test_what_cannot_be_a_code_is_asked_for_again_with_what_was_typed(
    client: FlaskClient, sen: Place, typed: str
) -> None:
    answer = client.post("/follow", data={"code": typed})
    assert answer.status_code == 422
    assert 'id="code-error"' in text(answer)
    assert f'value="{typed}"' in text(answer)


def test_a_code_nobody_has_is_not_found_and_can_be_corrected(
    client: FlaskClient, case: Complaint
) -> None:
    answer = client.get("/follow/NN-0000-0000-0000")
    assert answer.status_code == 404
    assert 'value="NN-0000-0000-0000"' in text(answer)


def test_the_case_number_of_the_office_does_not_open_the_case(
    client: FlaskClient, case: Complaint
) -> None:
    assert client.get(f"/follow/{case.number}").status_code == 404


def test_the_page_tells_the_due_day_and_what_it_is_counted_by(
    client: FlaskClient, case: Complaint
) -> None:
    page = text(client.get(f"/follow/{code_of(case)}"))
    assert "Thứ\u00a0Năm, 26/11/2026" in page
    assert "Còn 5 ngày làm việc" in page
    assert len(re.findall(r"<em>ngày \d</em>", page)) == 5
    assert 'aria-current="date"' in page


def test_no_note_no_handler_and_no_officers_name_reach_the_resident(
    client: FlaskClient, session: Session, case: Complaint, sen: Place, clock: Clock
) -> None:
    head = person(session, "head-sen")
    complaints.take(session, case.number, case.version, head, clock())
    handling.note(session, case.number, "Chuyện nội bộ.", head, clock())
    handling.name_officer(session, case.number, sen.officer_id, case.version, head, clock())
    session.commit()
    page = text(client.get(f"/follow/{code_of(case)}"))
    assert "Chuyện nội bộ" not in page
    assert "head-sen" not in page
    assert "Lê Thu Hà" not in page
    assert case.number not in page
    assert "Đang xử lý" in page


def test_a_question_is_answered_on_the_page(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    handling.note(
        session, case.number, "Số giấy hẹn?", person(session, "head-sen"), clock(), ask=True
    )
    session.commit()
    path = f"/follow/{code_of(case)}"
    assert "Số giấy hẹn?" in text(client.get(path))
    empty = client.post(f"{path}/reply", data={"reply": "  "})
    assert empty.status_code == 422
    assert 'id="reply-error"' in text(empty)
    done = client.post(f"{path}/reply", data={"reply": "Số 47."}, follow_redirects=True)
    assert "Số 47." in text(done)
    assert "Cán bộ hỏi" not in text(done)


def test_words_are_added_unasked_while_the_case_is_open(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    path = f"/follow/{code_of(case)}"
    page = text(client.get(path))
    assert f'action="{path}/addition' in page
    assert 'aria-describedby="add-hint"></textarea>' in page
    long = client.post(f"{path}/addition", data={"add": "x" * 5_001})
    assert long.status_code == 422
    assert 'id="add-error"' in text(long)
    assert "x" * 5_001 in text(long)
    done = client.post(
        f"{path}/addition", data={"add": "Có hai nhân chứng."}, follow_redirects=True
    )
    assert '<b>Ông/Bà viết thêm</b><div class="answer">Có hai nhân chứng.</div>' in text(done)
    session.expire_all()
    answered(session, case, clock)
    assert f"{path}/addition" not in text(client.get(path))
    late = client.post(f"{path}/addition", data={"add": "Còn nữa."})
    assert late.status_code == 409


def test_the_answer_is_rated_once(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    path = f"/follow/{code_of(case)}"
    early = client.post(f"{path}/rating", data={"satisfied": "yes"})
    assert early.status_code == 409
    answered(session, case, clock)
    page = text(client.get(path))
    assert ANSWER in page
    assert "thoả đáng không" in page
    for word in ("no", "yes"):
        client.post(f"{path}/rating", data={"satisfied": word, "words": "Chưa rõ."})
    session.expire_all()
    assert session.get_one(Complaint, case.id).answer_satisfied is False
    rated = select(ComplaintEvent).where(ComplaintEvent.action == "rate_answer")
    assert [event.text for event in session.scalars(rated)] == ["Chưa rõ."]
    page = text(client.get(path))
    assert "chưa thoả đáng" in page
    assert "Xin cho biết trả lời có thoả đáng không" not in page


@pytest.mark.parametrize("satisfied", ["", "maybe", "1"])
def test_a_made_up_word_about_the_answer_changes_nothing(
    client: FlaskClient, session: Session, case: Complaint, clock: Clock, satisfied: str
) -> None:
    answered(session, case, clock)
    client.post(f"/follow/{code_of(case)}/rating", data={"satisfied": satisfied})
    session.expire_all()
    assert session.get_one(Complaint, case.id).answer_satisfied is None


def test_the_qr_of_a_case_is_drawn_without_telling_whether_there_is_one(
    client: FlaskClient, sen: Place
) -> None:
    for code in ("NN-0000-0000-0000", "0" * 26):
        assert client.get(f"/qr/follow/{code}.svg").status_code == 200
    assert client.get("/qr/follow/nonsense.svg").status_code == 404


def test_a_case_is_followed_in_the_language_asked_for(client: FlaskClient, case: Complaint) -> None:
    moved = client.post("/follow?lang=vi", data={"code": code_of(case)})
    assert moved.headers["Location"].endswith(f"/follow/{code_of(case)}?lang=vi")
