"""What figures tell of confidential reports: whether one was upheld, once its month is over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from shared.domain.calendar import end_of_day
from shared.domain.campaign import Settings, Window
from shared.domain.measure import Measure
from shared.domain.scoring import MeasurementState
from shared.domain.sealed import Action
from shared.models.sealed import SealedReport
from shared.services import sealed_reports
from shared.statistics.confidential import units_with_one_upheld
from shared.statistics.frames import Frame, Subject
from shared.statistics.further_measures import Further
from tests import campaign_world
from tests import sealed_world as world
from tests.case_world import ANSWER, build, person
from tests.statistics.test_evaluations import measured, unit

MARCH = datetime(2026, 3, 10, 2, tzinfo=UTC)
YEAR = Window(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def units(session: Session, now: datetime) -> dict[str, int]:
    """Sen Hồng, in which one report is upheld on 18 November 2026, and Lúa Vàng with none."""
    places = build(session, now)
    for key, place in places.items():
        world.give_key(session, f"inspector-{key}", key, now)
        world.report(session, place.unit_id, now)
    for action in (Action.UPHOLD, Action.REJECT):
        conclude(session, places["sen"].unit_id, action, now)
    conclude(session, places["lua"].unit_id, Action.REJECT, now, "inspector-lua")
    return {key: place.unit_id for key, place in places.items()}


def conclude(
    session: Session, unit_id: int, action: Action, now: datetime, who: str = "inspector-sen"
) -> None:
    report, _code = world.report(session, unit_id, now)
    inspector = person(session, who)
    sealed_reports.open_texts(session, report.number, inspector, now)
    sealed_reports.verify(session, report.number, report.version, inspector, now)
    sealed_reports.conclude(session, report.number, action, ANSWER, report.version, inspector, now)


@pytest.mark.parametrize(
    ("today", "over", "told"),
    [
        (date(2026, 11, 30), False, False),
        (date(2026, 12, 1), False, True),
        (date(2026, 11, 18), True, True),
    ],
)
def test_an_upheld_report_is_told_when_its_month_or_the_period_is_over(
    session: Session, units: dict[str, int], today: date, over: bool, told: bool
) -> None:
    found = units_with_one_upheld(session, units.values(), YEAR, today, over=over)
    assert found == (frozenset({units["sen"]}) if told else frozenset())


@pytest.mark.parametrize(
    ("today", "shown_until", "told"),
    [
        (date(2026, 11, 22), {}, False),  # what anybody may see, up to a Sunday
        (date(2026, 12, 6), {}, True),
        (date(2026, 11, 22), None, True),  # a review
    ],
)
def test_weeks_that_anybody_may_see_tell_no_month_that_is_not_over(
    session: Session,
    units: dict[str, int],
    today: date,
    shown_until: dict[int, date] | None,
    told: bool,
) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    as_of = end_of_day(today, zone)
    frame = Frame(1, zone, Settings(), as_of, today, over=True, shown_until=shown_until)
    subject = Subject(1, frozenset(units.values()), None, Window(YEAR.first, today))
    found = Further(session, frame, subject.window, [subject]).upheld
    assert found == (frozenset({units["sen"]}) if told else frozenset())


def test_a_report_counts_in_the_period_of_its_conclusion(
    session: Session, units: dict[str, int]
) -> None:
    for window in (
        Window(YEAR.first, date(2026, 11, 17)),
        Window(date(2026, 11, 19), YEAR.last),
    ):
        later = YEAR.last + timedelta(days=1)
        assert not units_with_one_upheld(session, units.values(), window, later, over=True)


def test_a_campaign_learns_whether_there_was_one_and_not_how_many(session: Session) -> None:
    office = campaign_world.build(session)
    an = unit(office, "an")
    # Nobody can report anything yet: that none was upheld says nothing.
    assert measured(office, an, Measure.REPORTS_UPHELD).state is MeasurementState.OFF
    world.add_inspector(session, "thanhtra", office.unit("province"), MARCH)
    assert measured(office, an, Measure.REPORTS_UPHELD).value == 0
    for number, state in enumerate(("upheld", "upheld", "received", "not_upheld")):
        add(session, office.unit("an-centre"), number, state)
    assert measured(office, an, Measure.REPORTS_UPHELD).value == 1
    assert measured(office, unit(office, "cat"), Measure.REPORTS_UPHELD).value == 0


def add(session: Session, unit_id: int, number: int, state: str) -> None:
    """Add a report that came and was judged in March."""
    session.add(
        SealedReport(
            number=f"K-{number}",
            form_id=str(number),
            code_hash=str(number),
            link_hash=str(number),
            unit_id=unit_id,
            matter="broker",
            state=state,
            level=0,
            language="vi",
            received_at=MARCH,
            received_on=MARCH.date(),
            concluded_at=None if state == "received" else MARCH,
            concluded_on=None if state == "received" else MARCH.date(),
        )
    )
    session.flush()
