"""Tables of what a standing says beside points: bands, peer groups, and its screen on a wall."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.models.campaign import Exact


class CampaignBand(Base):
    """A level of a campaign: its name and the fewest points of 100 that reach it."""

    __tablename__ = "campaign_band"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    name: Mapped[str] = mapped_column(String(60))
    lowest: Mapped[Decimal] = mapped_column(Exact)


class CampaignBandsAdded(Base):
    """When a campaign that had no bands was given some after its start, and by whom."""

    __tablename__ = "campaign_bands_added"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CampaignPeerGroup(Base):
    """Competitors of one kind that are compared with each other, by volume or put in by hand."""

    __tablename__ = "campaign_peer_group"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    fewest: Mapped[int | None]  # dossiers received in the period; None: by hand only


class CampaignPeer(Base):
    """A competitor that was put into a peer group by hand."""

    __tablename__ = "campaign_peer"
    competitor_id: Mapped[int] = mapped_column(
        ForeignKey("campaign_competitor.id"), primary_key=True
    )
    group_id: Mapped[int] = mapped_column(ForeignKey("campaign_peer_group.id"), index=True)


class CampaignWall(Base):
    """The address under which anybody may see the units' scoreboard; without a row nobody may."""

    __tablename__ = "campaign_wall"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(40), unique=True)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
