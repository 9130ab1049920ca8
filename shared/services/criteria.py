"""Editing a draft's criteria: targets, comparisons, weights; adding and removing one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.domain import entry
from shared.domain.campaign import (
    CampaignState,
    check_criterion,
    check_rules_editable,
    check_weights,
    check_written,
)
from shared.domain.criteria_tree import LONGEST_GROUP, checked_group
from shared.domain.criterion_filter import By, CriterionFilter
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    Scoring,
    Step,
    Target,
)
from shared.models.campaign import Campaign, CampaignCriterion
from shared.models.organisation import Desk, Procedure, Unit
from shared.services.campaigns import criteria_of
from shared.services.criterion_rows import criterion_row, details_to_store, rule_of

LONGEST = {"code": 20, "group": LONGEST_GROUP, "name": 300}  # characters
ROW = ("group", "comparison", "target", "scoring", "max_points")  # fields of each criterion


@dataclass(frozen=True)
class Edit:
    """What is wanted of a criterion; the target in the criterion's own unit, points of 100."""

    name: str
    comparison: Comparison
    target: Decimal
    max_points: Decimal
    scoring: Scoring
    veto: bool | None = None  # None: as it was
    steps: tuple[Step, ...] | None = None
    per_case: Decimal | None = None
    group: str | None = None  # a path, see shared.domain.criteria_tree


def edit(
    session: Session, campaign: Campaign, kind: CompetitorKind, edits: Mapping[int, Edit]
) -> None:
    """Change all criteria of one kind of competitor at once; their points must add up to 100.

    Raises RuleBroken once the campaign has started, Invalid for a sum that is not 100 or for a
    target out of reach, NotFound for a criterion of another campaign.
    """
    check_rules_editable(CampaignState(campaign.state))
    rules = {key: rule for key, rule in criteria_of(session, campaign) if rule.kind is kind}
    if not edits.keys() <= rules.keys():
        raise NotFound
    with Faults() as faults:
        changed = {
            key: faults.read(_checked, key, rule, edits.get(key)) for key, rule in rules.items()
        }
    check_weights(changed.values(), kind)
    for key in edits:
        _store(session, key, changed[key])
    _unconfirm(campaign)


def add(session: Session, campaign: Campaign, rule: CriterionRule) -> None:
    """Add a criterion to a draft, at first with no points, so that the others keep theirs."""
    check_rules_editable(CampaignState(campaign.state))
    with Faults() as faults:
        for name in ("code", "group", "name"):
            faults.read(entry.text, {name: getattr(rule, name)}, name, LONGEST[name])
        faults.read(check_criterion, rule)
        faults.read(check_written, rule)
    rule = replace(rule, group=checked_group(rule.group))
    same = [known for _, known in criteria_of(session, campaign) if known.kind is rule.kind]
    if rule.code in {known.code for known in same}:
        raise Invalid("criterion_code", N_("Mã tiêu chí này đã có."), field="code")
    last = select(func.max(CampaignCriterion.position)).where(
        CampaignCriterion.campaign_id == campaign.id
    )
    session.add(criterion_row(campaign.id, (session.scalar(last) or 0) + 1, rule))
    _unconfirm(campaign)
    session.flush()


def set_filter(session: Session, campaign: Campaign, key: int, wanted: CriterionFilter) -> None:
    """Let a criterion of a draft count only some records; an empty filter: all of them.

    Raises RuleBroken once the campaign has started, Invalid naming the field for what its measure
    cannot be narrowed by and for codes or fields the office does not have.
    """
    check_rules_editable(CampaignState(campaign.state))
    row = row_of(session, campaign, key)
    rule = replace(rule_of(row), filter=wanted)
    check_criterion(rule)
    known = offices_values(session, campaign)
    for by, values in known.items():
        for value in wanted.of(by):
            if value not in values:
                raise Invalid(
                    "filter_unknown",
                    N_("“%(value)s” không có trong danh mục của cơ quan."),
                    field=by.value,
                    value=value[:60],
                )
    row.details = details_to_store(rule)
    _unconfirm(campaign)
    session.flush()


def offices_values(session: Session, campaign: Campaign) -> Mapping[By, Mapping[str, str]]:
    """Give the codes and words of the campaign's office that records can be narrowed by."""
    own = select(Unit.organisation_id).where(Unit.id == campaign.unit_id).scalar_subquery()
    procedures = session.execute(
        select(Procedure.code, Procedure.name, Procedure.field)
        .where(Procedure.organisation_id == own)
        .order_by(Procedure.code)
    ).all()
    desks = session.execute(
        select(Desk.code, Desk.name)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.organisation_id == own)
        .order_by(Desk.code)
    )
    return {
        By.PROCEDURES: {code: name for code, name, _field in procedures},
        By.FIELDS: {field: field for _code, _name, field in procedures if field},
        By.DESKS: dict(iter(desks)),
    }


def remove(session: Session, campaign: Campaign, key: int) -> None:
    """Take a criterion off a draft; RuleBroken once the campaign has started."""
    check_rules_editable(CampaignState(campaign.state))
    session.delete(row_of(session, campaign, key))
    _unconfirm(campaign)
    session.flush()


def row_of(session: Session, campaign: Campaign, key: int) -> CampaignCriterion:
    """Give a stored criterion of the campaign; NotFound for one of another."""
    row = session.get(CampaignCriterion, key)
    if row is None or row.campaign_id != campaign.id:
        raise NotFound
    return row


def rule(session: Session, campaign: Campaign, key: int) -> CriterionRule:
    """Give a criterion of the campaign as its rule; NotFound for one of another."""
    return rule_of(row_of(session, campaign, key))


def by_code(
    session: Session, campaign: Campaign, kind: CompetitorKind, code: str
) -> tuple[int, CriterionRule]:
    """Give a criterion with its key; NotFound when the campaign has none of that code."""
    for key, rule in criteria_of(session, campaign):
        if (rule.kind, rule.code) == (kind, code):
            return key, rule
    raise NotFound


def _unconfirm(campaign: Campaign) -> None:
    """Let changed rules be confirmed once more before the start."""
    campaign.weights_confirmed_by, campaign.weights_confirmed_at = None, None


def _checked(key: int, rule: CriterionRule, wanted: Edit | None) -> CriterionRule:
    """Give a criterion as it is wanted; Invalid names the fields of its row in the form."""
    try:
        changed = _changed(rule, wanted)
        check_criterion(changed)
        check_written(changed)
    except Invalid as refusal:
        raise refusal.called({name: f"{name}-{key}" for name in ROW}) from None
    return changed


def _changed(rule: CriterionRule, wanted: Edit | None) -> CriterionRule:
    if wanted is None:
        return rule
    return replace(
        rule,
        name=wanted.name.strip() or rule.name,
        group=rule.group if wanted.group is None else checked_group(wanted.group),
        target=Target(wanted.comparison, wanted.target, rule.target.unit),
        max_points=wanted.max_points,
        scoring=wanted.scoring,
        veto=rule.veto if wanted.veto is None else wanted.veto,
        steps=rule.steps if wanted.steps is None else wanted.steps,
        per_case=rule.per_case if wanted.per_case is None else wanted.per_case,
    )


def _store(session: Session, key: int, rule: CriterionRule) -> None:
    row = session.get_one(CampaignCriterion, key)
    row.name, row.scoring, row.group = rule.name, rule.scoring, rule.group
    row.comparison, row.target = rule.target.comparison, rule.target.value
    row.max_points, row.details = rule.max_points, details_to_store(rule)
