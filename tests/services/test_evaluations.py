"""The evaluation of a past period: with the units, names and officers of that day."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.domain.errors import NotFound
from shared.domain.service_evaluation import Indicator
from shared.services import evaluations, unit_history
from shared.services.evaluations import Look
from tests.campaign_world import World, build

LAST_YEAR = Window(date(2025, 1, 1), date(2025, 12, 31))
THIS_YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))
MOVED_ON = date(2026, 7, 1)
IN_DECEMBER = datetime(2026, 12, 1, 3, tzinfo=UTC)


@pytest.fixture
def world(session: Session) -> World:
    """The centre of An moved to Binh in 2026, and An has another name since."""
    made = build(session)
    made.dossiers("an-centre", 3, date(2025, 6, 2))
    made.dossiers("an-centre", 2, date(2026, 9, 1))
    for code, changed in (("an", {"name": "Xã An Mới"}), ("an-centre", {"parent": "binh"})):
        row = made.units[code]
        unit_history.keep(session, row, MOVED_ON)
        row.name = changed.get("name", row.name)
        row.parent_id = made.unit(changed["parent"]) if "parent" in changed else row.parent_id
    session.flush()
    return made


def look(world: World, code: str, window: Window, scope: frozenset[int] | None = None) -> Look:
    reach = world.scope if scope is None else scope
    unit, session = world.unit(code), world.session
    return evaluations.look(session, unit, None, window, reach, None, IN_DECEMBER)


def dossiers(found: Look) -> object:
    assert found.evaluated is not None
    line = found.evaluated.lines[Indicator.TOTAL_TIME]
    return line.facts.values


def test_a_past_period_counts_the_units_that_stood_below_then(world: World) -> None:
    assert dossiers(look(world, "an", LAST_YEAR)) != dossiers(look(world, "binh", LAST_YEAR))
    assert dossiers(look(world, "an", LAST_YEAR)) == dossiers(look(world, "an-centre", LAST_YEAR))
    assert dossiers(look(world, "binh", THIS_YEAR)) == dossiers(look(world, "an-centre", THIS_YEAR))


def test_a_past_period_names_the_unit_as_it_was_called(world: World) -> None:
    assert look(world, "an", LAST_YEAR).name == "Xã An"
    assert look(world, "an", THIS_YEAR).name == "Xã An Mới"
    choices = evaluations.unit_choices(world.session, world.scope, LAST_YEAR)
    assert dict(choices)[world.unit("an")] == "Xã An"


def test_a_unit_that_did_not_exist_then_is_not_offered(world: World) -> None:
    world.units["cat"].valid_from = date(2026, 3, 1)
    world.session.flush()
    offered = dict(evaluations.unit_choices(world.session, world.scope, LAST_YEAR))
    assert world.unit("cat") not in offered
    assert world.unit("cat") in dict(
        evaluations.unit_choices(world.session, world.scope, THIS_YEAR)
    )


def test_officers_of_a_unit_that_left_are_named_to_those_who_reach_it_alone(world: World) -> None:
    mai = world.officers["mai"]
    mai.unit_id = world.unit("an-centre")
    world.session.flush()
    unit, own = world.unit("an"), frozenset({world.unit("an")})
    named = evaluations.officer_choices(world.session, unit, LAST_YEAR, world.scope, None)
    assert mai.id in dict(named)
    named = evaluations.officer_choices(world.session, unit, LAST_YEAR, own, None)
    assert mai.id not in dict(named)
    with pytest.raises(NotFound):
        evaluations.look(world.session, unit, mai.id, LAST_YEAR, own, None, IN_DECEMBER)
