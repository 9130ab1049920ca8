"""Bands, peer groups, parts of a period and changes since a review, from stored campaigns."""

import json
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from shared.domain.band import SUGGESTED, Band
from shared.domain.campaign import Window
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.peer_group import PeerGroup
from shared.domain.scoring import CompetitorKind
from shared.models.audit import AuditEvent
from shared.models.campaign import Campaign
from shared.models.freeze import CampaignFreeze
from shared.services import (
    campaign_bands,
    campaigns,
    competitors,
    freezes,
    peer_groups,
    review_changes,
    standings,
)
from shared.services.campaigns import Opening
from shared.services.standings import Place, Standing
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build, world_of
from tests.infrastructure.side_by_side import second_at_once
from tests.infrastructure.worlds import lay
from tests.opened_campaign import the_campaign

REVIEWED = date(2026, 6, 30)
UNITS, PEOPLE = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL
LARGE, SMALL = PeerGroup("Lớn", 3), PeerGroup("Nhỏ", 0)


def drafted(session: Session) -> None:
    world = build(session)
    world.rate("an", {5: 90, 1: 10}, on=date(2026, 6, 15))
    world.rate("binh", {5: 85, 1: 15}, on=date(2026, 6, 15))
    world.rate("cat", {5: 3, 1: 37}, on=date(2026, 6, 15))
    world.dossiers("an", 4, date(2026, 6, 15))
    world.dossiers("binh", 2, date(2026, 6, 15))
    opening = Opening("thi-dua", "Thi đua 2026", world.unit("province"), JANUARY_FIRST, YEAR_END)
    campaigns.open_from_template(session, "long_my", opening, world.scope, NOW)


@pytest.fixture
def world(session: Session) -> World:
    """The province; An and Bình were rated in June and received dossiers."""
    lay(drafted, session)
    return world_of(session)


@pytest.fixture
def draft(world: World) -> Campaign:
    """A draft of the year from a template."""
    return the_campaign(world)


def started(session: Session, campaign: Campaign) -> Campaign:
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(session, campaign, NOW)
    return campaign


def standing(session: Session, campaign: Campaign) -> Standing:
    return standings.standings(session, campaign, NOW)


def names(places: list[Place]) -> list[tuple[str, int | None]]:
    return [(place.competitor.name, place.row.rank) for place in places]


def test_a_template_brings_its_bands_and_a_copy_keeps_them(
    session: Session, world: World, draft: Campaign
) -> None:
    assert campaigns.plan_of(session, draft).bands == SUGGESTED
    opening = Opening("ban-sao", "Bản sao", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.copy(session, draft, opening, world.scope, NOW)
    assert campaigns.plan_of(session, made).bands == SUGGESTED


def test_bands_change_until_the_start_and_each_change_is_in_the_log(
    session: Session, draft: Campaign
) -> None:
    bands = (Band("Đạt", Decimal("62.5")), Band("Chưa đạt", Decimal(0)))
    campaign_bands.set_bands(session, draft, bands[::-1])
    assert campaign_bands.bands_of(session, draft) == bands
    logged = select(AuditEvent).where(AuditEvent.subject.like("campaign_band%"))
    assert len(session.scalars(logged).all()) >= len(SUGGESTED) * 2
    with pytest.raises(Invalid):
        campaign_bands.set_bands(session, draft, bands[:1])
    started(session, draft)
    with pytest.raises(RuleBroken):
        campaign_bands.set_bands(session, draft, SUGGESTED)


def test_an_incomplete_total_reaches_its_band_for_the_time_being(
    session: Session, draft: Campaign
) -> None:
    found = standing(session, started(session, draft))
    place = found.place_of(UNITS, "an")
    level = found.level_of(place)
    assert level is not None
    assert (level.provisional, place.row.complete) == (True, False)


def test_groups_go_by_the_dossiers_of_the_period(session: Session, draft: Campaign) -> None:
    peer_groups.set_groups(session, draft, (SMALL, LARGE))
    found = standing(session, started(session, draft))
    assert found.group_names(UNITS) == ["Lớn", "Nhỏ"]
    assert [place.competitor.name for place in found.of_group(UNITS, "Lớn")] == ["Xã An"]
    assert [rank for _, rank in names(found.of_group(UNITS, "Nhỏ"))] == [1, 2]
    assert found.place_of(UNITS, "an").volume == 4
    assert found.group_names(PEOPLE) == []


def test_a_rank_within_a_group_does_not_touch_the_rank_among_all(
    session: Session, draft: Campaign
) -> None:
    peer_groups.set_groups(session, draft, (SMALL, LARGE))
    found = standing(session, started(session, draft))
    among_all = dict(names(found.of_kind(UNITS)))
    (last,) = [name for name, rank in names(found.of_group(UNITS, "Nhỏ")) if rank == 2]
    assert among_all[last] == 3


def test_who_is_put_in_a_group_by_hand_stays_there(session: Session, draft: Campaign) -> None:
    peer_groups.set_groups(session, draft, (LARGE, SMALL, PeerGroup("Vùng cao", None)))
    key = next(one.key for one in competitors.of_campaign(session, draft) if one.code == "an")
    peer_groups.put(session, draft, key, "Vùng cao")
    assert names(standing(session, draft).of_group(UNITS, "Vùng cao"))[0][0] == "Xã An"
    peer_groups.put(session, draft, key, "")
    assert standing(session, draft).place_of(UNITS, "an").group == "Lớn"
    with pytest.raises(NotFound):
        peer_groups.put(session, draft, key, "Không có")
    peer_groups.put(session, draft, key, "Vùng cao")
    peer_groups.set_groups(session, draft, (LARGE, SMALL))
    assert peer_groups.by_hand(session, draft) == {}


def test_a_copy_keeps_the_groups_and_who_is_in_them(
    session: Session, world: World, draft: Campaign
) -> None:
    peer_groups.set_groups(session, draft, (PeerGroup("Vùng cao", None),))
    key = next(one.key for one in competitors.of_campaign(session, draft) if one.code == "an")
    peer_groups.put(session, draft, key, "Vùng cao")
    opening = Opening("ban-sao", "Bản sao", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.copy(session, draft, opening, world.scope, NOW)
    assert [place.competitor.code for place in standing(session, made).of_group(UNITS, "Vùng cao")]


def test_a_started_campaign_puts_only_newcomers_into_groups(
    session: Session, draft: Campaign
) -> None:
    peer_groups.set_groups(session, draft, (PeerGroup("A", None), PeerGroup("B", None)))
    first, second = [
        one.key for one in competitors.of_campaign(session, draft) if one.kind is UNITS
    ][:2]
    peer_groups.put(session, draft, first, "A")
    started(session, draft)
    peer_groups.put(session, draft, second, "B")
    for key in (first, second):
        with pytest.raises(RuleBroken):
            peer_groups.put(session, draft, key, "A")
    with pytest.raises(RuleBroken):
        peer_groups.set_groups(session, draft, ())


def test_a_competitor_in_a_group_can_be_taken_off_a_draft(
    session: Session, draft: Campaign
) -> None:
    peer_groups.set_groups(session, draft, (PeerGroup("A", None),))
    key = next(one.key for one in competitors.of_campaign(session, draft) if one.code == "an")
    peer_groups.put(session, draft, key, "A")
    competitors.remove(session, draft, key)
    assert peer_groups.by_hand(session, draft) == {}


def test_a_late_joiner_is_judged_on_its_part_and_the_standing_says_so(
    session: Session, draft: Campaign
) -> None:
    keys = {one.code: one.key for one in competitors.of_campaign(session, draft)}
    competitors.set_period(session, draft, keys["an"], date(2026, 7, 1), None)
    competitors.set_period(session, draft, keys["binh"], None, date(2026, 8, 31))
    found = standing(session, draft)
    parts = {code: found.part_of(found.place_of(UNITS, code)) for code in ("an", "binh", "cat")}
    assert parts == {
        "an": Window(date(2026, 7, 1), TODAY),
        "binh": Window(JANUARY_FIRST, date(2026, 8, 31)),
        "cat": None,
    }
    satisfied = found.place_of(UNITS, "an").row.entry.scores
    assert all(one.measurement.cases != 100 for one in satisfied)


def test_neighbours_whose_intervals_meet_are_not_told_apart(
    session: Session, draft: Campaign
) -> None:
    found = standing(session, draft)
    places = found.of_kind(UNITS)
    named = {
        below: (place.competitor.code, place.row.rank)
        for below, place in found.indistinct(places).items()
    }
    for above, below in pairwise(places):
        high, low = found.interval_of(below), found.interval_of(above)
        assert high is not None
        assert low is not None
        meets = high.high >= low.low and above.row.rank != below.row.rank
        expected = (above.competitor.code, above.row.rank) if meets else None
        assert named.get(below.competitor.key) == expected
    assert named


def test_a_change_is_held_against_the_last_review_before_the_standing(
    session: Session, world: World, draft: Campaign
) -> None:
    started(session, draft)
    freezes.freeze(session, draft, MilestoneKind.OTHER, date(2026, 3, 31), "tổ trưởng", NOW)
    before = freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    world.rate("cat", {5: 9_000}, on=date(2026, 8, 3))
    found = standing(session, draft)
    last = review_changes.since_last(session, draft, found)
    assert last is not None
    assert (last.key, last.kind, last.on) == (before.id, MilestoneKind.PRELIMINARY, REVIEWED)
    moved = last.of(found.place_of(UNITS, "cat"))
    assert moved is not None
    assert moved.points is not None
    assert moved.points > 0
    assert moved.criteria["2.8"] is not None
    assert moved.criteria["2.8"] > 0
    frozen = freezes.standing_of(before)
    earlier = review_changes.since_last(session, draft, frozen)
    assert earlier is not None
    assert earlier.on == date(2026, 3, 31)


def test_a_correction_of_the_review_is_what_counts(
    session: Session, world: World, draft: Campaign
) -> None:
    started(session, draft)
    first = freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    world.rate("an", {1: 50}, on=date(2026, 6, 20))
    later = NOW + timedelta(hours=1)
    corrected = freezes.correct(session, first, "Nhập thiếu", "tổ trưởng", later)
    last = review_changes.since_last(session, draft, standing(session, draft))
    assert last is not None
    assert (last.key, last.version) == (corrected.id, 2)


def test_before_the_first_review_and_for_a_newcomer_there_is_no_change(
    session: Session, draft: Campaign
) -> None:
    started(session, draft)
    assert review_changes.since_last(session, draft, standing(session, draft)) is None
    key = next(one.key for one in competitors.of_campaign(session, draft) if one.code == "an")
    competitors.set_period(session, draft, key, date(2026, 7, 1), None)
    freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    found = standing(session, draft)
    last = review_changes.since_last(session, draft, found)
    assert last is not None
    assert last.of(found.place_of(UNITS, "an")) is None
    assert last.of(found.place_of(UNITS, "binh")) is not None


def test_a_review_frozen_before_there_were_bands_still_opens_and_verifies(
    session: Session, draft: Campaign
) -> None:
    """Its text knows neither bands nor groups, and the same facts still give it byte for byte."""
    campaign_bands.set_bands(session, draft, ())
    started(session, draft)
    old = freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    content = json.loads(old.content)
    assert {"bands", "groups"}.isdisjoint(content["plan"])
    assert "shown_until" not in content["frame"]
    assert all({"group", "volume"}.isdisjoint(place) for place in content["places"])
    found = freezes.standing_of(old)
    assert found.plan.bands == ()
    assert found.level_of(found.places[0]) is None
    assert freezes.check(session, old, NOW).verdict is Verdict.SAME


def test_a_running_campaign_without_bands_gets_some_once_and_says_when(
    session: Session, draft: Campaign
) -> None:
    campaign_bands.set_bands(session, draft, ())
    with pytest.raises(RuleBroken, match="đang chạy"):
        campaign_bands.add_later(session, draft, SUGGESTED, "hoa", NOW)
    started(session, draft)
    with pytest.raises(Invalid):
        campaign_bands.add_later(session, draft, (), "hoa", NOW)
    campaign_bands.add_later(session, draft, SUGGESTED, "hoa", NOW)
    plan = campaigns.plan_of(session, draft)
    assert (plan.bands, plan.bands_set_at) == (SUGGESTED, NOW)
    logged = select(AuditEvent).where(AuditEvent.subject.like("campaign_bands_added%"))
    assert len(session.scalars(logged).all()) == 1
    with pytest.raises(RuleBroken, match="đã có mức"):
        campaign_bands.add_later(session, draft, SUGGESTED[:1], "hoa", NOW)


def test_of_two_who_add_bands_in_one_instant_the_second_is_told(
    session: Session, engine: Engine, draft: Campaign
) -> None:
    campaign_bands.set_bands(session, draft, ())
    started(session, draft)
    session.commit()
    campaign_bands.add_later(session, draft, SUGGESTED, "hoa", NOW)

    def add(second: Session) -> None:
        same = second.get_one(Campaign, draft.id)
        campaign_bands.add_later(second, same, SUGGESTED[-1:], "tung", NOW)

    with pytest.raises(RuleBroken, match="đã có mức"):
        second_at_once(engine, session, add)
    assert campaign_bands.bands_of(session, draft) == SUGGESTED


def test_of_two_who_change_a_draft_s_bands_in_one_instant_the_later_ones_stand(
    session: Session, engine: Engine, draft: Campaign
) -> None:
    session.commit()
    campaign_bands.set_bands(session, draft, SUGGESTED[-1:])

    def change(second: Session) -> None:
        campaign_bands.set_bands(second, second.get_one(Campaign, draft.id), SUGGESTED[1:])

    second_at_once(engine, session, change)
    assert campaign_bands.bands_of(session, draft) == SUGGESTED[1:]


def test_bands_from_before_the_start_have_no_later_day_and_are_no_longer_added_to(
    session: Session, draft: Campaign
) -> None:
    started(session, draft)
    assert campaigns.plan_of(session, draft).bands_set_at is None
    with pytest.raises(RuleBroken, match="đã có mức"):
        campaign_bands.add_later(session, draft, SUGGESTED, "hoa", NOW)


def test_bands_added_later_never_reach_a_review_that_was_frozen_nor_its_correction(
    session: Session, world: World, draft: Campaign
) -> None:
    campaign_bands.set_bands(session, draft, ())
    started(session, draft)
    old = freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    later = NOW + timedelta(hours=1)
    campaign_bands.add_later(session, draft, SUGGESTED, "hoa", later)
    assert freezes.check(session, old, later).verdict is Verdict.SAME
    world.rate("an-centre", {1: 5}, on=REVIEWED)
    for _ in range(2):  # a correction of a correction neither
        world.rate("an-centre", {5: 5}, on=REVIEWED)
        old = freezes.correct(session, old, "Nhập thiếu", "tổ trưởng", later)
        assert freezes.standing_of(old).plan.bands == ()
        assert freezes.check(session, old, later).verdict is Verdict.SAME
    kind = MilestoneKind.CLOSING
    new = freezes.freeze(session, draft, kind, REVIEWED, "tổ trưởng", later)
    plan = freezes.standing_of(new).plan
    assert (plan.bands, plan.bands_set_at) == (SUGGESTED, later)
    assert freezes.check(session, new, later).verdict is Verdict.SAME


def test_bands_and_groups_are_frozen_with_the_review(session: Session, draft: Campaign) -> None:
    peer_groups.set_groups(session, draft, (SMALL, LARGE))
    started(session, draft)
    review = freezes.freeze(session, draft, MilestoneKind.PRELIMINARY, REVIEWED, "tổ trưởng", NOW)
    session.expire(session.get_one(CampaignFreeze, review.id))
    found = freezes.standing_of(review)
    assert (found.plan.bands, found.plan.groups) == (SUGGESTED, (LARGE, SMALL))
    assert found.place_of(UNITS, "an").group == "Lớn"
    assert found == standings.standings(session, draft, NOW, until=REVIEWED)
    assert freezes.check(session, review, NOW).verdict is Verdict.SAME
