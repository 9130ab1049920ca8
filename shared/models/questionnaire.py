"""Tables of questionnaires: their versions, from when to when each is in use, and for whom."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime


class Questionnaire(Base):
    """One version; its items never change once it has been put to use."""

    __tablename__ = "questionnaire"
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # nothing: everybody's
    series: Mapped[str] = mapped_column(String(35))
    version: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class QuestionnaireUse(Base):
    """A version put to use for a unit, for those of a campaign, or for the whole organisation.

    Without a version: only the boxes, whatever holds for those above.
    """

    __tablename__ = "questionnaire_use"
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    questionnaire_id: Mapped[int | None] = mapped_column(ForeignKey("questionnaire.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RatingDayAnswer(Base):
    """Answers to one item on a local day by desk, officer and lane; 0 stands for none of them.

    `value_n` counts the answers n: 1 to 5 of a scale, 1 to 4 of a count, 0 and 1 for no and yes.
    """

    __tablename__ = "rating_day_answer"
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(10), primary_key=True)
    desk_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    officer_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    questionnaire: Mapped[str] = mapped_column(String(40), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    value_0: Mapped[int] = mapped_column(default=0)
    value_1: Mapped[int] = mapped_column(default=0)
    value_2: Mapped[int] = mapped_column(default=0)
    value_3: Mapped[int] = mapped_column(default=0)
    value_4: Mapped[int] = mapped_column(default=0)
    value_5: Mapped[int] = mapped_column(default=0)


class RatingMonthAnswer(Base):
    """Answers to one item in a month by officer and lane, as RatingDayAnswer has them by day."""

    __tablename__ = "rating_month_answer"
    # Rows lie in the order of the key, so that a period of a unit is read in one go.
    __table_args__ = ({"sqlite_with_rowid": False},)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(10), primary_key=True)
    officer_id: Mapped[int] = mapped_column(primary_key=True, default=0)
    questionnaire: Mapped[str] = mapped_column(String(40), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    value_0: Mapped[int] = mapped_column(default=0)
    value_1: Mapped[int] = mapped_column(default=0)
    value_2: Mapped[int] = mapped_column(default=0)
    value_3: Mapped[int] = mapped_column(default=0)
    value_4: Mapped[int] = mapped_column(default=0)
    value_5: Mapped[int] = mapped_column(default=0)
