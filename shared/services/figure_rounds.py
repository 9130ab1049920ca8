"""Rounds of a campaign's figures: their last days, and leave to hand in after them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open, check_running
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.figure_course import USUAL_EXPLAIN_DAYS, check_explain_days, check_words
from shared.domain.figure_round import (
    REVIEWS,
    Leave,
    Round,
    check_days,
    in_order,
    leaves,
)
from shared.domain.milestone import MilestoneKind
from shared.models.campaign import (
    Campaign,
    CampaignCompetitor,
    CampaignCriterion,
    CampaignMilestone,
)
from shared.models.figure import FigureEntry, FigureReopening, FigureRound, FigureTerms
from shared.services.local_days import today_in

Reopenings = Collection[FigureReopening]
# Built once: every standing with figures asks.
_ROUNDS = (
    select(CampaignMilestone, FigureRound)
    .outerjoin(FigureRound, FigureRound.milestone_id == CampaignMilestone.id)
    .where(
        CampaignMilestone.campaign_id == bindparam("campaign"),
        CampaignMilestone.kind.in_(REVIEWS),
    )
    .order_by(CampaignMilestone.on, CampaignMilestone.id)
)


@dataclass(frozen=True)
class LastDays:
    """The last local days of a round as an organiser sets them; None means the usual one."""

    enter_until: date | None = None
    explain_until: date | None = None
    decide_until: date | None = None


def rounds(session: Session, campaign: Campaign) -> tuple[Round, ...]:
    """Give the rounds of a campaign, one for each review, in the order of their days."""
    rows = session.execute(_ROUNDS, {"campaign": campaign.id})
    found = [_round(milestone, days) for milestone, days in rows]
    return in_order(found, campaign.ends_on)


def explain_days(session: Session, campaign: Campaign) -> int:
    """Give how many calendar days a unit has to explain a figure that was found otherwise."""
    row = session.get(FigureTerms, campaign.id)
    return USUAL_EXPLAIN_DAYS if row is None else row.explain_days


def set_days(
    session: Session, campaign: Campaign, days: int, wanted: Mapping[int, LastDays]
) -> None:
    """Set the days to explain and the last days of rounds by milestone; not once closed.

    Raises Invalid naming the field for days out of order, NotFound for a round of another campaign.
    """
    check_open(CampaignState(campaign.state))
    known = {one.key for one in rounds(session, campaign)}
    if not wanted.keys() <= known:
        raise NotFound
    with Faults() as faults:
        faults.read(check_explain_days, days)
        for key, one in wanted.items():
            milestone = session.get_one(CampaignMilestone, key)
            faults.read(check_days, _round(milestone, one), campaign.starts_on)
    terms = session.get(FigureTerms, campaign.id)
    if terms is None:
        session.add(FigureTerms(campaign_id=campaign.id, explain_days=days))
    else:
        terms.explain_days = days
    for key, one in wanted.items():
        _set_round(session, key, one)
    session.flush()


def reopen(
    session: Session,
    campaign: Campaign,
    whom: tuple[int, int | None],
    round_key: int | None,
    until_on: date,
    reason: str,
    actor: str,
    now: datetime,
) -> FigureReopening:
    """Let a competitor hand in after the last day: one criterion, or with None all of them.

    `whom` is the competitor's and the criterion's key. What comes then is marked late. Raises
    Invalid without a reason or for a day that is over, NotFound for what is not the campaign's.
    """
    check_running(CampaignState(campaign.state))
    competitor_id, criterion_id = whom
    competitor = session.get(CampaignCompetitor, competitor_id)
    criterion = None if criterion_id is None else session.get(CampaignCriterion, criterion_id)
    mine = competitor is not None and competitor.campaign_id == campaign.id
    fits = criterion_id is None or (criterion is not None and criterion.campaign_id == campaign.id)
    if not mine or not fits or round_key not in {one.key for one in rounds(session, campaign)}:
        raise NotFound
    with Faults() as faults:
        if until_on < today(session, campaign, now):
            faults.add(Invalid("day_over", N_("Hãy chọn một ngày chưa qua."), field="until_on"))
        words = faults.read(check_words, reason, "reason")
    row = FigureReopening(
        campaign_id=campaign.id,
        milestone_id=round_key,
        competitor_id=competitor_id,
        criterion_id=criterion_id,
        until_on=until_on,
        reason=words,
        opened_by=actor,
        opened_at=now,
    )
    session.add(row)
    session.flush()
    return row


def reopenings(session: Session, campaign: Campaign) -> list[FigureReopening]:
    """List every leave that was given, the newest first."""
    query = select(FigureReopening).where(FigureReopening.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(FigureReopening.id.desc())))


def of_place(given: Reopenings, criterion_id: int, competitor_id: int) -> list[FigureReopening]:
    """Give the leaves that hold for one criterion and competitor."""
    return [
        one
        for one in given
        if one.competitor_id == competitor_id and one.criterion_id in (None, criterion_id)
    ]


def leaves_of(found: tuple[Round, ...], given: Reopenings, on: date) -> list[Leave]:
    """List the rounds a figure may be handed in for on a local day, by the leaves given."""
    until: dict[int | None, date] = {}
    for one in given:
        until[one.milestone_id] = max(one.until_on, until.get(one.milestone_id, date.min))
    return leaves(found, until, on)


def today(session: Session, campaign: Campaign, now: datetime) -> date:
    """Give the local day of an instant (UTC) where the campaign is run."""
    return today_in(session, {campaign.unit_id}, now)


def is_used(session: Session, milestone_id: int) -> bool:
    """Tell whether figures or leaves belong to a milestone, so that it has to stay."""
    from_entries = select(FigureEntry.figure_id).where(FigureEntry.milestone_id == milestone_id)
    from_leaves = select(FigureReopening.id).where(FigureReopening.milestone_id == milestone_id)
    return session.scalar(select(or_(from_entries.exists(), from_leaves.exists()))) is True


def _round(row: CampaignMilestone, days: FigureRound | LastDays | None) -> Round:
    return Round(
        key=row.id,
        kind=MilestoneKind(row.kind),
        name=row.name,
        on=row.on,
        enter_until=row.on if days is None or days.enter_until is None else days.enter_until,
        explain_until=None if days is None else days.explain_until,
        decide_until=None if days is None else days.decide_until,
    )


def _set_round(session: Session, key: int, wanted: LastDays) -> None:
    row = session.get(FigureRound, key) or FigureRound(milestone_id=key)
    row.enter_until = wanted.enter_until
    row.explain_until, row.decide_until = wanted.explain_until, wanted.decide_until
    session.add(row)
