"""The page of a draft's weights: the sum checked, and numbers kept as they were meant."""

import re
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from admin import campaign_forms
from shared.domain.errors import Invalid
from shared.domain.scoring import TargetUnit
from shared.models.campaign import CampaignCriterion
from shared.services import campaigns
from tests import cast
from tests.campaign_pages import HOME, campaign, draft_again, page, plain
from tests.campaign_world import World


def weight_fields(world: World, **changed: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for key, rule in campaigns.criteria_of(world.session, campaign(world)):
        if rule.kind == "collective":
            fields |= {
                f"name-{key}": rule.name,
                f"comparison-{key}": rule.target.comparison,
                f"target-{key}": str(rule.target.value).replace(".", ","),
                f"scoring-{key}": rule.scoring,
                f"max_points-{key}": changed.get(rule.code, str(rule.max_points)),
            }
    return fields


def test_weights_are_edited_together_with_the_sum_checked(
    running: World, tung: FlaskClient
) -> None:
    draft_again(running)
    path = f"{HOME}/weights/collective"
    wrong = weight_fields(running, **{"2.8": "20,5"})
    status, answered = cast.send(tung, path, wrong)
    assert status == 422
    assert "hiện là 108,5" in answered
    assert 'value="20,5"' in answered
    right = weight_fields(running, **{"2.8": "15,5", "2.6": "8,5"})
    assert cast.send(tung, path, right)[0] == 302
    assert 'value="15,5"' in page(tung, path)


def test_a_running_campaigns_weights_are_shown_and_not_taken(
    running: World, tung: FlaskClient
) -> None:
    path = f"{HOME}/weights/collective"
    assert "Hãy sao chép rồi sửa" in page(tung, path)
    assert cast.send(tung, path, weight_fields(running))[0] == 409


def test_steps_penalty_and_veto_are_set_on_the_page_of_weights(
    running: World, tung: FlaskClient
) -> None:
    draft_again(running)
    path = f"{HOME}/weights/collective"
    rules = dict(campaigns.criteria_of(running.session, campaign(running)))
    (key,) = [key for key, rule in rules.items() if (rule.kind, rule.code) == ("collective", "2.8")]
    more = {f"scoring-{key}": "steps", f"per_case-{key}": "0", f"veto-{key}": "1"}
    wrong = weight_fields(running) | more | {f"steps-{key}": ""}
    status, answered = cast.send(tung, path, wrong)
    assert status == 422
    assert "thiếu mức hoặc điểm mỗi trường hợp" in plain(answered)
    status, _ = cast.send(tung, path, wrong | {f"steps-{key}": "80: 50; 90: 80,5"})
    assert status == 302
    stored = dict(campaigns.criteria_of(running.session, campaign(running)))[key]
    assert stored.veto
    assert [(step.value, step.share) for step in stored.steps] == [
        (Decimal(80), Decimal("0.5")),
        (Decimal(90), Decimal("0.805")),
    ]
    assert 'value="80: 50; 90: 80,5"' in page(tung, path)
    assert campaign(running).weights_confirmed_at is None  # changed, so to be confirmed again


@pytest.mark.parametrize("language", ["vi", "en"])
def test_weights_saved_as_they_stand_stay_what_they_are(
    running: World, tung: FlaskClient, language: str
) -> None:
    draft_again(running)
    path = f"{HOME}/weights/collective"
    kept = {
        "2.13": (Decimal(1500), Decimal(3)),
        "2.8": (Decimal("79.995"), Decimal("12.25")),
        "2.6": (Decimal(99), Decimal("11.75")),
    }
    for row in running.session.scalars(select(CampaignCriterion)):
        if row.kind == "collective" and row.code in kept:
            row.target, row.max_points = kept[row.code]
    running.session.commit()
    shown = page(tung, f"{path}?lang={language}")
    fields = weight_fields(running)
    for name in fields:
        if name.startswith(("target-", "max_points-")):
            (field,) = re.findall(rf'<input[^>]* name="{name}"[^>]*>', shown)
            fields[name] = re.findall(r'value="([^"]*)"', field)[0]
    assert cast.send(tung, path, fields)[0] == 302
    running.session.expire_all()
    rows = campaigns.criteria_of(running.session, campaign(running))
    found = {rule.code: rule for _, rule in rows if rule.kind == "collective"}
    for code, (target, points) in kept.items():
        assert (found[code].target.value, found[code].max_points) == (target, points)


def test_a_count_with_a_sign_for_thousands_is_not_taken_for_a_fraction(
    running: World, tung: FlaskClient
) -> None:
    draft_again(running)
    rows = campaigns.criteria_of(running.session, campaign(running))
    ((key, _rule),) = [
        (key, rule) for key, rule in rows if (rule.kind, rule.code) == ("collective", "2.13")
    ]
    fields = weight_fields(running) | {f"target-{key}": "1.500"}
    status, answered = cast.send(tung, f"{HOME}/weights/collective", fields)
    assert status == 422
    assert "như 1500" in answered
    assert 'value="1.500"' in answered


@pytest.mark.parametrize("text", ["2.000", "2,0"])
def test_cases_with_a_sign_for_thousands_are_not_taken_for_a_few(text: str) -> None:
    form = MultiDict({"hits": text, "cases": "2000"})
    with pytest.raises(Invalid) as caught:
        campaign_forms.figure_of(form, TargetUnit.PERCENT)
    assert (caught.value.code, caught.value.field) == ("not_whole", "hits")
