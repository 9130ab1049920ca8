"""Quản trị: a key for another system, shown once, and ended."""

import html
import re

from tests.infrastructure.peopled import Peopled

ADMIN = "admin-sen"
KEY = re.compile(r"nn311_[\w-]{43}")


def text(peopled: Peopled, who: str = ADMIN) -> str:
    return html.unescape(peopled.get("/admin/open311", who).get_data(as_text=True))


def test_a_key_is_shown_once_and_lets_cases_in(peopled: Peopled) -> None:
    unit = str(peopled.units["sen"].place.unit_id)
    fields = {"name": "Cổng tỉnh", "unit": unit, "per_hour": "5"}
    page = peopled.post("/admin/open311", fields, ADMIN).get_data(as_text=True)
    found = KEY.search(page)
    assert found is not None
    assert "Cổng tỉnh" in text(peopled)
    assert not KEY.search(text(peopled))
    sent = {"api_key": found.group(), "service_code": "praise", "description": "Mọi việc rất tốt."}
    assert peopled.post("/open311/v2/requests.json", sent).status_code == 201


def test_what_is_wrong_stands_at_its_field_with_what_was_typed(peopled: Peopled) -> None:
    answer = peopled.post("/admin/open311", {"name": "Cổng", "per_hour": "nhiều"}, ADMIN)
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "Xin chọn đơn vị nhận." in page
    assert 'value="Cổng"' in page


def test_an_ended_key_is_marked(peopled: Peopled) -> None:
    key = peopled.units["sen"].sender
    assert peopled.post(f"/admin/open311/{key}/end", {}, "admin-lua").status_code == 404
    assert peopled.post(f"/admin/open311/{key}/end", {}, ADMIN).status_code == 303
    assert "đã thu hồi" in text(peopled)
