"""Campaign pages: setting up, figures entered by hand, reports asked for."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shared.models.campaign import Campaign, CampaignCompetitor, CampaignCriterion
from shared.models.job import Job
from shared.services import campaign_parents, campaigns, report_data
from shared.services.campaigns import Opening
from tests import cast
from tests.campaign_pages import CODE, HOME, campaign, draft_again, figure_path, page, person, plain
from tests.campaign_world import World
from tests.conftest import Clock

YEAR_2026 = (date(2026, 1, 1), date(2026, 12, 31))


def test_a_campaign_goes_from_template_to_running_on_pages_alone(
    world: World, tung: FlaskClient
) -> None:
    status, _ = cast.send(
        tung,
        "/admin/campaigns/new",
        {
            "template": "long_my",
            "name": "Thi đua 2026",
            "code": CODE,
            "unit_id": str(world.unit("province")),
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "officers": "1",
        },
    )
    assert status == 302
    assert "Đang soạn" in page(tung, "/admin/campaigns")
    assert "xác nhận trọng số và các mức xếp loại này" in page(tung, f"{HOME}/setup")
    fields = {"csrf_token": cast.csrf(tung)}
    assert tung.post(f"{HOME}/start", data=fields).status_code == 409  # weights are suggestions
    confirmed = {**fields, "weights_confirmed": "1"}
    assert tung.post(f"{HOME}/start", data=confirmed).status_code == 302
    assert campaign(world).state == "running"
    assert "Phường Cát" in page(tung, HOME)


def test_a_wrong_opening_says_why_keeps_what_was_typed_and_writes_nothing(
    world: World, tung: FlaskClient
) -> None:
    fields = {
        "template": "long_my",
        "name": "Thi đua 2026",
        "code": CODE,
        "unit_id": str(world.unit("province")),
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "document": "Kế hoạch 12/KH-UBND",
    }
    wrong = [
        ({"code": "Sai Mã"}, "Mã chỉ gồm chữ thường"),
        ({"ends_on": "2025-12-31"}, "Ngày kết thúc phải từ ngày bắt đầu"),
        ({"starts_on": "31/12/2026"}, "Hãy chọn một ngày"),
        ({"unit_id": "' OR 1=1"}, "Hãy chọn một mục"),
        ({"name": "x" * 301}, "dài quá"),
    ]
    for changed, said in wrong:
        status, answered = cast.send(tung, "/admin/campaigns/new", fields | changed)
        assert status == 422
        assert said in answered
        assert "Kế hoạch 12/KH-UBND" in answered
    assert world.session.scalars(select(Campaign)).all() == []


def test_a_figure_is_handed_in_and_confirmed_by_another_person(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    path = figure_path(running, "an", "2.1")
    head = person(app, running, "head-an", clock)
    entered = {"hits": "8", "cases": "8", "evidence": "Công văn 45/UBND"}
    assert cast.send(head, path, entered)[0] == 302
    assert "1 chờ xác nhận" in plain(page(head, HOME))
    shown = page(tung, path)
    newest = re.search(r'name="figure" value="(\d+)"', shown)
    assert newest is not None
    found = {"figure": newest.group(1), "hits": "7", "cases": "8", "note": "Thiếu một bản"}
    assert cast.send(tung, f"{path}/verify", found)[0] == 302
    words = plain(page(tung, f"{HOME}?competitor=an"))
    assert "87,5 % 7/8" in words
    assert "Công văn 45/UBND" in page(tung, f"{HOME}/evidence/collective/an/2.1")


def test_the_person_who_entered_a_figure_cannot_confirm_it(
    running: World, tung: FlaskClient
) -> None:
    path = figure_path(running, "an", "2.10")
    cast.send(tung, path, {"value": "1", "evidence": "QĐ 12"})
    shown = page(tung, path)
    assert 'name="figure"' not in shown
    assert cast.send(tung, f"{path}/verify", {"figure": "1", "value": "1"})[0] == 409


def test_a_wrong_figure_says_why_and_writes_nothing(running: World, tung: FlaskClient) -> None:
    path = figure_path(running, "an", "2.1")
    wrong = [
        ({"hits": "9", "cases": "8", "evidence": "x"}, "không lớn hơn tổng số"),
        ({"hits": "tám", "cases": "8", "evidence": "x"}, "Hãy nhập một con số"),
        ({"hits": "1,5", "cases": "8", "evidence": "x"}, "Hãy nhập số nguyên"),
        ({"hits": "8", "cases": "8", "evidence": "  "}, "Hãy ghi minh chứng"),
        ({"hits": "8", "cases": "8", "evidence": "x" * 2001}, "dài quá"),
    ]
    for fields, said in wrong:
        status, answered = cast.send(tung, path, fields)
        assert status == 422
        assert said in answered
    assert "Chưa nộp số liệu" in page(tung, path)


def test_a_head_enters_figures_for_the_own_unit_only_and_confirms_none(
    app: Flask, running: World, clock: Clock
) -> None:
    head = person(app, running, "head-an", clock)
    assert head.get(figure_path(running, "binh", "2.1")).status_code == 404
    own = figure_path(running, "an", "2.1")
    assert head.get(own).status_code == 200
    assert cast.send(head, f"{own}/verify", {"figure": "1"})[0] == 403


def test_a_campaign_is_copied_and_its_dates_and_competitors_edited(
    running: World, tung: FlaskClient
) -> None:
    fields = {
        "name": "Thi đua 2027",
        "code": "long-my-2027",
        "unit_id": str(running.unit("province")),
        "starts_on": "2027-01-01",
        "ends_on": "2027-12-31",
    }
    assert cast.send(tung, f"{HOME}/copy", fields)[0] == 302
    copied = "/admin/campaigns/long-my-2027"
    whom = f"unit-{running.unit('an-centre')}"
    asked = {"whom": whom, "joined_on": "2027-02-01"}
    assert cast.send(tung, f"{copied}/competitors", asked)[0] == 302
    assert 'value="2027-02-01"' in page(tung, f"{copied}/competitors")
    plan = {
        "name": "Thi đua 2027",
        "starts_on": "2027-02-01",
        "ends_on": "2027-11-30",
        "satisfied_from_score": "5",
        "lanes": "desk",
        "unmet_ceiling": "80",
    }
    assert cast.send(tung, f"{copied}/setup", plan)[0] == 302
    made = campaign(running, "long-my-2027")
    assert (made.starts_on, made.satisfied_from_score, made.lanes) == (
        date(2027, 2, 1),
        5,
        ["desk"],
    )
    assert str(made.unmet_ceiling) == "0.8"


def test_a_criterion_is_added_and_removed_in_a_draft(running: World, tung: FlaskClient) -> None:
    draft_again(running)
    weights = page(tung, f"{HOME}/weights/collective")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', weights)
    assert token is not None
    asked = {
        "csrf_token": token.group(1),
        "kind": "collective",
        "code": "3.1",
        "group": "Khác",
        "name": "Tham gia đánh giá",
        "measure": "participation",
        "comparison": "at_least",
        "target": "30",
        "unit": "percent",
    }
    assert tung.post(f"{HOME}/criteria/add", data=asked).status_code == 302
    assert "Tham gia đánh giá" in page(tung, f"{HOME}/weights/collective")
    assert tung.post(f"{HOME}/criteria/add", data=asked).status_code == 422
    key = running.session.scalars(
        select(CampaignCriterion.id).where(CampaignCriterion.code == "3.1")
    ).one()
    removed = tung.post(f"{HOME}/criteria/{key}/remove", data={"csrf_token": token.group(1)})
    assert removed.status_code == 302


@pytest.mark.parametrize("name", ["head-an", "nam", "admin"])
def test_only_organisers_set_campaigns_up(
    app: Flask, running: World, clock: Clock, name: str
) -> None:
    client = person(app, running, name, clock)
    for path in ("/setup", "/weights/collective", "/competitors", "/copy"):
        assert client.get(HOME + path).status_code == 403
    assert client.get("/admin/campaigns/new").status_code == 403


def test_a_report_is_asked_for_and_becomes_a_job(running: World, tung: FlaskClient) -> None:
    for form in ("xlsx", "docx", "pdf"):
        assert cast.send(tung, f"{HOME}/report/{form}", {"report": "2026-q1"})[0] == 302
    asked = running.session.scalars(select(Job).order_by(Job.id)).all()
    assert [job.kind for job in asked] == ["campaign_xlsx", "campaign_docx", "campaign_pdf"]
    assert {(job.arguments["campaign"], job.arguments["report"]) for job in asked} == {
        (CODE, "2026-q1")
    }
    assert tung.get(f"{HOME}/report/exe").status_code == 404


def test_a_report_offers_only_periods_that_are_over(running: World, tung: FlaskClient) -> None:
    shown = page(tung, f"{HOME}/report/pdf")
    assert re.findall(r'<option value="([^"]+)"', shown)[:3] == ["now", "2026-10", "2026-q3"]
    assert "Quý 3/2026" in shown
    assert cast.send(tung, f"{HOME}/report/pdf", {"report": "2026-11"})[0] == 404
    assert running.session.scalars(select(Job)).all() == []


def test_a_heads_report_shows_the_officers_of_the_own_unit_only(
    app: Flask, running: World, clock: Clock
) -> None:
    head = person(app, running, "head-an", clock)
    assert cast.send(head, f"{HOME}/report/xlsx", {})[0] == 302
    (job,) = running.session.scalars(select(Job)).all()
    own = {running.unit("an"), running.unit("an-centre")}
    assert set(job.arguments["unit_ids"]) == own


def test_the_report_data_is_kept(running: World, tung: FlaskClient) -> None:
    fields = {
        "authority": "UBND TỈNH MẪU",
        "agency": "SỞ NỘI VỤ",
        "number": "12/BC-SNV",
        "place": "Mẫu",
        "signatory_title": "GIÁM ĐỐC",
        "signatory_name": "Nguyễn Văn Mẫu",
        "recipients": "Như trên;\nLưu: VT.",
    }
    assert cast.send(tung, f"{HOME}/report", fields)[0] == 302
    kept = report_data.report_of(campaign(running))
    assert kept.number == "12/BC-SNV"
    assert kept.recipients == ("Như trên;", "Lưu: VT.")


def test_after_the_close_a_rating_of_the_next_day_moves_nothing(
    app: Flask, running: World, tung: FlaskClient, clock: Clock
) -> None:
    assert cast.send(tung, f"{HOME}/close", {})[0] == 302
    before = plain(page(tung, f"{HOME}?competitor=an"))
    clock.advance(timedelta(days=1))
    running.rate("an", {1: 50}, on=date(2026, 11, 19))
    running.session.commit()
    again = person(app, running, "tung", clock)
    assert plain(page(again, f"{HOME}?competitor=an")) == before


def filled(html: str) -> dict[str, str]:
    """Give what the opening form holds before anybody types."""
    inputs = re.findall(r'<input class="input"[^>]*value="([^"]*)"[^>]*name="([a-z_]+)"', html)
    template, unit = re.findall(r'<option value="([a-z_0-9]+)" selected', html)
    chosen = {"template": template, "unit_id": unit}
    return {name: unescape(value) for value, name in inputs} | chosen


@pytest.mark.parametrize("key", campaigns.TEMPLATES)
def test_a_template_fills_the_form_and_opens_with_one_press(
    world: World, tung: FlaskClient, key: str
) -> None:
    form = filled(page(tung, f"/admin/campaigns/new?template={key}"))
    asked = {**form, "officers": "1"}
    status, _ = cast.send(tung, "/admin/campaigns/new", asked)
    assert status == 302
    made = campaign(world, form["code"])
    assert made.unit_id == world.unit("province")
    source = campaigns.template(key)
    assert (made.starts_on, made.ends_on) == (source.starts_on, source.ends_on)
    assert [one.on for one in campaigns.milestones_of(world.session, made)] == [
        one.on for one in source.milestones
    ]
    for part in ("setup", "weights/collective", "competitors"):
        page(tung, f"/admin/campaigns/{made.code}/{part}")
    words = plain(page(tung, f"/admin/campaigns/{made.code}/criteria"))
    assert all(rule.name in words for rule in source.criteria)


def setup_fields(world: World, **more: object) -> dict[str, Any]:
    plan = campaigns.plan_of(world.session, campaign(world))
    return {
        "name": plan.name,
        "starts_on": plan.starts_on.isoformat(),
        "ends_on": plan.ends_on.isoformat(),
        "satisfied_from_score": "4",
        "lanes": list(plan.settings.lanes),
        "unmet_ceiling": "90",
        **more,
    }


def test_milestones_are_set_and_removed_with_the_plan(running: World, tung: FlaskClient) -> None:
    rows = {
        "milestone_kind": ["closing", "preliminary", "other"],
        "milestone_name": ["Tổng kết", "Sơ kết", ""],
        "milestone_on": ["2026-12-31", "2026-06-30", ""],
    }
    status, _ = cast.send(tung, f"{HOME}/setup", setup_fields(running, **rows))
    assert status == 302
    found = campaigns.milestones_of(running.session, campaign(running))
    assert [(one.kind, one.on) for one in found] == [
        ("preliminary", date(2026, 6, 30)),
        ("closing", date(2026, 12, 31)),
    ]
    early = rows | {"milestone_on": ["2025-12-31", "2026-06-30", ""]}
    status, answered = cast.send(tung, f"{HOME}/setup", setup_fields(running, **early))
    assert status == 422
    assert "Mỗi mốc cần tên và ngày" in plain(answered)


def test_a_campaign_stands_under_another_and_never_under_itself(
    running: World, tung: FlaskClient
) -> None:
    opening = Opening("cap-tren", "Trên", running.unit("province"), *YEAR_2026)
    above = campaigns.open_from_template(
        running.session, "bac_tra_my", opening, running.scope, campaign(running).created_at
    )
    running.session.commit()
    status, _ = cast.send(tung, f"{HOME}/setup", setup_fields(running, parent="cap-tren"))
    assert status == 302
    assert campaign_parents.parent_of(running.session, campaign(running)) == above
    fields = setup_fields(running, parent=CODE, name="Trên")
    status, _ = cast.send(tung, "/admin/campaigns/cap-tren/setup", fields)
    assert status == 422
    status, _ = cast.send(tung, f"{HOME}/setup", setup_fields(running, parent=""))
    assert campaign_parents.parent_of(running.session, campaign(running)) is None


def test_who_heads_a_unit_is_said_while_the_campaign_is_a_draft(
    running: World, tung: FlaskClient
) -> None:
    draft_again(running)
    row = running.session.scalars(
        select(CampaignCompetitor).where(
            CampaignCompetitor.officer_id == running.officers["mai"].id
        )
    ).one()
    page(tung, f"{HOME}/competitors")
    for sent, known in ((True, True), (False, False)):
        fields = {"head_known": "1"} | ({"head": "1"} if sent else {})
        html = page(tung, f"{HOME}/competitors")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        assert token is not None
        answer = tung.post(
            f"{HOME}/competitors/{row.id}", data={**fields, "csrf_token": token.group(1)}
        )
        assert answer.status_code == 302
        running.session.expire_all()
        assert row.head is known
