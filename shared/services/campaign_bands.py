"""The bands of a campaign: changed while it is a draft, added once where it started without."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.band import Band, check_bands, in_order
from shared.domain.campaign import CampaignState, check_bands_added, check_rules_editable
from shared.models.campaign import Campaign
from shared.models.scoreboard import CampaignBand, CampaignBandsAdded
from shared.services.campaign_turns import take_turn

# Built once: every page of a campaign asks.
_WITH_THEIR_DAY = (
    select(CampaignBand.name, CampaignBand.lowest, CampaignBandsAdded.added_at)
    .outerjoin(CampaignBandsAdded, CampaignBandsAdded.campaign_id == CampaignBand.campaign_id)
    .where(CampaignBand.campaign_id == bindparam("campaign"))
    .order_by(CampaignBand.id)
)


def bands_of(session: Session, campaign: Campaign) -> tuple[Band, ...]:
    """Give the bands of a campaign, the highest first."""
    return in_order([Band(row.name, row.lowest) for row in _rows(session, campaign)])


def with_their_day(
    session: Session, campaign: Campaign
) -> tuple[tuple[Band, ...], datetime | None]:
    """Give the bands and when they were added after the start (UTC); None for those before it."""
    rows = session.execute(_WITH_THEIR_DAY, {"campaign": campaign.id}).all()
    bands = in_order([Band(name, lowest) for name, lowest, _at in rows])
    return bands, next((at for _name, _lowest, at in rows), None)


def set_bands(session: Session, campaign: Campaign, bands: Sequence[Band]) -> None:
    """Put other bands in place of a draft's; raises RuleBroken once it started, Invalid if wrong.

    As with weights, the organiser confirms them with the start.
    """
    take_turn(session, campaign)
    check_rules_editable(CampaignState(campaign.state))
    check_bands(bands)
    if in_order(bands) == bands_of(session, campaign):
        return
    for row in _rows(session, campaign):
        session.delete(row)
    session.flush()
    add_bands(session, campaign, bands)


def add_later(
    session: Session, campaign: Campaign, bands: Sequence[Band], by: str, now: datetime
) -> None:
    """Give bands to a running campaign that has none, once, marked with who and when (UTC).

    Reviews that are frozen by then never get them, nor do their corrections. Raises RuleBroken for
    a campaign that is not running or has bands, Invalid for wrong or no bands.
    """
    take_turn(session, campaign)
    check_bands_added(CampaignState(campaign.state), bands_of(session, campaign), bands)
    session.add(CampaignBandsAdded(campaign_id=campaign.id, added_by=by, added_at=now))
    add_bands(session, campaign, bands)


def add_bands(session: Session, campaign: Campaign, bands: Sequence[Band]) -> None:
    """Keep the bands of a campaign that has none yet."""
    for band in in_order(bands):
        session.add(CampaignBand(campaign_id=campaign.id, name=band.name, lowest=band.lowest))
    session.flush()


def _rows(session: Session, campaign: Campaign) -> list[CampaignBand]:
    query = select(CampaignBand).where(CampaignBand.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(CampaignBand.id)))
