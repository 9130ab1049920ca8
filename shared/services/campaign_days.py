"""The days of a campaign that was ended before its plan said."""

from datetime import date

from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.models.campaign import Campaign
from shared.services.local_days import zone_of


def ended_early_on(session: Session, campaign: Campaign) -> date | None:
    """Give the local day a campaign was ended on before its planned last day; None otherwise."""
    if campaign.closed_at is None:
        return None
    closed_on = local_date(campaign.closed_at, zone_of(session, {campaign.unit_id}))
    return closed_on if closed_on < campaign.ends_on else None


def last_counted(session: Session, campaign: Campaign) -> date:
    """Give the last local day that counts: that of the plan, or of an earlier close."""
    return ended_early_on(session, campaign) or campaign.ends_on
