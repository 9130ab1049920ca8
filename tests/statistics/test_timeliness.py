"""Dossiers and complaints on time."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Settings, Window
from shared.models.case_work import ComplaintOutcome, ComplaintPassage
from shared.models.complaint import Complaint
from shared.statistics import dossier_days, timeliness
from shared.statistics.frames import Frame
from shared.statistics.satisfaction import Tally
from shared.statistics.timeliness import DossierTally
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, World, build
from tests.infrastructure.statements import statements

YEAR = Window(JANUARY_FIRST, TODAY)
NOVEMBER_SECOND = date(2026, 11, 2)


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def frame(world: World) -> Frame:
    zone = ZoneInfo(world.organisation.zone)
    return Frame(world.organisation.id, zone, Settings(), NOW, TODAY)


def tally(world: World, today: date = TODAY) -> DossierTally:
    units = [world.unit("an")]
    found = timeliness.dossiers_by_unit(world.session, units, YEAR, today)
    return found.get(world.unit("an"), DossierTally())


@pytest.mark.parametrize(
    ("case", "judged", "on_time"),
    [
        ({"days": 5, "took": 4}, 1, 1),
        ({"days": 5, "took": 5}, 1, 1),
        ({"days": 5, "took": 6}, 1, 0),
        ({"days": 5, "took": None}, 1, 0),  # its day is past
        ({"days": 20, "took": None}, 0, 0),  # due today: still time
        ({"days": 19, "took": None}, 1, 0),  # was due yesterday
        ({"days": 30, "took": 3}, 1, 1),
        ({"days": 5, "took": 3, "supplements": 1}, 1, 1),
        ({"days": 5, "took": 3, "supplements": 2}, 1, 0),
        ({"took": 3, "due_on": None}, 0, 0),
    ],
)
def test_a_dossier_is_judged_once_finished_or_past_its_day(
    world: World, case: dict[str, Any], judged: int, on_time: int
) -> None:
    world.dossiers("an", 1, NOVEMBER_SECOND, **case)
    found = tally(world)
    assert (found.judged, found.on_time) == (judged, on_time)


def test_single_dossiers_are_looked_up_only_where_some_were_not_settled(world: World) -> None:
    world.dossiers("an", 2, NOVEMBER_SECOND, days=5, took=6)
    for today, looked_up in ((date(2026, 11, 7), True), (date(2026, 11, 8), False)):
        with statements(world.session.get_bind()) as asked:
            tally(world, today)
        assert any("JOIN dossier " in statement for statement in asked) is looked_up


def test_a_dossier_finished_after_the_day_asked_about_is_still_open_then(world: World) -> None:
    world.dossiers("an", 1, NOVEMBER_SECOND, days=5, took=6)
    assert tally(world, date(2026, 11, 7)).judged == 0
    assert tally(world, date(2026, 11, 8)).judged == 1


def test_dossiers_are_counted_by_kind(world: World) -> None:
    world.dossiers("an", 3)
    world.dossiers("an", 2, one_stop=False, online=False)
    world.dossiers("an", 4, online=False, level=2)
    world.dossiers("an", 5, online=False, level=None)
    world.dossiers("an", 1, due_on=None)
    world.dossiers("an", 7, received_on=date(2025, 12, 31))
    world.dossiers("binh", 9)
    found = tally(world)
    assert (found.received, found.one_stop) == (15, 13)
    assert (found.could_be_online, found.online) == (11, 4)
    assert found.without_due == 1


def test_dossiers_are_counted_by_the_officer_who_handled_them(world: World) -> None:
    world.dossiers("binh", 3, officer="nam")
    world.dossiers("binh", 1, took=9, officer="nam")
    world.dossiers("binh", 5)
    nam, binh = world.officers["nam"].id, world.unit("binh")
    found = timeliness.tallied(
        dossier_days.by_officer(world.session, [nam], world.scope, YEAR, TODAY)
    )
    assert (found[nam, binh].judged, found[nam, binh].on_time) == (4, 3)


def test_complaints_answered_by_the_end_of_their_day_are_on_time(world: World) -> None:
    received = date(2026, 11, 2)
    due = date(2026, 11, 9)
    world.complaint("an", received, due, date(2026, 11, 9))
    world.complaint("an", received, due, date(2026, 11, 10))
    world.complaint("an", received, due, None)
    world.complaint("an", received, TODAY, None)  # still has the day
    world.complaint("an", received, None, date(2026, 11, 3), kind="praise")
    world.complaint("an", received, due, date(2026, 11, 3), kind="denunciation")
    world.complaint("an", received, due, None, state="withdrawn")
    world.complaint("an", date(2025, 12, 31), date(2026, 1, 9), None)
    found = timeliness.complaints_by_unit(world.session, [world.unit("an")], YEAR, frame(world))
    assert found == {world.unit("an"): Tally(1, 3)}


def test_complaints_are_counted_by_the_officer_who_handled_them(world: World) -> None:
    due = date(2026, 11, 9)
    world.complaint("binh", date(2026, 11, 2), due, date(2026, 11, 5), handler="nam")
    world.complaint("binh", date(2026, 11, 2), due, date(2026, 11, 11), handler="nam")
    world.complaint("binh", date(2026, 11, 2), due, date(2026, 11, 5))
    nam = world.officers["nam"].id
    found = timeliness.complaints_by_officer(world.session, [nam], world.scope, YEAR, frame(world))
    assert found == {(nam, world.unit("binh")): Tally(1, 2)}


@pytest.mark.parametrize(
    ("ended_on", "first"), [(date(2026, 11, 10), Tally(1, 1)), (date(2026, 11, 11), Tally(0, 1))]
)
@pytest.mark.parametrize(("again_on", "above"), [(date(2026, 11, 18), Tally(1, 1)), (None, None)])
def test_an_appealed_case_keeps_its_answer_and_counts_anew_for_the_level_above(
    world: World, ended_on: date, first: Tally, again_on: date | None, above: Tally | None
) -> None:
    case = world.complaint("province", date(2026, 11, 2), date(2026, 11, 25), again_on)
    an, province = world.unit("an"), world.unit("province")
    world.session.add(outcome(case, an, date(2026, 11, 10), ended_on))
    world.session.add(
        ComplaintPassage(
            complaint_id=case.id,
            from_unit_id=an,
            to_unit_id=province,
            cause="appeal",
            last_event_id=0,
            at=datetime(2026, 11, 12, 3, tzinfo=UTC),
        )
    )
    if again_on is not None:
        world.session.add(outcome(case, province, date(2026, 11, 25), again_on))
    world.session.flush()
    found = timeliness.complaints_by_unit(world.session, world.scope, YEAR, frame(world))
    assert (found[an], found.get(province)) == (first, above)


def outcome(case: Complaint, unit_id: int, due_on: date, ended_on: date) -> ComplaintOutcome:
    """Write down that a case was answered once."""
    return ComplaintOutcome(
        complaint_id=case.id,
        at=datetime.combine(ended_on, time(3), UTC),
        action="answer",
        text="Đã trả lời",
        unit_id=unit_id,
        due_on=due_on,
        ended_on=ended_on,
    )
