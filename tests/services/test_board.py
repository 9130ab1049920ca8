"""The wall board's figures against the facts, and what nobody can read out of them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound
from shared.domain.scoring import CompetitorKind
from shared.models.complaint import ComplaintOfficer
from shared.models.rating import RatingDay
from shared.services import board as service
from shared.services import standings
from shared.services.board import MOST_PLACES, Board, Cases, board
from tests import campaign_world
from tests.campaign_pages import CODE, campaign, run_campaign
from tests.campaign_world import NOW, TODAY, World

DAY = timedelta(days=1)
HALL = "an-centre"
LAST_SUNDAY = TODAY - 7 * DAY  # today is one too
LAST_MONDAY = LAST_SUNDAY - 6 * DAY


@pytest.fixture
def world(session: Session) -> World:
    """Communes An, Bình and Cát; An's desks stand in its centre."""
    return campaign_world.build(session)


def shown(world: World, code: str = HALL) -> Board:
    """Read a board."""
    return board(world.session, code, NOW)


def test_the_share_is_that_of_the_last_week_that_is_over(world: World) -> None:
    world.rate(HALL, {1: 9}, on=LAST_MONDAY - DAY)
    world.rate(HALL, {5: 6}, on=LAST_MONDAY)
    world.rate(HALL, {4: 12, 3: 2}, on=LAST_SUNDAY)
    world.rate(HALL, {1: 30}, on=LAST_SUNDAY + DAY)
    world.rate(HALL, {1: 3}, on=TODAY)
    found = shown(world)
    assert found.satisfied is not None
    assert (found.satisfied.first, found.satisfied.last) == (LAST_MONDAY, LAST_SUNDAY)
    assert found.satisfied.cases == 20
    assert found.satisfied.value == Decimal(90)
    assert found.satisfied.low < 90 < found.satisfied.high
    assert found.rated_today == 3
    facts = select(func.sum(RatingDay.score_4 + RatingDay.score_5)).where(
        RatingDay.on.between(LAST_MONDAY, LAST_SUNDAY)
    )
    assert world.session.scalar(facts) == 18


def test_what_a_printed_code_brings_is_in_no_figure(world: World) -> None:
    world.rate(HALL, {5: 10}, on=LAST_SUNDAY, lane="open")
    world.rate(HALL, {5: 10}, on=TODAY, lane="open")
    assert (shown(world).satisfied, shown(world).rated_today) == (None, 0)


def test_a_week_with_under_five_ratings_waits_for_the_next(world: World) -> None:
    world.rate(HALL, {5: 4}, on=LAST_MONDAY)
    assert shown(world).satisfied is None
    world.rate(HALL, {5: 1}, on=LAST_SUNDAY - 7 * DAY)
    found = shown(world).satisfied
    assert found is not None
    assert (found.first, found.last) == (LAST_MONDAY - 7 * DAY, LAST_SUNDAY)


def test_a_place_where_nobody_rates_any_more_shows_no_share(world: World) -> None:
    world.rate(HALL, {5: 6}, on=LAST_SUNDAY - 35 * DAY)
    assert shown(world).satisfied is None
    world.rate(HALL, {5: 6}, on=LAST_SUNDAY - 34 * DAY)  # a Monday
    assert shown(world).satisfied is not None


def test_a_touch_moves_no_share_and_no_points_while_the_week_lasts(world: World) -> None:
    run_campaign(world)
    world.rate(HALL, {5: 6}, on=LAST_SUNDAY)
    before = shown(world)
    for day in range(1, 7):
        for unit in (HALL, "binh"):
            world.touch(unit, 1, NOW - day * DAY)
    assert (shown(world).satisfied, shown(world).campaign) == (before.satisfied, before.campaign)


def test_boards_of_two_days_differ_by_nothing_or_by_five_ratings(world: World) -> None:
    for number in range(80):
        world.rate(HALL, {1 + number % 5: 1 + number % 4}, on=TODAY - number * DAY)
    for number in range(20):
        old, new = (
            board(world.session, HALL, NOW - (number + more) * DAY).satisfied for more in (1, 0)
        )
        assert old is not None
        assert new is not None
        gone = range_of(world, old.first, new.first - DAY)
        come = range_of(world, old.last + DAY, new.last)
        assert {gone, come} & {1, 2, 3, 4} == set()


def range_of(world: World, first: date, last: date) -> int:
    """Count the ratings of some days."""
    scores = sum((getattr(RatingDay, f"score_{score}") for score in range(2, 6)), RatingDay.score_1)
    query = select(func.coalesce(func.sum(scores), 0)).where(RatingDay.on.between(first, last))
    return world.session.scalar(query) or 0


def test_cases_are_counted_by_their_clock(world: World) -> None:
    late, soon = NOW - DAY, NOW + DAY
    world.complaint(HALL, TODAY - 9 * DAY, TODAY - DAY, None, due_at=late)
    world.complaint(HALL, TODAY - DAY, TODAY + DAY, None, due_at=soon, kind="petition")
    world.complaint(HALL, TODAY - 9 * DAY, TODAY - 2 * DAY, TODAY - 6 * DAY)
    world.complaint(HALL, TODAY - 20 * DAY, TODAY - 9 * DAY, TODAY - 7 * DAY)
    world.complaint(HALL, TODAY - DAY, TODAY + DAY, None, kind="denunciation")
    world.complaint("binh", TODAY - DAY, TODAY + DAY, None)
    assert shown(world).cases == Cases(open=2, overdue=1, answered=1)


def test_a_case_that_names_an_officer_is_in_no_figure(world: World) -> None:
    named = world.complaint(HALL, TODAY - 9 * DAY, TODAY - DAY, None, due_at=NOW - DAY)
    officer_id = world.officers["mai"].id
    world.session.add(ComplaintOfficer(complaint_id=named.id, officer_id=officer_id))
    world.session.flush()
    assert shown(world).cases == Cases(open=0, overdue=0, answered=0)


def test_the_campaign_stands_as_when_the_last_week_ended(world: World) -> None:
    run_campaign(world)
    for unit in (HALL, "binh", "cat"):  # as busy as units are
        world.rate(unit, {5: 50, 2: 3}, on=LAST_SUNDAY)
    found = shown(world).campaign
    assert found is not None
    assert [(one.name, one.own) for one in found.places if one.own] == [("Xã An", True)]
    told = standings.standings(world.session, campaign(world, CODE), NOW, LAST_SUNDAY)
    expected = told.of_kind(CompetitorKind.COLLECTIVE)
    assert [(one.rank, one.points) for one in found.places] == [
        (place.row.rank, place.row.total) for place in expected
    ]
    assert any(one.points for one in found.places)


def test_a_draft_and_a_unit_without_a_campaign_show_none(world: World) -> None:
    assert shown(world).campaign is None


def test_the_own_unit_is_shown_however_far_down(world: World) -> None:
    places = [
        service.Ranked(rank, f"Xã {rank}", Decimal(100 - rank), True, own=rank == 9)
        for rank in range(1, 12)
    ]
    chosen = service._around_own(places)
    assert [one.rank for one in chosen] == [*range(1, MOST_PLACES), 9]


@pytest.mark.parametrize("code", ["nowhere", "", "x\0y", "x" * 3000])
def test_a_unit_nobody_knows_has_no_board(world: World, code: str) -> None:
    with pytest.raises(NotFound):
        shown(world, code)


@pytest.mark.parametrize("column", ["valid_to", "valid_from"])
def test_a_closed_unit_and_one_to_come_have_no_board(world: World, column: str) -> None:
    day = TODAY - DAY if column == "valid_to" else TODAY + DAY
    setattr(world.units[HALL], column, day)
    world.session.flush()
    with pytest.raises(NotFound):
        shown(world)
