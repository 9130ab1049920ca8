"""Frozen standings: nothing moves them, and checking says what would be different now."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.milestone import MilestoneKind, Verdict
from shared.models.campaign import Campaign
from shared.models.freeze import CampaignFreeze
from shared.models.organisation import Unit
from shared.models.questionnaire import QuestionnaireUse
from shared.services import campaigns, freezes, review_changes, standings
from shared.services.campaigns import Opening
from tests.campaign_world import JANUARY_FIRST, NOW, YEAR_END, World, build, world_of
from tests.infrastructure.side_by_side import second_at_once
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign

REVIEWED = date(2026, 6, 30)
LATER = NOW + timedelta(days=2)


def rated_in_june(session: Session) -> None:
    world = build(session)
    world.rate("an-centre", {5: 18, 1: 2}, on=date(2026, 6, 15))
    world.dossiers("an-centre", 9, date(2026, 6, 15))
    opening = Opening(
        "thi-dua", "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END, document="KH"
    )
    made = campaigns.open_from_template(world.session, "long_my", opening, world.scope, NOW)
    campaigns.confirm_weights(made, "hoa", NOW)
    campaigns.start(world.session, made, NOW)


@pytest.fixture
def world(session: Session) -> World:
    """The province; An's centre was rated in June."""
    lay(rated_in_june, session)
    return world_of(session)


@pytest.fixture
def campaign(world: World) -> Campaign:
    """A campaign of the year, running."""
    return the_campaign(world)


def frozen(session: Session, campaign: Campaign, now: datetime = NOW) -> CampaignFreeze:
    """Freeze the review of the half year."""
    kind = MilestoneKind.PRELIMINARY
    return freezes.freeze(session, campaign, kind, REVIEWED, "tổ trưởng", now)


def test_a_frozen_standing_reads_back_as_it_was(session: Session, campaign: Campaign) -> None:
    expected = standings.standings(session, campaign, NOW, until=REVIEWED)
    assert freezes.standing_of(frozen(session, campaign)) == expected


def test_checked_at_once_it_is_the_same_byte_for_byte(session: Session, campaign: Campaign) -> None:
    found = freezes.check(session, frozen(session, campaign), LATER)
    assert (found.verdict, list(found.differences)) == (Verdict.SAME, [])


def test_later_facts_move_nothing_and_are_named(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    before = review.content
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    found = freezes.check(session, review, LATER)
    assert (found.verdict, review.content) == (Verdict.DIFFERENT, before)
    named = {one.path: (one.before, one.after) for one in found.differences}
    cases = [path for path in named if path.endswith("2.8.measurement.cases")]
    assert [named[path] for path in cases] == [(20, 25)]


def test_facts_of_later_days_are_no_difference(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    world.rate("an-centre", {1: 5}, on=date(2026, 7, 1))
    assert freezes.check(session, review, LATER).verdict is Verdict.SAME


def spoil(session: Session, review: CampaignFreeze) -> None:
    """Change one name in a frozen text, as nobody may."""
    mine = update(CampaignFreeze).where(CampaignFreeze.id == review.id)
    session.execute(mine.values(content=review.content.replace("Thi đua 2026", "Thi đua")))
    session.refresh(review)


def test_a_text_that_was_tampered_with_is_told_and_neither_shown_nor_corrected(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    spoil(session, review)
    assert freezes.check(session, review, LATER).verdict is Verdict.SPOILT
    with pytest.raises(RuleBroken, match="mã băm"):
        freezes.standing_of(review)
    with pytest.raises(RuleBroken, match="mã băm"):
        freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", LATER)
    now = standings.standings(session, campaign, LATER)
    assert review_changes.since_last(session, campaign, now) is None


def test_a_correction_beside_a_text_that_was_tampered_with_is_not_compared_with_it(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    made = freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", LATER)
    found = freezes.corrected(session, made)
    assert found is not None
    assert found.before == review
    assert found.changes
    spoil(session, review)
    assert freezes.corrected(session, made) == freezes.Corrected(review, None)


def test_a_correction_is_a_version_with_its_reason_and_both_sides(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    made = freezes.correct(session, review, " Nhập thiếu một máy ", "tổ trưởng", LATER)
    assert (made.version, made.reason, made.frozen_at) == (2, "Nhập thiếu một máy", LATER)
    assert any(one["before"] == "20" and one["after"] == "25" for one in made.changes)
    assert freezes.listed(session, campaign) == [made, review]
    assert freezes.newest(session, campaign, MilestoneKind.PRELIMINARY, REVIEWED) == made
    assert freezes.check(session, made, LATER).verdict is Verdict.SAME


def test_a_correction_needs_a_reason_a_change_and_the_newest_version(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    with pytest.raises(RuleBroken, match="không khác"):
        freezes.correct(session, review, "Xem lại", "tổ trưởng", LATER)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    with pytest.raises(Invalid, match="lý do"):
        freezes.correct(session, review, "  ", "tổ trưởng", LATER)
    freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", LATER)
    with pytest.raises(RuleBroken, match="đã được đính chính"):
        freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", LATER)


def test_a_day_that_is_not_over_a_draft_and_a_second_time_are_refused(
    session: Session, campaign: Campaign
) -> None:
    kind = MilestoneKind.PRELIMINARY
    with pytest.raises(RuleBroken, match="đã qua"):
        freezes.freeze(session, campaign, kind, date(2026, 11, 22), "tổ trưởng", NOW)
    frozen(session, campaign)
    with pytest.raises(RuleBroken, match="đã chốt"):
        frozen(session, campaign)
    campaign.state = CampaignState.DRAFT
    with pytest.raises(RuleBroken, match="chưa bắt đầu"):
        frozen(session, campaign)


def test_of_two_who_freeze_a_review_in_one_instant_the_second_is_told(
    session: Session, engine: Engine, campaign: Campaign
) -> None:
    session.commit()
    review = frozen(session, campaign)

    def freeze_too(second: Session) -> None:
        frozen(second, second.get_one(Campaign, campaign.id))

    with pytest.raises(RuleBroken, match="đã chốt"):
        second_at_once(engine, session, freeze_too)
    assert freezes.listed(session, campaign) == [review]


def test_of_two_who_correct_a_review_in_one_instant_the_second_is_told(
    session: Session, engine: Engine, world: World, campaign: Campaign
) -> None:
    review = frozen(session, campaign)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    session.commit()
    made = freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", LATER)

    def correct_too(second: Session) -> None:
        same = second.get_one(CampaignFreeze, review.id)
        freezes.correct(second, same, "Nhập sót", "tổ phó", LATER)

    with pytest.raises(RuleBroken, match="đã được đính chính"):
        second_at_once(engine, session, correct_too)
    assert freezes.listed(session, campaign) == [made, review]


def test_of_two_who_close_a_campaign_in_one_instant_the_second_is_told(
    session: Session, engine: Engine, campaign: Campaign
) -> None:
    session.commit()
    review = freezes.close(session, campaign, "tổ trưởng", NOW)

    def close_too(second: Session) -> None:
        freezes.close(second, second.get_one(Campaign, campaign.id), "tổ phó", NOW)

    with pytest.raises(RuleBroken, match="trạng thái"):
        second_at_once(engine, session, close_too)
    assert freezes.listed(session, campaign) == [review]


def test_closing_after_the_closing_review_was_frozen_keeps_it_while_it_is_right(
    session: Session, world: World, campaign: Campaign
) -> None:
    over = NOW.replace(year=2027)
    review = freezes.freeze(session, campaign, MilestoneKind.CLOSING, YEAR_END, "tổ trưởng", over)
    world.rate("an-centre", {1: 5}, on=date(2026, 6, 20))
    session.commit()
    with pytest.raises(RuleBroken, match="tính lại khác"):
        freezes.close(session, campaign, "tổ trưởng", over)
    session.rollback()
    right = freezes.correct(session, review, "Nhập thiếu", "tổ trưởng", over)
    assert freezes.close(session, campaign, "tổ trưởng", over + timedelta(hours=1)) == right
    assert freezes.in_force(session, campaign, over) == freezes.standing_of(right)
    assert freezes.check(session, right, over).verdict is Verdict.SAME


def test_closing_freezes_and_the_frozen_standing_is_the_one_that_holds(
    session: Session, world: World, campaign: Campaign
) -> None:
    review = freezes.close(session, campaign, "tổ trưởng", NOW)
    held = freezes.in_force(session, campaign, LATER)
    world.rate("an-centre", {1: 50}, on=date(2026, 6, 20))
    assert freezes.in_force(session, campaign, LATER) == held == freezes.standing_of(review)
    assert standings.standings(session, campaign, LATER) != held


def test_of_a_running_campaign_the_standing_of_now_holds(
    session: Session, world: World, campaign: Campaign
) -> None:
    frozen(session, campaign)
    world.rate("an-centre", {1: 50}, on=date(2026, 7, 1))
    found = freezes.in_force(session, campaign, NOW)
    assert found == standings.standings(session, campaign, NOW)


def test_the_questions_of_a_campaign_end_with_it_and_those_to_come_are_taken_back(
    session: Session, campaign: Campaign
) -> None:
    today, days = date(2026, 11, 22), timedelta(days=1)
    organisation_id = session.get_one(Unit, campaign.unit_id).organisation_id
    for first, last in ((REVIEWED, None), (today + days, None), (REVIEWED, today - days)):
        use = QuestionnaireUse(
            organisation_id=organisation_id, valid_from=first, valid_to=last, created_at=NOW
        )
        use.campaign_id = campaign.id
        session.add(use)
    freezes.close(session, campaign, "tổ trưởng", NOW)
    left = session.scalars(select(QuestionnaireUse).order_by(QuestionnaireUse.id)).all()
    assert [one.valid_to for one in left] == [today, today - days]
