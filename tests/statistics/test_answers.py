"""Figures of items: averages, shares and measures of campaigns, against values made by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Settings, Window
from shared.domain.questionnaire import OF_THE_CAMPAIGNS, Group
from shared.domain.scoring import Measurement, MeasurementState
from shared.models.organisation import Unit
from shared.models.rating import Rating
from shared.services import channels, ratings
from shared.statistics import answers, opinions
from shared.statistics.answers import ItemLine
from shared.statistics.measures import Frame, Subject, measure_all
from shared.statistics.satisfaction import Tally
from tests.infrastructure.office import ask_items
from tests.rating_office import MORNING, RatingOffice, a_rating, rating_office

TOUCHED = datetime(2026, 11, 18, 2, 29, tzinfo=UTC)
NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)
TODAY = date(2026, 11, 18)
WINDOW = Window(TODAY, TODAY)
LANES = Settings().lanes
# Six residents; each answers what they like.
SAID: tuple[dict[str, Any], ...] = (
    {"welcome": 5, "guidance": 4, "farewell": 3, "visits": 1, "extra_money": True},
    {"welcome": 4, "clean": 2, "visits": 1, "extra_money": False},
    {"welcome": 4, "guidance": 2, "visits": 2, "extra_money": False},
    {"welcome": 1, "tidy": 5, "visits": 4, "extra_money": False},
    {"welcome": 3, "visits": 1, "extra_money": False},
    {"welcome": 9, "unheard_of": 1},
)


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, where six residents answered."""
    made = rating_office(session, now)
    ask_items(session, now)
    record(session, made, *(a_rating(answers=said, sequence=n) for n, said in enumerate(SAID, 1)))
    return made


def record(session: Session, office: RatingOffice, *items: Any, now: datetime = NOON) -> None:
    """Record as the door does."""
    channel = channels.recognise(session, office.token)
    assert channel is not None
    ratings.record(session, channel, items, now, now)


def line(session: Session, office: RatingOffice, code: str, *, unseal: bool = False) -> ItemLine:
    """Give the figures of one item."""
    found = answers.items(session, {office.unit_id}, WINDOW, LANES, unseal=unseal)
    return next(one for one in found if one.item.code == code)


def measured(
    session: Session, office: RatingOffice, officer: str = "", *, over: bool = False
) -> dict[Measure, Measurement]:
    """Measure by the items, for the unit or one of its officers."""
    officer_id = office.officers[officer] if officer else None
    organisation_id = session.get_one(Unit, office.unit_id).organisation_id
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    made = Frame(organisation_id, zone, Settings(), as_of=NOON, today=TODAY, over=over)
    subject = Subject(1, frozenset({office.unit_id}), officer_id, WINDOW)
    wanted = [Measure.RECEPTION, Measure.PREMISES, Measure.ONE_VISIT]
    found = measure_all(session, made, [subject], wanted)
    return {measure: found[1, measure] for measure in wanted}


def test_an_item_has_its_average_its_share_and_its_number(
    session: Session, office: RatingOffice
) -> None:
    welcome = line(session, office, "welcome")
    # (5 + 4 + 4 + 1 + 3) / 5 = 3.4; three of five are 4 or 5
    assert (welcome.cases, welcome.average, welcome.value) == (5, Decimal("3.4"), Decimal(60))
    assert welcome.low is not None
    assert welcome.high is not None
    assert welcome.low < 60 < welcome.high
    visits = line(session, office, "visits")
    # (1 + 1 + 2 + 4 + 1) / 5 = 1.8; three of five came once
    assert (visits.cases, visits.average, visits.value) == (5, Decimal("1.8"), Decimal(60))


def test_under_five_answers_only_their_number_is_told(
    session: Session, office: RatingOffice
) -> None:
    guidance = line(session, office, "guidance")
    assert (guidance.cases, guidance.average, guidance.value) == (2, None, None)


def test_what_is_sealed_is_for_the_level_above_alone(
    session: Session, office: RatingOffice
) -> None:
    shown = answers.items(session, {office.unit_id}, WINDOW, LANES)
    assert "extra_money" not in {one.item.code for one in shown}
    sealed = line(session, office, "extra_money", unseal=True)
    assert (sealed.cases, sealed.average, sealed.value) == (5, None, Decimal(20))


def test_items_stand_in_the_order_asked(session: Session, office: RatingOffice) -> None:
    shown = answers.items(session, {office.unit_id}, WINDOW, LANES)
    order = [item.code for item in OF_THE_CAMPAIGNS]
    assert [one.item.code for one in shown] == [*order[:3], "clean", "tidy", "visits"]


def test_versions_that_ask_the_same_item_count_together(
    session: Session, office: RatingOffice, now: datetime
) -> None:
    ask_items(session, now, OF_THE_CAMPAIGNS[:1], code="mau-2")
    record(session, office, a_rating(sequence=7, questionnaire="mau-2", answers={"welcome": 5}))
    assert line(session, office, "welcome").cases == 6


def test_a_campaign_measures_groups_of_items(session: Session, office: RatingOffice) -> None:
    found = measured(session, office)
    # reception: 5 4 4 1 3 · 4 2 · 3 → four of eight; premises: 2 · 5 → one of two
    told = {measure: (one.hits, one.cases, one.value) for measure, one in found.items()}
    assert told == {
        Measure.RECEPTION: (4, 8, Decimal(50)),
        Measure.PREMISES: (1, 2, Decimal(50)),
        Measure.ONE_VISIT: (3, 5, Decimal(60)),
    }
    assert measured(session, office, MORNING) == found
    days = answers.by_day(session, {office.unit_id}, WINDOW, Settings(), Group.RECEPTION)
    assert days == {TODAY: Tally(4, 8)}


def test_where_nobody_was_asked_the_measure_is_off(session: Session, now: datetime) -> None:
    made = rating_office(session, now)
    record(session, made, a_rating(sequence=1))
    states = {one.state for one in measured(session, made).values()}
    assert states == {MeasurementState.OFF}


def test_uncertain_answers_that_come_after_the_end_are_left_out(
    session: Session, office: RatingOffice
) -> None:
    late = [row.id for row in session.scalars(select(Rating)) if row.answers.get("visits") == 4]
    session.execute(
        update(Rating)
        .where(Rating.id.in_(late))
        .values(marks=["time_uncertain"], received_at=NOON + timedelta(hours=1))
    )
    found = measured(session, office, over=True)
    # without the one who said welcome 1, tidy 5 and four visits
    told = {measure: (one.hits, one.cases) for measure, one in found.items()}
    assert told == {
        Measure.RECEPTION: (4, 7),
        Measure.PREMISES: (0, 1),
        Measure.ONE_VISIT: (3, 4),
    }
    assert measured(session, office, MORNING, over=True) == found


def test_words_beside_a_sealed_answer_are_sealed_too(
    session: Session, office: RatingOffice
) -> None:
    for number, told in ((7, True), (8, False)):
        said = {"extra_money": told}
        record(session, office, a_rating(sequence=number, answers=said, comment=f"Lời {number}"))
    shown = {
        unseal: {
            one.comment
            for one in opinions.single(session, {office.unit_id}, None, None, 1, unseal=unseal)[0]
        }
        for unseal in (False, True)
    }
    assert shown == {False: {"", "Lời 8"}, True: {"", "Lời 7", "Lời 8"}}
