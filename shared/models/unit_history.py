"""Tables of units through time: levels, what a unit was before, and who came after whom."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base


class UnitLevel(Base):
    """A level of units as an organisation names it, with the days on which it exists."""

    __tablename__ = "unit_level"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100), default="")
    partner: Mapped[bool] = mapped_column(default=False, server_default=false())
    valid_from: Mapped[date | None]  # nothing: since ever
    valid_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(300), default="")


class UnitWas(Base):
    """What a unit was called and where it stood up to a day; the unit's row says what it is now."""

    __tablename__ = "unit_was"
    __table_args__ = (UniqueConstraint("unit_id", "until"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    until: Mapped[date]
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[str] = mapped_column(String(20))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))


class UnitSuccession(Base):
    """One unit that goes on as another from a day, by a document; several are a merger or split."""

    __tablename__ = "unit_succession"
    __table_args__ = (UniqueConstraint("predecessor_id", "successor_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]  # the first day of the successor's duties
    document: Mapped[str] = mapped_column(String(300), default="")
