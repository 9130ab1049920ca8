"""Of several who change one campaign at once, one after another."""

from sqlalchemy.orm import Session

from shared.models.campaign import Campaign
from shared.services import row_turns


def take_turn(session: Session, campaign: Campaign) -> None:
    """Wait until nobody else changes this campaign; it lasts until the transaction ends.

    Whatever the change depends on is read after this, the campaign too.
    """
    row_turns.take_turn(session, campaign)
    session.refresh(campaign)
