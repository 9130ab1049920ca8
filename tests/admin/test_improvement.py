"""The page of improvement plans: what an organiser sees, plans and is reminded of."""

import re

from flask.testing import FlaskClient

from tests import register_records
from tests.campaign_pages import page, plain
from tests.campaign_world import World


def test_a_weak_criterion_gets_a_plan_and_a_late_one_shows_on_today(
    running: World, tung: FlaskClient
) -> None:
    key = register_records.publish(running.session, running.unit("an"), "với dân")
    running.session.commit()
    words = plain(page(tung, "/admin/improvement"))
    assert "1 trên 1 tiêu chí yếu đã có kế hoạch." in words
    assert "75,0 %" in words.replace("\xa0", " ")
    assert "Quá hạn" in words
    assert "Thái độ với dân, Trưởng trung tâm" in plain(page(tung, "/admin/today"))
    path = f"/admin/improvement/{key}"
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(tung, path))
    assert token is not None
    said = {"csrf_token": token[1], "state": "done", "note": ""}
    refused = tung.post(f"{path}/step", data=said)
    assert refused.status_code == 422
    assert "Xin ghi kết quả" in plain(refused.get_data(as_text=True))
    said["note"] = "Đã bố trí lại."
    assert tung.post(f"{path}/step", data=said).status_code == 302
    assert "Đã bố trí lại." in plain(page(tung, path))
    assert "Thái độ với dân" not in plain(page(tung, "/admin/today"))
