"""Staff forms that were refused: every wrong field is said at once, beside it and at the head."""

import io
import re
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.models.campaign import Campaign, CampaignCriterion
from shared.models.complaint import Complaint
from shared.models.dossier import PaperRegister
from tests.campaign_world import World
from tests.cast import Place, csrf, enter, send
from tests.conftest import Clock
from tests.refused_pages import beside, summary

MISSING = "Xin nhập mục này."
DAY = "Hãy chọn một ngày."


def test_a_register_says_every_wrong_field_by_its_name_in_the_order_of_the_form(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    fields = {"code": "có dấu", "name": "", "unit": "KHONG-CO", "valid_from": "mai"}
    status, page = send(admin, "/admin/organisation/desks/new", fields)
    assert status == 422
    assert list(beside(page)) == ["code", "name", "unit", "valid_from"]
    head = summary(page)
    assert list(head) == ["code", "name", "unit", "valid_from"]
    assert head["name"] == f"Tên quầy: {MISSING}"
    assert beside(page)["name"] == MISSING
    assert 'value="có dấu"' in page


def test_the_head_of_a_refused_form_reads_in_english_too(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    admin.get("/admin/organisation/desks/new?lang=en")
    _status, page = send(admin, "/admin/organisation/desks/new", {"unit": "SEN"})
    assert list(summary(page).values()) == [
        "Desk code: Please fill this in.",
        "Desk name: Please fill this in.",
        "From (date): Please fill this in.",
    ]


def test_a_file_names_each_wrong_cell_of_a_row_with_its_column(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    content = "code,name,unit,valid_from\nSH Q1,,SEN,mai\n"
    data = {"csrf_token": csrf(admin), "file": (io.BytesIO(content.encode()), "quay.csv")}
    page = admin.post("/admin/organisation/desks/import", data=data).get_data(as_text=True)
    rows = re.findall(r"<li><b>(.*?)</b>: (.*?)</li>", page)
    assert [column for column, _reason in rows] == ["Mã quầy", "Tên quầy", "Từ ngày"]
    assert rows[1] == ("Tên quầy", MISSING)


def test_a_case_taken_down_says_every_wrong_field_and_opens_none(
    app: Flask, session: Session, clock: Clock, places: dict[str, Place]
) -> None:
    handler = enter(app, session, "head-sen", clock())
    typed = {
        "id": str(uuid4()),
        "way": "box",
        "kind": "formal_complaint",
        "unit": str(places["sen"].unit_id),
        "body": "ngắn",
        "opened_on": "",
        "contact_phone": "0912345678",
    }
    status, page = send(handler, "/admin/complaints/new", typed)
    assert status == 422
    assert list(summary(page)) == ["opened_on", "body", "contact_name", "consent"]
    assert set(beside(page)) == {"opened_on", "body", "contact_name", "consent"}
    assert page.count("autofocus") == 1  # the summary, not the text below it
    assert session.scalar(select(func.count()).select_from(Complaint)) == 0


def test_a_month_of_the_paper_register_says_every_wrong_field(
    admin: FlaskClient, session: Session, places: dict[str, Place]
) -> None:
    typed = {"unit": str(places["sen"].unit_id), "month": "13/2026", "paper_only": "nhiều"}
    status, page = send(admin, "/admin/dossiers/paper", typed)
    assert (status, list(summary(page))) == (422, ["month", "paper_only"])
    assert session.scalars(select(PaperRegister)).all() == []


def test_a_file_of_the_paper_register_names_every_wrong_cell_and_takes_nothing(
    admin: FlaskClient, session: Session, places: dict[str, Place]
) -> None:
    content = "SEN,10/2026,3,\nSEN,13/2026,nhiều,\nLA,9/2026,1,\n"
    data = {"csrf_token": csrf(admin), "file": (io.BytesIO(content.encode()), "so-giay.csv")}
    answer = admin.post("/admin/dossiers/paper/file", data=data)
    assert answer.status_code == 422
    assert beside(answer.get_data(as_text=True))["file"] == (
        "Dòng 2, cột Tháng: Xin chọn tháng, không sau tháng này. "
        "Dòng 2, cột Số hồ sơ: Xin nhập một số từ 0 trở lên. "
        "Dòng 3, cột Mã đơn vị: Không có mã “LA” trong phạm vi của Ông/Bà."
    )
    assert session.scalars(select(PaperRegister)).all() == []


def test_an_account_to_be_added_says_every_wrong_field(
    admin: FlaskClient, places: dict[str, Place]
) -> None:
    wrong = {"name": "có dấu", "full_name": "", "role": "vua", "unit_id": "", "officer_id": "0"}
    status, page = send(admin, "/admin/accounts", wrong)
    assert status == 422
    assert list(summary(page)) == list(beside(page)) == list(wrong)


def test_a_campaign_to_be_opened_says_every_wrong_field(world: World, tung: FlaskClient) -> None:
    before = world.session.scalar(select(func.count()).select_from(Campaign))
    status, page = send(
        tung,
        "/admin/campaigns/new",
        {"name": " ", "code": "Có dấu", "unit_id": "", "starts_on": "mai", "ends_on": ""},
    )
    assert status == 422
    assert list(summary(page)) == ["name", "code", "unit_id", "starts_on", "ends_on"]
    assert beside(page)["ends_on"] == DAY
    assert world.session.scalar(select(func.count()).select_from(Campaign)) == before


def opened(world: World, tung: FlaskClient) -> Campaign:
    """Open a draft from a template."""
    fields = {
        "template": "long_my",
        "name": "Thi đua 2026",
        "code": "thi-dua-2026",
        "unit_id": str(world.unit("province")),
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
    }
    assert send(tung, "/admin/campaigns/new", fields)[0] == 302
    return world.session.scalars(select(Campaign).where(Campaign.code == fields["code"])).one()


def test_a_plan_says_every_wrong_field(world: World, tung: FlaskClient) -> None:
    campaign = opened(world, tung)
    fields = {
        "name": "",
        "starts_on": "",
        "ends_on": "",
        "milestone_kind": "other",
        "milestone_name": "Sơ kết",
        "milestone_on": "mai",
        "satisfied_from_score": "x",
        "unmet_ceiling": "",
    }
    status, page = send(tung, f"/admin/campaigns/{campaign.code}/setup", fields)
    assert status == 422
    assert list(summary(page)) == [
        "name",
        "starts_on",
        "ends_on",
        "milestones",
        "satisfied_from_score",
        "lanes",
        "unmet_ceiling",
    ]


def test_weights_name_each_wrong_cell_by_its_criterion(world: World, tung: FlaskClient) -> None:
    campaign = opened(world, tung)
    rows = world.session.scalars(
        select(CampaignCriterion)
        .where(CampaignCriterion.campaign_id == campaign.id)
        .order_by(CampaignCriterion.position)
    )
    first, second = [row for row in rows if row.kind == "collective"][:2]
    fields = {
        f"max_points-{first.id}": "nhiều",
        f"target-{first.id}": "x",
        f"max_points-{second.id}": "",
        f"target-{second.id}": "1",
    }
    address = f"/admin/campaigns/{campaign.code}/weights/collective"
    status, page = send(tung, address, fields)
    assert status == 422
    wrong = [f"target-{first.id}", f"max_points-{first.id}", f"max_points-{second.id}"]
    assert (list(summary(page)), set(beside(page))) == (wrong, set(wrong))
    assert summary(page)[wrong[0]].startswith(f"{first.code}, Mục tiêu: ")


HOURS = {
    "day_0_morning_from": "12:00",
    "day_0_morning_to": "11:30",
    "day_2_afternoon_from": "13:30",
    "day_2_afternoon_to": "01:00",
}
VERSION = ["amount", "unit", "in_force_from", "document", "legal_basis"]


@pytest.mark.parametrize(
    ("address", "typed", "wrong"),
    [
        ("/admin/organisation/limits/new", {}, ["kind", "tier", "stage", *VERSION]),
        (
            "/admin/organisation/calendar/hours",
            HOURS,
            ["day_0_morning_from", "day_2_morning_from", "valid_from", "document"],
        ),
        ("/admin/registers/report/new", {}, ["unit", "code", "title", "due_on"]),
        ("/admin/answer-templates", {}, ["unit", "purpose", "name", "text"]),
        ("/admin/case-policy", {}, ["contact_days", "confirm_days", "reason"]),
        ("/admin/handover", {}, ["from", "to"]),
        ("/admin/webhooks", {"url": "x"}, ["url", "unit", "events"]),
        ("/admin/open311", {}, ["name", "unit", "per_hour"]),
        ("/admin/dossier-feeds", {}, ["name", "unit"]),
        ("/admin/kiosks", {"panel": "x"}, ["desk", "panel"]),
        (
            "/admin/password",
            {"old": "x", "password": "short", "again": "short"},
            ["old", "password"],
        ),
    ],
)
def test_a_form_of_the_office_says_every_wrong_field(
    app: Flask,
    session: Session,
    clock: Clock,
    places: dict[str, Place],
    address: str,
    typed: dict[str, str],
    wrong: list[str],
) -> None:
    status, page = send(enter(app, session, "root", clock()), address, typed)
    assert (status, list(summary(page))) == (422, wrong)
