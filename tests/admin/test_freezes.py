"""The pages of frozen reviews: freezing, checking, correcting, and what a closed campaign shows."""

import re

from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from shared.models.freeze import CampaignFreeze
from tests.campaign_pages import HOME, YESTERDAY, campaign, figure_path, page, plain
from tests.campaign_world import World
from tests.cast import csrf

LIST = f"{HOME}/freezes"
CLOSE = f"{HOME}/close"
FIGURES = f"{HOME}/figures"


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={"csrf_token": csrf(client), **fields})


def frozen(client: FlaskClient) -> str:
    """Freeze yesterday's review; give the address of its page."""
    answer = send(client, LIST, kind="preliminary", on=YESTERDAY.isoformat())
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_frozen_review_is_the_same_until_facts_come_later(
    running: World, tung: FlaskClient
) -> None:
    path = frozen(tung)
    assert "Tính lại giống hệt bản chốt" in page(tung, path)
    running.rate("an-centre", {1: 9}, on=YESTERDAY)
    running.session.commit()
    words = plain(page(tung, path))
    assert "Bản chốt vẫn giữ nguyên." in words
    way = r"places\.an\.row\.entry\.scores\.2\.8\.measurement\.cases"
    assert re.search(
        rf"Xã An .*2\.8 Mức độ hài lòng.* Số trường hợp {way} 60 69", words.replace(". ", ".")
    )


def test_a_correction_stands_beside_the_old_version(running: World, tung: FlaskClient) -> None:
    path = frozen(tung)
    running.rate("an-centre", {1: 9}, on=YESTERDAY)
    running.session.commit()
    assert send(tung, f"{path}/correct", reason=" ").status_code == 422
    answer = send(tung, f"{path}/correct", reason="Nhập thiếu một máy")
    corrected = page(tung, str(answer.location))
    assert "Tính lại giống hệt bản chốt" in corrected
    assert "So với bản 1" in plain(corrected)
    changed = plain(corrected).partition("Trước đính chính")[2]
    assert re.search(r"Xã An .*2\.8 .* Số trường hợp places\.\S+ 60 69", changed.replace(". ", "."))
    assert "Nhập thiếu một máy" in page(tung, LIST)
    assert "Đính chính" not in plain(page(tung, path)).partition("SHA-256")[2]
    late = send(tung, f"{path}/correct", reason="Nhập sót hai máy")
    assert late.status_code == 409
    assert "Bản này đã được đính chính." in plain(late.text)
    assert "Ông/Bà đã ghi: Nhập sót hai máy" in plain(late.text)


def test_a_text_that_was_tampered_with_is_told_on_its_page_and_nowhere_shown(
    running: World, tung: FlaskClient
) -> None:
    path = frozen(tung)
    running.rate("an-centre", {1: 9}, on=YESTERDAY)
    running.session.commit()
    corrected = str(send(tung, f"{path}/correct", reason="Nhập thiếu một máy").location)
    first = update(CampaignFreeze).where(CampaignFreeze.version == 1)
    running.session.execute(first.values(content="{}"))
    running.session.commit()
    assert "Nội dung bản chốt không còn đúng với mã băm." in page(tung, path)
    assert "Không so được hai bản" in page(tung, corrected)
    shown = page(tung, f"{HOME}?frozen={path.rpartition('/')[2]}", status=409)
    assert "Nội dung bản chốt không còn đúng với mã băm." in shown


def test_what_cannot_be_frozen_says_why_and_keeps_what_was_typed(
    running: World, tung: FlaskClient
) -> None:
    answer = send(tung, LIST, kind="none", on="2026-06-30")
    assert (answer.status_code, 'value="2026-06-30"' in answer.text) == (422, True)
    answer = send(tung, LIST, kind="closing", on="2026-11-18")
    assert (answer.status_code, 'value="2026-11-18"' in answer.text) == (409, True)
    assert "khi ngày chốt đã qua" in plain(answer.text)
    assert "Chưa chốt kỳ nào." in page(tung, LIST)


def test_a_closed_campaign_goes_on_to_show_what_was_frozen(
    running: World, tung: FlaskClient
) -> None:
    before = plain(page(tung, HOME))
    assert send(tung, f"{HOME}/close").status_code == 302
    running.rate("an-centre", {1: 500}, on=YESTERDAY)
    running.session.commit()
    after = plain(page(tung, HOME))
    early = after.replace("31/12/2026, kết thúc sớm ngày 18/11/2026.", "31/12/2026.")
    assert early != after
    assert early.replace("Đã kết thúc", "Đang chạy") == before


def test_a_campaign_ended_early_says_its_real_last_day_and_takes_no_review_after_it(
    running: World, tung: FlaskClient
) -> None:
    send(tung, f"{HOME}/close")
    listed = plain(page(tung, LIST))
    assert "Tổng kết đến hết 18/11/2026" in listed
    assert "Tổng kết đến hết 31/12/2026" not in listed
    for kind, on, status, words in (
        ("other", "2026-11-19", 422, "đã kết thúc ngày 18/11/2026; hãy chọn một ngày"),
        ("other", "2025-12-31", 422, "bắt đầu ngày 01/01/2026; hãy chọn từ ngày ấy trở đi"),
        ("closing", "2026-11-18", 409, "Kỳ này đã chốt."),
    ):
        answer = send(tung, LIST, kind=kind, on=on)
        assert (answer.status_code, words in plain(answer.text)) == (status, True), on
        assert f'value="{on}"' in answer.text
    assert len(running.session.scalars(select(CampaignFreeze)).all()) == 1


def test_figures_of_a_campaign_that_ended_wait_for_nobody_and_are_not_due(
    running: World, tung: FlaskClient
) -> None:
    path = figure_path(running, "an", "2.1")
    entered = send(tung, path, hits="8", cases="8", evidence="Công văn 45/UBND")
    assert entered.status_code == 302
    assert "Số liệu nhập tay 1" in plain(page(tung, HOME))
    assert re.search(r"31/12/2026 còn \d+ ngày", plain(page(tung, FIGURES)))
    send(tung, CLOSE)
    assert "Số liệu nhập tay 1" not in plain(page(tung, HOME))
    assert "còn" not in plain(page(tung, FIGURES)).partition("Tình trạng Hạn")[2]
    for shown in (FIGURES, path):
        assert "không nhập, không xác nhận số liệu được nữa" in plain(page(tung, shown))


def test_before_a_campaign_ends_a_page_of_its_own_says_what_ends_and_what_is_missing(
    running: World, tung: FlaskClient
) -> None:
    setup = page(tung, f"{HOME}/setup")
    assert f'href="{CLOSE}"' in setup
    assert f'action="{CLOSE}"' not in setup  # never by one click
    asked = plain(page(tung, CLOSE))
    for words in (
        "Kết thúc phong trào này?",
        "Ngày cuối: 31/12/2026.",
        "Ngày cuối chưa qua.",
        "Xã An : thiếu số liệu của tiêu chí",
        "không mở lại được",
    ):
        assert words in asked
    assert campaign(running).state == "running"  # asking ends nothing


def test_a_campaign_whose_end_is_asked_twice_ends_once(running: World, tung: FlaskClient) -> None:
    assert tung.post(CLOSE, data={}).status_code == 400  # the token of no page
    for _ in range(2):
        answer = send(tung, CLOSE)
        assert (answer.status_code, answer.location) == (302, HOME)
    assert len(running.session.scalars(select(CampaignFreeze)).all()) == 1
    assert tung.get(CLOSE).location == HOME


def test_a_frozen_standing_is_shown_as_it_was(running: World, tung: FlaskClient) -> None:
    key = frozen(tung).rpartition("/")[2]
    running.rate("an-centre", {1: 500}, on=YESTERDAY)
    running.session.commit()
    words = plain(page(tung, f"{HOME}?frozen={key}"))
    assert "Bản đã chốt: Sơ kết đến hết 17/11/2026" in words
    assert "Xã An: hạng 1" in words
    page(tung, f"{HOME}?frozen=999", status=404)
