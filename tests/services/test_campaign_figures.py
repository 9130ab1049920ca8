"""Figures of a campaign entered by hand: a second person, a newer one, reach, start and close."""

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.domain.errors import NotFound, RuleBroken
from shared.domain.figure import Figure
from shared.domain.scoring import Reason
from shared.models.campaign import Campaign
from shared.services import campaigns, figure_courses, figures
from tests.campaign_world import NOW, World
from tests.opened_campaign import (
    COLLECTIVE,
    build_asked,
    enter,
    place_of,
    score_of,
    standing,
    the_campaign,
    verify,
)


@pytest.fixture
def world(session: Session, request: pytest.FixtureRequest) -> World:
    return build_asked(session, request)


@pytest.fixture
def draft(world: World) -> Campaign:
    return the_campaign(world)


@pytest.fixture
def running(world: World) -> Campaign:
    return the_campaign(world)


def test_a_figure_counts_only_after_a_second_person(world: World, running: Campaign) -> None:
    def score() -> Any:
        return score_of(standing(world, running), COLLECTIVE, "an", "2.1")

    assert score().reason is Reason.NOT_SUBMITTED
    figure_id = enter(world, running, "an", "2.1", Figure(hits=8, cases=8))
    assert (score().reason, score().points) == (Reason.UNVERIFIED, 0)
    assert place_of(world, running, "an", "2.1").waiting
    with pytest.raises(RuleBroken) as caught:
        verify(world, running, figure_id, Figure(hits=8, cases=8), actor="hoa")
    assert caught.value.code == "same_person"
    verify(world, running, figure_id, Figure(hits=6, cases=8))
    assert (score().measurement.value, score().points) == (Decimal(75), Decimal("6.00"))


def test_a_newer_figure_waits_again_and_the_older_one_stays_as_history(
    world: World, running: Campaign
) -> None:
    first = enter(world, running, "an", "2.10", Figure(Decimal(1)))
    verify(world, running, first, Figure(Decimal(1)))
    second = enter(world, running, "an", "2.10", Figure(Decimal(0)))
    found = standing(world, running)
    assert score_of(found, COLLECTIVE, "an", "2.10").reason is Reason.UNVERIFIED
    with pytest.raises(RuleBroken) as caught:
        verify(world, running, first, Figure(Decimal(1)))
    assert caught.value.code == "figure_settled"
    place = place_of(world, running, "an", "2.10")
    kept = figure_courses.history(world.session, running, place.criterion_id, place.competitor.key)
    assert [one.row.id for one in kept] == [second, first]
    assert kept[1].row.verified_by == "tung"


def test_only_the_newest_figures_of_units_within_reach_are_counted_as_waiting(
    world: World, running: Campaign
) -> None:
    def waiting() -> int:
        units = world.scope
        counted = figures.waiting(world.session, running, units)
        places = figures.places(world.session, running, units)
        assert counted == sum(place.waiting for place in places)
        return counted

    assert waiting() == 0
    first = enter(world, running, "an", "2.10", Figure(Decimal(1)))
    enter(world, running, "binh", "2.10", Figure(Decimal(1)))
    assert waiting() == 2
    assert figures.waiting(world.session, running, ()) == 0
    verify(world, running, first, Figure(Decimal(1)))
    assert waiting() == 1
    for _ in range(2):
        enter(world, running, "an", "2.10", Figure(Decimal(0)))
    assert waiting() == 2


def test_a_figure_that_was_replaced_before_is_not_confirmed(
    world: World, running: Campaign
) -> None:
    first = enter(world, running, "an", "2.10", Figure(Decimal(1)))
    enter(world, running, "an", "2.10", Figure(Decimal(0)))
    with pytest.raises(RuleBroken) as caught:
        verify(world, running, first, Figure(Decimal(1)))
    assert caught.value.code == "figure_settled"


def test_a_figure_is_confirmed_once(world: World, running: Campaign) -> None:
    figure_id = enter(world, running, "an", "2.10", Figure(Decimal(1)))
    verify(world, running, figure_id, Figure(Decimal(1)))
    with pytest.raises(RuleBroken):
        verify(world, running, figure_id, Figure(Decimal(0)), actor="lan")


@pytest.mark.parametrize("spoilt", ["scope", "criterion", "automatic_criterion", "competitor"])
def test_a_figure_out_of_reach_is_not_found(world: World, running: Campaign, spoilt: str) -> None:
    place = place_of(world, running, "an", "2.1")
    off = {"criterion": 1_000, "automatic_criterion": 2}.get(spoilt, 0)
    with pytest.raises(NotFound):
        figures.enter(
            world.session,
            running,
            place.criterion_id + off,
            place.competitor.key + (1_000 if spoilt == "competitor" else 0),
            Figure(hits=8, cases=8),
            "QĐ 1",
            frozenset({world.unit("binh")}) if spoilt == "scope" else world.scope,
            "hoa",
            NOW,
        )


def test_figures_wait_for_the_start_and_end_with_the_close(world: World, draft: Campaign) -> None:
    with pytest.raises(RuleBroken) as caught:
        enter(world, draft, "an", "2.10", Figure(Decimal(1)))
    assert caught.value.code == "campaign_not_running"
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    figure_id = enter(world, draft, "an", "2.10", Figure(Decimal(1)))
    campaigns.close(draft, NOW)
    with pytest.raises(RuleBroken):
        verify(world, draft, figure_id, Figure(Decimal(1)))
