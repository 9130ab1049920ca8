"""Measures of answers, outstanding cases, stays at one desk, ways in and partners."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Window
from shared.domain.rotation import longest_months
from shared.domain.scoring import MeasurementState
from shared.models.organisation import Desk, Shift, Unit
from tests.campaign_world import JANUARY_FIRST, LONG_AGO, TODAY, World, build
from tests.statistics.test_evaluations import DUE, RECEIVED, measured, officer, unit


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def test_one_go_counts_dossiers_nobody_asked_more_papers_for(world: World) -> None:
    world.dossiers("an", 3)
    world.dossiers("an", 1, supplements=1)
    found = measured(world, unit(world, "an"), Measure.DOSSIERS_ONE_GO)
    assert (found.hits, found.cases) == (3, 4)
    cat = measured(world, unit(world, "cat"), Measure.DOSSIERS_ONE_GO)
    assert cat.state is MeasurementState.NOT_SUBMITTED


def test_only_answers_somebody_spoke_about_tell_whether_they_satisfied(world: World) -> None:
    assert measured(world, unit(world, "an"), Measure.ANSWERS_SATISFYING).cases == 0
    for satisfied in (True, False, None):
        world.complaint("an", RECEIVED, DUE, DUE, answer_satisfied=satisfied)
    found = measured(world, unit(world, "an"), Measure.ANSWERS_SATISFYING)
    assert (found.hits, found.cases) == (1, 2)


def test_explanations_are_a_kind_of_their_own(world: World) -> None:
    world.complaint("an", RECEIVED, DUE, DUE)
    assert measured(world, unit(world, "an"), Measure.EXPLANATIONS_ON_TIME).cases == 0
    world.complaint("an", RECEIVED, DUE, DUE, kind="explanation")
    world.complaint("an", RECEIVED, DUE, None, kind="explanation")
    found = measured(world, unit(world, "an"), Measure.EXPLANATIONS_ON_TIME)
    assert (found.hits, found.cases) == (1, 2)


def test_what_is_outstanding_is_counted_however_old_it_is(world: World) -> None:
    world.complaint("an", date(2025, 3, 3), date(2025, 3, 10), None)
    world.complaint("an-centre", RECEIVED, DUE, None)
    world.complaint("an", RECEIVED, TODAY, None)  # its day is not over
    world.complaint("an", RECEIVED, DUE, DUE)
    an = unit(world, "an")
    assert measured(world, an, Measure.CASES_OUTSTANDING).value == 2
    world.dossiers("an", 2, took=None)
    world.dossiers("an", 1, took=None, days=60)
    assert measured(world, an, Measure.UNIT_OVERDUE).value == 4


def test_ways_in_are_counted_once_each(world: World) -> None:
    assert measured(world, unit(world, "an"), Measure.CHANNELS_IN_USE).value == 0
    world.rate("an", {5: 1})
    world.rate("an-centre", {5: 1})
    world.rate("an", {5: 1}, lane="open")
    world.complaint("an", RECEIVED, DUE, DUE)
    assert measured(world, unit(world, "an"), Measure.CHANNELS_IN_USE).value == 3


def test_partners_take_part_where_they_have_a_service_point(world: World) -> None:
    an = unit(world, "an")
    assert measured(world, an, Measure.PARTNERS_SERVING).state is MeasurementState.NO_CASES
    for code in ("post", "land"):
        row = Unit(
            organisation_id=world.organisation.id,
            parent_id=world.unit("an"),
            code=code,
            name=code,
            level="partner",
            valid_from=LONG_AGO,
        )
        world.session.add(row)
        world.session.flush()
        world.units[code] = row
    world.session.add(
        Desk(unit_id=world.unit("post"), code="post-1", name="Quầy", valid_from=LONG_AGO)
    )
    world.session.flush()
    wider = type(an)(
        an.key, an.unit_ids | {world.unit("post"), world.unit("land")}, None, an.window
    )
    found = measured(world, wider, Measure.PARTNERS_SERVING)
    assert (found.hits, found.cases) == (1, 2)


def test_the_longest_stay_at_one_desk_is_told_in_months(world: World) -> None:
    binh, nam = unit(world, "binh"), officer(world, "nam")
    assert measured(world, binh, Measure.LONGEST_AT_ONE_DESK).state is (
        MeasurementState.NOT_SUBMITTED
    )
    assert measured(world, nam, Measure.LONGEST_AT_ONE_DESK).state is MeasurementState.NO_CASES
    world.shift("binh-1", "nam", since=date(2025, 7, 1))
    assert measured(world, binh, Measure.LONGEST_AT_ONE_DESK).value == 16
    assert measured(world, nam, Measure.LONGEST_AT_ONE_DESK).value == 16
    shift = world.session.query(Shift).one()
    shift.valid_to = date(2025, 12, 31)
    world.session.flush()
    assert measured(world, nam, Measure.LONGEST_AT_ONE_DESK).state is MeasurementState.NO_CASES


YEAR = Window(JANUARY_FIRST, TODAY)


@pytest.mark.parametrize(
    ("stays", "months"),
    [
        ([(date(2026, 1, 1), date(2026, 1, 31))], 1),
        ([(date(2026, 1, 1), date(2026, 1, 30))], 0),
        ([(date(2024, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 6, 30))], 30),
        ([(date(2024, 1, 1), date(2025, 12, 30)), (date(2026, 1, 1), date(2026, 6, 30))], 6),
        ([(date(2024, 1, 1), date(2025, 12, 31))], None),
        ([(date(2026, 12, 1), date(2027, 12, 31))], None),
        ([], None),
    ],
)
def test_stays_without_a_day_between_them_are_one(
    stays: list[tuple[date, date]], months: int | None
) -> None:
    assert longest_months(stays, YEAR.first, YEAR.last) == months


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 400)), max_size=6))
def test_the_order_of_shifts_changes_nothing(pairs: list[tuple[int, int]]) -> None:
    start = date(2024, 6, 1)
    stays = [(start + timedelta(a), start + timedelta(a + b)) for a, b in pairs]
    assert longest_months(stays, YEAR.first, YEAR.last) == longest_months(
        stays[::-1], YEAR.first, YEAR.last
    )
