"""Putting an answered case out: preview first, hints dealt with, and what the public then reads."""

import html
import re

import pytest

from tests.infrastructure.peopled import NOBODY, Peopled

HEAD = "head-sen"
SEEN = re.compile(r'name="seen" value="(\w+)"')
WORDS = {"question": "Máy gọi số hỏng cả buổi sáng.", "answer": "Máy đã được sửa trong ngày."}


@pytest.fixture
def case(peopled: Peopled) -> str:
    """The page on which the answered case of Sen Hồng is put out."""
    return "/admin/complaints/PA-2026-sen/public"


def text(peopled: Peopled, path: str, who: str = HEAD) -> str:
    return html.unescape(peopled.get(path, who).get_data(as_text=True))


def send(peopled: Peopled, path: str, act: str, **fields: object) -> tuple[int, str]:
    answer = peopled.post(path, {**WORDS, "act": act, **fields}, HEAD)
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def seen(page: str) -> str:
    found = SEEN.search(page)
    assert found is not None
    return found.group(1)


def article(page: str) -> str:
    """Give the piece that shows the case, without the tags, whose headings differ in rank."""
    found = re.search(r'<article class="public-case">.*?</article>', page, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", found.group())


def test_the_public_reads_what_the_preview_showed(peopled: Peopled, case: str) -> None:
    status, preview = send(peopled, case, "look")
    assert status == 200
    assert "Đây là bản xem trước, chưa được công khai" in preview
    public = f"/answered/{peopled.units['sen'].reference}"
    assert WORDS["question"] not in text(peopled, public, NOBODY)
    assert send(peopled, case, "publish", seen=seen(preview))[0] == 303
    assert article(text(peopled, public, NOBODY)) == article(preview)


def test_words_nobody_has_previewed_are_shown_first(peopled: Peopled, case: str) -> None:
    before = text(peopled, case)
    status, page = send(peopled, case, "publish", seen=seen(before))
    assert status == 200
    assert "Đây là bản xem trước, chưa được công khai" in page
    assert WORDS["question"] not in text(peopled, "/answered", NOBODY)


def test_a_hint_stands_in_the_way_until_it_is_confirmed(peopled: Peopled, case: str) -> None:
    telling = {"question": "Cô Lê Thu Hà không ở quầy."}
    _status, preview = send(peopled, case, "look", **telling)
    assert "tên cán bộ" in preview
    status, page = send(peopled, case, "publish", seen=seen(preview), **telling)
    assert status == 422
    assert "xác nhận từng chi tiết" in page
    assert telling["question"] in page
    done = send(peopled, case, "publish", seen=seen(page), ok="officer:Lê Thu Hà", **telling)
    assert done[0] == 303


def test_too_short_words_are_named_at_their_field(peopled: Peopled, case: str) -> None:
    short = {"answer": "Xong."}
    _status, preview = send(peopled, case, "look", **short)
    status, page = send(peopled, case, "publish", seen=seen(preview), **short)
    assert status == 422
    assert "ít nhất 10 ký tự" in page
    assert 'id="answer-error"' in page


def test_taken_back_it_is_gone_for_everybody(peopled: Peopled, case: str) -> None:
    public = f"/answered/{peopled.units['sen'].reference}"
    assert peopled.get(public).status_code == 200
    assert peopled.post(f"{case}/end", {}, HEAD).status_code == 303
    assert peopled.get(public).status_code == 404
    assert peopled.units["sen"].reference not in text(peopled, "/answered", NOBODY)
    assert "Đã thôi công khai" in text(peopled, f"{case}?done=ended")


def test_a_case_that_may_not_be_public_says_why_and_has_no_form(peopled: Peopled) -> None:
    page = text(peopled, f"/admin/complaints/{peopled.units['sen'].number}/public")
    assert "Chỉ công khai việc đã có trả lời." in page
    assert 'name="question"' not in page


def test_a_head_beside_the_unit_finds_no_case(peopled: Peopled, case: str) -> None:
    assert peopled.get(case, "head-lua").status_code == 404
    assert peopled.post(f"{case}/end", {}, "head-lua").status_code == 404
    assert peopled.changed() == {}


def test_the_case_leads_its_head_to_the_preview_and_nobody_else(peopled: Peopled) -> None:
    link = "/admin/complaints/PA-2026-sen/public"
    assert link in text(peopled, "/admin/complaints/PA-2026-sen")
    assert link not in text(peopled, "/admin/complaints/PA-2026-sen", "officer-sen")
