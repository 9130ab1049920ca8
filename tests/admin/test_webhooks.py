"""Quản trị: addresses told of events, with a secret shown once, and what they did not take."""

import html
import re

import pytest

from tests.infrastructure.peopled import Peopled

ADMIN = "admin-sen"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")


def text(peopled: Peopled, path: str = "/admin/webhooks") -> str:
    return html.unescape(peopled.get(path, ADMIN).get_data(as_text=True))


def fields(peopled: Peopled, **changes: object) -> dict[str, object]:
    unit = str(peopled.units["sen"].place.unit_id)
    plain = {"url": "https://tin.example.vn/", "unit": unit, "event": ["case.received"]}
    return {**plain, **changes}


def test_an_address_is_registered_and_its_secret_shown_once(peopled: Peopled) -> None:
    answer = peopled.post("/admin/webhooks", fields(peopled), ADMIN)
    assert SECRET.search(html.unescape(answer.get_data(as_text=True)))
    page = text(peopled)
    assert "https://tin.example.vn/" in page
    assert not SECRET.search(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "http://tin.example.vn/"}, "địa chỉ https://"),
        ({"url": "https://127.0.0.1/"}, "mạng nội bộ"),
        ({"event": []}, "ít nhất một sự kiện"),
        ({"unit": "0"}, "Xin chọn đơn vị."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    peopled: Peopled, changes: dict[str, object], words: str
) -> None:
    chosen = fields(peopled, **changes)
    answer = peopled.post("/admin/webhooks", chosen, ADMIN)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert words in page
    assert f'value="{chosen["url"]}"' in page


def test_what_was_given_up_is_an_alarm_until_it_is_tried_again_or_stopped(
    peopled: Peopled,
) -> None:
    alarm, key = "chưa đến được hệ thống khác", peopled.units["sen"].webhook
    assert f"1 tin {alarm}" in text(peopled, "/admin/organisation")
    assert "Nơi nhận trả lời mã 503" in text(peopled)
    assert peopled.post(f"/admin/webhooks/{key}/retry", {}, ADMIN).status_code == 303
    assert alarm not in text(peopled, "/admin/organisation")
    assert peopled.post(f"/admin/webhooks/{key}/end", {}, ADMIN).status_code == 303
    assert "đã dừng" in text(peopled)


def test_another_units_address_is_not_found(peopled: Peopled) -> None:
    key = peopled.units["sen"].webhook
    for act in ("retry", "end"):
        assert peopled.post(f"/admin/webhooks/{key}/{act}", {}, "admin-lua").status_code == 404
    assert peopled.changed() == {}
