"""The measures of criteria: figures, and the difference between none, hidden and not handed in."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings, Window
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.measure import WITHIN_STANDING
from shared.domain.scoring import Measurement, MeasurementState
from shared.statistics import narrowed
from shared.statistics.measures import Frame, Subject, measure_all
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, World, build
from tests.infrastructure.statements import statements

YEAR = Window(JANUARY_FIRST, TODAY)
AUTOMATIC = [
    measure
    for measure in Measure
    if measure is not Measure.MANUAL and measure not in WITHIN_STANDING
]


@pytest.fixture
def world(session: Session) -> World:
    return build(session)


def frame(world: World) -> Frame:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    return Frame(world.organisation.id, zone, Settings(), NOW, TODAY)


def unit_subject(world: World, code: str, window: Window = YEAR) -> Subject:
    below = {"an": ["an", "an-centre"]}.get(code, [code])
    return Subject(world.unit(code), frozenset(world.unit(one) for one in below), None, window)


def officer_subject(world: World, code: str) -> Subject:
    officer = world.officers[code]
    return Subject(1_000 + officer.id, frozenset({officer.unit_id}), officer.id, YEAR)


def measure(world: World, subject: Subject, wanted: Measure) -> Measurement:
    found = measure_all(world.session, frame(world), [subject], [wanted])
    return found[subject.key, wanted]


def test_a_units_figures_hold_those_of_the_units_below_it(world: World) -> None:
    world.rate("an", {5: 3})
    world.rate("an-centre", {5: 5, 2: 2})
    figure = measure(world, unit_subject(world, "an"), Measure.SATISFACTION)
    assert (figure.hits, figure.cases, figure.value) == (8, 10, Decimal(80))
    assert figure.interval is not None
    assert (figure.interval.low, figure.interval.high) == (Decimal("49.02"), Decimal("94.33"))
    assert figure.as_of == NOW


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        (Measure.SATISFACTION, CriterionFilter()),
        (Measure.DOSSIERS_ON_TIME, CriterionFilter()),
        (Measure.DOSSIERS_ON_TIME, CriterionFilter(channels=("direct",))),
        (Measure.COMPLAINTS_ANSWERED_ON_TIME, CriterionFilter()),
        (Measure.COMPLAINTS_ANSWERED_ON_TIME, CriterionFilter(kinds=("report",))),
    ],
)
def test_an_officers_figure_is_the_same_whoever_else_competes(
    world: World, wanted: Measure, kept: CriterionFilter
) -> None:
    on, due = date(2026, 11, 2), date(2026, 11, 9)
    for unit in ("binh", "an-centre"):
        world.rate(unit, {5: 5} if unit == "binh" else {1: 5}, officer="nam")
        took = 3 if unit == "binh" else 9
        world.dossiers(unit, 3, took=took, officer="nam", channel="direct")
        world.complaint(unit, on, due, on if unit == "binh" else None, handler="nam")
    nam, mai = officer_subject(world, "nam"), officer_subject(world, "mai")

    def figure(*subjects: Subject) -> Measurement:
        if kept.narrows:
            found = narrowed.measured(world.session, frame(world), subjects, wanted, kept)
            return found[nam.key]
        return measure_all(world.session, frame(world), subjects, [wanted])[nam.key, wanted]

    assert figure(nam) == figure(nam, mai)
    assert figure(nam, mai).value == 100


def test_nobody_rated_where_people_came_means_switched_off(world: World) -> None:
    world.dossiers("binh", 1)
    figure = measure(world, unit_subject(world, "binh"), Measure.SATISFACTION)
    assert figure.state is MeasurementState.OFF


def test_nobody_rated_and_nothing_handed_in_is_not_known_to_be_nobody(world: World) -> None:
    figure = measure(world, unit_subject(world, "binh"), Measure.SATISFACTION)
    assert figure.state is MeasurementState.OFF


def test_nobody_rated_where_nobody_came_is_no_case(world: World) -> None:
    world.handed_in("binh")
    figure = measure(world, unit_subject(world, "binh"), Measure.SATISFACTION)
    assert figure.state is MeasurementState.NO_CASES


def test_an_officer_without_shift_and_dossier_has_no_case_and_one_with_a_shift_is_off(
    world: World,
) -> None:
    nam = officer_subject(world, "nam")
    assert measure(world, nam, Measure.SATISFACTION).state is MeasurementState.NO_CASES
    world.shift("binh-1", "nam")
    assert measure(world, nam, Measure.SATISFACTION).state is MeasurementState.OFF
    world.rate("binh", {4: 1}, officer="nam")
    assert measure(world, nam, Measure.SATISFACTION).value == 100


@pytest.mark.parametrize(
    "wanted",
    [
        Measure.DOSSIERS_ONE_STOP,
        Measure.DOSSIERS_IN_SOFTWARE,
        Measure.DOSSIERS_ONLINE,
        Measure.DOSSIERS_ON_TIME,
        Measure.PARTICIPATION,
    ],
)
def test_no_dossiers_is_no_case_only_where_the_list_was_handed_in(
    world: World, wanted: Measure
) -> None:
    cat = unit_subject(world, "cat")
    assert measure(world, cat, wanted).state is MeasurementState.NOT_SUBMITTED
    world.handed_in("cat", on=date(2025, 12, 30))
    assert measure(world, cat, wanted).state is MeasurementState.NOT_SUBMITTED
    world.handed_in("cat")
    assert measure(world, cat, wanted).state is MeasurementState.NO_CASES


def test_exactly_ninety_nine_percent_stays_exact(world: World) -> None:
    world.dossiers("an", 99)
    world.dossiers("an", 1, took=9)
    figure = measure(world, unit_subject(world, "an"), Measure.DOSSIERS_ON_TIME)
    assert (figure.value, figure.n) == (Decimal(99), 100)


def test_dossiers_without_a_day_are_told_beside_the_figure(world: World) -> None:
    world.dossiers("an", 4)
    world.dossiers("an", 2, due_on=None)
    figure = measure(world, unit_subject(world, "an"), Measure.DOSSIERS_ON_TIME)
    assert figure.cases == 4
    assert figure.note is not None
    assert figure.note.values == {"count": 2}


def test_the_paper_register_is_held_against_the_software(world: World) -> None:
    world.dossiers("an", 30, received_on=date(2026, 9, 10))
    world.dossiers("an", 60, received_on=date(2026, 11, 10))
    an = unit_subject(world, "an")
    assert measure(world, an, Measure.DOSSIERS_IN_SOFTWARE).state is MeasurementState.NOT_SUBMITTED
    world.paper("an", date(2026, 9, 1), 10)
    figure = measure(world, an, Measure.DOSSIERS_IN_SOFTWARE)
    assert (figure.hits, figure.cases, figure.value) == (90, 100, Decimal(90))
    world.paper("an", date(2026, 11, 1), 20)  # the running month may be reported early
    assert measure(world, an, Measure.DOSSIERS_IN_SOFTWARE).cases == 120


def test_a_dossier_of_unknown_degree_counts_as_one_that_could_be_online(world: World) -> None:
    world.dossiers("an", 7, online=True, level=4)
    world.dossiers("an", 3, online=False, level=None)
    figure = measure(world, unit_subject(world, "an"), Measure.DOSSIERS_ONLINE)
    assert (figure.hits, figure.cases) == (7, 10)


def test_only_offline_procedures_make_the_online_share_exempt(world: World) -> None:
    world.dossiers("an", 7, online=False, level=2)
    figure = measure(world, unit_subject(world, "an"), Measure.DOSSIERS_ONLINE)
    assert figure.state is MeasurementState.NO_CASES


def test_a_procedure_is_public_only_on_paper_and_by_qr_and_while_in_force(world: World) -> None:
    first, second, third, past = world.procedures
    an = unit_subject(world, "an")
    assert measure(world, an, Measure.PROCEDURES_PUBLIC).value == 0
    world.post("an", [first, past])
    world.post("an-centre", [first, second])
    world.post("an", [third], by_qr=False)
    figure = measure(world, an, Measure.PROCEDURES_PUBLIC)
    assert (figure.hits, figure.cases) == (2, 3)


def test_participation_is_never_above_all(world: World) -> None:
    world.dossiers("an", 10)
    world.rate("an", {5: 4})
    an = unit_subject(world, "an")
    assert measure(world, an, Measure.PARTICIPATION).value == 40
    world.rate("an", {5: 40}, lane="dossier")
    assert measure(world, an, Measure.PARTICIPATION).value == 100


def test_no_complaint_is_no_case(world: World) -> None:
    an = unit_subject(world, "an")
    wanted = Measure.COMPLAINTS_ANSWERED_ON_TIME
    assert measure(world, an, wanted).state is MeasurementState.NO_CASES
    world.complaint("an", date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 4))
    assert measure(world, an, wanted).value == 100


def test_a_late_joiner_is_measured_on_its_own_days(world: World) -> None:
    world.rate("binh", {1: 5}, on=date(2026, 2, 1))
    world.rate("binh", {5: 5}, on=date(2026, 9, 1))
    late = unit_subject(world, "binh", Window(date(2026, 8, 1), TODAY))
    assert measure(world, late, Measure.SATISFACTION).value == 100


def test_the_number_of_queries_does_not_grow_with_the_competitors(world: World) -> None:
    world.dossiers("an", 2)
    codes = ["an", "binh", "cat"]
    with statements(world.session.get_bind()) as one:
        measure_all(world.session, frame(world), [unit_subject(world, "an")], AUTOMATIC)
    with statements(world.session.get_bind()) as three:
        subjects = [unit_subject(world, code) for code in codes]
        measure_all(world.session, frame(world), subjects, AUTOMATIC)
    assert len(three) == len(one)
    assert len(one) <= len(AUTOMATIC) + 2


def test_no_measure_reads_single_ratings(world: World) -> None:
    with statements(world.session.get_bind()) as asked:
        subjects = [unit_subject(world, "an"), officer_subject(world, "nam")]
        measure_all(world.session, frame(world), subjects, AUTOMATIC[:1])
    assert any("rating_day" in statement for statement in asked)
    assert not any("FROM rating " in statement for statement in asked)
