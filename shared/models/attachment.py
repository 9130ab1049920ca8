"""Table of the photos and documents that belong to a case; their content lies in files."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Attachment(Base):
    """A file of a case, named by the SHA-256 of its content; never changed, never taken away."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("complaint_id", "sent_digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"))
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
