"""Tables of awards: titles, councils, nominations, sessions, and what each member voted."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, UtcDateTime
from shared.models.campaign import Exact

_OPEN_ONLY = text("state = 'open'")


class AwardTitle(Base):
    """A title or form of commendation with the share of all council members it needs."""

    __tablename__ = "award_title"
    __table_args__ = (UniqueConstraint("organisation_id", "code", "valid_from"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12))  # collective, individual, or any
    level: Mapped[str] = mapped_column(String(100))  # where it is given
    given: Mapped[bool]  # by the body itself; else proposed to that level
    share: Mapped[str] = mapped_column(String(20))  # of all members, an exact fraction
    suggested: Mapped[bool] = mapped_column(default=False, server_default=false())
    legal_basis: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class AwardCouncil(Base):
    """An emulation and commendation council, and what share of its members must be present."""

    __tablename__ = "award_council"
    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(300), default="")
    quorum: Mapped[str] = mapped_column(String(20))  # of all members, an exact fraction
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AwardMember(Base):
    """A member of a council: an account, or a person from outside without one."""

    __tablename__ = "award_member"
    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("award_council.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # served in, if said
    chair: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class AwardNomination(Base):
    """Who is put forward for which title, from the standing or by hand, with the reason.

    `held` says that it is not put before a council for now, and never why.
    """

    __tablename__ = "award_nomination"
    __table_args__ = (
        Index(
            "uq_award_nomination_open",
            "competitor_id",
            "title_id",
            unique=True,
            sqlite_where=_OPEN_ONLY,
            postgresql_where=_OPEN_ONLY,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    competitor_id: Mapped[int] = mapped_column(ForeignKey("campaign_competitor.id"))
    title_id: Mapped[int] = mapped_column(ForeignKey("award_title.id"))
    origin: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None]  # in the standing it was made from
    points: Mapped[Decimal | None] = mapped_column(Exact)
    as_of: Mapped[datetime | None] = mapped_column(UtcDateTime)  # of that standing
    state: Mapped[str] = mapped_column(String(10))
    held: Mapped[bool] = mapped_column(default=False)
    nominated_by: Mapped[str] = mapped_column(String(80))
    nominated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(80))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_for: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class AwardSession(Base):
    """A session of a council on nominations of a campaign, and the decision it led to."""

    __tablename__ = "award_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("award_council.id"))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="")
    quorum: Mapped[str] = mapped_column(String(20))  # as it was when planned
    state: Mapped[str] = mapped_column(String(10))
    planned_by: Mapped[str] = mapped_column(String(80))
    planned_at: Mapped[datetime] = mapped_column(UtcDateTime)
    opened_by: Mapped[str | None] = mapped_column(String(80))
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(String(80))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decision_number: Mapped[str] = mapped_column(String(60), default="")
    decision_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)
    # SQLAlchemy declares it as an instance attribute, so it cannot be a ClassVar.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  see above


class AwardSeat(Base):
    """A member as it stood when a session was planned; all seats are what shares are of."""

    __tablename__ = "award_seat"
    __table_args__ = (UniqueConstraint("session_id", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("award_session.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("award_member.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(200), default="")
    chair: Mapped[bool] = mapped_column(default=False)
    present: Mapped[bool] = mapped_column(default=False)


class AwardItem(Base):
    """A nomination before a session, with the outcome counted when the session closed."""

    __tablename__ = "award_item"
    __table_args__ = (UniqueConstraint("session_id", "nomination_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("award_session.id"))
    nomination_id: Mapped[int] = mapped_column(ForeignKey("award_nomination.id"), index=True)
    position: Mapped[int]
    share: Mapped[str] = mapped_column(String(20))  # of all members, as it was when planned
    state: Mapped[str] = mapped_column(String(10))
    members: Mapped[int | None]
    needed: Mapped[int | None]
    votes_for: Mapped[int | None]
    votes_against: Mapped[int | None]
    votes_abstaining: Mapped[int | None]


class AwardRecusal(Base):
    """Why a member does not vote on a nomination: by rule, or as the member declared."""

    __tablename__ = "award_recusal"
    __table_args__ = (UniqueConstraint("item_id", "seat_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("award_item.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("award_seat.id"))
    ground: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    noted_by: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AwardVote(Base):
    """What a member voted and by whom it was entered; the newest counts, none is changed."""

    __tablename__ = "award_vote"
    __table_args__ = (Index("ix_award_vote_item_id_seat_id", "item_id", "seat_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("award_item.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("award_seat.id"))
    choice: Mapped[str] = mapped_column(String(10))
    way: Mapped[str] = mapped_column(String(10))  # in session, or in writing
    paper: Mapped[str] = mapped_column(String(200), default="")  # the ballot entered for somebody
    cast_by: Mapped[str] = mapped_column(String(80))
    cast_at: Mapped[datetime] = mapped_column(UtcDateTime)
