"""The pages a case goes through: nothing typed is lost, nothing waits where nobody looks."""

import html
import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.case_work import AnswerTemplate
from shared.models.complaint import Complaint
from shared.services import additions, answer_templates, case_policies, complaints, handling
from shared.services.case_policies import Policy
from tests.case_world import ANSWER, WORDS, build_in_line, code_of, file, person
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

TYPED = "Kính gửi Ông/Bà, tôi đã gõ câu này."


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """The two units; Lúa Vàng stands above Sen Hồng."""
    return build_in_line(session, clock())


@pytest.fixture
def sen(places: dict[str, Place]) -> Place:
    """Phường Sen Hồng."""
    return places["sen"]


@pytest.fixture
def case(session: Session, sen: Place, clock: Clock) -> Complaint:
    """A report to Sen Hồng."""
    return file(session, sen, clock())


@pytest.fixture
def head(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """The head's browser."""
    return enter(app, session, "head-sen", clock())


def text(answer: TestResponse) -> str:
    return html.unescape(answer.get_data(as_text=True))


def post(client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Send a form with the token of this browser's pages."""
    return client.post(path, data={"csrf_token": csrf(client), **fields})


def again(session: Session, case: Complaint) -> Complaint:
    """Read the case anew."""
    session.expire_all()
    return session.get_one(Complaint, case.id)


def test_a_box_of_papers_is_typed_in_one_after_another(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    box = {
        "way": "box",
        "unit": str(sen.unit_id),
        "kind": "report",
        "opened_on": "2026-11-16",
        "source": "Hòm thư ở sảnh",
    }
    first = post(head, "/admin/complaints/new", id=str(uuid4()), body=WORDS, **box)
    page = text(first)
    assert first.status_code == 200
    assert 'value="2026-11-16"' in page
    assert 'value="Hòm thư ở sảnh"' in page
    assert WORDS not in page
    code = re.search(r"\d{4} \d{4} \d{4} \d{4}", page)
    assert code is not None
    opened = head.post("/follow", data={"code": code.group(0)}, follow_redirects=True)
    assert WORDS in text(opened)
    second = re.search(r'name="id" value="([^"]+)"', page)
    assert second is not None
    post(head, "/admin/complaints/new", id=second.group(1), body=f"{WORDS} Lần hai.", **box)
    channels = session.scalars(select(Complaint.channel)).all()
    assert channels == ["box", "box"]


def test_a_slip_of_the_pen_keeps_all_that_was_typed(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    answer = post(
        head,
        "/admin/complaints/new",
        id=str(uuid4()),
        way="box",
        unit=str(sen.unit_id),
        kind="report",
        body=WORDS,
        opened_on="2027-01-01",
        contact_name="Người Mẫu",
        consent="yes",
    )
    page = text(answer)
    assert answer.status_code == 422
    assert 'id="opened_on-error"' in page
    assert WORDS in page
    assert 'value="Người Mẫu"' in page
    assert session.scalars(select(Complaint.id)).all() == []


def test_a_template_stands_after_what_was_typed_and_nothing_is_sent(
    head: FlaskClient, session: Session, sen: Place, case: Complaint
) -> None:
    who = person(session, "head-sen")
    kept = answer_templates.add(
        session, sen.unit_id, "answer", "Chung", "Việc {số} đã xử lý xong.", who
    )
    session.commit()
    fields = {"answer": TYPED, "answer-template": str(kept.id), "version": str(case.version)}
    answer = post(head, f"/admin/complaints/{case.number}/template", **fields)
    assert f"{TYPED}\n\nViệc {case.number} đã xử lý xong.</textarea>" in text(answer)
    assert again(session, case).answer is None
    fields["answer-template"] = "999"
    refused = post(head, f"/admin/complaints/{case.number}/template", **fields)
    assert refused.status_code == 422
    assert f"{TYPED}</textarea>" in text(refused)


def test_templates_are_added_changed_and_retired(
    head: FlaskClient, session: Session, sen: Place
) -> None:
    fields = {"unit": str(sen.unit_id), "purpose": "answer", "name": "Chung", "text": "Lời mẫu."}
    assert post(head, "/admin/answer-templates", **fields).status_code == 303
    kept = session.scalars(select(AnswerTemplate)).one()
    path = f"/admin/answer-templates/{kept.id}"
    wrong = post(head, path, name="Chung", text="Hạn {han}", version="1")
    assert wrong.status_code == 422
    assert "Hạn {han}" in text(wrong)
    assert post(head, path, name="Chung", text="Lời mới.", version="1").status_code == 303
    late = post(head, path, name="Chung", text="Lời của người đến sau.", version="1")
    assert late.status_code == 409
    assert "Lời mới." in text(late)
    assert "Lời của người đến sau." in text(late)
    assert post(head, f"{path}/retire").status_code == 303
    assert head.get(path).status_code == 404


def test_what_waits_for_approval_lies_before_the_head_and_goes_out_by_one_press(
    app: Flask, head: FlaskClient, session: Session, sen: Place, case: Complaint, clock: Clock
) -> None:
    policy = Policy(second_person=True, reason="Quy chế")
    case_policies.choose(session, sen.organisation_id, policy)
    officer = person(session, "officer-sen")
    complaints.answer(session, case.number, ANSWER, case.version, officer, clock())
    session.commit()
    work = text(head.get("/admin/work"))
    assert "lời đã soạn, chờ người thứ hai" in work
    assert case.number in work
    own = enter(app, session, "officer-sen", clock())
    assert "chờ duyệt" in text(own.get("/admin/work?list=waiting"))
    path = f"/admin/complaints/{case.number}"
    assert ANSWER not in text(head.get(f"/follow/{code_of(case)}"))
    assert post(own, f"{path}/approval", version=str(case.version)).status_code == 403
    assert post(head, f"{path}/approval", version=str(case.version)).status_code == 303
    assert ANSWER in text(head.get(f"/follow/{code_of(case)}"))


def test_a_passing_on_that_comes_too_late_keeps_its_words(
    head: FlaskClient, session: Session, places: dict[str, Place], case: Complaint, clock: Clock
) -> None:
    seen = str(case.version)
    officer = person(session, "officer-sen")
    complaints.take(session, case.number, case.version, officer, clock())
    session.commit()
    path = f"/admin/complaints/{case.number}/transfer"
    fields = {"unit": str(places["lua"].unit_id), "words": TYPED}
    late = post(head, path, version=seen, **fields)
    assert late.status_code == 409
    assert f"{TYPED}</textarea>" in text(late)
    assert "Nhận xử lý" in text(late)
    case = again(session, case)
    assert post(head, path, version=str(case.version), **fields).status_code == 303
    assert "Đơn vị chỉ còn xem phần mình đã làm." in text(
        head.get(f"/admin/complaints/{case.number}")
    )
    assert case.number in text(head.get("/admin/complaints/passed"))


def test_a_resident_appeals_and_withdraws_on_the_page_of_the_code(
    client: FlaskClient, session: Session, sen: Place, case: Complaint, clock: Clock
) -> None:
    head = person(session, "head-sen")
    path = f"/follow/{code_of(case)}"
    assert "Chưa đồng ý?" not in text(client.get(path))
    complaints.answer(session, case.number, ANSWER, case.version, head, clock())
    session.commit()
    assert "Gửi lên Xã Lúa Vàng" in text(client.get(path))
    assert client.post(f"{path}/appeal", data={"appeal": "Chưa rõ ngày."}).status_code == 303
    page = text(client.get(path))
    assert "Đã gửi lên cấp trên" in page
    assert ANSWER in page  # what was answered stays to be read
    assert client.post(f"{path}/withdraw").status_code == 303
    assert "Đã rút" in text(client.get(path))
    assert client.post(f"{path}/appeal").status_code == 409


def test_the_choices_of_an_organisation_are_for_who_reaches_all_of_it(
    app: Flask, session: Session, places: dict[str, Place], clock: Clock
) -> None:
    chosen = {"contact_days": "30", "confirm_days": "10", "reason": "Quy chế số 5"}
    part = enter(app, session, "admin-sen", clock())
    assert post(part, "/admin/case-policy", **chosen).status_code == 403
    root = enter(app, session, "root", clock())
    wrong = post(root, "/admin/case-policy", **{**chosen, "contact_days": "0"})
    assert wrong.status_code == 422
    assert 'id="contact_days-error"' in text(wrong)
    assert post(root, "/admin/case-policy", **chosen).status_code == 303
    kept = case_policies.policy_of(session, places["sen"].organisation_id)
    assert (kept.contact_days, kept.confirm_days, kept.second_person) == (30, 10, False)


def test_what_a_resident_writes_stands_beside_the_answer_form_and_is_marked_in_my_work(
    head: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    additions.add_words(session, code_of(case), "Có hai nhân chứng.", clock())
    handling.note(session, case.number, "Ngày nào?", person(session, "head-sen"), clock(), ask=True)
    additions.reply(session, code_of(case), "Hôm thứ hai.", clock())
    session.commit()
    page = text(head.get(f"/admin/work?who=unit&case={case.number}"))
    assert "<blockquote>Có hai nhân chứng.</blockquote>" in page
    assert "<blockquote>Hôm thứ hai.</blockquote>" in page
    assert "Người gửi vừa viết" in page


def test_the_history_keeps_the_lines_of_what_was_written(
    head: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    additions.add_words(session, code_of(case), "Hàng hai.\nCạnh cửa.", clock())
    session.commit()
    page = text(head.get(f"/admin/complaints/{case.number}"))
    assert '<div class="lines">Hàng hai.\nCạnh cửa.</div>' in page
