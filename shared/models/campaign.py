"""Tables of campaigns: plan, criteria, competitors, and figures entered by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Exact(TypeDecorator[Decimal]):
    """A decimal number kept as text: SQLite would make it a binary fraction."""

    impl = String(24)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write the number without exponent."""
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read the number back as it was written."""
        return None if value is None else Decimal(value)


class Campaign(Base):
    """An emulation campaign with what it counts and the data of its report."""

    __tablename__ = "campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)  # who runs it
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(300))
    theme: Mapped[str] = mapped_column(String(500), default="")
    document: Mapped[str] = mapped_column(String(300), default="")
    organiser: Mapped[str] = mapped_column(String(200), default="")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    launched_on: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10))
    satisfied_from_score: Mapped[int] = mapped_column(default=4)
    lanes: Mapped[list[str]] = mapped_column(JSON)
    unmet_ceiling: Mapped[Decimal] = mapped_column(Exact)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    template: Mapped[str | None] = mapped_column(String(40))  # whose weights are suggestions
    weights_confirmed_by: Mapped[str | None] = mapped_column(String(80))
    weights_confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class CampaignCriterion(Base):
    """One criterion of a campaign for one kind of competitor."""

    __tablename__ = "campaign_criterion"
    __table_args__ = (UniqueConstraint("campaign_id", "kind", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    kind: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    group: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    source: Mapped[str] = mapped_column(String(20))
    measure: Mapped[str] = mapped_column(String(40))
    comparison: Mapped[str] = mapped_column(String(12))
    target: Mapped[Decimal] = mapped_column(Exact)
    unit: Mapped[str] = mapped_column(String(10))
    max_points: Mapped[Decimal] = mapped_column(Exact)
    scoring: Mapped[str] = mapped_column(String(20))
    no_cases: Mapped[str | None] = mapped_column(String(10))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # veto, steps, points by case


class CampaignCompetitor(Base):
    """A unit, or an officer of a unit, that takes part, from when and until when."""

    __tablename__ = "campaign_competitor"
    __table_args__ = (
        Index(
            "uq_campaign_competitor_unit",
            "campaign_id",
            "unit_id",
            unique=True,
            sqlite_where=text("officer_id IS NULL"),
            postgresql_where=text("officer_id IS NULL"),
        ),
        UniqueConstraint("campaign_id", "officer_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    joined_on: Mapped[date | None]
    left_on: Mapped[date | None]
    head: Mapped[bool] = mapped_column(default=False, server_default=false())  # of the unit


class CampaignLeader(Base):
    """Who leads a campaign from a day to a day; nothing: from its beginning, to its end."""

    __tablename__ = "campaign_leader"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(200))
    since: Mapped[date | None]
    until: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(300), default="")


class CampaignContinuation(Base):
    """A unit whose facts up to a day count for the competitor that continues it."""

    __tablename__ = "campaign_continuation"
    __table_args__ = (UniqueConstraint("campaign_id", "unit_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    competitor_id: Mapped[int] = mapped_column(ForeignKey("campaign_competitor.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    until: Mapped[date]


class CampaignMilestone(Base):
    """A day on which a campaign is looked at: preliminary or closing review, or another."""

    __tablename__ = "campaign_milestone"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    on: Mapped[date]


class CampaignParent(Base):
    """A campaign that a unit runs under one of the level above."""

    __tablename__ = "campaign_parent"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)


class ManualFigure(Base):
    """A figure handed in with its evidence, and what a second person found; the newest counts."""

    __tablename__ = "manual_figure"
    __table_args__ = (
        Index("ix_manual_figure_criterion_id_competitor_id", "criterion_id", "competitor_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(ForeignKey("campaign_criterion.id"))
    competitor_id: Mapped[int] = mapped_column(ForeignKey("campaign_competitor.id"))
    value: Mapped[Decimal | None] = mapped_column(Exact)
    hits: Mapped[int | None]
    cases: Mapped[int | None]
    evidence: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[str] = mapped_column(String(80))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    verified_value: Mapped[Decimal | None] = mapped_column(Exact)
    verified_hits: Mapped[int | None]
    verified_cases: Mapped[int | None]
    verified_note: Mapped[str] = mapped_column(Text, default="")
    verified_by: Mapped[str | None] = mapped_column(String(80))
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
