"""Who leads a campaign when: from its template, put right by the organiser, kept with its days."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open
from shared.domain.campaign_leader import Leader, check_leaders, in_order, within
from shared.models.campaign import Campaign, CampaignLeader

# Built once: every page of a campaign asks.
_ROWS = (
    select(CampaignLeader)
    .where(CampaignLeader.campaign_id == bindparam("campaign"))
    .order_by(CampaignLeader.id)
)


def of_campaign(session: Session, campaign: Campaign) -> list[Leader]:
    """Give who leads a campaign, in the order of the days; nobody where only a name is known."""
    return in_order([_leader(row) for row in _rows(session, campaign)])


def keep(session: Session, campaign: Campaign, leaders: Sequence[Leader]) -> None:
    """Set who leads a campaign; also while it runs, for bodies come and go. Not once it is closed.

    Raises Invalid where two would lead on one day.
    """
    check_open(CampaignState(campaign.state))
    wanted = [replace(one, name=one.name.strip(), document=one.document.strip()) for one in leaders]
    check_leaders(wanted)
    kept = within(wanted, campaign.starts_on, campaign.ends_on)
    if in_order(kept) != of_campaign(session, campaign):
        store(session, campaign, kept)


def store(session: Session, campaign: Campaign, leaders: Sequence[Leader]) -> None:
    """Put checked leaders in the place of those that are stored."""
    for row in _rows(session, campaign):
        session.delete(row)
    session.flush()
    for one in leaders:
        session.add(
            CampaignLeader(
                campaign_id=campaign.id,
                name=one.name,
                since=one.since,
                until=one.until,
                document=one.document,
            )
        )
    session.flush()


def _rows(session: Session, campaign: Campaign) -> list[CampaignLeader]:
    return list(session.scalars(_ROWS, {"campaign": campaign.id}))


def _leader(row: CampaignLeader) -> Leader:
    return Leader(row.name, row.since, row.until, row.document)
