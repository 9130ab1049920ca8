"""Pages of bands, peer groups and the scoreboard on a wall."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from shared.domain.band import SUGGESTED, Band
from shared.domain.campaign import CampaignState
from shared.domain.peer_group import PeerGroup
from shared.domain.scoring import CompetitorKind
from shared.services import campaign_bands, competitors, peer_groups, standings, walls
from tests.campaign_pages import HOME, campaign, page, person, plain
from tests.campaign_world import World
from tests.cast import csrf
from tests.conftest import Clock

LEVELS = f"{HOME}/levels"
COLLECTIVE = CompetitorKind.COLLECTIVE


@pytest.fixture
def draft(running: World) -> World:
    """The campaign with its facts, a draft again."""
    campaign(running).state = CampaignState.DRAFT
    running.session.commit()
    return running


Fields = dict[str, list[str]]


def act(client: FlaskClient, path: str, fields: Fields) -> tuple[int, str]:
    """Send a form of one of the pages."""
    answer = client.post(path, data={"csrf_token": [csrf(client)]} | fields)
    return answer.status_code, answer.get_data(as_text=True)


def rows(*pairs: tuple[str, str]) -> Fields:
    return {
        "band_name": [name for name, _ in pairs],
        "band_lowest": [lowest for _, lowest in pairs],
    }


def test_bands_are_changed_on_their_page_and_shown_on_the_standing(
    draft: World, tung: FlaskClient
) -> None:
    act(tung, f"{LEVELS}/bands", rows(("Đạt chuẩn", "62,5"), ("Dưới chuẩn", "0"), ("", "")))
    stored = campaign_bands.bands_of(draft.session, campaign(draft))
    assert [(one.name, str(one.lowest)) for one in stored] == [
        ("Đạt chuẩn", "62.5"),
        ("Dưới chuẩn", "0"),
    ]
    words = plain(page(tung, HOME))
    assert "Dưới chuẩn tạm tính" in words
    assert "Để đạt mức Đạt chuẩn" in words


def test_a_wrong_bound_keeps_what_was_typed(draft: World, tung: FlaskClient) -> None:
    status, html = act(tung, f"{LEVELS}/bands", rows(("Tuyệt vời", "cao"), ("Yếu", "0")))
    assert status == 422
    assert 'value="Tuyệt vời"' in html
    assert "Hãy nhập một con số" in html
    assert campaign_bands.bands_of(draft.session, campaign(draft)) == SUGGESTED


def test_a_running_campaign_without_bands_gets_some_once_on_its_page(
    running: World, tung: FlaskClient
) -> None:
    made = campaign(running)
    made.state = CampaignState.DRAFT
    campaign_bands.set_bands(running.session, made, ())
    made.state = CampaignState.RUNNING
    running.session.commit()
    assert "Thêm được một lần" in plain(page(tung, LEVELS))
    bands = rows(("Đạt chuẩn", "62,5"), ("Dưới chuẩn", "0"), ("", ""))
    assert act(tung, f"{LEVELS}/bands", bands)[0] == 302
    status, html = act(tung, f"{LEVELS}/bands", rows(("", ""), ("Vàng", "40"), ("Bạc", "0")))
    words = plain(html)
    assert status == 409
    assert "Phong trào đã có mức xếp loại" in words
    assert "Ông/Bà đã ghi: Vàng 40; Bạc 0" in words
    for path in (LEVELS, HOME):
        words = plain(page(tung, path))
        assert "Dưới chuẩn" in words
        assert "sau khi phong trào bắt đầu; kỳ chốt trước đó không có mức." in words


def test_groups_are_tabs_of_the_standing_with_ranks_of_their_own(
    draft: World, tung: FlaskClient
) -> None:
    groups = {
        "group_kind": ["collective", "collective", "collective"],
        "group_name": ["Lớn", "Nhỏ", "Vùng cao"],
        "group_fewest": ["3", "0", ""],
    }
    act(tung, f"{LEVELS}/groups", groups)
    cat = next(
        one.key
        for one in competitors.of_campaign(draft.session, campaign(draft))
        if one.code == "cat"
    )
    act(tung, f"{LEVELS}/groups/{cat}", {"group": ["Vùng cao"]})
    assert "Vùng cao" in plain(page(tung, HOME))
    words = plain(page(tung, f"{HOME}?group=Lớn"))
    assert "Xếp hạng tập thể: Lớn" in words
    assert "Xã An" in words
    assert "Xã Bình" not in words
    page(tung, f"{HOME}?group=Không", 404)


def test_a_running_campaign_shows_its_bands_and_offers_no_form_for_them(
    running: World, tung: FlaskClient
) -> None:
    html = page(tung, LEVELS)
    assert "band_name" not in html
    assert "Xuất sắc" in html
    assert act(tung, f"{LEVELS}/bands", rows(("Yếu", "0")))[0] == 409


def test_a_head_of_one_unit_cannot_set_levels_or_open_the_wall(
    app: Flask, running: World, clock: Clock
) -> None:
    head = person(app, running, "head-an", clock)
    page(head, LEVELS, 403)
    assert act(head, f"{HOME}/scoreboard/open", {})[0] == 403
    assert "Xã Bình" in page(head, f"{HOME}/scoreboard")


def test_the_wall_is_for_staff_until_its_organiser_opens_it(
    app: Flask, running: World, tung: FlaskClient
) -> None:
    anybody = app.test_client()
    assert anybody.get(f"{HOME}/scoreboard").status_code != 200
    act(tung, f"{HOME}/scoreboard/open", {})
    code = walls.opened(running.session, campaign(running))
    assert code is not None
    assert f"/scoreboard/{code}" in page(tung, LEVELS)
    shown = page(anybody, f"/scoreboard/{code}")
    assert "Xã An" in shown
    for name in ("Mai", "Nam", "Công chức"):
        assert name not in shown
    act(tung, f"{HOME}/scoreboard/close", {})
    assert anybody.get(f"/scoreboard/{code}").status_code == 404


def test_the_wall_of_staff_ends_with_a_session_that_nobody_uses(
    running: World, tung: FlaskClient, clock: Clock
) -> None:
    wall = f"{HOME}/scoreboard"
    again = re.search(r'content="60; url=([^"]+)"', page(tung, wall))
    assert again is not None
    for minutes in (20, 20):
        clock.moment += timedelta(minutes=minutes)
        page(tung, wall)  # somebody looks
    clock.moment += timedelta(minutes=20)
    page(tung, again[1].replace("&amp;", "&"))
    clock.moment += timedelta(minutes=20)
    answer = tung.get(again[1].replace("&amp;", "&"))
    assert (answer.status_code, "/sign-in" in str(answer.location)) == (302, True)


def test_before_its_first_day_the_wall_says_when_it_begins(draft: World, tung: FlaskClient) -> None:
    words = plain(page(tung, f"{HOME}/scoreboard"))
    assert "Phong trào chưa bắt đầu. Bắt đầu ngày 01/01/2026." in words


def test_the_standing_says_who_joined_late_and_what_the_next_band_takes(
    draft: World, tung: FlaskClient, clock: Clock
) -> None:
    made, session = campaign(draft), draft.session
    keys = {one.code: one.key for one in competitors.of_campaign(session, made)}
    total = standings.standings(session, made, clock()).place_of(COLLECTIVE, "an").row.total
    assert total is not None
    near = Band("Vừa tầm", total + Decimal("0.2"))
    campaign_bands.set_bands(session, made, (near, Band("Yếu", Decimal(0))))
    session.commit()
    period = {"joined_on": ["2026-07-01"], "left_on": [""]}
    act(tung, f"{HOME}/competitors/{keys['an']}", period)
    words = plain(page(tung, f"{HOME}?competitor=an"))
    assert "Vào từ 01/07/2026: chỉ tính từ 01/07/2026" in words
    assert "Cần có số liệu được xác nhận." in words
    assert "Để đạt mức Vừa tầm Còn thiếu 0,2 điểm" in words
    assert "thêm 1 hồ sơ đúng hạn trong 5" in words  # four of five were in time


def test_people_have_bands_and_intervals_too(running: World, app: Flask, clock: Clock) -> None:
    reviewer = person(app, running, "reviewer", clock)
    words = plain(page(reviewer, f"{HOME}?kind=individual"))
    assert "Xếp hạng cá nhân" in words
    assert "tạm tính" in words or "Trung bình" in words or "Tốt" in words


def test_groups_of_people_are_a_ranking_of_their_own(draft: World, tung: FlaskClient) -> None:
    from_volume = (PeerGroup("Ít việc", 0),)
    peer_groups.set_groups(draft.session, campaign(draft), from_volume)
    draft.session.commit()
    assert "Ít việc" not in plain(page(tung, f"{HOME}?kind=individual"))
