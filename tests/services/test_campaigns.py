"""Campaigns from the template to a standing, as services do it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, Settings
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.domain.figure import Figure
from shared.domain.measure import Measure, Source
from shared.domain.scoring import Comparison, ScoreState, Scoring
from shared.models.campaign import Campaign
from shared.services import (
    campaigns,
    competitors,
    criteria,
    figures,
    freezes,
    report_data,
    standings,
)
from shared.services.criteria import Edit
from shared.services.report_data import ReportData
from tests.campaign_world import NOW, TODAY, World
from tests.opened_campaign import (
    COLLECTIVE,
    INDIVIDUAL,
    build_asked,
    enter,
    opening,
    score_of,
    standing,
    the_campaign,
    verify,
)


@pytest.fixture
def world(session: Session, request: pytest.FixtureRequest) -> World:
    return build_asked(session, request)


@pytest.fixture
def draft(world: World) -> Campaign:
    return the_campaign(world)


@pytest.fixture
def running(world: World) -> Campaign:
    return the_campaign(world)


def test_a_campaign_opens_from_the_template_with_the_units_below_and_their_officers(
    world: World, draft: Campaign
) -> None:
    taking_part = competitors.of_campaign(world.session, draft)
    assert [one.code for one in taking_part if one.kind is COLLECTIVE] == ["cat", "an", "binh"]
    assert [one.code for one in taking_part if one.kind is INDIVIDUAL] == ["mai", "nam"]
    plan = campaigns.plan_of(world.session, draft)
    assert len([rule for rule in plan.criteria if rule.kind is COLLECTIVE]) == 16
    assert plan.settings == Settings()
    assert draft.state == CampaignState.DRAFT


def test_two_campaigns_cannot_share_a_code(world: World, draft: Campaign) -> None:
    with pytest.raises(Invalid) as caught:
        campaigns.open_from_template(world.session, "long_my", opening(world), world.scope, NOW)
    assert (caught.value.code, caught.value.field) == ("code_taken", "code")


def test_a_campaign_of_other_units_is_not_found(world: World, draft: Campaign) -> None:
    stranger = frozenset({world.unit("an-centre")})
    assert campaigns.find(world.session, draft.code, {world.unit("an")}) is draft
    with pytest.raises(NotFound):
        campaigns.find_to_run(world.session, draft.code, {world.unit("an")})
    with pytest.raises(NotFound):
        campaigns.open_from_template(
            world.session, "long_my", opening(world, "khac"), stranger, NOW
        )
    assert [line.code for line in campaigns.listed(world.session, world.scope)] == [draft.code]
    assert campaigns.listed(world.session, {10_000}) == []


def test_the_list_tells_how_many_take_part(world: World, draft: Campaign) -> None:
    (line,) = campaigns.listed(world.session, world.scope)
    assert (line.collectives, line.individuals, line.state) == (3, 2, CampaignState.DRAFT)
    assert campaigns.all_listed(world.session) == [line]


def test_a_copy_takes_rules_and_competitors_and_leaves_figures(
    world: World, running: Campaign
) -> None:
    verify(
        world,
        running,
        enter(world, running, "an", "2.10", Figure(Decimal(1))),
        Figure(Decimal(1)),
    )
    asked = replace(
        opening(world, "long-my-2027"), starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31)
    )
    made = campaigns.copy(world.session, running, asked, world.scope, NOW)
    assert made.state == CampaignState.DRAFT
    old, new = (campaigns.plan_of(world.session, one) for one in (running, made))
    assert new.criteria == old.criteria
    assert new.settings == old.settings
    assert len(competitors.of_campaign(world.session, made)) == 5
    assert not figures.counting(world.session, made, asked.ends_on)


def test_dates_and_settings_of_a_draft_change_and_rules_of_a_running_one_stand(
    world: World, draft: Campaign
) -> None:
    plan = campaigns.plan_of(world.session, draft)
    kinder = replace(plan, settings=Settings(satisfied_from_score=3), starts_on=date(2026, 2, 1))
    campaigns.edit_plan(world.session, draft, kinder)
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    longer = replace(kinder, ends_on=date(2027, 1, 31), name="Tên mới")
    campaigns.edit_plan(world.session, draft, longer)
    assert (draft.name, draft.ends_on, draft.satisfied_from_score) == (
        "Tên mới",
        date(2027, 1, 31),
        3,
    )
    with pytest.raises(RuleBroken, match="trọng số không đổi"):
        campaigns.edit_plan(world.session, draft, replace(longer, settings=Settings()))
    campaigns.close(draft, NOW)
    with pytest.raises(RuleBroken, match="kết thúc"):
        campaigns.edit_plan(world.session, draft, replace(longer, name="Khác"))


def edits_of(world: World, campaign: Campaign, **points: str) -> dict[int, Edit]:
    return {
        key: Edit(
            rule.name,
            rule.target.comparison,
            rule.target.value,
            Decimal(points.get(rule.code.replace(".", "_"), rule.max_points)),
            rule.scoring,
        )
        for key, rule in campaigns.criteria_of(world.session, campaign)
        if rule.kind is COLLECTIVE
    }


def test_weights_change_together_and_must_add_up(world: World, draft: Campaign) -> None:
    with pytest.raises(Invalid, match="phải bằng 100, hiện là 105"):
        criteria.edit(world.session, draft, COLLECTIVE, edits_of(world, draft, **{"2_8": "17"}))
    shifted = edits_of(world, draft, **{"2_8": "17", "2_6": "7"})
    criteria.edit(world.session, draft, COLLECTIVE, shifted)
    rules = {rule.code: rule for rule in campaigns.plan_of(world.session, draft).criteria[:13]}
    assert [rules[code].max_points for code in ("2.8", "2.6")] == [Decimal(17), Decimal(7)]


def test_targets_change_in_a_draft_only(world: World, draft: Campaign) -> None:
    edits = edits_of(world, draft)
    key = min(edits)
    changed = Edit("Tên", Comparison.MORE_THAN, Decimal("97.5"), Decimal(8), Scoring.ALL_OR_NOTHING)
    criteria.edit(world.session, draft, COLLECTIVE, {key: changed})
    rule = dict(campaigns.criteria_of(world.session, draft))[key]
    assert (rule.name, rule.target.comparison, rule.target.value, rule.scoring) == (
        "Tên",
        Comparison.MORE_THAN,
        Decimal("97.5"),
        Scoring.ALL_OR_NOTHING,
    )
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    with pytest.raises(RuleBroken) as caught:
        criteria.edit(world.session, draft, COLLECTIVE, {key: changed})
    assert caught.value.code == "campaign_started"


def test_a_criterion_of_another_campaign_is_not_found(world: World, draft: Campaign) -> None:
    other = campaigns.copy(world.session, draft, opening(world, "khac"), world.scope, NOW)
    with pytest.raises(NotFound):
        criteria.edit(world.session, draft, COLLECTIVE, edits_of(world, other))


def test_an_added_criterion_weighs_nothing_until_weights_are_given(
    world: World, draft: Campaign
) -> None:
    rule = campaigns.plan_of(world.session, draft).criteria[0]
    more = replace(rule, code="3.1", name="Mới", max_points=Decimal(0))
    criteria.add(world.session, draft, more)
    with pytest.raises(Invalid):
        criteria.add(world.session, draft, more)
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    assert campaigns.plan_of(world.session, draft).criteria[-1].code == "3.1"


def test_a_draft_with_a_criterion_removed_does_not_start(world: World, draft: Campaign) -> None:
    key, _ = campaigns.criteria_of(world.session, draft)[0]
    criteria.remove(world.session, draft, key)
    campaigns.confirm_weights(draft, "hoa", NOW)
    with pytest.raises(Invalid) as caught:
        campaigns.start(world.session, draft, NOW)
    assert caught.value.code == "weights_sum"


def test_competitors_join_late_leave_and_are_never_deleted_from_a_running_campaign(
    world: World, running: Campaign
) -> None:
    (cat,) = [one for one in competitors.of_campaign(world.session, running) if one.code == "cat"]
    competitors.set_period(world.session, running, cat.key, date(2026, 3, 1), date(2026, 6, 30))
    with pytest.raises(RuleBroken):
        competitors.remove(world.session, running, cat.key)
    with pytest.raises(Invalid):
        competitors.set_period(world.session, running, cat.key, date(2025, 3, 1), None)
    found = standing(world, running).place_of(COLLECTIVE, "cat")
    assert (found.subject.window.first, found.subject.window.last) == (
        date(2026, 3, 1),
        date(2026, 6, 30),
    )


def test_nobody_takes_part_twice(world: World, draft: Campaign) -> None:
    with pytest.raises(RuleBroken):
        competitors.add_units(world.session, draft, [world.unit("an")], world.scope)
    with pytest.raises(RuleBroken):
        competitors.add_officer(world.session, draft, world.officers["mai"].id, world.scope)
    with pytest.raises(NotFound):
        competitors.add_units(world.session, draft, [world.unit("an-centre")], {0})
    units, officers = competitors.could_join(world.session, draft, world.scope)
    assert [choice.name for choice in units] == ["Trung tâm Xã An", "Tỉnh Mẫu"]
    assert officers == []


def test_a_rating_moves_the_running_standing(world: World, running: Campaign) -> None:
    world.rate("an-centre", {5: 19, 1: 2}, officer="mai")
    before = score_of(standing(world, running), COLLECTIVE, "an", "2.8")
    assert (before.met, before.points) == (False, Decimal("10.80"))
    world.rate("an-centre", {4: 40}, officer="mai")
    after = standing(world, running)
    assert score_of(after, COLLECTIVE, "an", "2.8").points == 12
    assert score_of(after, INDIVIDUAL, "mai", "2.8").points == 30
    assert after.place_of(COLLECTIVE, "an").row.rank == 1


def test_an_answer_in_time_moves_the_officers_standing(world: World, running: Campaign) -> None:
    case = world.complaint("binh", TODAY - timedelta(3), TODAY + timedelta(2), None, "nam")
    before = score_of(standing(world, running), INDIVIDUAL, "nam", "2.12")
    assert before.state is ScoreState.EXEMPT
    case.answered_on, case.state = TODAY, "answered"
    world.session.flush()
    after = score_of(standing(world, running), INDIVIDUAL, "nam", "2.12")
    assert (after.state, after.points) == (ScoreState.SCORED, 15)


def test_after_the_close_time_stands_still(world: World, running: Campaign) -> None:
    campaigns.close(running, NOW)
    later = standings.standings(world.session, running, NOW + timedelta(days=90))
    assert later.as_of == NOW
    assert later.frame.today == TODAY


def test_a_case_that_never_came_up_is_exempt_and_the_others_keep_their_ratio(
    world: World, running: Campaign
) -> None:
    world.rate("binh", {5: 10}, officer="nam")
    world.dossiers("binh", 10, officer="nam", online=False, level=2)
    found = standing(world, running)
    assert score_of(found, COLLECTIVE, "binh", "2.5").state is ScoreState.EXEMPT
    nam = found.place_of(INDIVIDUAL, "nam").row
    # 2.6 and 2.8 earn 60 of the 85 that count: 2.12 is exempt, 2.7 and 2.13 are missing.
    assert nam.total == Decimal("70.59")
    assert not nam.complete


def test_the_report_data_comes_back_as_given(world: World, draft: Campaign) -> None:
    assert report_data.report_of(draft) == ReportData()
    data = ReportData(
        "UBND TỈNH MẪU", "SỞ NỘI VỤ", "12/BC-SNV", "Mẫu", "", "GIÁM ĐỐC", "A", ("Lưu: VT.",)
    )
    report_data.edit_report(draft, data)
    world.session.flush()
    world.session.expire(draft)
    assert report_data.report_of(draft) == data


def test_the_commands_json_has_exactly_the_agreed_form(world: World, running: Campaign) -> None:
    world.rate("an", {5: 2, 3: 1}, officer="mai")
    found = freezes.score_in_force_json(world.session, "long-my-2026", NOW)
    assert json.loads(json.dumps(found)) == found
    assert found.keys() == {"campaign", "as_of", "standing"}
    assert found["campaign"] == "long-my-2026"
    assert found["as_of"] == "2026-11-22T10:00:00+07:00"
    kinds = [row["kind"] for row in found["standing"]]
    assert kinds == ["collective"] * 3 + ["individual"] * 2
    first = found["standing"][0]
    assert first.keys() == {"competitor", "kind", "score", "rank", "complete", "criteria"}
    assert (first["competitor"], first["rank"], first["complete"]) == ("an", 1, False)
    assert [one["code"] for one in first["criteria"]][:3] == ["2.1", "2.7", "2.2"]
    by_code = {one["code"]: one for one in first["criteria"]}
    assert by_code["2.8"] == {
        "code": "2.8",
        "value": 66.6666666667,
        "n": 3,
        "target": 95,
        "points": 8.42,
        "max_points": 12,
        "state": "scored",
    }
    assert by_code["2.1"] == {
        "code": "2.1",
        "value": None,
        "n": 0,
        "target": 100,
        "points": 0,
        "max_points": 8,
        "state": "missing",
    }


def test_an_unknown_code_has_no_standing(world: World) -> None:
    with pytest.raises(NotFound):
        freezes.score_in_force_json(world.session, "khong-co", NOW)


def test_criteria_of_what_residents_answered_at_the_desk_stand_in_the_standing(
    world: World, draft: Campaign
) -> None:
    first = campaigns.plan_of(world.session, draft).criteria[0]
    asked = {"3.1": Measure.RECEPTION, "3.2": Measure.PREMISES, "3.3": Measure.ONE_VISIT}
    for code, measure in asked.items():
        more = replace(
            first,
            code=code,
            name=code,
            measure=measure,
            source=Source.RATINGS,
            max_points=Decimal(0),
        )
        criteria.add(world.session, draft, more)
    campaigns.confirm_weights(draft, "hoa", NOW)
    campaigns.start(world.session, draft, NOW)
    world.answer("an-centre", "welcome", {5: 30, 1: 10})
    world.answer("an-centre", "clean", {4: 40, 2: 10})
    world.answer("an-centre", "visits", {1: 18, 4: 2})
    found = standing(world, draft)
    values = [score_of(found, COLLECTIVE, "an", code).measurement.value for code in asked]
    assert values == [75, 80, 90]
