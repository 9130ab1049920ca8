"""Tables of an organisation's calendar and legal limits."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class CalendarDay(Base):
    """A day that is not what its weekday says, with the document that made it so."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("organisation_id", "on"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(300), default="")
    provisional: Mapped[bool] = mapped_column(default=False)


class DeadlineRule(Base):
    """A limit by kind, tier and stage, in force between two dates, with its document."""

    __tablename__ = "deadline_rule"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(30))
    tier: Mapped[str] = mapped_column(String(20))
    stage: Mapped[str] = mapped_column(String(20))
    amount: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    in_force_from: Mapped[date]
    in_force_to: Mapped[date | None]
    document: Mapped[str] = mapped_column(String(300))
    legal_basis: Mapped[str] = mapped_column(String(500), default="")
