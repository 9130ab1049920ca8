"""The scoreboard on a wall: units only, of days that are over, open only when it was opened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.errors import NotFound
from shared.models.audit import AuditEvent
from shared.models.campaign import Campaign
from shared.services import campaigns, competitors, freezes, walls
from shared.services.campaigns import Opening
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build

DAY = timedelta(days=1)
YESTERDAY = TODAY - DAY


@pytest.fixture
def world(session: Session) -> World:
    """The province; An was rated yesterday."""
    made = build(session)
    made.rate("an", {5: 90, 1: 10}, on=YESTERDAY, officer="mai")
    return made


def opened(
    world: World, starts_on: date = JANUARY_FIRST, ends_on: date = YEAR_END, start: bool = True
) -> Campaign:
    opening = Opening("thi-dua", "Thi đua 2026", world.unit("province"), starts_on, ends_on)
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    if start:
        campaigns.confirm_weights(made, "hoa", NOW)
        campaigns.start(world.session, made, NOW)
    return made


def test_units_are_shown_with_their_points_and_nobody_else(session: Session, world: World) -> None:
    found = walls.wall(session, opened(world), NOW)
    assert {line.name for line in found.lines} == {"Xã An", "Xã Bình", "Phường Cát"}
    assert [line.rank for line in found.lines] == sorted(line.rank or 9 for line in found.lines)
    assert all(line.provisional for line in found.lines)
    assert found.lines[0].band == "Yếu"


def test_ratings_of_this_week_show_when_it_is_over(session: Session, world: World) -> None:
    campaign = opened(world)
    before = walls.wall(session, campaign, NOW)
    for _ in range(5):
        world.touch("cat", 5, NOW - DAY)
        world.touch("an", 1, NOW)
    assert walls.wall(session, campaign, NOW).lines == before.lines
    after = walls.wall(session, campaign, NOW + DAY)  # on a Monday
    assert after.lines != before.lines
    assert before.as_of == datetime(2026, 11, 21, 16, 59, 59, tzinfo=UTC)
    assert after.as_of == datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)


def test_other_facts_show_when_their_day_is_over(session: Session, world: World) -> None:
    campaign = opened(world)
    before = walls.wall(session, campaign, NOW - DAY)
    world.dossiers("cat", 9, YESTERDAY, took=0)
    assert walls.wall(session, campaign, NOW - DAY).lines == before.lines
    assert walls.wall(session, campaign, NOW).lines != before.lines


@pytest.mark.parametrize(("starts_on", "start"), [(JANUARY_FIRST, False), (TODAY, True)])
def test_before_the_first_day_is_over_there_are_no_lines(
    session: Session, world: World, starts_on: date, start: bool
) -> None:
    found = walls.wall(session, opened(world, starts_on, start=start), NOW)
    assert (found.lines, found.as_of) == ([], None)


def test_a_closed_campaign_shows_what_was_frozen(session: Session, world: World) -> None:
    campaign = opened(world)
    freezes.close(session, campaign, "tổ trưởng", NOW)
    before = walls.wall(session, campaign, NOW)
    world.rate("cat", {5: 500}, on=YESTERDAY)
    later = walls.wall(session, campaign, NOW + timedelta(days=5))
    assert (later.state, later.lines) == (CampaignState.CLOSED, before.lines)


def test_a_period_that_has_passed_and_a_late_joiner_are_told(
    session: Session, world: World
) -> None:
    campaign = opened(world, ends_on=YESTERDAY)
    keys = {one.code: one.key for one in competitors.of_campaign(session, campaign)}
    competitors.set_period(session, campaign, keys["an"], date(2026, 7, 1), None)
    competitors.set_period(session, campaign, keys["cat"], None, date(2026, 10, 31))
    found = walls.wall(session, campaign, NOW)
    parts = {line.name: line.part_from for line in found.lines}
    assert found.over
    assert parts == {"Xã An": date(2026, 7, 1), "Xã Bình": None, "Phường Cát": None}


def test_nobody_looks_until_it_is_opened_and_no_more_once_closed(
    session: Session, world: World
) -> None:
    campaign = opened(world)
    assert walls.opened(session, campaign) is None
    code = walls.open_to_all(session, campaign, "tổ trưởng", NOW)
    assert walls.open_to_all(session, campaign, "tổ trưởng", NOW) == code
    assert walls.campaign_of(session, code) == campaign
    walls.close_to_all(session, campaign)
    with pytest.raises(NotFound):
        walls.campaign_of(session, code)
    assert walls.open_to_all(session, campaign, "tổ trưởng", NOW) != code


@pytest.mark.parametrize("guess", ["", "thi-dua", "x" * 41, "\0", "é"])
def test_a_guess_finds_nothing(session: Session, world: World, guess: str) -> None:
    walls.open_to_all(session, opened(world), "tổ trưởng", NOW)
    with pytest.raises(NotFound):
        walls.campaign_of(session, guess)


def test_the_address_is_long_and_not_in_the_log(session: Session, world: World) -> None:
    code = walls.open_to_all(session, opened(world), "tổ trưởng", NOW)
    session.flush()
    logged = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert len(code) >= 24
    assert any(event.subject.startswith("campaign_wall") for event in logged)
    assert not any(code in str(vars(event)) for event in logged)
