"""Tables of an organisation's calendar, how it changed, what that moved, and its legal limits."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


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
    hours: Mapped[str | None] = mapped_column(
        String(60)
    )  # of a make-up day; else an ordinary day's


class WorkingWeek(Base):
    """The weekly office hours of an organisation from a day on, with their document."""

    __tablename__ = "working_week"
    __table_args__ = (UniqueConstraint("organisation_id", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    valid_from: Mapped[date]
    hours: Mapped[list[str]] = mapped_column(JSON)  # of Monday to Sunday, as people write them
    document: Mapped[str] = mapped_column(String(300))


class CalendarVersion(Base):
    """One change of an organisation's calendar, and how far its open deadlines followed it.

    The calendar an organisation begins with is its version 1 and has no row.
    """

    __tablename__ = "calendar_version"
    __table_args__ = (UniqueConstraint("organisation_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))
    origin: Mapped[str] = mapped_column(String(20))  # form, csv, ical, base or hours
    change: Mapped[dict[str, Any]] = mapped_column(JSON)  # what stood before and what stands now
    job_id: Mapped[int | None]  # that moves the open deadlines
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    looked_at: Mapped[int | None]  # open cases with a limit
    moved: Mapped[int | None]


class CalendarMove(Base):
    """A deadline that a change of the calendar moved; never changed."""

    __tablename__ = "calendar_move"
    __table_args__ = (UniqueConstraint("version_id", "complaint_id", "stage"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("calendar_version.id"))
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    old_due_on: Mapped[date]
    new_due_on: Mapped[date]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # the old one as it was judged


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
    instance: Mapped[int] = mapped_column(default=1, server_default="1")
    remote: Mapped[bool] = mapped_column(default=False, server_default=false())
