"""Tables of who serves where: organisation, unit, desk, officer, shift, procedure."""

from datetime import date, datetime, time

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Organisation(Base):
    """One authority with its own calendar, limits and catalogue; the sample is one of its own."""

    __tablename__ = "organisation"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    zone: Mapped[str] = mapped_column(String(64), default="Asia/Ho_Chi_Minh")
    sample: Mapped[bool] = mapped_column(default=False)


class Unit(Base):
    """A body with validity dates: province, commune, department, centre or partner."""

    __tablename__ = "unit"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    administrative_code: Mapped[str | None] = mapped_column(String(10))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Desk(Base):
    """A service point where residents are received."""

    __tablename__ = "desk"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Officer(Base):
    """A person who serves residents."""

    __tablename__ = "officer"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class OfficerPhoto(Base):
    """An officer's photo for the unit's screens, made anew, kept while the officer consents."""

    __tablename__ = "officer_photo"
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # JPEG
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the content, in hex
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    # Who said that the officer had consented.
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Shift(Base):
    """An officer at a desk on given weekdays and hours (local), between two dates."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_desk_id_valid_from", "desk_id", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    desk_id: Mapped[int] = mapped_column(ForeignKey("desk.id"))
    officer_id: Mapped[int] = mapped_column(ForeignKey("officer.id"))
    weekdays: Mapped[str] = mapped_column(String(7), default="12345")  # ISO: 1 is Monday
    starts: Mapped[time]
    ends: Mapped[time]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Procedure(Base):
    """An administrative procedure of the organisation's catalogue."""

    __tablename__ = "procedure"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(500))
    field: Mapped[str] = mapped_column(String(100), default="")
    time_limit: Mapped[str] = mapped_column(String(200), default="")
    fee: Mapped[str] = mapped_column(String(200), default="")
    papers: Mapped[str | None] = mapped_column(Text)  # to hand in, one a line
    legal_basis: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class ProcedurePublication(Base):
    """What a unit has posted of a procedure: on paper, by QR code, and when that was checked."""

    __tablename__ = "procedure_publication"
    __table_args__ = (UniqueConstraint("unit_id", "procedure_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"))
    on_paper: Mapped[bool] = mapped_column(default=False)
    by_qr: Mapped[bool] = mapped_column(default=False)
    checked_on: Mapped[date]
