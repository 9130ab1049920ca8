"""The pages of figures in four steps: who may do what, and nothing typed is lost."""

import io
import re

from flask import Flask
from flask.testing import FlaskClient

from tests import cast
from tests.campaign_pages import HOME, figure_path, page, person, plain
from tests.campaign_world import World
from tests.conftest import Clock

PDF = b"%PDF-1.4\n%%EOF\n"


def act(client: FlaskClient, path: str, name: str, **fields: object) -> tuple[int, str]:
    """Send one of the forms of a figure's page."""
    shown = page(client, path)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
    figure = re.search(r'name="figure" value="(\d+)"', shown)
    assert token is not None
    sent = {"csrf_token": token.group(1), "figure": figure.group(1) if figure else "", **fields}
    answer = client.post(f"{path}/{name}" if name else path, data=sent)
    return answer.status_code, answer.get_data(as_text=True)


def test_a_figure_goes_through_four_steps_on_pages_alone(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    path = figure_path(running, "an", "2.1")
    head, hoa = (person(app, running, name, clock) for name in ("head-an", "hoa"))
    file = (io.BytesIO(PDF), "cong-van.pdf")
    assert act(head, path, "", hits="8", cases="8", evidence="", files=file)[0] == 302
    link = re.search(r'href="([^"]+/figures/files/\d+)"', page(head, path))
    assert link is not None
    with head.get(link.group(1)) as answer:
        assert answer.data == PDF
    assert act(tung, path, "verify", hits="6", cases="8", note="Thiếu hai")[0] == 302
    assert "Chờ giải trình" in plain(page(head, f"{HOME}/figures?show=owed"))
    assert "còn 5 ngày" in plain(page(head, f"{HOME}/figures?show=owed"))
    assert act(head, path, "explain", words="Hai văn bản gửi sau")[0] == 302
    assert act(tung, path, "reply", answer="Đã xem")[0] == 302
    assert "Hai văn bản gửi sau" in plain(page(hoa, f"{HOME}/council"))
    decided = {"decided-hits": "7", "decided-cases": "8", "reason": "Một văn bản hợp lệ"}
    status, answered = act(hoa, path, "decide", **decided, document=" ")
    assert status == 422
    assert "Một văn bản hợp lệ" in answered
    assert act(hoa, path, "decide", **decided, document="QĐ 9/QĐ-HĐ")[0] == 302
    assert "87,5 % 7/8" in plain(page(tung, f"{HOME}?competitor=an"))
    behind = plain(page(tung, f"{HOME}/evidence/collective/an/2.1"))
    for said in ("Thiếu hai", "Hai văn bản gửi sau", "Đã xem", "QĐ 9/QĐ-HĐ"):
        assert said in behind


def test_what_was_typed_stays_when_a_step_is_refused(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    path = figure_path(running, "an", "2.1")
    entered = {"hits": "8", "cases": "8", "evidence": "Công văn 45/UBND"}
    assert cast.send(tung, path, entered)[0] == 302
    status, answered = act(tung, path, "explain", words="Chưa ai xác nhận")
    assert status == 422
    assert "Chưa ai xác nhận" in answered


def test_a_locked_review_keeps_the_form_until_it_is_reopened_and_marks_what_comes_then(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    deadlines = f"{HOME}/deadlines"
    shown = page(tung, deadlines)
    names = re.findall(r'name="(enter_until-\d+)"', shown)
    days = {"explain_days": "3", names[0]: "2026-06-30", names[1]: "2026-11-01"}
    assert cast.send(tung, deadlines, days)[0] == 302
    path = figure_path(running, "an", "2.1")
    head = person(app, running, "head-an", clock)
    entered = {"hits": "8", "cases": "8", "evidence": "Công văn 45/UBND"}
    status, answered = act(head, path, "", **entered)
    assert status == 409
    assert "Công văn 45/UBND" in answered
    assert "Chưa nộp" in plain(page(head, f"{HOME}/figures?show=owed"))
    assert "quá 17 ngày" in plain(page(head, f"{HOME}/figures?show=owed"))
    key = names[1].rpartition("-")[2]
    leave = {"reopened": key, "until_on": "2026-11-30", "why": "Mất điện cả tuần"}
    assert act(head, path, "reopen", **leave)[0] == 403
    assert act(tung, path, "reopen", **leave)[0] == 302
    assert act(head, path, "", **entered)[0] == 302
    words = plain(page(head, path))
    assert "Nộp muộn, hạn 01/11/2026" in words
    assert "Mất điện cả tuần" in words
    assert "Nộp muộn ngày 18/11/2026, hạn là 01/11/2026." in plain(
        page(tung, f"{HOME}?competitor=an")
    )


def test_last_days_out_of_order_are_refused_with_what_was_typed(
    running: World, tung: FlaskClient
) -> None:
    deadlines = f"{HOME}/deadlines"
    name = re.findall(r'name="enter_until-(\d+)"', page(tung, deadlines))[0]
    crossed = {f"enter_until-{name}": "2026-07-05", f"explain_until-{name}": "2026-07-01"}
    status, answered = cast.send(tung, deadlines, {"explain_days": "3", **crossed})
    assert status == 422
    assert "2026-07-01" in answered
