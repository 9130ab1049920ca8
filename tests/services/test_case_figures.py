"""Complaints in figures: by what one chooses, only what the person may see, first lateness kept."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.domain.access import Permission
from shared.domain.campaign import Window
from shared.domain.case_figures import Standing
from shared.domain.complaint import Kind
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Procedure, Unit
from shared.services import case_figures, complaints, following
from shared.services.case_figures import By, Part
from tests.case_world import ANSWER, build, code_of, file, person
from tests.cast import Place

YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))
DAY = timedelta(days=1)


@pytest.fixture
def places(session: Session, now: datetime) -> dict[str, Place]:
    return build(session, now)


def answered(session: Session, place: Place, now: datetime, after: timedelta) -> Complaint:
    found = file(session, place, now, form_id=uuid4())
    actor = person(session, "head-sen")
    complaints.answer(session, found.number, ANSWER, found.version, actor, now + after)
    session.commit()
    return found


def table(session: Session, by: By, now: datetime, who: str = "head-sen") -> case_figures.Table:
    actor = person(session, who)
    units = frozenset(row.unit_id for row in session.query(Complaint))
    return case_figures.table(session, actor, units, YEAR, by, now)


def test_cases_are_counted_by_unit_and_kind_with_those_nobody_answered(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    for _ in range(4):
        answered(session, sen, now, timedelta(hours=1))
    file(session, sen, now, kind=Kind.PETITION)
    later = now + 30 * DAY
    found = table(session, By.UNIT, later)
    assert [(row.key, row.figures.received) for row in found.rows] == [(str(sen.unit_id), 5)]
    assert found.rows[0].name == "Phường Sen Hồng"
    assert (found.whole.on_time, found.whole.overdue, found.whole.judged) == (4, 1, 5)
    assert found.whole.on_time_share == 80
    kinds = {row.key: row.figures.received for row in table(session, By.KIND, later).rows}
    assert kinds == {"report": 4, "petition": 1}


def test_the_time_to_the_first_answer_is_office_time(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    for hours in (1, 1, 1, 1, 24):
        answered(session, places["sen"], now, timedelta(hours=hours))
    found = table(session, By.UNIT, now + 2 * DAY).whole
    assert found.median_hours == 1
    assert found.ninetieth_hours is not None
    assert 7 <= found.ninetieth_hours <= 8  # one working day


def test_who_is_named_in_a_case_does_not_find_it_in_a_figure(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    hidden = file(session, sen, now)
    session.add(ComplaintOfficer(complaint_id=hidden.id, officer_id=sen.officer_id))
    file(session, sen, now, form_id=uuid4())
    session.commit()
    assert table(session, By.UNIT, now, "officer-sen").whole.received == 1
    assert table(session, By.UNIT, now, "head-sen").whole.received == 2


def test_a_case_that_was_late_stays_late_when_it_is_opened_again(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    above = {"parent_id": places["lua"].unit_id}
    session.execute(update(Unit).where(Unit.id == places["sen"].unit_id).values(above))
    found = answered(session, places["sen"], now, 30 * DAY)
    following.appeal(session, code_of(found), "Tôi chưa đồng ý với trả lời này.", now + 31 * DAY)
    session.commit()
    actor = person(session, "root")
    later = now + 32 * DAY
    counted = case_figures.cases(
        session, actor, actor.units(Permission.COMPLAINTS), YEAR, By.KIND, "report", later
    )
    assert [(one.standing, one.fact.reopened, one.fact.appealed) for one in counted] == [
        (Standing.LATE, True, True)
    ]


@pytest.mark.parametrize(("took", "standing"), [(DAY, Standing.ON_TIME), (30 * DAY, Standing.LATE)])
def test_a_case_that_was_refused_late_stays_late_when_it_is_answered_in_the_end(
    session: Session,
    places: dict[str, Place],
    now: datetime,
    took: timedelta,
    standing: Standing,
) -> None:
    above = {"parent_id": places["lua"].unit_id}
    session.execute(update(Unit).where(Unit.id == places["sen"].unit_id).values(above))
    found = file(session, places["sen"], now)
    head, root = person(session, "head-sen"), person(session, "root")
    reason = "Không thuộc việc ở đây."
    complaints.refuse(session, found.number, reason, found.version, head, now + took)
    again = now + took + DAY
    following.appeal(session, code_of(found), "Tôi chưa đồng ý với trả lời này.", again)
    complaints.answer(session, found.number, ANSWER, found.version, root, again)
    session.commit()
    counted = case_figures.cases(session, root, {found.unit_id}, YEAR, By.KIND, "report", again)
    assert [one.standing for one in counted] == [standing]


def test_cases_are_counted_by_the_field_of_their_procedure(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen = places["sen"]
    session.get_one(Procedure, sen.procedure_id).field = "Hộ tịch"
    file(session, sen, now, procedure_id=sen.procedure_id)
    file(session, sen, now)
    rows = {row.key: row.figures.received for row in table(session, By.FIELD, now).rows}
    assert rows == {"Hộ tịch": 1, "": 1}


def test_every_part_of_a_line_leads_to_just_its_cases(
    session: Session, places: dict[str, Place], now: datetime
) -> None:
    sen, head = places["sen"], person(session, "head-sen")
    pleased, unpleased = (answered(session, sen, now, timedelta(hours=1)) for _ in range(2))
    following.rate_answer(session, code_of(pleased), True, now + DAY)
    following.rate_answer(session, code_of(unpleased), False, now + DAY)
    refused = file(session, sen, now)
    complaints.refuse(
        session, refused.number, "Không thuộc việc ở đây.", refused.version, head, now
    )
    waiting = file(session, sen, now)
    session.commit()
    expected = {
        Part.ALL: {pleased, unpleased, refused, waiting},
        Part.ON_TIME: {pleased, unpleased},
        Part.REFUSED: {refused},
        Part.OVERDUE: {waiting},
        Part.SATISFIED: {pleased},
        Part.DISSATISFIED: {unpleased},
        Part.REOPENED: set(),
        Part.TRANSFERRED: set(),
    }
    for part, cases in expected.items():
        found = case_figures.cases(
            session, head, {sen.unit_id}, YEAR, By.KIND, "report", now + 30 * DAY, part
        )
        assert {one.fact.number for one in found} == {case.number for case in cases}, part
