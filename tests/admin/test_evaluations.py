"""The page of Circular 01/2018 and Decision 766: what it shows, and to whom."""

from datetime import date

from flask import Flask
from flask.testing import FlaskClient

from shared.domain.access import Role
from shared.models.complaint import ComplaintOfficer
from shared.services import accounts
from tests import cast
from tests.campaign_pages import page, person, plain
from tests.campaign_world import World
from tests.conftest import Clock

PAGE = "/admin/evaluations"


def test_a_unit_shows_its_nine_indicators_and_says_what_is_missing(
    running: World, tung: FlaskClient
) -> None:
    words = plain(page(tung, f"{PAGE}?unit={running.unit('an')}"))
    assert "Thiếu dữ liệu chỉ số 2, 4, 5: không cộng vào tổng, không quy đổi thang điểm." in words
    assert words.count("thiếu dữ liệu") == 3
    assert "/ 18" in words
    assert "Thông tư 01/2018/TT-VPCP" in words
    assert "Quyết định 766/QĐ-TTg" in words


def test_an_officer_has_ten_points_and_no_index_of_the_unit(
    world: World, tung: FlaskClient
) -> None:
    unit, officer = world.unit("an"), world.officers["mai"].id
    words = plain(page(tung, f"{PAGE}?unit={unit}&officer={officer}"))
    assert "Mai" in words
    assert "/ 10" in words
    assert "766" not in words


def test_a_unit_out_of_reach_is_never_shown(app: Flask, world: World, clock: Clock) -> None:
    head = person(app, world, "head-an", clock)
    words = plain(page(head, f"{PAGE}?unit={world.unit('binh')}"))
    assert "Xã An" in words
    assert "Xã Bình" not in words


def test_nobody_reads_the_own_evaluation(app: Flask, world: World, clock: Clock) -> None:
    nam = world.accounts["nam"]
    accounts.set_grants(world.session, nam, [(Role.HEAD, world.unit("binh"))])
    world.session.commit()
    client = person(app, world, "nam", clock)
    unit, officer = world.unit("binh"), world.officers["nam"].id
    words = plain(page(client, f"{PAGE}?unit={unit}&officer={officer}"))
    assert "/ 18" in words


def test_a_finding_of_slander_takes_a_complaint_out_of_the_attitude(
    app: Flask, running: World, clock: Clock
) -> None:
    case = running.complaint("an", date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 9))
    officer_id = running.officers["mai"].id
    running.session.add(ComplaintOfficer(complaint_id=case.id, officer_id=officer_id))
    running.session.commit()
    head = person(app, running, "head-an", clock)
    unit = running.unit("an")
    assert "1 phản ánh về công chức" in plain(page(head, f"{PAGE}?unit={unit}"))
    form = f"/admin/complaints/{case.number}/finding"
    assert "Về: Mai." in plain(page(head, form))
    status, answered = cast.send(head, form, {"finding": "", "reason": "Biên bản số 4"})
    assert status == 422
    assert "Xin chọn kết luận." in plain(answered)
    status, _ = cast.send(head, form, {"finding": "slander", "reason": "Biên bản số 4"})
    assert status == 303
    assert "Vu cáo . Biên bản số 4" in plain(page(head, form))
    assert "0 phản ánh về công chức" in plain(page(head, f"{PAGE}?unit={unit}"))
