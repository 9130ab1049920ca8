"""Tables of published indexes and of what is done about their weak criteria."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.models.campaign import Exact


class IndexResult(Base):
    """What an index gave a unit for one criterion and year, with the document it stands in."""

    __tablename__ = "index_result"
    __table_args__ = (UniqueConstraint("unit_id", "index", "year", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    index: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(300))
    points: Mapped[Decimal] = mapped_column(Exact)
    most_points: Mapped[Decimal] = mapped_column(Exact)
    document: Mapped[str] = mapped_column(String(300))
    published_on: Mapped[date]


class WeaknessRule(Base):
    """From which year on which criteria of an index count as weak."""

    __tablename__ = "weakness_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "index", "from_year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    index: Mapped[str] = mapped_column(String(20))
    from_year: Mapped[int]
    below: Mapped[Decimal] = mapped_column(Exact)  # percent of the most points
    fallen_by: Mapped[Decimal] = mapped_column(Exact)  # percentage points against the year before
    document: Mapped[str] = mapped_column(String(300), default="")


class ImprovementAction(Base):
    """What is done about one weak result: cause, remedy, by whom, until when."""

    __tablename__ = "improvement_action"
    __table_args__ = (Index("ix_improvement_action_state_due_on", "state", "due_on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("index_result.id"), unique=True)
    cause: Mapped[str] = mapped_column(Text)
    remedy: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12))
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class ImprovementStep(Base):
    """One step of an action: the state and due day it came to, what was said, and by whom."""

    __tablename__ = "improvement_step"
    id: Mapped[int] = mapped_column(primary_key=True)
    action_id: Mapped[int] = mapped_column(ForeignKey("improvement_action.id"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    due_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text)
    noted_by: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
