"""Turns of cases that were appealed or accepted later, as the services leave them behind."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.calendar import end_of_day, local_date
from shared.domain.campaign import Measure, Settings, Window
from shared.domain.complaint import Action, Kind, State
from shared.domain.tracking_code import hash_link
from shared.models.complaint import Complaint, ComplaintLink
from shared.services import calendars, case_ends, case_steps, clocks, following, passing
from shared.services.case_steps import Ending
from shared.statistics import case_tallies, records
from shared.statistics.frames import Frame, Subject
from tests.campaign_world import World, build

RECEIVED = datetime(2026, 6, 1, 2, tzinfo=UTC)
ANSWERED = RECEIVED + timedelta(days=4)
DAYS = Window(date(2026, 6, 1), date(2026, 6, 1))
LINK = "7" * 26
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def world(session: Session) -> World:
    found = build(session)
    calendars.install_reference(session, found.organisation.id)
    return found


def case_of(world: World, kind: Kind = Kind.REPORT) -> Complaint:
    case = world.complaint("an", DAYS.first, None, None, kind=str(kind), state="received")
    clocks.received(world.session, case, case.received_at)
    return case


def answer(world: World, case: Complaint, at: datetime) -> None:
    case_steps.end(world.session, case, Ending(Action.ANSWER, "Đã sửa máy lấy số.", "mai"), at)


def frame(world: World, at: datetime) -> Frame:
    today = local_date(at, ZONE)
    return Frame(world.organisation.id, ZONE, Settings(), end_of_day(today, ZONE), today, over=True)


def test_a_formal_complaint_appealed_after_its_day_waits_anew_for_its_acceptance(
    world: World,
) -> None:
    case = case_of(world, Kind.FORMAL_COMPLAINT)
    clocks.accepted(world.session, case, RECEIVED + timedelta(days=1))
    case.state = State.ACCEPTED
    answer(world, case, RECEIVED + timedelta(days=30))
    appealed = RECEIVED + timedelta(days=90)
    passing.appeal(world.session, case, "Chưa đúng.", appealed)
    assert case.due_on is not None
    for waited, outstanding in ((timedelta(), 0), (timedelta(days=60), 1)):
        asked = frame(world, appealed + waited)
        found = case_tallies.outstanding_by_unit(world.session, world.scope, DAYS, asked)
        assert sum(found.values()) == outstanding
        assert outstanding == (case.due_on < asked.today)


def test_a_formal_complaint_that_is_accepted_after_the_review_was_past_its_day_then(
    world: World,
) -> None:
    case = case_of(world, Kind.FORMAL_COMPLAINT)
    asked = frame(world, RECEIVED + timedelta(days=20))
    subject = Subject(1, world.scope, None, Window(DAYS.first, asked.today))
    measure = Measure.CASES_OUTSTANDING
    for accepted in (False, True):
        if accepted:
            clocks.accepted(world.session, case, RECEIVED + timedelta(days=25))
            case.state = State.ACCEPTED
            world.session.flush()
        found = case_tallies.outstanding_by_unit(world.session, world.scope, DAYS, asked)
        listed = records.complaints(world.session, asked, subject, None, 1, measure)
        assert (found, listed.total) == ({case.unit_id: 1}, 1)


@pytest.mark.parametrize("satisfied", [True, False])
@pytest.mark.parametrize("closed", [True, False])
def test_what_was_said_of_an_answer_is_known_also_when_it_was_said_late_and_then_appealed(
    world: World, *, satisfied: bool, closed: bool
) -> None:
    case = case_of(world)
    answer(world, case, ANSWERED)
    said = ANSWERED + timedelta(days=40)
    if closed:
        assert case_ends.close_unspoken(world.session, said) == 1
    world.session.add(ComplaintLink(complaint_id=case.id, link_hash=hash_link(LINK)))
    following.rate_answer(world.session, LINK, satisfied, said)
    asked = frame(world, said)
    before = case_tallies.by_unit(world.session, world.scope, DAYS, asked)
    passing.appeal(world.session, case, "Máy lại hỏng.", said + timedelta(days=9))
    found = case_tallies.by_unit(world.session, world.scope, DAYS, asked)
    assert found == before
    assert (found[world.unit("an")].said, found[world.unit("an")].satisfied) == (1, int(satisfied))
