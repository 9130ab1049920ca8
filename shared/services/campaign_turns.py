"""Of several who change one campaign at once, one after another."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from shared.models.campaign import Campaign


def take_turn(session: Session, campaign: Campaign) -> None:
    """Wait until nobody else changes this campaign; it lasts until the transaction ends.

    An update that changes nothing holds its row on PostgreSQL and the only writer on SQLite, where
    no row can be held. Whatever the change depends on is read after this, the campaign too.
    """
    unchanged = update(Campaign).where(Campaign.id == campaign.id).values(state=Campaign.state)
    session.execute(unchanged, execution_options={"synchronize_session": False})
    session.refresh(campaign)
