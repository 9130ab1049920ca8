"""Figures entered by hand: handed in with evidence, confirmed by a second person."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import (
    CampaignState,
    Figure,
    Measure,
    check_figure,
    check_running,
    check_second_person,
)
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.domain.scoring import CriterionRule, Measurement, MeasurementState
from shared.models.campaign import (
    Campaign,
    CampaignCompetitor,
    CampaignCriterion,
    ManualFigure,
)
from shared.services import competitors
from shared.services.campaigns import criteria_of
from shared.services.competitors import Competitor
from shared.services.criterion_rows import rule_of


@dataclass(frozen=True)
class Place:
    """Where a figure belongs: a criterion and a competitor; with the newest figure, if any."""

    criterion_id: int
    rule: CriterionRule
    competitor: Competitor
    newest: ManualFigure | None

    @property
    def waiting(self) -> bool:
        """Tell whether a figure waits for the second person."""
        return self.newest is not None and self.newest.verified_by is None


def places(session: Session, campaign: Campaign, scope: Collection[int]) -> list[Place]:
    """List where figures are to be entered for units of `scope`, waiting ones first."""
    manual = [
        (key, rule)
        for key, rule in criteria_of(session, campaign)
        if rule.measure == Measure.MANUAL
    ]
    newest = newest_of(session, campaign)
    found = [
        Place(key, rule, competitor, newest.get((key, competitor.key)))
        for competitor in competitors.of_campaign(session, campaign)
        if competitor.unit_id in scope
        for key, rule in manual
        if rule.kind is competitor.kind
    ]
    return sorted(found, key=lambda place: not place.waiting)


def enter(
    session: Session,
    campaign: Campaign,
    criterion_id: int,
    competitor_id: int,
    figure: Figure,
    evidence: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
) -> ManualFigure:
    """Hand in a figure with its evidence; it counts once a second person has confirmed it.

    An earlier figure stays as history. Raises NotFound out of reach, RuleBroken unless the
    campaign runs, Invalid for a figure of the wrong form or without evidence.
    """
    check_running(CampaignState(campaign.state))
    rule = _manual_rule(session, campaign, criterion_id, competitor_id, scope)
    check_figure(rule.target.unit, figure, evidence)
    row = ManualFigure(
        criterion_id=criterion_id,
        competitor_id=competitor_id,
        value=figure.value,
        hits=figure.hits,
        cases=figure.cases,
        evidence=evidence.strip(),
        entered_by=actor,
        entered_at=now,
    )
    session.add(row)
    session.flush()
    return row


def verify(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    found: Figure,
    note: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
) -> ManualFigure:
    """Confirm the newest figure with what the second person found; that figure is the one scored.

    Raises RuleBroken if the same person entered it, if it was confirmed already or replaced.
    """
    check_running(CampaignState(campaign.state))
    row = session.get(ManualFigure, figure_id)
    if row is None:
        raise NotFound
    rule = _manual_rule(session, campaign, row.criterion_id, row.competitor_id, scope)
    check_second_person(row.entered_by, actor)
    newest = newest_of(session, campaign)[row.criterion_id, row.competitor_id]
    if row.verified_by is not None or newest.id != row.id:
        raise RuleBroken(
            "figure_settled", N_("Số liệu này đã được xác nhận hoặc đã có số liệu mới hơn.")
        )
    check_figure(rule.target.unit, found, row.evidence)
    row.verified_value, row.verified_hits = found.value, found.hits
    row.verified_cases, row.verified_note = found.cases, note.strip()
    row.verified_by, row.verified_at = actor, now
    return row


def newest_of(session: Session, campaign: Campaign) -> Mapping[tuple[int, int], ManualFigure]:
    """Give the newest figure by criterion and competitor; older ones are history."""
    query = (
        select(ManualFigure)
        .join(CampaignCriterion, ManualFigure.criterion_id == CampaignCriterion.id)
        .where(CampaignCriterion.campaign_id == campaign.id)
        .order_by(ManualFigure.id)
    )
    return {(row.criterion_id, row.competitor_id): row for row in session.scalars(query)}


def history(session: Session, criterion_id: int, competitor_id: int) -> list[ManualFigure]:
    """List every figure entered for a criterion and a competitor, the newest first."""
    query = select(ManualFigure).where(
        ManualFigure.criterion_id == criterion_id, ManualFigure.competitor_id == competitor_id
    )
    return list(session.scalars(query.order_by(ManualFigure.id.desc())))


def measurement_of(row: ManualFigure | None, as_of: datetime) -> Measurement:
    """Turn the newest figure into a measurement: nothing handed in, waiting, or confirmed."""
    if row is None:
        return Measurement(MeasurementState.NOT_SUBMITTED, as_of)
    if row.verified_by is None:
        return entered(row).unverified(as_of)
    return Figure(row.verified_value, row.verified_hits, row.verified_cases).measured(as_of)


def entered(row: ManualFigure) -> Figure:
    """Give a stored figure as it was handed in."""
    return Figure(row.value, row.hits, row.cases)


def _manual_rule(
    session: Session,
    campaign: Campaign,
    criterion_id: int,
    competitor_id: int,
    scope: Collection[int],
) -> CriterionRule:
    criterion = session.get(CampaignCriterion, criterion_id)
    competitor = session.get(CampaignCompetitor, competitor_id)
    if criterion is None or competitor is None or competitor.unit_id not in scope:
        raise NotFound
    if {criterion.campaign_id, competitor.campaign_id} != {campaign.id}:
        raise NotFound
    rule = rule_of(criterion)
    if rule.measure != Measure.MANUAL or rule.kind is not competitors.kind_of(
        competitor.officer_id
    ):
        raise NotFound
    return rule
