"""The bands of a campaign: read, and changed while it is a draft."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.band import Band, check_bands, in_order
from shared.domain.campaign import CampaignState, check_rules_editable
from shared.models.campaign import Campaign
from shared.models.scoreboard import CampaignBand


def bands_of(session: Session, campaign: Campaign) -> tuple[Band, ...]:
    """Give the bands of a campaign, the highest first."""
    return in_order([Band(row.name, row.lowest) for row in _rows(session, campaign)])


def set_bands(session: Session, campaign: Campaign, bands: Sequence[Band]) -> None:
    """Put other bands in place of a draft's; raises RuleBroken once it started, Invalid if wrong.

    As with weights, the organiser confirms them with the start.
    """
    check_rules_editable(CampaignState(campaign.state))
    check_bands(bands)
    if in_order(bands) == bands_of(session, campaign):
        return
    for row in _rows(session, campaign):
        session.delete(row)
    session.flush()
    add_bands(session, campaign, bands)


def add_bands(session: Session, campaign: Campaign, bands: Sequence[Band]) -> None:
    """Keep the bands of a campaign that has none yet."""
    for band in in_order(bands):
        session.add(CampaignBand(campaign_id=campaign.id, name=band.name, lowest=band.lowest))
    session.flush()


def _rows(session: Session, campaign: Campaign) -> list[CampaignBand]:
    query = select(CampaignBand).where(CampaignBand.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(CampaignBand.id)))
