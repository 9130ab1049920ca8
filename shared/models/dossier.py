"""Tables of dossiers imported from the one-stop software and of the paper register."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Dossier(Base):
    """A dossier as the one-stop software last exported it, without the applicant's data."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("unit_id", "code"),
        Index("ix_dossier_unit_id_received_on", "unit_id", "received_on", "finished_on"),
        Index("ix_dossier_unit_id_finished_on", "unit_id", "finished_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    code: Mapped[str] = mapped_column(String(60))
    procedure_id: Mapped[int | None] = mapped_column(ForeignKey("procedure.id"))
    procedure_code: Mapped[str] = mapped_column(String(40), default="")
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("officer.id"))
    received_on: Mapped[date]
    due_on: Mapped[date | None]
    finished_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(100), default="")
    online: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int | None]
    one_stop: Mapped[bool] = mapped_column(default=True)
    supplements: Mapped[int] = mapped_column(default=0)
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    channel: Mapped[str | None] = mapped_column(String(10))  # unknown before it was asked for
    waited_days: Mapped[int] = mapped_column(default=0, server_default="0")  # for the applicant
    waiting_since: Mapped[date | None]  # still waiting for the applicant
    apologised_on: Mapped[date | None]
    reappointed_on: Mapped[date | None]  # the new appointment; `due_on` is the first
    reappointments: Mapped[int] = mapped_column(default=0, server_default="0")


class DossierDay(Base):
    """Dossiers received on a local day, as they stand once nothing more comes: daily totals.

    By officer, and with 0 for the officer those of the whole unit. `settled_on` is the first day
    from which the totals are what they say; before it some of the dossiers were still open.
    """

    __tablename__ = "dossier_day"
    # Rows lie in the order of the key, so that a period of a unit is read in one go.
    __table_args__ = ({"sqlite_with_rowid": False},)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    settled_on: Mapped[date]
    received: Mapped[int]
    one_stop: Mapped[int]
    could_be_online: Mapped[int]
    online: Mapped[int]
    online_of_these: Mapped[int]  # of those that could be
    without_due: Mapped[int]
    finished: Mapped[int]
    on_time: Mapped[int]
    reappointed: Mapped[int]
    shorter: Mapped[int]
    equal: Mapped[int]
    not_asked: Mapped[int]
    asked_once: Mapped[int]
    online_dated: Mapped[int]  # with an appointment
    online_kept: Mapped[int]


class DossierMonthProcedure(Base):
    """A procedure that a unit served online in a month: the first and last day one was received."""

    __tablename__ = "dossier_month_procedure"
    __table_args__ = ({"sqlite_with_rowid": False},)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    procedure_id: Mapped[int] = mapped_column(ForeignKey("procedure.id"), primary_key=True)
    first_on: Mapped[date]
    last_on: Mapped[date]


class DossierChange(Base):
    """What a later import changed of a dossier: field, before and after."""

    __tablename__ = "dossier_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    dossier_id: Mapped[int] = mapped_column(ForeignKey("dossier.id"), index=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("dossier_import.id"), index=True)
    change: Mapped[dict[str, Any]] = mapped_column(JSON)  # field: [before, after]


class DossierImport(Base):
    """One import of an export file, with its counts."""

    __tablename__ = "dossier_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    imported_by: Mapped[str] = mapped_column(String(80))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added: Mapped[int]
    changed: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    mapping: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # field: heading
    source: Mapped[str] = mapped_column(String(10), default="form", server_default="form")


class DossierMapping(Base):
    """By which columns an organisation reads files of one shape, as it last chose them."""

    __tablename__ = "dossier_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "shape"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    shape: Mapped[str] = mapped_column(String(64))  # SHA-256 of the headings
    mapping: Mapped[dict[str, str]] = mapped_column(JSON)  # field: heading
    chosen_by: Mapped[str] = mapped_column(String(80))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DossierFeed(Base):
    """A file that came by itself, over HTTP or in the watched folder; each content once a unit."""

    __tablename__ = "dossier_feed"
    __table_args__ = (UniqueConstraint("unit_id", "digest"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the content
    file_name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(10))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_key.id"))
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PaperRegister(Base):
    """Dossiers a unit kept on paper only in a month: what was not entered in the software."""

    __tablename__ = "paper_register"
    __table_args__ = (UniqueConstraint("unit_id", "month"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    month: Mapped[date]
    paper_only: Mapped[int]
    evidence: Mapped[str | None] = mapped_column(String(500))  # where the register can be seen
    entered_by: Mapped[str | None] = mapped_column(String(80))
    entered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
