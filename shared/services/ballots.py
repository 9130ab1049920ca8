"""What a member of a council votes: with the own account, or on paper that is entered for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import award, entry
from shared.domain.award import Choice, ItemState, SessionState, Way
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.models.award import (
    AwardCouncil,
    AwardItem,
    AwardRecusal,
    AwardSeat,
    AwardSession,
    AwardVote,
)
from shared.models.campaign import Campaign
from shared.services import award_sessions
from shared.services.award_sessions import Line


@dataclass(frozen=True)
class Sitting:
    """A session in which somebody has a seat."""

    session: AwardSession
    seat: AwardSeat
    council: AwardCouncil
    campaign: Campaign


def sittings(session: Session, account_id: int) -> list[Sitting]:
    """List the sessions in which an account has a seat, the latest first."""
    query = (
        select(AwardSession, AwardSeat, AwardCouncil, Campaign)
        .join(AwardSeat, AwardSeat.session_id == AwardSession.id)
        .join(AwardCouncil, AwardSession.council_id == AwardCouncil.id)
        .join(Campaign, AwardSession.campaign_id == Campaign.id)
        .where(AwardSeat.account_id == account_id)
        .order_by(AwardSession.held_on.desc(), AwardSession.id.desc())
    )
    return [Sitting(*row) for row in session.execute(query)]


def sitting(session: Session, account_id: int, key: int) -> Sitting:
    """Give a session in which an account has a seat; NotFound for everybody else's."""
    for one in sittings(session, account_id):
        if one.session.id == key:
            return one
    raise NotFound


def lines(session: Session, found: Sitting) -> Sequence[Line]:
    """List what the session deals with. A member reads the outcome, and of votes its own."""
    return [
        Line(
            line.item,
            line.listed,
            {key: vote for key, vote in line.votes.items() if key == found.seat.id},
            {key: one for key, one in line.recusals.items() if key == found.seat.id},
            line.tally,
        )
        for line in award_sessions.lines(session, found.session)
    ]


def cast(
    session: Session, found: Sitting, item_id: int, choice: str, by: str, now: datetime
) -> None:
    """Vote with the own account: in the session when present, else in writing.

    It can be changed until the session closes; each is kept. Raises Invalid without a choice,
    NotFound for a nomination of another session, RuleBroken for who is recused or too late.
    """
    item, seat = award_sessions.place_of(session, found.session, item_id, found.seat.id)
    _add(session, found.session, item, seat, (choice, ""), by, now)


def cast_on_paper(
    session: Session,
    meeting: AwardSession,
    item_id: int,
    seat_id: int,
    choice: str,
    paper: str,
    by: str,
    now: datetime,
) -> None:
    """Enter a ballot handed in on paper, with what tells which paper it is.

    Who voted with the own account is not voted for. Raises as `cast`, and Invalid without words on
    the paper.
    """
    item, seat = award_sessions.place_of(session, meeting, item_id, seat_id)
    with Faults() as faults:
        faults.read(_check_choice, choice)
        words = faults.read(entry.text, {"paper": paper}, "paper")
    own = select(AwardVote.id).where(
        AwardVote.item_id == item.id, AwardVote.seat_id == seat.id, AwardVote.paper == ""
    )
    if session.scalar(own.limit(1)) is not None:
        raise RuleBroken("voted_oneself", N_("Thành viên này đã tự bỏ phiếu trên hệ thống."))
    _add(session, meeting, item, seat, (choice, words), by, now)


def _check_choice(choice: str) -> None:
    if choice not in set(Choice):
        raise Invalid("choice_missing", N_("Xin chọn ý kiến biểu quyết."), field="choice")


def _add(
    session: Session,
    meeting: AwardSession,
    item: AwardItem,
    seat: AwardSeat,
    what: tuple[str, str],
    by: str,
    now: datetime,
) -> None:
    choice, paper = what
    award.check_state(SessionState(meeting.state), SessionState.OPEN)
    if item.state != ItemState.VOTING:
        raise RuleBroken("not_voted_on", N_("Đề nghị này không biểu quyết ở phiên này."))
    _check_choice(choice)
    recused = select(AwardRecusal.id).where(
        AwardRecusal.item_id == item.id, AwardRecusal.seat_id == seat.id
    )
    if session.scalar(recused) is not None:
        raise RuleBroken("recused", N_("Thành viên không tham gia biểu quyết đề nghị này."))
    session.add(
        AwardVote(
            item_id=item.id,
            seat_id=seat.id,
            choice=choice,
            way=Way.IN_SESSION if seat.present and not paper else Way.WRITING,
            paper=paper,
            cast_by=by,
            cast_at=now,
        )
    )
    session.flush()
