"""Criteria that count only some records: by procedure, field, channel, level, kind, lane, desk."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.domain.campaign_leader import Leader
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.measure import Measure
from shared.domain.milestone import MilestoneKind, Verdict
from shared.domain.scoring import CompetitorKind, MeasurementState
from shared.models.campaign import Campaign
from shared.models.rating import Rating
from shared.services import (
    campaign_leaders,
    campaigns,
    criteria,
    freezes,
    standings,
)
from shared.services.campaigns import Opening
from shared.statistics import narrowed, records
from shared.statistics.frames import Frame, Subject
from shared.statistics.measures import measure_all
from tests.campaign_world import JANUARY_FIRST, NOW, TODAY, YEAR_END, World, build

COLLECTIVE = CompetitorKind.COLLECTIVE
BIRTH, LAND = "1.000001", "1.000002"


@pytest.fixture
def world(session: Session) -> World:
    world = build(session)
    world.procedures[0].field, world.procedures[1].field = "Hộ tịch", "Đất đai"
    session.flush()
    return world


@pytest.fixture
def draft(world: World) -> Campaign:
    asked = Opening("loc-2026", "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END)
    return campaigns.open_from_template(world.session, "long_my", asked, world.scope, NOW)


def start(world: World, campaign: Campaign) -> None:
    campaigns.confirm_weights(campaign, "hoa", NOW)
    campaigns.start(world.session, campaign, NOW)


def frame_of(world: World, campaign: Campaign) -> Frame:
    return standings.standings(world.session, campaign, NOW).frame


def whole(world: World, unit: str = "an") -> Subject:
    days = Window(JANUARY_FIRST, TODAY)
    return Subject(1, frozenset({world.unit(unit)}), None, days)


def measured(
    world: World, campaign: Campaign, measure: Measure, **kinds: tuple[str, ...]
) -> tuple[MeasurementState, int | None, int | None]:
    frame = frame_of(world, campaign)
    found = narrowed.measured(
        world.session, frame, [whole(world)], measure, CriterionFilter(**kinds)
    )
    return found[1].state, found[1].hits, found[1].cases


MEASURED = MeasurementState.MEASURED


def test_dossiers_count_by_procedure_field_channel_and_level(world: World, draft: Campaign) -> None:
    birth, land = world.procedures[:2]
    world.dossiers("an", 3, procedure_id=birth.id, channel="online", level=4)
    world.dossiers("an", 2, took=9, procedure_id=land.id, channel="desk", level=2)

    def on_time(**kinds: tuple[str, ...]) -> tuple[object, ...]:
        return measured(world, draft, Measure.DOSSIERS_ON_TIME, **kinds)

    assert on_time(procedures=(BIRTH,)) == (MEASURED, 3, 3)
    assert on_time(fields=("Đất đai",)) == (MEASURED, 0, 2)
    assert on_time(fields=("Đất đai", "Hộ tịch")) == (MEASURED, 3, 5)
    assert on_time(channels=("desk",)) == (MEASURED, 0, 2)
    assert on_time(levels=("3", "4")) == (MEASURED, 3, 3)
    assert on_time(levels=("4",), channels=("desk",)) == (MeasurementState.NO_CASES, 0, 0)


@pytest.mark.parametrize("officer", [None, "mai"])
def test_what_is_said_beside_a_share_of_all_dossiers_is_said_of_those_a_filter_leaves(
    world: World, draft: Campaign, officer: str | None
) -> None:
    again: dict[str, Any] = {"reappointments": 1, "apologised_on": date(2026, 11, 5)}
    asked: dict[str, Any] = {"procedure_id": world.procedures[0].id, "officer": officer}
    world.dossiers("an", 2, **asked)
    world.dossiers("an", 3, **asked, due_on=None)
    world.dossiers("an", 1, took=9, **asked, **again, reappointed_on=date(2026, 11, 12))
    world.dossiers("an", 1, took=None, **asked, **again, reappointed_on=YEAR_END)  # not judged yet
    frame, measure = frame_of(world, draft), Measure.DOSSIERS_ON_TIME
    key = world.officers[officer].id if officer else None
    subject = replace(whole(world), officer_id=key)
    of_all = measure_all(world.session, frame, [subject], [measure])[1, measure]
    world.dossiers("an", 4, procedure_id=world.procedures[1].id, officer=officer, due_on=None)
    wanted = CriterionFilter(procedures=(BIRTH,))
    found = narrowed.measured(world.session, frame, [subject], measure, wanted)[1]
    assert (found.hits, found.cases) == (3, 3)
    assert found.note is not None
    assert found.note.values == {"count": 3, "again": 1}
    assert found == of_all


def test_no_dossier_of_a_kind_is_exempt_and_no_list_at_all_is_missing(
    world: World, draft: Campaign
) -> None:
    wanted = CriterionFilter(procedures=(BIRTH,))
    frame = frame_of(world, draft)
    world.handed_in("an")
    subjects = [whole(world), Subject(2, frozenset({world.unit("cat")}), None, whole(world).window)]
    found = narrowed.measured(world.session, frame, subjects, Measure.DOSSIERS_ON_TIME, wanted)
    assert found[1].state is MeasurementState.NO_CASES
    assert found[2].state is MeasurementState.NOT_SUBMITTED


def test_cases_count_by_kind_channel_procedure_and_desk(world: World, draft: Campaign) -> None:
    early, late = date(2026, 3, 10), date(2026, 3, 20)
    due, came = date(2026, 3, 16), date(2026, 3, 2)
    desk = world.desks["an-1"].id
    world.complaint("an", came, due, early, kind="petition", channel="desk", desk_id=desk)
    world.complaint("an", came, due, late, procedure_id=world.procedures[1].id)

    def answered(**kinds: tuple[str, ...]) -> tuple[object, ...]:
        return measured(world, draft, Measure.COMPLAINTS_ANSWERED_ON_TIME, **kinds)

    assert answered(kinds=("petition",)) == (MEASURED, 1, 1)
    assert answered(kinds=("report",)) == (MEASURED, 0, 1)
    assert answered(channels=("desk",)) == (MEASURED, 1, 1)
    assert answered(fields=("Đất đai",)) == (MEASURED, 0, 1)
    assert answered(desks=("an-1",)) == (MEASURED, 1, 1)


def rated(world: World, number: int, score: int, lane: str, **places: int) -> None:
    at = NOW - timedelta(hours=1)
    world.session.execute(
        insert(Rating).values(
            id=UUID(int=number),
            digest="0" * 64,
            lane=lane,
            unit_id=world.unit("an"),
            score=score,
            questionnaire="",
            answers={},
            reasons=[],
            language="vi",
            duration_ms=1000,
            device_rated_at=at.isoformat(),
            rated_at=at,
            rated_on=TODAY,
            received_at=at,
            marks=[],
            **places,
        )
    )
    world.session.flush()


def test_ratings_count_by_lane_desk_and_procedure(world: World, draft: Campaign) -> None:
    rated(world, 1, 5, "dossier", procedure_id=world.procedures[0].id)
    rated(world, 2, 2, "desk", desk_id=world.desks["an-1"].id)
    rated(world, 3, 5, "open")  # shown, never scored

    def satisfied(**kinds: tuple[str, ...]) -> tuple[object, ...]:
        return measured(world, draft, Measure.SATISFACTION, **kinds)

    assert satisfied(lanes=("dossier",)) == (MEASURED, 1, 1)
    assert satisfied(lanes=("desk",)) == (MEASURED, 0, 1)
    assert satisfied(desks=("an-1",)) == (MEASURED, 0, 1)
    assert satisfied(fields=("Hộ tịch",)) == (MEASURED, 1, 1)
    assert satisfied(lanes=("open",)) == (MeasurementState.OFF, 0, 0)


def key_of(world: World, campaign: Campaign, code: str) -> int:
    key, _rule = criteria.by_code(world.session, campaign, COLLECTIVE, code)
    return key


def test_a_criterion_with_a_filter_scores_and_shows_only_its_records(
    world: World, draft: Campaign
) -> None:
    wanted = CriterionFilter(procedures=(BIRTH,))
    criteria.set_filter(world.session, draft, key_of(world, draft, "2.6"), wanted)
    start(world, draft)
    world.dossiers("an", 3, procedure_id=world.procedures[0].id)
    world.dossiers("an", 2, took=9, procedure_id=world.procedures[1].id)
    found = standings.standings(world.session, draft, NOW)
    place = found.place_of(COLLECTIVE, "an")
    (score,) = [one for one in place.row.entry.scores if one.rule.code == "2.6"]
    assert (score.measurement.hits, score.measurement.cases) == (3, 3)
    among = narrowed.of_dossiers(score.rule.filter, found.frame.organisation_id)
    sheet = records.dossiers(
        world.session, found.frame, place.subject, Measure.DOSSIERS_ON_TIME, 1, among
    )
    assert sheet.total == 3


def test_a_filter_is_of_what_the_measure_knows_and_the_office_has(
    world: World, draft: Campaign
) -> None:
    on_time = key_of(world, draft, "2.6")
    for wanted, code in (
        (CriterionFilter(desks=("an-1",)), "criterion_filter"),
        (CriterionFilter(channels=("fax",)), "criterion_filter"),
        (CriterionFilter(procedures=("9.9",)), "filter_unknown"),
    ):
        with pytest.raises(Invalid) as refused:
            criteria.set_filter(world.session, draft, on_time, wanted)
        assert refused.value.code == code
    start(world, draft)
    with pytest.raises(RuleBroken):
        criteria.set_filter(world.session, draft, on_time, CriterionFilter(levels=("4",)))


def test_a_copy_keeps_filters_and_a_freeze_of_them_verifies(world: World, draft: Campaign) -> None:
    wanted = CriterionFilter(levels=("3", "4"))
    criteria.set_filter(world.session, draft, key_of(world, draft, "2.6"), wanted)
    asked = Opening("ban-sao", "Thi đua", world.unit("province"), JANUARY_FIRST, YEAR_END)
    made = campaigns.copy(world.session, draft, asked, world.scope, NOW)
    assert criteria.by_code(world.session, made, COLLECTIVE, "2.6")[1].filter == wanted
    start(world, draft)
    day = date(2026, 10, 31)
    frozen = freezes.freeze(world.session, draft, MilestoneKind.PRELIMINARY, day, "hoa", NOW)
    assert freezes.check(world.session, frozen, NOW).verdict is Verdict.SAME
    (rule,) = [one for one in freezes.standing_of(frozen).plan.criteria if one.filter.narrows]
    assert (rule.code, rule.filter) == ("2.6", wanted)


def test_a_review_frozen_before_there_were_filters_and_leaders_still_opens_and_verifies(
    world: World, draft: Campaign
) -> None:
    start(world, draft)
    day = date(2026, 10, 31)
    frozen = freezes.freeze(world.session, draft, MilestoneKind.PRELIMINARY, day, "hoa", NOW)
    assert '"filter"' not in frozen.content
    assert '"leaders"' not in frozen.content
    assert freezes.standing_of(frozen).plan.leaders == ()
    assert freezes.check(world.session, frozen, NOW).verdict is Verdict.SAME


def test_a_campaign_over_the_end_of_the_districts_is_handed_over(world: World) -> None:
    asked = Opening(
        "giao-2025", "Thi đua", world.unit("province"), date(2025, 1, 1), date(2025, 12, 31)
    )
    made = campaigns.open_from_template(world.session, "nui_thanh", asked, world.scope, NOW)
    first, second = campaign_leaders.of_campaign(world.session, made)
    assert (first.name, first.until) == ("Phòng Nội vụ", date(2025, 6, 30))
    assert (second.name, second.since, second.until) == ("Sở Nội vụ", date(2025, 7, 1), None)
    assert made.organiser == "Phòng Nội vụ"


def test_a_later_handover_leaves_a_frozen_review_as_it_was(world: World, draft: Campaign) -> None:
    campaign_leaders.keep(world.session, draft, [Leader("Sở Nội vụ")])
    start(world, draft)
    day = date(2026, 10, 31)
    frozen = freezes.freeze(world.session, draft, MilestoneKind.PRELIMINARY, day, "hoa", NOW)
    campaign_leaders.keep(
        world.session,
        draft,
        [
            Leader("Sở Nội vụ", until=date(2026, 11, 15)),
            Leader("Ban Thi đua", since=date(2026, 11, 16)),
        ],
    )
    assert freezes.check(world.session, frozen, NOW).verdict is Verdict.SAME
    now = standings.standings(world.session, draft, NOW).plan.leaders
    assert [one.name for one in now] == ["Sở Nội vụ", "Ban Thi đua"]


@pytest.mark.parametrize(
    "leaders",
    [
        [Leader("A"), Leader("B")],
        [Leader("A", until=date(2026, 5, 31)), Leader("B", since=date(2026, 5, 31))],
        [Leader(" ")],
        [Leader("A", since=date(2026, 5, 2), until=date(2026, 5, 1))],
    ],
)
def test_one_body_leads_on_a_day(world: World, draft: Campaign, leaders: list[Leader]) -> None:
    with pytest.raises(Invalid):
        campaign_leaders.keep(world.session, draft, leaders)
