"""Many cases at once on the pages of My work, without a script."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.services import answer_templates, complaints
from tests.case_world import build, file, person
from tests.cast import Place, csrf, enter
from tests.conftest import Clock

FAR = "/admin/work-calendar?month=2027-03"


@pytest.fixture
def sen(session: Session, clock: Clock) -> Place:
    """Phường Sen Hồng, with its legal clock."""
    return build(session, clock())["sen"]


@pytest.fixture
def head(app: Flask, session: Session, sen: Place, clock: Clock) -> FlaskClient:
    """The browser of who leads the unit."""
    return enter(app, session, "head-sen", clock())


def page(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.get_data(as_text=True))


def send(client: FlaskClient, *cases: str, **fields: str) -> tuple[int, str]:
    """Send a step for ticked cases from the page of the lists."""
    form = {
        "csrf_token": csrf(client),
        **{name.replace("_", "-"): fields[name] for name in fields},
    }
    answer = client.post("/admin/work-steps", data={**form, "case": list(cases)})
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def seen(case: Complaint) -> str:
    return f"{case.number}:{case.version}"


def test_chosen_cases_are_taken_and_one_changed_meanwhile_is_told_apart(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    first, second = file(session, sen, clock()), file(session, sen, clock())
    shown = page(head, "/admin/work?all=yes")
    ticked = re.findall(r'name="case" value="([^"]+)" form="bulk" checked', shown)
    assert ticked == [seen(first), seen(second)]
    complaints.take(session, second.number, second.version, person(session, "root"), clock())
    session.commit()
    status, told = send(head, *ticked, step="take", who="unit")
    assert status == 200
    assert "Đã làm 1 việc" in told
    assert "Việc này vừa có thay đổi. Xin mở ra xem lại." in told
    assert 'href="/admin/work?who=unit"' in told
    session.expire_all()
    assert (first.state, second.state) == ("in_work", "in_work")
    assert first.handler_id != second.handler_id


def test_a_step_that_does_nothing_is_a_conflict(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock())
    status, told = send(head, f"{case.number}:77", step="take")
    assert status == 409
    assert "Chưa làm được việc nào" in told


def test_a_form_that_cannot_be_done_comes_back_with_what_was_ticked(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    case = file(session, sen, clock())
    for fields, words in (
        ({}, "Xin chọn việc cần làm."),
        ({"step": "link"}, "Xin ghi số của việc kia."),
        ({"step": "classify", "bulk_kind": "x"}, "Xin chọn loại và mức xử lý."),
        ({"step": "answer", "bulk_template": "7"}, "Xin chọn một mẫu."),
    ):
        status, told = send(head, seen(case), **fields)
        assert (status, words in told) == (422, True), fields
        assert f'value="{seen(case)}" form="bulk" checked' in told
    for wrong in ("", "x", ":1", f"{case.number}:", f"{case.number}:²", f"{case.number}:x"):
        status, told = send(head, wrong, step="take")
        assert (status, "Xin chọn ít nhất một việc." in told) == (422, True), wrong


def test_answers_by_a_template_are_read_before_they_are_sent(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    first, second = file(session, sen, clock()), file(session, sen, clock())
    words = "Kính gửi Ông/Bà, việc {số} đã được xử lý xong."
    template = answer_templates.add(
        session, sen.unit_id, "answer", "Đã xong", words, person(session, "head-sen")
    )
    session.commit()
    key = str(template.id)
    status, shown = send(head, seen(first), seen(second), step="answer", bulk_template=key)
    assert status == 200
    assert f"việc {first.number} đã được xử lý xong" in shown
    assert "Chưa gửi gì" in shown
    session.expire_all()
    assert first.answer is None
    fields = {"bulk_template": key, "template_version": "1", "confirm": "yes"}
    status, told = send(head, seen(second), step="answer", **fields)
    assert (status, "Đã làm 1 việc" in told) == (200, True)
    session.expire_all()
    assert (first.answer, second.answer) == (
        None,
        f"Kính gửi Ông/Bà, việc {second.number} đã được xử lý xong.",
    )
    send(head, seen(first), step="answer", **(fields | {"template_version": "9"}))
    session.expire_all()
    assert first.answer is None


def test_cases_are_given_to_somebody_and_said_to_be_the_same(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    first, second = file(session, sen, clock()), file(session, sen, clock())
    officer = str(person(session, "officer-sen").account_id)
    send(head, seen(first), step="assign", bulk_handler=officer)
    send(head, seen(second), step="link", bulk_original=first.number)
    session.expire_all()
    assert (first.state, str(first.handler_id), second.state) == ("assigned", officer, "duplicate")
    send(head, seen(first), step="classify", bulk_kind="petition", bulk_tier="across")
    session.expire_all()
    assert (first.kind, first.tier) == ("petition", "across")


def test_a_list_stands_alone_with_its_pages_and_what_it_is_narrowed_to(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    old = file(session, sen, clock() - timedelta(days=20))
    new = file(session, sen, clock(), desk_id=sen.desk_id)

    def listed(query: str) -> list[str]:
        return re.findall(r'name="case" value="([^"]+)"', page(head, f"/admin/work?{query}"))

    assert listed("list=overdue") == [seen(old)]
    assert listed(f"desk={sen.desk_id}") == [seen(new)]
    assert listed("list=take_on") == [seen(new)]
    assert listed("") == [seen(old), seen(new)]
    assert "Không có việc nào khớp" in page(head, "/admin/work?list=today")
    for strange in ("list=x", "day=x", "who=x&matter=x&desk=x&procedure=x", "after=x&list=overdue"):
        assert seen(old) in listed(strange)


def test_a_day_of_the_calendar_leads_to_its_cases(
    head: FlaskClient, session: Session, sen: Place, clock: Clock
) -> None:
    late = file(session, sen, clock() - timedelta(days=8))
    file(session, sen, clock())
    shown = page(head, "/admin/work-calendar")
    assert "Hạn trong tháng 11/2026" in shown
    link = re.search(r'href="(/admin/work\?day=2026-11-17)"', shown)
    assert link is not None
    listed = page(head, "/admin/work-calendar?form=list&who=unit")
    assert 'class="card as-list"' in listed
    assert 'href="/admin/work?who=unit&day=2026-11-17"' in listed
    opened = page(head, link.group(1))
    assert late.number in opened
    assert "Hạn thứ\u00a0Ba, 17/11/2026" in opened
    assert "Tháng này không có việc nào đến hạn." in page(head, FAR)
    assert page(head, "/admin/work-calendar?month=2100-12").count('rel="next"') == 0
