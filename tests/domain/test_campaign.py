"""Plans, states and checks of a campaign."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest

from shared.domain.campaign import (
    Action,
    CampaignPlan,
    CampaignState,
    Measure,
    Settings,
    Source,
    Window,
    check_open,
    check_plan,
    check_rules_editable,
    check_running,
    check_start,
    check_written,
    in_groups,
    next_state,
    window,
)
from shared.domain.campaign_template import Template, parse_template
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.scoring import Comparison, CompetitorKind, Step, Target, TargetUnit

COLLECTIVE, INDIVIDUAL = CompetitorKind.COLLECTIVE, CompetitorKind.INDIVIDUAL


@pytest.fixture(scope="module")
def long_my() -> Template:
    text = files("shared.reference").joinpath("campaigns/long_my.json").read_text("utf-8")
    return parse_template("long_my", json.loads(text))


def plan(**changes: Any) -> CampaignPlan:
    sample = CampaignPlan(
        code="long-my-2026",
        name="Thi đua cải cách hành chính",
        theme="",
        document="",
        organiser="",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
    )
    return replace(sample, **changes)


def refused(call: Any, *arguments: Any) -> str:
    with pytest.raises(RuleBroken) as caught:
        call(*arguments)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize(
    ("code", "comparison", "target", "measure"),
    [
        ("2.2", Comparison.AT_LEAST, "100", Measure.PROCEDURES_PUBLIC),
        ("2.3", Comparison.AT_LEAST, "100", Measure.DOSSIERS_ONE_STOP),
        ("2.4", Comparison.AT_LEAST, "100", Measure.DOSSIERS_IN_SOFTWARE),
        ("2.5", Comparison.AT_LEAST, "70", Measure.DOSSIERS_ONLINE),
        ("2.6", Comparison.MORE_THAN, "99", Measure.DOSSIERS_ON_TIME),
        ("2.8", Comparison.AT_LEAST, "95", Measure.SATISFACTION),
        ("2.10", Comparison.YES, "1", Measure.MANUAL),
    ],
)
def test_the_template_keeps_the_figures_of_the_plan(
    long_my: Template, code: str, comparison: Comparison, target: str, measure: Measure
) -> None:
    (rule,) = [r for r in long_my.criteria if r.code == code and r.kind is COLLECTIVE]
    assert (rule.target.comparison, rule.target.value, rule.measure) == (
        comparison,
        Decimal(target),
        measure,
    )


def test_criteria_gather_in_groups_in_the_order_of_the_plan(long_my: Template) -> None:
    collective = [rule for rule in long_my.criteria if rule.kind is COLLECTIVE]
    names = [(name, [rule.code for rule in rules]) for name, rules in in_groups(collective)]
    assert names[0] == ("Chỉ đạo, điều hành", ["2.1", "2.7"])
    assert [name for name, _ in names][-1] == "Kỷ luật, sáng kiến"


def test_a_campaign_starts_once_and_closes_once() -> None:
    running = next_state(CampaignState.DRAFT, Action.START)
    assert next_state(running, Action.CLOSE) is CampaignState.CLOSED
    for state, action in [
        (CampaignState.DRAFT, Action.CLOSE),
        (CampaignState.RUNNING, Action.START),
        (CampaignState.CLOSED, Action.START),
        (CampaignState.CLOSED, Action.CLOSE),
    ]:
        assert refused(next_state, state, action) == "campaign_state"


def test_the_rules_of_a_started_campaign_stand() -> None:
    check_rules_editable(CampaignState.DRAFT)
    assert refused(check_rules_editable, CampaignState.RUNNING) == "campaign_started"
    assert refused(check_open, CampaignState.CLOSED) == "campaign_closed"
    assert refused(check_running, CampaignState.DRAFT) == "campaign_not_running"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"code": "Long My"}, "campaign_code", "code"),
        ({"name": "  "}, "campaign_name", "name"),
        ({"ends_on": date(2025, 12, 31)}, "campaign_dates", "ends_on"),
        ({"starts_on": date(1, 1, 1)}, "campaign_period", "starts_on"),
        ({"ends_on": date(2032, 12, 31)}, "campaign_period", "starts_on"),
        ({"settings": Settings(satisfied_from_score=6)}, "satisfied_from", "satisfied_from_score"),
        ({"settings": Settings(lanes=())}, "lanes", "lanes"),
        ({"settings": Settings(unmet_ceiling=Decimal("1.1"))}, "unmet_ceiling", "unmet_ceiling"),
    ],
)
def test_a_plan_that_could_not_be_scored_is_refused(
    changes: dict[str, Any], code: str, field: str
) -> None:
    check_plan(plan())
    with pytest.raises(Invalid) as caught:
        check_plan(plan(**changes))
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"measure": Measure.MANUAL}, "criterion_measure"),
        ({"source": Source.DOSSIERS}, "criterion_measure"),
        (
            {"target": Target(Comparison.AT_LEAST, Decimal(3), TargetUnit.COUNT)},
            "criterion_measure",
        ),
        ({"max_points": Decimal(-1)}, "criterion_points"),
        (
            {"target": Target(Comparison.AT_LEAST, Decimal(101), TargetUnit.PERCENT)},
            "criterion_target",
        ),
        (
            {"target": Target(Comparison.MORE_THAN, Decimal(100), TargetUnit.PERCENT)},
            "criterion_target",
        ),
        (
            {"target": Target(Comparison.YES, Decimal(1), TargetUnit.PERCENT)},
            "criterion_comparison",
        ),
    ],
)
def test_a_criterion_nobody_could_measure_is_refused(
    long_my: Template, changes: dict[str, Any], code: str
) -> None:
    (rule,) = [r for r in long_my.criteria if r.code == "2.8" and r.kind is COLLECTIVE]
    assert refused(check_plan, plan(criteria=(replace(rule, **changes),))) == code


def test_a_campaign_starts_only_with_competitors_and_whole_weights(long_my: Template) -> None:
    ready = plan(criteria=long_my.criteria)
    check_start(ready, [COLLECTIVE, INDIVIDUAL])
    assert refused(check_start, ready, []) == "no_competitors"
    short = plan(criteria=long_my.criteria[1:])
    assert refused(check_start, short, [COLLECTIVE]) == "weights_sum"
    check_start(short, [INDIVIDUAL])


def test_a_late_joiner_is_judged_on_its_part_of_the_period() -> None:
    starts, ends = date(2026, 1, 1), date(2026, 12, 31)
    today = date(2026, 11, 22)
    assert window(starts, ends, None, None, today) == Window(starts, today)
    joined, left = date(2026, 3, 1), date(2026, 6, 30)
    assert window(starts, ends, joined, left, today) == Window(joined, left)
    assert window(starts, ends, None, None, date(2027, 2, 1)) == Window(starts, ends)
    assert window(starts, ends, None, None, date(2025, 12, 31)) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"max_points": Decimal("12.125")}, "criterion_points_fine"),
        (
            {"target": Target(Comparison.AT_LEAST, Decimal("1.500"), TargetUnit.COUNT)},
            "criterion_count",
        ),
        (
            {
                "target": Target(Comparison.AT_LEAST, Decimal(1500), TargetUnit.COUNT),
                "steps": (Step(Decimal("1.200"), Decimal("0.5")),),
            },
            "criterion_count",
        ),
    ],
)
def test_a_number_that_looks_like_another_is_refused(
    long_my: Template, changes: dict[str, Any], code: str
) -> None:
    (rule,) = [r for r in long_my.criteria if r.code == "2.13" and r.kind is COLLECTIVE]
    check_written(rule)
    assert refused(check_written, replace(rule, **changes)) == code
    others = tuple(one for one in long_my.criteria if one is not rule)
    unlike = plan(criteria=(*others, replace(rule, **changes)))
    assert refused(check_start, unlike, [COLLECTIVE]) in (code, "criterion_scoring")
