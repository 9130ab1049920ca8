"""Tables of the registers that campaigns ask for: one entry of any kind, its people, its sheet."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.models.campaign import Exact


class RegisterEntry(Base):
    """An entry of a unit's register; which columns a kind uses is said in domain/register."""

    __tablename__ = "register_entry"
    __table_args__ = (
        UniqueConstraint("kind", "unit_id", "code"),
        Index("ix_register_entry_kind_due_on", "kind", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date]  # planned, due, or decided for; the day a campaign's period is asked for
    done_on: Mapped[date | None]
    planned: Mapped[int | None]  # people, acts or steps that were due
    done: Mapped[int | None]  # of these
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    choice: Mapped[str | None] = mapped_column(String(20))  # of the kind's own list
    mark: Mapped[Decimal | None] = mapped_column(Exact)
    document: Mapped[str] = mapped_column(String(300), default="")
    findings: Mapped[str] = mapped_column(Text, default="")
    remedy: Mapped[str] = mapped_column(Text, default="")
    remedy_due_on: Mapped[date | None]
    remedied_on: Mapped[date | None]


class RegisterPerson(Base):
    """Somebody an entry names: an author, an exemplary person, the head of a committee."""

    __tablename__ = "register_person"
    __table_args__ = (UniqueConstraint("entry_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("register_entry.id"))
    position: Mapped[int]
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))


class PublicationSheet(Base):
    """A printed sheet of a procedure at a unit, and the days its code was first and last read."""

    __tablename__ = "publication_sheet"
    __table_args__ = (UniqueConstraint("unit_id", "procedure_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    printed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    first_read_on: Mapped[date | None]  # local
    last_read_on: Mapped[date | None]
