"""The page of the wall board: for anybody, about nobody, light, and counted once in a while."""

import gzip
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.views.board import FRESH
from tests import campaign_world
from tests.campaign_pages import run_campaign
from tests.campaign_world import NOW, TODAY, World
from tests.conftest import Clock
from tests.infrastructure.peopled import Peopled
from tests.infrastructure.worlds import lay

PATH = "/board/an-centre"
LIGHT = 8 * 1024
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    """The clock of the campaign's world."""
    return Clock(NOW)


def centre_with_a_case(session: Session) -> None:
    made = campaign_world.build(session)
    run_campaign(made)
    made.rate("an-centre", {5: 57, 1: 3}, on=TODAY - 7 * DAY)  # the last day of last week
    made.complaint("an-centre", TODAY - DAY, TODAY + DAY, None, handler="mai")


@pytest.fixture
def world(session: Session) -> World:
    """A centre with ratings, cases and a campaign."""
    lay(centre_with_a_case, session)
    session.commit()
    return campaign_world.world_of(session)


def test_anybody_sees_the_figures_and_nobody_is_named(client: FlaskClient, world: World) -> None:
    page = client.get(PATH).get_data(as_text=True)
    for words in ("Trung tâm Xã An", "95,0", "60 lượt đánh giá", "Xã An", "Xã Bình"):
        assert words in page
    for name in ("Mai", "Nam", "PA-", "Chờ lâu", "Công chức"):
        assert name not in page


def test_the_language_is_that_of_the_address(client: FlaskClient, world: World) -> None:
    vietnamese = client.get(f"{PATH}?lang=vi").get_data(as_text=True)
    english = client.get(f"{PATH}?lang=en").get_data(as_text=True)
    assert '<html lang="vi"' in vietnamese
    assert "Người dân hài lòng" in vietnamese
    assert '<html lang="en"' in english
    assert "Satisfied residents" in english
    assert "data-languages" not in english
    assert 'data-languages="vi en"' in client.get(PATH).get_data(as_text=True)


@pytest.mark.parametrize(
    ("asked", "theme"), [("", "dark"), ("?theme=light", "light"), ("?theme=x", "dark")]
)
def test_a_wall_is_dark_unless_it_is_asked_to_be_light(
    client: FlaskClient, world: World, asked: str, theme: str
) -> None:
    assert f'data-theme="{theme}"' in client.get(PATH + asked).get_data(as_text=True)


def test_too_few_ratings_are_withheld(client: FlaskClient, world: World) -> None:
    world.rate("cat", {5: 4}, on=TODAY - DAY)
    world.session.commit()
    page = client.get("/board/cat").get_data(as_text=True)
    assert "Chưa đủ dữ liệu" in page
    assert "100,0" not in page.partition('class="standing"')[0]


@pytest.mark.parametrize("code", ["nowhere", "AN-CENTRE", "%00", "x" * 3000])
def test_a_unit_nobody_knows_is_not_found(client: FlaskClient, world: World, code: str) -> None:
    assert client.get(f"/board/{code}").status_code == 404


def test_a_closed_unit_is_not_found(client: FlaskClient, world: World) -> None:
    world.units["an-centre"].valid_to = TODAY - DAY
    world.session.commit()
    assert client.get(PATH).status_code == 404


def test_figures_are_counted_once_in_half_a_minute(
    client: FlaskClient, world: World, clock: Clock
) -> None:
    first = client.get(PATH).get_data(as_text=True)
    world.rate("an-centre", {5: 7})
    world.session.commit()
    clock.advance(FRESH - timedelta(seconds=1))
    assert client.get(PATH).get_data(as_text=True) == first
    clock.advance(timedelta(seconds=1))
    assert '<span class="num">7</span> lượt' in client.get(PATH).get_data(as_text=True)


def test_the_board_weighs_little(client: FlaskClient, world: World) -> None:
    paths = (PATH, "/static/kiosk/board/board.css", "/static/kiosk/board/board.js")
    sizes = []
    for path in paths:
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert len(gzip.decompress(answer.data)) > len(answer.data)
        sizes.append(len(answer.data))
        answer.close()
    assert sum(sizes) < LIGHT


def test_without_script_the_page_is_asked_for_again(client: FlaskClient, world: World) -> None:
    page = client.get(PATH).get_data(as_text=True)
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in page


def test_the_unit_s_page_in_administration_leads_to_its_board(peopled: Peopled) -> None:
    sen = peopled.units["sen"]
    page = peopled.get(f"/admin/organisation/units/{sen.place.unit_id}", "admin-sen")
    assert 'href="/board/SEN"' in page.get_data(as_text=True)
    assert peopled.get("/board/SEN").status_code == 200
