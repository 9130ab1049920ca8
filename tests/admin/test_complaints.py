"""The list and the case: everything within the scope, nothing typed lost, no second answer."""

import html
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services import complaints, inbox
from tests.case_world import ANSWER, WORDS, build, code_of, file, person
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

ACTS = ("", "/take", "/refuse", "/close", "/notes", "/handler", "/class", "/officers", "/contact")
TYPED = "Kính gửi Ông/Bà, đây là bản trả lời tôi gõ rất lâu."


@pytest.fixture
def places(session: Session, clock: Clock) -> dict[str, Place]:
    """The two units, with their legal clock."""
    return build(session, clock())


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


def send(client: FlaskClient, case: Complaint, act: str = "", **fields: Any) -> TestResponse:
    """Send one of the case's forms with the version on the page, unless another is given."""
    data = {"csrf_token": csrf(client), "version": str(case.version), **fields}
    return client.post(f"/admin/complaints/{case.number}{act}", data=data)


def again(session: Session, case: Complaint) -> Complaint:
    """Read the case anew."""
    session.expire_all()
    return session.get_one(Complaint, case.id)


def test_the_list_keeps_its_filters_in_the_address(
    head: FlaskClient,
    session: Session,
    sen: Place,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "PAGE", 2)
    for number in range(3):
        file(session, sen, clock(), body=f"Phản ánh thử thứ {number} về chỗ gửi xe.")
    first = text(head.get("/admin/complaints?q=gui+xe&kind=report"))
    assert "Trang 1 trên 2, 3 mục" in first
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "q=gui+xe" in following.group(1)
    assert "kind=report" in following.group(1)
    rows = re.compile(r'<th scope="row">')
    second = text(head.get(following.group(1)))
    assert (len(rows.findall(first)), len(rows.findall(second))) == (2, 1)


def test_odd_filters_are_answered_calmly(head: FlaskClient, case: Complaint) -> None:
    odd = (
        "page=0",
        "page=-3",
        "page=x",
        "page=99",
        "page=" + "9" * 30,
        "state=x",
        "kind=%00",
        "q=%25",
        "q='--",
    )
    for query in odd:
        assert head.get(f"/admin/complaints?{query}").status_code == 200, query


def test_an_empty_list_says_what_to_do(head: FlaskClient) -> None:
    assert "Chưa có phản ánh nào" in text(head.get("/admin/complaints"))
    assert "Bỏ lọc" in text(head.get("/admin/complaints?kind=praise"))


def test_an_answer_is_kept_and_shown(head: FlaskClient, session: Session, case: Complaint) -> None:
    assert send(head, case, answer=ANSWER).status_code == 303
    assert again(session, case).answer == ANSWER
    assert ANSWER in text(head.get(f"/admin/complaints/{case.number}"))


def test_too_short_an_answer_names_its_field_and_stays(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    answer = send(head, case, answer="ngắn")
    assert answer.status_code == 422
    assert 'id="answer-error"' in text(answer)
    assert ">ngắn</textarea>" in text(answer)
    assert again(session, case).state == "received"


def test_the_second_of_two_answers_is_told_what_changed_and_keeps_its_text(
    head: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    seen = case.version
    complaints.answer(session, case.number, ANSWER, seen, person(session, "officer-sen"), clock())
    session.commit()
    answer = send(head, case, answer=TYPED, version=str(seen))
    page = text(answer)
    assert answer.status_code == 409
    assert TYPED in page
    assert ANSWER in page
    assert "officer-sen" in page
    # The difference word by word: both begin alike, then each says its own.
    assert re.search(r"Kính gửi Ông/Bà,\s+<del>máy gọi[^<]*</del>\s+<ins>đây là[^<]*</ins>", page)
    assert again(session, case).answer == ANSWER


def test_after_a_change_that_leaves_it_open_the_text_stands_in_the_form(
    head: FlaskClient, session: Session, case: Complaint, clock: Clock
) -> None:
    seen = case.version
    complaints.take(session, case.number, seen, person(session, "officer-sen"), clock())
    session.commit()
    answer = send(head, case, answer=TYPED, version=str(seen))
    page = text(answer)
    assert answer.status_code == 409
    assert f">{TYPED}</textarea>" in page
    assert f'name="version" value="{again(session, case).version}"' in page


def test_losing_by_an_instant_is_told_like_losing_by_an_hour(
    head: FlaskClient, session: Session, engine: Engine, case: Complaint
) -> None:
    waiting = [True]

    def other_is_faster(asked: Session, *_: object) -> None:
        if waiting and any(isinstance(row, Complaint) for row in asked.dirty):
            waiting.clear()
            faster = update(Complaint).values(state="in_work", version=Complaint.version + 1)
            with engine.begin() as connection:
                connection.execute(faster)

    session.rollback()
    event.listen(Session, "before_flush", other_is_faster)
    answer = send(head, case, answer=TYPED)
    event.remove(Session, "before_flush", other_is_faster)
    assert waiting == []
    assert answer.status_code == 409
    assert f">{TYPED}</textarea>" in text(answer)
    assert again(session, case).answer is None


def test_a_version_that_is_none_changes_nothing(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    for version in ("", "x", "-1", "٣", "9" * 30):
        answer = send(head, case, answer=ANSWER, version=version)
        assert answer.status_code in {409, 422}, version
    assert again(session, case).answer is None


def test_what_cannot_be_done_now_is_refused_in_words(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    answer = send(head, case, "/close")
    assert answer.status_code == 409
    assert "trạng thái hiện tại" in text(answer)


def test_a_case_goes_through_its_acts(head: FlaskClient, session: Session, case: Complaint) -> None:
    assert send(head, case, "/take").status_code == 303
    case = again(session, case)
    assert send(head, case, "/class", kind="petition", tier="special").status_code == 303
    case = again(session, case)
    assert (case.kind, case.tier, str(case.due_on)) == ("petition", "special", "2026-12-03")
    assert send(head, case, "/notes", note="Số giấy hẹn?", to="sender").status_code == 303
    officer = session.scalars(select(Account.id).where(Account.name == "officer-sen")).one()
    assert send(head, again(session, case), "/handler", handler=str(officer)).status_code == 303
    assert again(session, case).handler_id == officer
    assert send(head, again(session, case), answer=ANSWER).status_code == 303
    assert send(head, again(session, case), "/close").status_code == 303
    assert again(session, case).state == "closed"
    actions = [
        event.action
        for event in session.scalars(select(ComplaintEvent).order_by(ComplaintEvent.id))
    ]
    assert actions == ["receive", "take", "reclassify", "ask", "reassign", "answer", "close"]


BAD = [
    ("/class", {"kind": "x", "tier": "own"}, 422),
    ("/class", {"kind": "report", "tier": ""}, 422),
    ("/class", {"kind": "denunciation", "tier": "own"}, 409),
    ("/notes", {"note": "  "}, 422),
    ("/notes", {"note": "x" * 5_001}, 422),
    ("/refuse", {"reason": "ngắn", "why": "unclear"}, 422),
    ("/refuse", {"reason": ANSWER}, 422),
    ("/refuse", {"reason": ANSWER, "why": "wrong"}, 422),
    ("/handler", {"handler": "abc"}, 404),
    ("/handler", {"handler": "999999"}, 404),
    ("/officers", {"officer": "999999"}, 404),
]


def test_bad_input_is_refused_and_nothing_is_half_written(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    for act, fields, status in BAD:
        assert send(head, case, act, **fields).status_code == status, (act, fields)
    assert session.scalars(select(ComplaintEvent.action)).all() == ["receive"]
    assert again(session, case).version == case.version


@pytest.mark.parametrize("name", ["officer-lua", "head-lua"])
def test_a_case_of_another_unit_does_not_exist(
    app: Flask, session: Session, case: Complaint, clock: Clock, name: str
) -> None:
    stranger = enter(app, session, name, clock())
    assert stranger.get(f"/admin/complaints/{case.number}").status_code == 404
    for act in ACTS:
        answer = send(stranger, case, act, answer=ANSWER, note="ghi chú", reason=ANSWER)
        assert answer.status_code in {403, 404}, act
        assert WORDS not in text(answer)
    assert session.scalars(select(ComplaintEvent.action)).all() == ["receive"]


def test_the_officer_it_names_finds_no_trace_of_it(
    app: Flask, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock(), officer_ids=(sen.officer_id,))
    officer = enter(app, session, "officer-sen", clock())
    for path in ("/admin/work", "/admin/complaints", "/admin/complaints?q=hai+gio"):
        page = text(officer.get(path))
        assert case.number not in page
        assert WORDS not in page
    assert "Không có việc nào cần trả lời" in text(officer.get("/admin/work"))
    assert officer.get(f"/admin/complaints/{case.number}").status_code == 404
    for act in ACTS:
        answer = send(officer, case, act, answer=ANSWER, note="ghi chú", reason=ANSWER)
        assert answer.status_code in {403, 404}, act


def test_contact_data_shows_to_the_head_after_asking_and_never_to_an_officer(
    app: Flask, head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock(), contact_name="Người Mẫu", contact_phone="0900", consent=True)
    path = f"/admin/complaints/{case.number}"
    assert "Người Mẫu" not in text(head.get(path))
    opened = send(head, case, "/contact")
    assert opened.status_code == 200
    assert "Người Mẫu" in text(opened)
    assert "Xem liên hệ của người gửi" in text(head.get(path))
    officer = enter(app, session, "officer-sen", clock())
    assert "Người Mẫu" not in text(officer.get(path))
    refused = send(officer, case, "/contact")
    assert refused.status_code == 403
    assert "Người Mẫu" not in text(refused)


def test_no_act_is_done_without_the_pages_token(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    for act in ACTS:
        answer = head.post(
            f"/admin/complaints/{case.number}{act}",
            data={"version": str(case.version), "answer": ANSWER, "note": "x", "reason": ANSWER},
        )
        assert answer.status_code == 400, act
    assert session.scalars(select(ComplaintEvent.action)).all() == ["receive"]


def test_what_residents_write_is_shown_as_text(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    attack = "<script>alert(1)</script>{{ 7 * 7 }}"
    case = file(session, sen, clock(), body=attack)
    for path in ("/admin/work", "/admin/complaints", f"/admin/complaints/{case.number}"):
        raw = head.get(path).get_data(as_text=True)
        assert "<script>alert" not in raw
        assert attack in html.unescape(raw)


def test_an_answer_is_shown_to_the_resident_as_text(
    head: FlaskClient, session: Session, case: Complaint
) -> None:
    send(head, case, answer="<b>Kính gửi</b> Ông/Bà, chúng tôi đã sửa.")
    page = head.get(f"/follow/{code_of(case)}").get_data(as_text=True)
    assert "<b>Kính" not in page
    assert "<b>Kính gửi</b> Ông/Bà" in html.unescape(page)


def test_the_steps_name_whoever_took_them_in_full(
    head: FlaskClient, case: Complaint, session: Session
) -> None:
    send(head, case, "/take")
    session.execute(
        update(Account).where(Account.name == "head-sen").values(full_name="Hồ Thanh Bình")
    )
    session.commit()
    page = text(head.get(f"/admin/complaints/{case.number}"))
    assert "· Hồ Thanh Bình</span>" in page
    assert "head-sen" not in page
