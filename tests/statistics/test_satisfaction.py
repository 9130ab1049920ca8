"""Satisfaction from the daily totals."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Settings, Window
from shared.statistics import satisfaction
from shared.statistics.satisfaction import Tally
from tests.campaign_world import JANUARY_FIRST, TODAY, World, build

YEAR = Window(JANUARY_FIRST, TODAY)


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def test_neutral_is_not_satisfied_unless_the_campaign_says_so(world: World) -> None:
    world.rate("an", {1: 1, 2: 2, 3: 4, 4: 8, 5: 16})
    units = [world.unit("an")]
    found = satisfaction.by_unit(world.session, units, YEAR, Settings())
    assert found == {world.unit("an"): Tally(24, 31)}
    kinder = Settings(satisfied_from_score=3)
    assert satisfaction.by_unit(world.session, units, YEAR, kinder)[world.unit("an")].hits == 28
    strict = Settings(satisfied_from_score=5)
    assert satisfaction.by_unit(world.session, units, YEAR, strict)[world.unit("an")].hits == 16


def test_open_ratings_are_shown_by_lane_and_not_counted(world: World) -> None:
    world.rate("an", {5: 3}, lane="desk")
    world.rate("an", {5: 2}, lane="dossier")
    world.rate("an", {1: 90}, lane="open")
    units = [world.unit("an")]
    counted = satisfaction.by_unit(world.session, units, YEAR, Settings())
    assert counted[world.unit("an")] == Tally(5, 5)
    assert satisfaction.by_lane(world.session, units, YEAR, Settings()) == {
        "desk": Tally(3, 3),
        "dossier": Tally(2, 2),
        "open": Tally(0, 90),
    }


def test_only_days_of_the_window_count_both_ends_included(world: World) -> None:
    for day, scores in [(1, {5: 1}), (2, {5: 2}), (3, {5: 4}), (4, {5: 8})]:
        world.rate("an", scores, on=date(2026, 3, day))
    window = Window(date(2026, 3, 2), date(2026, 3, 3))
    found = satisfaction.by_unit(world.session, [world.unit("an")], window, Settings())
    assert found[world.unit("an")] == Tally(6, 6)


def test_an_officer_is_counted_at_each_of_the_units(world: World) -> None:
    world.rate("an-centre", {5: 3}, officer="mai")
    world.rate("binh", {1: 1}, officer="mai")
    world.rate("binh", {5: 7}, officer="nam")
    mai = world.officers["mai"].id
    found = satisfaction.by_officer(world.session, [mai], world.scope, YEAR, Settings())
    assert found == {
        (mai, world.unit("an-centre")): Tally(3, 3),
        (mai, world.unit("binh")): Tally(0, 1),
    }


def test_days_come_in_order_and_may_be_of_one_officer(world: World) -> None:
    world.rate("binh", {5: 1}, on=date(2026, 11, 20), officer="nam")
    world.rate("binh", {1: 2}, on=date(2026, 11, 19), officer="nam")
    world.rate("binh", {1: 9}, on=date(2026, 11, 19))
    units = [world.unit("binh")]
    found = satisfaction.by_day(world.session, units, YEAR, Settings())
    assert list(found.items()) == [
        (date(2026, 11, 19), Tally(0, 11)),
        (date(2026, 11, 20), Tally(1, 1)),
    ]
    own = satisfaction.by_day(world.session, units, YEAR, Settings(), world.officers["nam"].id)
    assert own[date(2026, 11, 19)] == Tally(0, 2)


def test_a_week_under_five_answers_tells_only_how_many() -> None:
    days = [
        (date(2026, 11, 15), Tally(1, 4)),  # the Sunday before
        (date(2026, 11, 16), Tally(2, 3)),
        (date(2026, 11, 22), Tally(1, 2)),
    ]
    earlier, later = satisfaction.weeks(days)
    assert (earlier.monday, earlier.cases, earlier.tally) == (date(2026, 11, 9), 4, None)
    assert (later.monday, later.tally) == (date(2026, 11, 16), Tally(3, 5))
