"""Opening, copying, editing, starting and closing a campaign."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib.resources import files

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import (
    CODE,
    Action,
    CampaignPlan,
    CampaignState,
    Milestone,
    Settings,
    check_open,
    check_plan,
    check_rules_editable,
    check_start,
    next_state,
    shifted,
)
from shared.domain.campaign_template import Template, parse_template
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.scoring import CompetitorKind, CriterionRule
from shared.models.campaign import Campaign as Campaign  # the doors name it by this module
from shared.models.campaign import CampaignCompetitor, CampaignCriterion
from shared.models.organisation import Unit
from shared.services import campaign_bands, campaign_leaders, competitors, milestones, peer_groups
from shared.services.criterion_rows import criterion_row, rule_of

TEMPLATES = ("nui_thanh", "long_my", "bac_tra_my", "district_2022", "thach_that")
# Built once: every page of a campaign asks.
_CRITERIA = (
    select(CampaignCriterion)
    .where(CampaignCriterion.campaign_id == bindparam("campaign"))
    .order_by(CampaignCriterion.position, CampaignCriterion.id)
)


@dataclass(frozen=True)
class Opening:
    """What is asked for when a campaign is opened or copied."""

    code: str
    name: str
    unit_id: int  # who runs it
    starts_on: date
    ends_on: date
    document: str | None = None  # none: that of the template
    organiser: str = ""


@dataclass(frozen=True)
class Listed:
    """A line of the list of campaigns."""

    code: str
    name: str
    state: CampaignState
    organiser: str
    starts_on: date
    ends_on: date
    collectives: int
    individuals: int


def templates() -> list[Template]:
    """Read the campaign templates that ship with the product."""
    folder = files("shared.reference").joinpath("campaigns")
    return [
        parse_template(key, json.loads(folder.joinpath(f"{key}.json").read_text("utf-8")))
        for key in TEMPLATES
    ]


def template(key: str) -> Template:
    """Give one template by its key; NotFound when there is none."""
    for known in templates():
        if known.key == key:
            return known
    raise NotFound


def listed(session: Session, scope: Collection[int]) -> list[Listed]:
    """List the campaigns that units of `scope` run or compete in, the latest period first."""
    query = select(Campaign).where(_within(scope))
    rows = session.scalars(query.order_by(Campaign.starts_on.desc(), Campaign.code)).all()
    counts = _competitor_counts(session, [row.id for row in rows])
    return [_line(row, counts.get(row.id, (0, 0))) for row in rows]


def all_listed(session: Session) -> list[Listed]:
    """List every campaign of the installation, for whoever operates the machine itself."""
    units = set(session.scalars(select(Unit.id)))
    return listed(session, units)


def by_code(session: Session, code: str) -> Campaign:
    """Give any campaign of the installation, for commands and jobs; NotFound when there is none."""
    return _one(session, select(Campaign).where(Campaign.code == code), code)


def find(session: Session, code: str, scope: Collection[int]) -> Campaign:
    """Give a campaign that units of `scope` run or compete in; NotFound otherwise."""
    return _one(session, select(Campaign).where(Campaign.code == code, _within(scope)), code)


def find_to_run(session: Session, code: str, scope: Collection[int]) -> Campaign:
    """Give a campaign that a unit of `scope` runs; NotFound otherwise."""
    query = select(Campaign).where(Campaign.code == code, Campaign.unit_id.in_(scope))
    return _one(session, query, code)


def open_from_template(
    session: Session,
    key: str,
    opening: Opening,
    scope: Collection[int],
    now: datetime,
    *,
    unit_ids: Iterable[int] = (),
    with_officers: bool = True,
) -> Campaign:
    """Open a draft with the template's criteria and the given units as competitors.

    Without `unit_ids` the units right below the organising one compete, or it alone. Raises
    Invalid for a plan that could not be scored, NotFound for a template or unit out of reach.
    """
    source = template(key)
    asked = _plan_of(opening)
    leaders = source.leaders_within(asked.starts_on, asked.ends_on)
    usual = asked.organiser in ("", source.organiser)
    plan = replace(
        asked,
        theme=source.theme,
        criteria=source.criteria,
        milestones=source.milestones_from(asked.starts_on, asked.ends_on),
        document=source.document if opening.document is None else asked.document,
        organiser=leaders[0].name if usual else asked.organiser,
        launched_on=source.launched_on if asked.starts_on == source.starts_on else None,
        bands=source.bands,
        leaders=leaders if usual and len(leaders) > 1 else (),
    )
    campaign = _add(session, plan, opening.unit_id, scope, now)
    campaign.template = key
    competing = list(unit_ids) or competitors.units_below(session, opening.unit_id, opening.ends_on)
    competitors.add_units(session, campaign, competing, scope)
    if with_officers and CompetitorKind.INDIVIDUAL in source.kinds:
        competitors.add_officers_of(session, campaign, competing)
    return campaign


def copy(
    session: Session, source: Campaign, opening: Opening, scope: Collection[int], now: datetime
) -> Campaign:
    """Open a draft with another campaign's criteria, settings and present competitors.

    Figures entered by hand stay with the campaign they were entered for.
    """
    rules = plan_of(session, source)
    asked = _plan_of(opening)
    moved = asked.starts_on - rules.starts_on
    plan = replace(
        asked,
        theme=rules.theme,
        settings=rules.settings,
        criteria=rules.criteria,
        milestones=tuple(
            replace(one, on=shifted(one.on, moved, asked.ends_on)) for one in rules.milestones
        ),
        bands=rules.bands,
        groups=rules.groups,
    )
    made = _add(session, plan, opening.unit_id, scope, now)
    made.report = dict(source.report)
    taking_part = select(CampaignCompetitor).where(
        CampaignCompetitor.campaign_id == source.id, CampaignCompetitor.left_on.is_(None)
    )
    for row in session.scalars(taking_part.order_by(CampaignCompetitor.id)):
        session.add(
            CampaignCompetitor(
                campaign_id=made.id, unit_id=row.unit_id, officer_id=row.officer_id, head=row.head
            )
        )
    session.flush()
    milestones.copy_days(session, source, made, moved)
    peer_groups.copy(session, source, made)
    return made


def edit_plan(session: Session, campaign: Campaign, changed: CampaignPlan) -> None:
    """Change name, document, dates and settings.

    A running campaign keeps its first day and its settings; a closed one keeps everything.
    Raises RuleBroken then, and Invalid for a plan that could not be scored.
    """
    before = plan_of(session, campaign)
    check_open(CampaignState(campaign.state))
    if (changed.starts_on, changed.settings) != (before.starts_on, before.settings):
        check_rules_editable(CampaignState(campaign.state))
    check_plan(replace(changed, code=campaign.code, criteria=before.criteria))
    campaign.name, campaign.theme = changed.name.strip(), changed.theme.strip()
    campaign.document, campaign.organiser = changed.document.strip(), changed.organiser.strip()
    campaign.starts_on, campaign.ends_on = changed.starts_on, changed.ends_on
    campaign.launched_on = changed.launched_on
    _set_settings(campaign, changed.settings)
    if changed.milestones != before.milestones:
        milestones.set_all(session, campaign, changed.milestones)


def confirm_weights(campaign: Campaign, actor: str, now: datetime) -> None:
    """Note that the organiser took a template's weights for its own, changed or as they were."""
    check_rules_editable(CampaignState(campaign.state))
    campaign.weights_confirmed_by, campaign.weights_confirmed_at = actor, now


def start(session: Session, campaign: Campaign, now: datetime) -> None:
    """Let a draft run; RuleBroken without competitors or while a template's weights are suggested.

    Raises Invalid for weights that do not add up to 100.
    """
    state = next_state(CampaignState(campaign.state), Action.START)
    if campaign.template is not None and campaign.weights_confirmed_at is None:
        raise RuleBroken(
            "weights_unconfirmed",
            N_("Trọng số của mẫu chỉ là gợi ý. Ban tổ chức phải xác nhận trước khi bắt đầu."),
        )
    check_start(plan_of(session, campaign), competitors.kinds(session, campaign))
    campaign.state, campaign.started_at = state, now


def close(campaign: Campaign, now: datetime) -> None:
    """End a running campaign; what happens later no longer counts. RuleBroken if not running."""
    campaign.state = next_state(CampaignState(campaign.state), Action.CLOSE)
    campaign.closed_at = now


def units_within(session: Session, scope: Collection[int]) -> list[Unit]:
    """List the units that could run a campaign or compete in one, by name."""
    return list(session.scalars(select(Unit).where(Unit.id.in_(scope)).order_by(Unit.name)))


def top_unit(session: Session, scope: Collection[int]) -> int | None:
    """Give the unit a campaign is usually run by: the first within reach with nothing above it."""
    above = or_(Unit.parent_id.is_(None), Unit.parent_id.not_in(scope))
    query = select(Unit.id).where(Unit.id.in_(scope), above)
    return session.scalar(query.order_by(Unit.name, Unit.id).limit(1))


def plan_of(
    session: Session, campaign: Campaign, criteria: Sequence[tuple[int, CriterionRule]] = ()
) -> CampaignPlan:
    """Give a stored campaign as its plan, criteria in order; whoever has read them passes them."""
    bands, bands_set_at = campaign_bands.with_their_day(session, campaign)
    return CampaignPlan(
        code=campaign.code,
        name=campaign.name,
        theme=campaign.theme,
        document=campaign.document,
        organiser=campaign.organiser,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        launched_on=campaign.launched_on,
        settings=settings_of(campaign),
        criteria=tuple(rule for _, rule in criteria or criteria_of(session, campaign)),
        milestones=tuple(milestones_of(session, campaign)),
        bands=bands,
        bands_set_at=bands_set_at,
        groups=peer_groups.groups_of(session, campaign),
        leaders=tuple(campaign_leaders.of_campaign(session, campaign)),
    )


def milestones_of(session: Session, campaign: Campaign) -> list[Milestone]:
    """Give the milestones of a stored campaign, the earliest first."""
    return milestones.of_campaign(session, campaign)


def settings_of(campaign: Campaign) -> Settings:
    """Give what a stored campaign counts."""
    return Settings(
        satisfied_from_score=campaign.satisfied_from_score,
        lanes=tuple(campaign.lanes),
        unmet_ceiling=campaign.unmet_ceiling,
    )


def criteria_of(session: Session, campaign: Campaign) -> list[tuple[int, CriterionRule]]:
    """Give the criteria with their keys, in the order of the plan."""
    rows = session.scalars(_CRITERIA, {"campaign": campaign.id})
    return [(row.id, rule_of(row)) for row in rows]


def _one(session: Session, query: Select[Campaign], code: str) -> Campaign:
    """Run a query for one campaign; what cannot be a code is not even asked for."""
    found = session.scalar(query) if CODE.fullmatch(code) else None
    if found is None:
        raise NotFound
    return found


def _plan_of(opening: Opening) -> CampaignPlan:
    return CampaignPlan(
        code=opening.code.strip(),
        name=opening.name.strip(),
        theme="",
        document=(opening.document or "").strip(),
        organiser=opening.organiser.strip(),
        starts_on=opening.starts_on,
        ends_on=opening.ends_on,
    )


def _add(
    session: Session, plan: CampaignPlan, unit_id: int, scope: Collection[int], now: datetime
) -> Campaign:
    if unit_id not in scope:
        raise NotFound
    check_plan(plan)
    if session.scalar(select(Campaign.id).where(Campaign.code == plan.code)) is not None:
        raise Invalid("code_taken", N_("Mã này đã có phong trào khác dùng."), field="code")
    campaign = Campaign(
        unit_id=unit_id,
        code=plan.code,
        name=plan.name,
        theme=plan.theme,
        document=plan.document,
        organiser=plan.organiser,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        launched_on=plan.launched_on,
        state=CampaignState.DRAFT,
        report={},
        created_at=now,
    )
    _set_settings(campaign, plan.settings)
    session.add(campaign)
    session.flush()
    for position, rule in enumerate(plan.criteria):
        session.add(criterion_row(campaign.id, position, rule))
    milestones.add_all(session, campaign, plan.milestones)
    campaign_bands.add_bands(session, campaign, plan.bands)
    peer_groups.add_groups(session, campaign, plan.groups)
    campaign_leaders.store(session, campaign, plan.leaders)
    return campaign


def _set_settings(campaign: Campaign, settings: Settings) -> None:
    campaign.satisfied_from_score = settings.satisfied_from_score
    campaign.lanes = list(settings.lanes)
    campaign.unmet_ceiling = settings.unmet_ceiling


def _within(scope: Collection[int]) -> ColumnElement[bool]:
    competing = select(CampaignCompetitor.campaign_id).where(CampaignCompetitor.unit_id.in_(scope))
    return or_(Campaign.unit_id.in_(scope), Campaign.id.in_(competing))


def _competitor_counts(session: Session, keys: Collection[int]) -> dict[int, tuple[int, int]]:
    query = (
        select(
            CampaignCompetitor.campaign_id,
            func.count() - func.count(CampaignCompetitor.officer_id),
            func.count(CampaignCompetitor.officer_id),
        )
        .where(CampaignCompetitor.campaign_id.in_(keys))
        .group_by(CampaignCompetitor.campaign_id)
    )
    return {key: (units, officers) for key, units, officers in session.execute(query)}


def _line(row: Campaign, counts: tuple[int, int]) -> Listed:
    return Listed(
        code=row.code,
        name=row.name,
        state=CampaignState(row.state),
        organiser=row.organiser,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        collectives=counts[0],
        individuals=counts[1],
    )
