"""The table of frozen standings."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class CampaignFreeze(Base):
    """What a review judged: rules, inputs and results as one text; never changed.

    A correction is the next version of the same review, with its reason and what it changed.
    """

    __tablename__ = "campaign_freeze"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "on", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]  # the last local day that counts
    version: Mapped[int]
    as_of: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    frozen_by: Mapped[str] = mapped_column(String(80))
    content: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(Text, default="")
    changes: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
