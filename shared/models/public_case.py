"""Tables of answered cases shown in public: the words as staff let them go out, and who said no."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class PublishedCase(Base):
    """What the public reads of a case: a copy without names, apart from the case itself."""

    __tablename__ = "published_case"
    __table_args__ = (Index("ix_published_case_unit_id_field", "unit_id", "field"),)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)  # tells nothing of the case
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(30))
    field: Mapped[str] = mapped_column(String(100), default="")  # nothing where it tells too much
    desk: Mapped[str] = mapped_column(String(200), default="")  # likewise
    received_on: Mapped[date]
    answered_on: Mapped[date]
    due_on: Mapped[date | None]
    whole_months: Mapped[bool]  # the days themselves would tell too much
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text)
    search_text: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by: Mapped[str] = mapped_column(String(80))


class PublicationWish(Base):
    """A sender who wants their case kept out of the public page."""

    __tablename__ = "publication_wish"
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
