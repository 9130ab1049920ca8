"""Tables of ratings, their daily totals and their quarantine."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    Index,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.domain.rating import LONGEST_LANGUAGE, Mark


def bears(mark: Mark) -> TextClause:
    """Give the condition that a rating bears a mark, in the words of the index on the rare ones."""
    marks = "CAST(marks AS TEXT)"
    return text(f"replace({marks}, '{mark}', '') <> {marks}")


# By the local day of any zone, to UTC+14, whatever came on a later day than it was made is among
# these; which did, `statistics/arrivals.py` tells exactly. Not “later”: SQLite turns a comparison
# with a column round, and no longer knows the index by it.
MAYBE_LATE = {
    "sqlite": text("date(received_at, '+14 hours') <> rated_on"),
    "postgresql": text("date(received_at + interval '14 hours') <> rated_on"),
}


def _rare(name: str, mark: Mark, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=bears(mark), postgresql_where=bears(mark))


class Rating(Base):
    """What one resident said of one service; never changed, never deleted."""

    __tablename__ = "rating"
    __table_args__ = (
        Index("ix_rating_kiosk_id_sequence", "kiosk_id", "sequence"),
        Index("ix_rating_unit_id_rated_on", "unit_id", "rated_on"),
        _rare("ix_rating_time_uncertain", Mark.TIME_UNCERTAIN, "unit_id", "rated_on"),
        _rare("ix_rating_sequence_reused", Mark.SEQUENCE_REUSED, "kiosk_id"),
        Index(
            "ix_rating_late",
            "unit_id",
            "received_at",
            "rated_on",
            "officer_id",
            "lane",
            "score",
            sqlite_where=MAYBE_LATE["sqlite"],
            postgresql_where=MAYBE_LATE["postgresql"],
        ),
    )
    id: Mapped[UUID] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    lane: Mapped[str] = mapped_column(String(10))
    kiosk_id: Mapped[int | None] = mapped_column(ForeignKey("kiosk.id"))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    desk_id: Mapped[int | None] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    dossier_code: Mapped[str | None] = mapped_column(String(60))
    score: Mapped[int]
    questionnaire: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    reasons: Mapped[list[str]] = mapped_column(JSON)
    comment: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(LONGEST_LANGUAGE))
    duration_ms: Mapped[int]
    closed_by: Mapped[str | None] = mapped_column(String(10))
    device_rated_at: Mapped[str] = mapped_column(String(40))
    rated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    rated_on: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    boot: Mapped[str | None] = mapped_column(String(36))
    uptime_ms: Mapped[int | None] = mapped_column(BigInteger)
    marks: Mapped[list[str]] = mapped_column(JSON)


class RatingDay(Base):
    """Ratings of a local day by desk, officer and lane; 0 stands for none."""

    __tablename__ = "rating_day"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(10), primary_key=True)
    desk_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    officer_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    score_1: Mapped[int] = mapped_column(default=0)
    score_2: Mapped[int] = mapped_column(default=0)
    score_3: Mapped[int] = mapped_column(default=0)
    score_4: Mapped[int] = mapped_column(default=0)
    score_5: Mapped[int] = mapped_column(default=0)


class RatingDayProcedure(Base):
    """Ratings of a local day by procedure and lane."""

    __tablename__ = "rating_day_procedure"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(10), primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), primary_key=True)
    score_1: Mapped[int] = mapped_column(default=0)
    score_2: Mapped[int] = mapped_column(default=0)
    score_3: Mapped[int] = mapped_column(default=0)
    score_4: Mapped[int] = mapped_column(default=0)
    score_5: Mapped[int] = mapped_column(default=0)


class RatingQuarantine(Base):
    """What a kiosk sent and was not stored as a rating: in conflict with another, or refused."""

    __tablename__ = "rating_quarantine"
    __table_args__ = (UniqueConstraint("kiosk_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk_id: Mapped[int] = mapped_column(ForeignKey("kiosk.id"))
    digest: Mapped[str] = mapped_column(String(64))
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    result: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300))
    content: Mapped[Any] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str | None] = mapped_column(String(80))


class RatingComment(Base):
    """What a resident added on a telephone to a rating begun on a screen, which never changes."""

    __tablename__ = "rating_comment"
    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), unique=True)
    rating_id: Mapped[UUID] = mapped_column(index=True)
    comment: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
