"""Circular 01/2018 and Decision 766 out of stored records: what is known, and what is missing."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings, Window
from shared.domain.scoring import Measurement, MeasurementState
from shared.domain.service_evaluation import Finding, Indicator
from shared.domain.service_index import Code, Rate
from shared.models.case_work import ConductFinding
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.statistics.evaluations import Evaluated, OutsideRules
from shared.statistics.frames import Frame, Subject
from shared.statistics.measures import measure_all
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, World, build

YEAR = Window(JANUARY_FIRST, TODAY)
RECEIVED = date(2026, 11, 2)
DUE = date(2026, 11, 9)
UNKNOWN = (Indicator.AGENCY_TIME, Indicator.AGENCIES)


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def frame(world: World) -> Frame:
    return Frame(world.organisation.id, ZoneInfo("Asia/Ho_Chi_Minh"), Settings(), NOW, TODAY)


def unit(world: World, code: str, window: Window = YEAR) -> Subject:
    below = {"an": ["an", "an-centre"]}.get(code, [code])
    return Subject(1, frozenset(world.unit(one) for one in below), None, window)


def officer(world: World, code: str) -> Subject:
    row = world.officers[code]
    return Subject(2, frozenset({row.unit_id}), row.id, YEAR)


def evaluated(world: World, subject: Subject) -> Evaluated:
    found = OutsideRules(world.session, frame(world), subject.window, [subject]).evaluated(subject)
    assert found is not None
    return found


def measured(world: World, subject: Subject, wanted: Measure) -> Measurement:
    return measure_all(world.session, frame(world), [subject], [wanted])[subject.key, wanted]


def name(world: World, case: Complaint, who: str, finding: Finding | None = None) -> None:
    officer_id = world.officers[who].id
    world.session.add(ComplaintOfficer(complaint_id=case.id, officer_id=officer_id))
    if finding is not None:
        world.session.add(
            ConductFinding(
                complaint_id=case.id, finding=finding, reason="R", found_by="hoa", found_at=NOW
            )
        )
    world.session.flush()


def test_an_officers_dossiers_give_three_of_five_indicators_and_name_the_others(
    world: World,
) -> None:
    world.dossiers("binh", 2, took=3, officer="nam")
    world.dossiers("binh", 1, took=5, officer="nam", supplements=1)
    world.dossiers("binh", 1, took=9, officer="nam", supplements=2)
    found = evaluated(world, officer(world, "nam"))
    scores = found.evaluation.scores
    assert scores[Indicator.TOTAL_TIME] == Decimal("1.3")  # 5 of 4 dossiers, half up
    assert scores[Indicator.CONTACTS] == Decimal("1.3")
    assert scores[Indicator.ATTITUDE] == Decimal("1.3")
    assert found.evaluation.missing == UNKNOWN
    assert (found.evaluation.points, found.evaluation.level) == (Decimal("3.9"), "partly")


@pytest.mark.parametrize(
    ("finding", "attitude"),
    [(None, "1.0"), ("partly", "1.0"), ("untrue", "2.0"), ("slander", "2.0")],
)
def test_a_complaint_about_conduct_costs_a_dossier_unless_found_untrue(
    world: World, finding: str | None, attitude: str
) -> None:
    world.dossiers("binh", 2, took=3, officer="nam")
    case = world.complaint("binh", RECEIVED, DUE, DUE)
    name(world, case, "nam", None if finding is None else Finding(finding))
    for subject in (officer(world, "nam"), unit(world, "binh")):
        found = evaluated(world, subject)
        assert found.evaluation.scores[Indicator.ATTITUDE] == Decimal(attitude)
        assert found.evaluation.scores[Indicator.TOTAL_TIME] == 2


def test_the_newest_finding_of_a_case_counts(world: World) -> None:
    world.dossiers("binh", 1, took=3, officer="nam")
    case = world.complaint("binh", RECEIVED, DUE, DUE)
    name(world, case, "nam", Finding.UNTRUE)
    world.session.add(
        ConductFinding(
            complaint_id=case.id, finding=Finding.TRUE, reason="R", found_by="hoa", found_at=NOW
        )
    )
    found = evaluated(world, officer(world, "nam"))
    assert found.evaluation.scores[Indicator.ATTITUDE] == 0


@pytest.mark.parametrize("smiley", [1, 5])
def test_ratings_never_move_the_evaluation(world: World, smiley: int) -> None:
    world.dossiers("binh", 2, took=5, officer="nam")
    before = evaluated(world, officer(world, "nam")).evaluation
    world.rate("binh", {smiley: 50}, officer="nam")
    world.rate("binh", {smiley: 50}, officer="nam", lane="dossier")
    assert evaluated(world, officer(world, "nam")).evaluation == before
    assert before.scores[Indicator.ATTITUDE] == 1


def test_a_unit_is_judged_by_nine_indicators(world: World) -> None:
    world.dossiers("an", 6, procedure_id=world.procedures[0].id)
    world.dossiers("an-centre", 4, online=False, procedure_id=world.procedures[1].id)
    world.post("an", world.procedures[:3])
    world.complaint("an", RECEIVED, DUE, DUE)
    found = evaluated(world, unit(world, "an"))
    scores = {int(one): str(score) for one, score in found.evaluation.scores.items()}
    assert scores == {1: "2.0", 3: "2.0", 6: "2.0", 7: "2.0", 8: "2.0", 9: "2.0"}
    assert found.evaluation.missing == (*UNKNOWN, Indicator.ONE_STOP)
    assert (found.evaluation.points, found.evaluation.level) == (Decimal("12.0"), "good")


def test_a_case_still_without_answer_past_its_day_drags_on(world: World) -> None:
    for _ in range(19):
        world.complaint("binh", RECEIVED, DUE, DUE)
    world.complaint("binh", RECEIVED, DUE, None)
    found = evaluated(world, unit(world, "binh"))
    assert found.evaluation.scores[Indicator.EXPLAINING] == 0


def test_a_unit_that_handed_nothing_in_has_no_indicator_of_dossiers(world: World) -> None:
    found = evaluated(world, unit(world, "cat"))
    assert set(found.evaluation.scores) == {Indicator.PUBLICATION, Indicator.EXPLAINING}
    assert Indicator.ONLINE in found.evaluation.missing


def test_before_the_circular_there_is_nothing_to_judge_by(world: World) -> None:
    early = unit(world, "an", Window(date(2018, 1, 1), date(2018, 12, 31)))
    found = measured(world, early, Measure.SERVICE_EVALUATION)
    assert found.state is MeasurementState.OFF
    early = unit(world, "an", Window(date(2022, 1, 1), date(2022, 6, 22)))
    assert measured(world, early, Measure.INDEX_SATISFACTION).state is MeasurementState.OFF


def test_decision_766_reads_dossiers_complaints_and_dislikes(world: World) -> None:
    world.dossiers("an", 17)
    world.dossiers("an", 2, took=9)
    world.dossiers("an", 1, supplements=2)
    world.rate("an", {1: 1, 3: 2, 5: 9}, lane="dossier")
    world.rate("an", {1: 9})  # at the desk, bound to no dossier
    for satisfied in (True, True, False, None):
        world.complaint("an", RECEIVED, DUE, DUE, answer_satisfied=satisfied)
    world.complaint("an", RECEIVED, DUE, date(2026, 11, 12), answer_satisfied=False)
    subject = unit(world, "an")
    found = OutsideRules(world.session, frame(world), YEAR, [subject]).indexed(subject)
    assert found is not None
    assert found.rates == {
        Code.ON_TIME: Rate(17, 20),
        Code.COMPLAINTS_ON_TIME: Rate(4, 5),
        Code.COMPLAINTS_SATISFIED: Rate(3, 5),
        Code.DOSSIERS_SATISFIED: Rate(16, 20),
    }
    assert found.groups["2"].points == Decimal("17.00")
    assert found.groups["5"].points == Decimal("4.80") + Decimal("3.60") + Decimal("5.33")
    assert measured(world, subject, Measure.INDEX_PROGRESS).value == Decimal("17.00")


def test_no_complaint_is_full_and_dossiers_not_handed_in_are_missing_in_group_five(
    world: World,
) -> None:
    found = measured(world, unit(world, "cat"), Measure.INDEX_SATISFACTION)
    assert found.value == 12
    assert found.note is not None
    assert found.note.values == {"numbers": "5.4"}
    progress = measured(world, unit(world, "cat"), Measure.INDEX_PROGRESS)
    assert progress.state is MeasurementState.NOT_SUBMITTED
    world.handed_in("cat")
    progress = measured(world, unit(world, "cat"), Measure.INDEX_PROGRESS)
    assert progress.state is MeasurementState.NO_CASES


def test_an_evaluation_as_a_criterion_says_what_is_missing(world: World) -> None:
    world.dossiers("binh", 2, officer="nam")
    found = measured(world, officer(world, "nam"), Measure.SERVICE_EVALUATION)
    assert found.value == Decimal("6.0")
    assert found.note is not None
    assert found.note.values == {"numbers": "2, 4"}
    mai = measured(world, officer(world, "mai"), Measure.SERVICE_EVALUATION)
    assert mai.state is MeasurementState.NOT_SUBMITTED
