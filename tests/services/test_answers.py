"""Answers to a questionnaire: the version in force, what counts, totals, and what it costs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.domain.questionnaire import OF_THE_CAMPAIGNS, items_to_data
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.organisation import Desk, Unit
from shared.models.questionnaire import Questionnaire, QuestionnaireUse, RatingDayAnswer
from shared.models.rating import Rating
from shared.services import channels, invitations, placements, ratings
from shared.services.invitations import PhoneRating, Target
from shared.services.questionnaire_uses import in_force
from shared.services.rating_totals import differences
from tests.infrastructure.statements import statements
from tests.rating_office import LONG_AGO, RatingOffice, a_rating, rating_office

NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)
TODAY = date(2026, 11, 18)
MONDAY = date(2026, 11, 16)
ALL_ANSWERS = {
    "welcome": 5,
    "guidance": 4,
    "farewell": 3,
    "friendly": 5,
    "clean": 2,
    "tidy": 1,
    "modern": 4,
    "visits": 2,
    "extra_money": False,
}


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    """The office, committed."""
    return rating_office(session, now)


def a_version(session: Session, office: RatingOffice, code: str) -> Questionnaire:
    """Add a version that has been put to use."""
    row = Questionnaire(
        organisation_id=session.get_one(Unit, office.unit_id).organisation_id,
        series=code.rpartition("-")[0],
        version=int(code.rpartition("-")[2]),
        code=code,
        name="Mẫu",
        items=items_to_data(OF_THE_CAMPAIGNS),
        created_at=NOON,
        used_at=NOON,
    )
    session.add(row)
    session.flush()
    return row


def use(
    session: Session,
    version: Questionnaire | None,
    office: RatingOffice,
    valid_from: date = LONG_AGO,
    valid_to: date | None = None,
    **whom: Any,
) -> None:
    """Put a version to use."""
    session.add(
        QuestionnaireUse(
            organisation_id=session.get_one(Unit, office.unit_id).organisation_id,
            questionnaire_id=None if version is None else version.id,
            valid_from=valid_from,
            valid_to=valid_to,
            created_at=NOON,
            **whom,
        )
    )
    session.flush()


def record(session: Session, token: str, *items: Any, now: datetime = NOON) -> list[str]:
    """Record as the door does; give what became of each."""
    channel = channels.recognise(session, token)
    assert channel is not None
    return [one.result for one in ratings.record(session, channel, items, now, now).results]


def totals(session: Session) -> dict[tuple[str, int], int]:
    """Give how often each value of each item was answered."""
    found: dict[tuple[str, int], int] = {}
    for row in session.scalars(select(RatingDayAnswer)):
        for value in range(6):
            count = getattr(row, f"value_{value}")
            if count:
                found[row.item, value] = found.get((row.item, value), 0) + count
    return found


def versions_kept(session: Session) -> list[str]:
    return list(session.scalars(select(Rating.questionnaire).order_by(Rating.sequence)))


def test_default_is_what_the_unit_is_asked_on_the_day_of_the_touch(
    session: Session, office: RatingOffice
) -> None:
    use(
        session,
        a_version(session, office, "cu-1"),
        office,
        LONG_AGO,
        MONDAY,
        unit_id=office.unit_id,
    )
    use(session, a_version(session, office, "moi-1"), office, TODAY, unit_id=office.unit_id)
    days = (MONDAY, MONDAY + timedelta(1), TODAY)
    touched = [datetime(day.year, day.month, day.day, 2, tzinfo=UTC) for day in days]
    items = [a_rating(sequence=n, at=at) for n, at in enumerate(touched, 1)]
    assert set(record(session, office.token, *items)) == {"stored"}
    assert versions_kept(session) == ["cu-1", "niemno-1", "moi-1"]


def test_a_named_version_stays_whatever_is_in_force(session: Session, office: RatingOffice) -> None:
    old = a_version(session, office, "cu-1")
    use(session, a_version(session, office, "moi-1"), office, unit_id=office.unit_id)
    codes = ("cu-1", "niemno-1", "moi-1")
    items = [a_rating(sequence=n, questionnaire=code) for n, code in enumerate(codes, 1)]
    assert set(record(session, office.token, *items)) == {"stored"}
    assert versions_kept(session) == list(codes)
    old.used_at = None  # never in use: no screen can have shown it
    session.flush()
    assert record(session, office.token, a_rating(sequence=4, questionnaire="cu-1")) == ["refused"]


def test_a_campaign_stands_before_the_unit_and_the_unit_before_everybody(
    session: Session, office: RatingOffice
) -> None:
    asked = [in_force(session, office.unit_id, TODAY).code]
    use(session, a_version(session, office, "chung-1"), office)
    asked.append(in_force(session, office.unit_id, TODAY).code)
    use(session, a_version(session, office, "xa-1"), office, unit_id=office.unit_id)
    asked.append(in_force(session, office.unit_id, TODAY).code)
    campaign = _campaign(session, office, "running")
    use(session, a_version(session, office, "phong-trao-1"), office, campaign_id=campaign.id)
    asked.append(in_force(session, office.unit_id, TODAY).code)
    use(session, None, office, unit_id=office.unit_id)
    campaign.state = "draft"
    session.flush()
    asked.append(in_force(session, office.unit_id, TODAY).code)
    assert asked == ["niemno-1", "chung-1", "xa-1", "phong-trao-1", "niemno-1"]


def test_what_a_unit_uses_holds_for_all_below_it_and_the_nearest_stands(
    session: Session, office: RatingOffice
) -> None:
    own = session.get_one(Unit, office.unit_id)
    levels = [own]
    for code in ("PHONG", "XA", "TINH"):
        above = Unit(
            organisation_id=own.organisation_id,
            code=code,
            name=code,
            level="centre",
            valid_from=LONG_AGO,
        )
        session.add(above)
        session.flush()
        levels[-1].parent_id = above.id
        levels.append(above)
    beside = _other_unit(session, office)
    asked = []
    use(session, a_version(session, office, "chung-1"), office)
    for unit in (levels[3], levels[2], levels[1], own):
        use(session, a_version(session, office, f"u{unit.id}-1"), office, unit_id=unit.id)
        asked.append(in_force(session, own.id, TODAY).code)
    assert asked == [f"u{unit.id}-1" for unit in reversed(levels)]
    assert in_force(session, levels[2].id, TODAY).code == f"u{levels[2].id}-1"
    assert in_force(session, beside, TODAY).code == "chung-1"
    assert record(session, office.token, a_rating(sequence=1)) == ["stored"]
    assert versions_kept(session) == [f"u{own.id}-1"]


def test_a_campaign_asks_in_all_units_below_the_one_that_takes_part(
    session: Session, office: RatingOffice
) -> None:
    campaign = _campaign(session, office, "running")
    use(session, a_version(session, office, "phong-trao-1"), office, campaign_id=campaign.id)
    own = session.get_one(Unit, office.unit_id)
    top, middle = (
        Unit(
            organisation_id=own.organisation_id,
            code=code,
            name=code,
            level="commune",
            valid_from=LONG_AGO,
        )
        for code in ("TINH", "XA")
    )
    session.add_all((top, middle))
    session.flush()
    own.parent_id, middle.parent_id = middle.id, top.id
    session.execute(update(CampaignCompetitor).values(unit_id=top.id))
    assert in_force(session, own.id, TODAY).code == "phong-trao-1"


def test_a_campaign_asks_only_on_its_days_and_only_who_takes_part(
    session: Session, office: RatingOffice
) -> None:
    campaign = _campaign(session, office, "running")
    use(session, a_version(session, office, "phong-trao-1"), office, campaign_id=campaign.id)
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    asked = [in_force(session, office.unit_id, day).code for day in days]
    assert asked == ["niemno-1", "phong-trao-1", "phong-trao-1", "niemno-1"]
    session.execute(update(CampaignCompetitor).values(unit_id=_other_unit(session, office)))
    assert in_force(session, office.unit_id, TODAY).code == "niemno-1"


def test_a_touch_at_an_earlier_desk_was_asked_what_that_desk_asked(
    session: Session, office: RatingOffice, now: datetime
) -> None:
    elsewhere = _other_unit(session, office)
    session.add(Desk(unit_id=elsewhere, code="Q-9", name="Quầy 9", valid_from=LONG_AGO))
    use(session, a_version(session, office, "o-day-1"), office, unit_id=office.unit_id)
    use(session, a_version(session, office, "o-kia-1"), office, unit_id=elsewhere)
    kiosk, token = channels.pair(session, "Q-9", None, now - timedelta(days=9))
    placements.place(session, kiosk, office.desk_id, now - timedelta(days=1))
    late = a_rating(sequence=1, desk="Q-9", answers={"welcome": 5})
    assert record(session, token, late, a_rating(sequence=2, desk="Q-1")) == ["stored", "stored"]
    assert versions_kept(session) == ["o-kia-1", "o-day-1"]
    assert totals(session) == {("welcome", 5): 1}


def test_answers_are_counted_once_by_item_and_value(session: Session, office: RatingOffice) -> None:
    use(session, a_version(session, office, "mau-1"), office)
    first, second = (
        a_rating(sequence=1, answers=ALL_ANSWERS),
        a_rating(sequence=2, answers={"welcome": 5, "visits": 4, "extra_money": True}),
    )
    assert record(session, office.token, first, second, second) == ["stored", "stored", "duplicate"]
    assert record(session, office.token, first) == ["duplicate"]
    changed = first | {"answers": {"welcome": 1}}
    assert record(session, office.token, changed) == ["conflict"]
    expected = {(item, int(value)): 1 for item, value in ALL_ANSWERS.items()}
    expected |= {("welcome", 5): 2, ("visits", 4): 1, ("extra_money", 1): 1}
    assert totals(session) == expected
    assert differences(session) == []
    session.execute(update(RatingDayAnswer).values(value_5=RatingDayAnswer.value_5 + 1))
    assert {found.table for found in differences(session)} == {
        "rating_day_answer",
        "rating_month_answer",
    }


def test_answers_outside_the_items_are_marked_and_refuse_nothing(
    session: Session, office: RatingOffice
) -> None:
    use(session, a_version(session, office, "mau-1"), office)
    rating = a_rating(sequence=1, answers={"welcome": 9, "unheard_of": 3, "clean": 2})
    assert record(session, office.token, rating) == ["stored"]
    kept = session.scalars(select(Rating)).one()
    assert kept.answers == rating["answers"]
    assert kept.marks[-3:] == [
        "answers_outside",
        "answers_outside:welcome",
        "answers_outside:unheard_of",
    ]
    assert totals(session) == {("clean", 2): 1}
    assert differences(session) == []


def test_without_answers_a_post_asks_no_more_and_any_number_costs_the_same(
    session: Session, office: RatingOffice
) -> None:
    use(session, a_version(session, office, "mau-1"), office)
    asked = []
    for number, answers in enumerate(({}, {"welcome": 5}, ALL_ANSWERS), 1):
        with statements() as said:
            record(session, office.token, a_rating(sequence=number, answers=answers, desk="Q-1"))
        asked.append(len(said))
    plain = asked[0]
    # The version they answer, and the totals of a day and of a month: PostgreSQL adds up at once.
    more = 1 if session.connection().dialect.name == "postgresql" else 3
    assert asked == [plain, plain + more, plain + more]
    with statements() as said:
        batch = [a_rating(sequence=n, answers=ALL_ANSWERS, desk="Q-1") for n in range(4, 54)]
        record(session, office.token, *batch)
    assert len(said) == plain + more
    session.execute(update(QuestionnaireUse).values(valid_to=LONG_AGO))
    with statements() as said:
        record(session, office.token, a_rating(sequence=54, desk="Q-1"))
    assert len(said) == plain


def test_a_phone_keeps_the_version_of_its_page(
    session: Session, office: RatingOffice, now: datetime
) -> None:
    version = a_version(session, office, "mau-1")
    use(session, version, office)
    token = invitations.printed(session, office.unit_id, Target.DESK, office.desk_id, now)
    invited = invitations.look_up(session, token, now)
    plain = PhoneRating(id=uuid4(), score=4, reasons=(), comment="", language="vi")
    answered = PhoneRating(
        id=uuid4(),
        score=4,
        reasons=(),
        comment="",
        language="vi",
        questionnaire="mau-1",
        answers={"welcome": 5, "visits": 9},
    )
    results = [invitations.rate(session, invited, form, now) for form in (plain, answered)]
    assert results == ["stored", "stored"]
    assert invitations.rate(session, invited, answered, now) == "duplicate"
    assert totals(session) == {("welcome", 5): 1}
    kept = session.get_one(Rating, answered.id)
    assert (kept.questionnaire, kept.marks[-1]) == ("mau-1", "answers_outside:visits")
    assert session.scalar(select(func.count()).where(Rating.questionnaire == "mau-1")) == 2


def _campaign(session: Session, office: RatingOffice, state: str) -> Campaign:
    campaign = Campaign(
        unit_id=office.unit_id,
        code="pt-2026",
        name="Phong trào",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        state=state,
        lanes=["desk"],
        unmet_ceiling=1,
        created_at=NOON,
    )
    session.add(campaign)
    session.flush()
    session.add(CampaignCompetitor(campaign_id=campaign.id, unit_id=office.unit_id))
    session.flush()
    return campaign


def _other_unit(session: Session, office: RatingOffice) -> int:
    unit = Unit(
        organisation_id=session.get_one(Unit, office.unit_id).organisation_id,
        code="XA-KIA",
        name="Xã Kia",
        level="commune",
        valid_from=LONG_AGO,
    )
    session.add(unit)
    session.flush()
    return unit.id
