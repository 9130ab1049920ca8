"""Tables of figures' rounds: last days, what was re-opened, explanations, decisions, files."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.models.campaign import Exact


class FigureTerms(Base):
    """How many days a unit of a campaign has to explain a figure that was found otherwise."""

    __tablename__ = "figure_terms"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    explain_days: Mapped[int]


class FigureRound(Base):
    """The last local days of a review's figures; none given means the usual ones."""

    __tablename__ = "figure_round"
    milestone_id: Mapped[int] = mapped_column(ForeignKey("campaign_milestone.id"), primary_key=True)
    enter_until: Mapped[date | None]
    explain_until: Mapped[date | None]
    decide_until: Mapped[date | None]


class FigureEntry(Base):
    """For which review a figure was handed in, until when it had to be, and whether it was late."""

    __tablename__ = "figure_entry"
    figure_id: Mapped[int] = mapped_column(ForeignKey("manual_figure.id"), primary_key=True)
    # None: the close of a campaign that has no milestone for it.
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_milestone.id"))
    due_on: Mapped[date]
    late: Mapped[bool]


class FigureReopening(Base):
    """Leave to hand in figures after the last day: whose, until when, why, from whom."""

    __tablename__ = "figure_reopening"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    milestone_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_milestone.id"))
    competitor_id: Mapped[int] = mapped_column(ForeignKey("campaign_competitor.id"))
    criterion_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_criterion.id"))
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FigureStep(Base):
    """An explanation, the verifier's reply or the council's decision; never changed."""

    __tablename__ = "figure_step"
    __table_args__ = (
        Index("ix_figure_step_figure_id", "figure_id"),
        Index(
            "uq_figure_step_decision",
            "figure_id",
            unique=True,
            sqlite_where=text("kind = 'decision'"),
            postgresql_where=text("kind = 'decision'"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    figure_id: Mapped[int] = mapped_column(ForeignKey("manual_figure.id"))
    kind: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(Text)
    document: Mapped[str] = mapped_column(String(300), default="")
    value: Mapped[Decimal | None] = mapped_column(Exact)
    hits: Mapped[int | None]
    cases: Mapped[int | None]
    taken_by: Mapped[str] = mapped_column(String(80))
    taken_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FigureFile(Base):
    """A file of evidence, named by the SHA-256 of its content; never changed, never taken away."""

    __tablename__ = "figure_file"
    __table_args__ = (UniqueConstraint("figure_id", "sent_digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    figure_id: Mapped[int] = mapped_column(ForeignKey("manual_figure.id"))
    step_id: Mapped[int | None] = mapped_column(ForeignKey("figure_step.id"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    sent_digest: Mapped[str] = mapped_column(String(64))  # of what was sent, before re-encoding
    digest: Mapped[str] = mapped_column(String(64), index=True)
    thumbnail_digest: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int]  # in bytes, of what is kept
    added_by: Mapped[str] = mapped_column(String(80))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(12))
    scanned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finding: Mapped[str] = mapped_column(String(120), default="")
