"""Milestones of a campaign: changed in place, so that figures keep the review they belong to."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import LATEST, Milestone, shifted
from shared.domain.errors import N_, Invalid
from shared.domain.milestone import MilestoneKind
from shared.models.campaign import Campaign, CampaignMilestone
from shared.models.figure import FigureRound, FigureTerms
from shared.services.figure_rounds import is_used

# Built once: every page of a campaign asks.
_ROWS = (
    select(CampaignMilestone)
    .where(CampaignMilestone.campaign_id == bindparam("campaign"))
    .order_by(CampaignMilestone.on, CampaignMilestone.id)
)
# What makes a wanted milestone a known one, the surest sign first.
SIGNS: tuple[Callable[[Milestone], object], ...] = (
    lambda one: one,
    lambda one: (one.kind, one.name),
    lambda one: (one.kind, one.on),
    lambda one: one.kind,
)


def of_campaign(session: Session, campaign: Campaign) -> list[Milestone]:
    """Give the milestones of a stored campaign, the earliest first."""
    return [_plain(row) for row in _rows(session, campaign)]


def set_all(session: Session, campaign: Campaign, wanted: Iterable[Milestone]) -> None:
    """Let a campaign have these milestones; a moved or renamed one stays the same one.

    Raises Invalid `milestone_used` when one that figures were handed in for would go.
    """
    known, left = _rows(session, campaign), list(wanted)
    for sign in SIGNS:
        for row in list(known):
            same = next((one for one in left if sign(one) == sign(_plain(row))), None)
            if same is not None:
                row.kind, row.name, row.on = same.kind, same.name, same.on
                known.remove(row)
                left.remove(same)
    for row in known:
        _remove(session, row)
    add_all(session, campaign, left)


def add_all(session: Session, campaign: Campaign, wanted: Iterable[Milestone]) -> None:
    """Add milestones to a campaign."""
    for one in wanted:
        session.add(
            CampaignMilestone(campaign_id=campaign.id, kind=one.kind, name=one.name, on=one.on)
        )
    session.flush()


def copy_days(session: Session, source: Campaign, made: Campaign, by: timedelta) -> None:
    """Give a copy the days for figures of its source, moved as its milestones were."""
    terms = session.get(FigureTerms, source.id)
    if terms is not None:
        session.add(FigureTerms(campaign_id=made.id, explain_days=terms.explain_days))
    for old, new in zip(_rows(session, source), _rows(session, made), strict=False):
        days = session.get(FigureRound, old.id)
        if days is not None:
            session.add(
                FigureRound(
                    milestone_id=new.id,
                    enter_until=_moved(days.enter_until, by),
                    explain_until=_moved(days.explain_until, by),
                    decide_until=_moved(days.decide_until, by),
                )
            )
    session.flush()


def _moved(on: date | None, by: timedelta) -> date | None:
    return None if on is None else shifted(on, by, LATEST)


def _rows(session: Session, campaign: Campaign) -> list[CampaignMilestone]:
    return list(session.scalars(_ROWS, {"campaign": campaign.id}))


def _plain(row: CampaignMilestone) -> Milestone:
    return Milestone(MilestoneKind(row.kind), row.name, row.on)


def _remove(session: Session, row: CampaignMilestone) -> None:
    if is_used(session, row.id):
        raise Invalid(
            "milestone_used",
            N_("Mốc “%(name)s” đã có số liệu nộp cho kỳ này nên không bỏ được."),
            field="milestones",
            name=row.name,
        )
    days = session.get(FigureRound, row.id)
    if days is not None:
        session.delete(days)
        session.flush()
    session.delete(row)
