"""Measures of units' registers and of plans about published indexes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Window
from shared.domain.register import RegisterKind
from shared.domain.scoring import MeasurementState
from shared.models.improvement import ImprovementStep
from shared.models.register import RegisterPerson
from shared.statistics import register_sheets
from shared.statistics.measures import measure_all
from shared.statistics.register_measures import OF_REGISTERS
from tests import register_records
from tests.campaign_world import JANUARY_FIRST, TODAY, World, build
from tests.statistics.test_evaluations import frame, measured, officer, unit

DAY, NEXT, TO_COME = date(2026, 10, 1), date(2026, 10, 2), date(2026, 12, 1)
COUNTS = {
    Measure.EXEMPLARY_RECORDED,
    Measure.OFFICERS_DISCIPLINED,
    Measure.INITIATIVES_RECOGNISED,
    Measure.INITIATIVES_DECIDED,
}


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def keep(world: World, kind: RegisterKind, code: str, name: str = "an", **columns: Any) -> int:
    return register_records.keep(
        world.session, world.unit(name), kind, "", **{"code": code, "due_on": DAY, **columns}
    )


def share(world: World, measure: Measure, name: str = "an") -> tuple[int | None, int | None]:
    found = measured(world, unit(world, name), measure)
    return found.hits, found.cases


@pytest.mark.parametrize("measure", sorted(OF_REGISTERS))
def test_a_register_nobody_kept_is_missing_and_a_count_of_nothing_is_nought(
    world: World, measure: Measure
) -> None:
    found = measured(world, unit(world, "cat"), measure)
    if measure in COUNTS:
        assert found.value == 0
    elif measure is Measure.PROCEDURES_REVIEWED:
        assert (found.hits, found.cases) == (0, 3)
    else:
        assert found.state is MeasurementState.NOT_SUBMITTED


def test_training_counts_people_of_courses_held_by_what_they_were_about(world: World) -> None:
    keep(world, RegisterKind.TRAINING, "1", choice="conduct", planned=10, done=9)
    keep(world, RegisterKind.TRAINING, "2", "an-centre", choice="indexes", planned=5, done=5)
    keep(world, RegisterKind.TRAINING, "3", choice="conduct", due_on=TO_COME, planned=7, done=None)
    assert share(world, Measure.TRAINING_ATTENDED) == (14, 15)
    assert share(world, Measure.TRAINING_CONDUCT) == (9, 10)
    assert share(world, Measure.TRAINING_INDEXES) == (5, 5)


def test_acts_beyond_one_plan_make_up_for_no_other(world: World) -> None:
    keep(world, RegisterKind.PUBLICITY, "1", planned=2, done=9)
    keep(world, RegisterKind.PUBLICITY, "2", planned=2, done=1)
    assert share(world, Measure.PUBLICITY_DONE) == (3, 4)


def test_a_report_is_in_time_on_its_day_and_owed_after_it(world: World) -> None:
    for code, due_on, done_on in [
        ("1", DAY, DAY),
        ("2", DAY, NEXT),
        ("3", DAY, None),
        ("4", TODAY, None),
    ]:
        keep(world, RegisterKind.REPORT, code, due_on=due_on, done_on=done_on)
    assert share(world, Measure.REPORTS_ON_TIME) == (1, 3)


def test_inspections_are_done_and_their_findings_remedied_in_time(world: World) -> None:
    found: dict[str, Any] = {"findings": "x", "remedy": "y", "done_on": DAY}
    keep(world, RegisterKind.INSPECTION, "1", **found, remedy_due_on=NEXT, remedied_on=NEXT)
    keep(world, RegisterKind.INSPECTION, "2", **found, remedy_due_on=NEXT)
    keep(world, RegisterKind.INSPECTION, "3", **found, remedy_due_on=TODAY)
    keep(world, RegisterKind.INSPECTION, "4")
    assert share(world, Measure.INSPECTIONS_DONE) == (3, 4)
    assert share(world, Measure.FINDINGS_REMEDIED) == (1, 2)


def test_a_committee_counts_when_the_head_leads_it_from_its_day(world: World) -> None:
    for code, choice, done_on in [("1", "head", DAY), ("2", "other", DAY), ("3", "head", NEXT)]:
        keep(world, RegisterKind.COMMITTEE, code, choice=choice, done_on=done_on)
    assert share(world, Measure.COMMITTEES_SET_UP) == (1, 3)


def test_initiatives_count_for_the_unit_and_for_each_author_once_recognised(world: World) -> None:
    both = keep(world, RegisterKind.INITIATIVE, "1", "an-centre", done_on=NEXT)
    keep(world, RegisterKind.INITIATIVE, "2", done_on=None)
    mai = world.officers["mai"].id
    for position, officer_id in enumerate((mai, None), start=1):
        world.session.add(
            RegisterPerson(entry_id=both, position=position, officer_id=officer_id, name="x")
        )
    world.session.flush()
    measure = Measure.INITIATIVES_RECOGNISED
    assert measured(world, unit(world, "an"), measure).value == 1
    assert measured(world, officer(world, "mai"), measure).value == 1
    assert measured(world, officer(world, "nam"), measure).value == 0


@pytest.mark.parametrize("measure", [Measure.INITIATIVES_DECIDED, Measure.INITIATIVES_RECOGNISED])
def test_an_author_from_another_unit_counts_too_and_the_unit_that_handed_it_in(
    world: World, measure: Measure
) -> None:
    """Row 3.11: recognised initiatives with their authors and co-authors."""
    together = keep(world, RegisterKind.INITIATIVE, "1", "an-centre", done_on=NEXT)
    for position, name in enumerate(("mai", "nam"), start=1):
        key = world.officers[name].id
        named = RegisterPerson(entry_id=together, position=position, officer_id=key, name=name)
        world.session.add(named)
    world.session.flush()
    assert measured(world, unit(world, "an"), measure).value == 1
    assert measured(world, unit(world, "binh"), measure).value == 0
    for name in ("mai", "nam"):
        who = officer(world, name)
        assert measured(world, who, measure).value == 1
        sheet = register_sheets.entries(world.session, frame(world), who, measure, 1)
        assert [line.record.code for line in sheet.lines] == ["1"]


def test_initiatives_recognised_in_the_period_stand_behind_the_figure(world: World) -> None:
    last_year, next_year = date(2025, 12, 30), date(2027, 1, 4)
    for code, due_on, done_on in [
        ("before", last_year, DAY),
        ("written", DAY, None),
        ("after", DAY, next_year),
        ("elsewhen", last_year, last_year),
        ("both", DAY, NEXT),
    ]:
        keep(world, RegisterKind.INITIATIVE, code, due_on=due_on, done_on=done_on)
    measure, who = Measure.INITIATIVES_DECIDED, unit(world, "an")
    assert measured(world, who, measure).value == 2
    assert measured(world, who, Measure.INITIATIVES_RECOGNISED).value == 1
    sheet = register_sheets.entries(world.session, frame(world), who, measure, 1)
    told = [(line.record.code, line.hit) for line in sheet.lines]
    assert sorted(told[:2]) == [("after", False), ("written", False)]
    assert told[2:] == [("before", True), ("both", True)]


def test_officers_disciplined_are_a_number(world: World) -> None:
    keep(world, RegisterKind.DISCIPLINE, "1", done=2)
    keep(world, RegisterKind.DISCIPLINE, "2", done=1)
    assert measured(world, unit(world, "an"), Measure.OFFICERS_DISCIPLINED).value == Decimal(3)


def test_a_procedure_reviewed_twice_is_one(world: World) -> None:
    for code, procedure in [("1", 0), ("2", 0), ("3", 3)]:  # the last one is no longer in force
        key = world.procedures[procedure].id
        keep(world, RegisterKind.REVIEW, code, procedure_id=key, done_on=DAY)
    assert share(world, Measure.PROCEDURES_REVIEWED) == (1, 3)


def test_weak_criteria_need_a_plan_made_within_the_period(world: World) -> None:
    register_records.publish(world.session, world.unit("an"), "")
    assert share(world, Measure.WEAK_CRITERIA_PLANNED) == (1, 1)
    step = world.session.query(ImprovementStep).one()
    step.noted_at = step.noted_at.replace(year=2027)
    world.session.flush()
    assert share(world, Measure.WEAK_CRITERIA_PLANNED) == (0, 1)


def test_the_entries_behind_a_measure_stand_with_those_that_missed_first(world: World) -> None:
    keep(world, RegisterKind.REPORT, "kept", done_on=DAY)
    keep(world, RegisterKind.REPORT, "late", due_on=NEXT, done_on=TODAY)
    keep(world, RegisterKind.REPORT, "to-come", due_on=TO_COME)
    keep(world, RegisterKind.REPORT, "elsewhere", "binh", done_on=DAY)
    sheet = register_sheets.entries(
        world.session, frame(world), unit(world, "an"), Measure.REPORTS_ON_TIME, 1
    )
    assert [(line.record.code, line.hit) for line in sheet.lines] == [
        ("late", False),
        ("kept", True),
    ]
    assert sheet.total == 2


@pytest.mark.parametrize(
    ("measure", "kind"),
    [
        (Measure.INSPECTIONS_DONE, RegisterKind.INSPECTION),
        (Measure.FINDINGS_REMEDIED, RegisterKind.INSPECTION),
        (Measure.INITIATIVES_RECOGNISED, RegisterKind.INITIATIVE),
        (Measure.PROCEDURES_REVIEWED, RegisterKind.REVIEW),
    ],
)
def test_what_was_done_after_a_review_is_no_hit_behind_it_either(
    world: World, measure: Measure, kind: RegisterKind
) -> None:
    for place, (code, on) in enumerate([("before", DAY), ("after", TODAY)]):
        columns: dict[str, Any] = {"done_on": on, "remedied_on": on, "remedy_due_on": TO_COME}
        keep(world, kind, code, procedure_id=world.procedures[place].id, **columns)
    reviewed = replace(frame(world), today=NEXT)
    who = unit(world, "an", Window(JANUARY_FIRST, NEXT))
    figure = measure_all(world.session, reviewed, [who], [measure])[who.key, measure]
    sheet = register_sheets.entries(world.session, reviewed, who, measure, 1)
    assert [line.record.code for line in sheet.lines if line.hit] == ["before"]
    assert (figure.value if figure.hits is None else figure.hits) == 1


@pytest.mark.parametrize(
    ("measure", "kind", "day"),
    [
        (Measure.REPORTS_ON_TIME, RegisterKind.REPORT, "due_on"),
        (Measure.COMMITTEES_SET_UP, RegisterKind.COMMITTEE, "due_on"),
        (Measure.INSPECTIONS_DONE, RegisterKind.INSPECTION, "due_on"),
        (Measure.FINDINGS_REMEDIED, RegisterKind.INSPECTION, "remedy_due_on"),
    ],
)
def test_what_may_still_be_done_today_is_no_miss_behind_a_share(
    world: World, measure: Measure, kind: RegisterKind, day: str
) -> None:
    done: dict[str, Any] = {"done_on": DAY, "remedied_on": DAY}
    for code, on, columns in [("today", TODAY, {}), ("past", NEXT, {}), ("done", TODAY, done)]:
        keep(world, kind, code, **{"choice": "head", day: on, **columns})
    who = unit(world, "an")
    sheet = register_sheets.entries(world.session, frame(world), who, measure, 1)
    told = [(line.record.code, line.hit) for line in sheet.lines]
    assert told == [("past", False), ("done", True)]
    assert share(world, measure) == (1, 2)


def test_every_measure_of_a_register_has_its_entries_behind_it() -> None:
    assert set(OF_REGISTERS) - register_sheets.READ == {Measure.WEAK_CRITERIA_PLANNED}
