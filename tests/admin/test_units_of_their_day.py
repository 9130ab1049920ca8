"""Pages of units of their day: levels, mergers, who led when, whose work counts, filters."""

import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.models.campaign import Campaign
from shared.models.organisation import Unit
from shared.services import campaign_leaders, campaigns, competitors, criteria
from shared.services.campaigns import Opening
from tests import cast
from tests.campaign_pages import page, person, plain
from tests.campaign_world import NOW, World
from tests.conftest import Clock

LAST = date(2025, 6, 30)
HOME = "/admin/campaigns/qua-2025"


@pytest.fixture
def merged(world: World) -> World:
    """A commune of a district until 2025-06-30, and a draft over the whole year."""
    for code, name, level, above in (
        ("huyen", "Huyện Mẫu", "district", "province"),
        ("dong", "Xã Đông", "commune", "huyen"),
    ):
        world.units[code] = Unit(
            organisation_id=world.organisation.id,
            parent_id=world.unit(above),
            code=code,
            name=name,
            level=level,
            valid_from=date(2020, 1, 1),
            valid_to=LAST,
        )
        world.session.add(world.units[code])
        world.session.flush()
    asked = Opening(
        "qua-2025", "Thi đua 2025", world.unit("province"), date(2025, 1, 1), date(2025, 12, 31)
    )
    keys = [world.unit("dong"), world.unit("an")]
    campaigns.open_from_template(
        world.session, "nui_thanh", asked, world.scope, NOW, unit_ids=keys, with_officers=False
    )
    world.session.commit()
    return world


def token_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
    assert found is not None
    return found.group(1)


def campaign_of(world: World) -> Campaign:
    return campaigns.by_code(world.session, "qua-2025")


@pytest.fixture
def admin(app: Flask, merged: World, clock: Clock) -> FlaskClient:
    return person(app, merged, "admin", clock)


def test_a_merger_noted_on_the_page_is_shown_on_both_sides(
    merged: World, admin: FlaskClient
) -> None:
    path = "/admin/organisation/successions/new?org=tinh"
    fields = {
        "predecessor": "dong",
        "successor": "an",
        "kind": "merger",
        "on": "2025-07-01",
        "document": "Nghị quyết 1685",
    }
    status, _ = cast.send(admin, path, fields)
    assert status == 302
    before = plain(page(admin, f"/admin/organisation/units/{merged.unit('dong')}?org=tinh"))
    after = plain(page(admin, f"/admin/organisation/units/{merged.unit('an')}?org=tinh"))
    assert "Nay là Xã An : sáp nhập, hợp nhất, từ 01/07/2025. Nghị quyết 1685" in before
    assert "Kế tục từ Xã Đông : sáp nhập, hợp nhất" in after


def test_a_district_without_a_last_day_is_refused_in_words(
    merged: World, admin: FlaskClient
) -> None:
    fields = {
        "code": "h2",
        "name": "Huyện Hai",
        "level": "district",
        "parent": "province",
        "valid_from": "2025-01-01",
    }
    status, words = cast.send(admin, "/admin/organisation/units/new?org=tinh", fields)
    assert status == 422
    assert "chỉ có đến hết ngày 30/06/2025" in words
    assert "Huyện, quận, thị xã" in page(admin, "/admin/organisation/levels?org=tinh&closed=1")


def test_the_organiser_says_that_a_successor_counts_what_was_before_it(
    merged: World, admin: FlaskClient, tung: FlaskClient
) -> None:
    path = "/admin/organisation/successions/new?org=tinh"
    note = {"predecessor": "dong", "successor": "an", "kind": "merger", "on": "2025-07-01"}
    cast.send(admin, path, note)
    people = plain(page(tung, f"{HOME}/competitors"))
    assert "Xã Đông nay là Xã An" in people
    assert "Tính cả Xã Đông đến hết 30/06/2025" in people
    rows = competitors.of_campaign(merged.session, campaign_of(merged))
    key = next(one.key for one in rows if one.code == "an")
    token = token_in(page(tung, f"{HOME}/competitors"))
    fields = {"predecessor": str(merged.unit("dong")), "csrf_token": token}
    assert tung.post(f"{HOME}/competitors/{key}/carry", data=fields).status_code == 302
    standing = plain(page(tung, HOME))
    assert "Xã An gồm cả Xã Đông đến hết 30/06/2025" in standing
    assert tung.post(f"{HOME}/competitors/{key}/drop", data=fields).status_code == 302
    assert "gồm cả" not in plain(page(tung, HOME))


def test_a_handover_of_the_lead_is_shown_and_two_at_once_are_refused(
    merged: World, tung: FlaskClient
) -> None:
    head = plain(page(tung, HOME))
    assert "Phòng Nội vụ đến hết 30/06/2025; Sở Nội vụ từ 01/07/2025" in head
    both: dict[str, Any] = {
        "leader_name": ["Phòng Nội vụ", "Sở Nội vụ"],
        "leader_since": ["", ""],
        "leader_until": ["2025-06-30", ""],
        "leader_document": ["", ""],
    }
    status, words = cast.send(tung, f"{HOME}/leading", both)
    assert status == 422
    assert "Mỗi ngày chỉ một cơ quan thường trực" in words
    dated = both | {"leader_since": ["", "2025-07-15"]}
    assert cast.send(tung, f"{HOME}/leading", dated)[0] == 302
    merged.session.expire_all()
    leaders = campaign_leaders.of_campaign(merged.session, campaign_of(merged))
    assert leaders[1].since == date(2025, 7, 15)


def test_a_filter_is_set_on_its_page_and_said_beside_the_criterion(
    merged: World, tung: FlaskClient
) -> None:
    rows = campaigns.criteria_of(merged.session, campaign_of(merged))
    key, rule = next(row for row in rows if row[1].measure == "dossiers_on_time")
    path = f"{HOME}/criteria/{key}/filter"
    assert "Cách gửi, nộp" in page(tung, path)
    fields: dict[str, Any] = {"channels": ["online"], "procedures": ["1.000001"]}
    assert cast.send(tung, path, fields)[0] == 302
    said = "Chỉ tính thủ tục: 1.000001; cách gửi, nộp: nộp trực tuyến."
    assert said in plain(page(tung, f"{HOME}/weights/{rule.kind}"))
    assert said in plain(page(tung, f"{HOME}/criteria"))
    assert said in plain(page(tung, f"{HOME}/evidence/collective/an/{rule.code}"))
    merged.session.expire_all()
    kept = criteria.rule(merged.session, campaign_of(merged), key).filter
    assert (kept.channels, kept.procedures) == (("online",), ("1.000001",))
