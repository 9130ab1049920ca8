"""Which campaign of the level above one stands under."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open
from shared.domain.errors import N_, Invalid
from shared.models.campaign import Campaign, CampaignParent


def set_parent(session: Session, campaign: Campaign, parent: Campaign | None) -> None:
    """Put a campaign under one of the level above, or under none; a closed one stays as it is.

    Raises Invalid for a campaign that stands below this one itself.
    """
    check_open(CampaignState(campaign.state))
    row = session.get(CampaignParent, campaign.id)
    if parent is None:
        if row is not None:
            session.delete(row)
        return
    if campaign.id in _upwards(session, parent.id):
        raise Invalid("campaign_circle", N_("Phong trào không thể thuộc chính nó."), field="parent")
    if row is None:
        session.add(CampaignParent(campaign_id=campaign.id, parent_id=parent.id))
    else:
        row.parent_id = parent.id


def parent_of(session: Session, campaign: Campaign) -> Campaign | None:
    """Give the campaign that one stands under."""
    row = session.get(CampaignParent, campaign.id)
    return None if row is None else session.get_one(Campaign, row.parent_id)


def _upwards(session: Session, campaign_id: int) -> set[int]:
    """Give a campaign and all it stands under."""
    found: set[int] = set()
    key: int | None = campaign_id
    while key is not None and key not in found:
        found.add(key)
        query = select(CampaignParent.parent_id).where(CampaignParent.campaign_id == key)
        key = session.scalar(query)
    return found
