"""Sessions of a council: planned, opened with a quorum, voted on, closed, decided."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import award, entry
from shared.domain.award import Choice, Ground, ItemState, NominationState, SessionState, Tally
from shared.domain.entry import Cells
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.models.award import AwardCouncil as AwardCouncil
from shared.models.award import AwardItem as AwardItem
from shared.models.award import (
    AwardMember,
    AwardNomination,
    AwardRecusal,
    AwardVote,
)
from shared.models.award import AwardSeat as AwardSeat
from shared.models.award import AwardSession as AwardSession  # the doors name it by this
from shared.models.campaign import Campaign
from shared.services import award_blocks, award_councils, award_titles, freezes, nominations
from shared.services.nominations import Listed

CERTIFICATES = "certificates"
IN_COURSE = (SessionState.PLANNED, SessionState.OPEN)


@dataclass(frozen=True)
class Line:
    """A nomination before a session: votes by seat, the newest of each, and who is recused."""

    item: AwardItem
    listed: Listed
    votes: Mapping[int, AwardVote]
    recusals: Mapping[int, AwardRecusal]
    tally: Tally | None  # as counted at the close


def listed(session: Session, campaign: Campaign) -> list[AwardSession]:
    """List the sessions on a campaign, the latest first."""
    query = select(AwardSession).where(AwardSession.campaign_id == campaign.id)
    return list(
        session.scalars(query.order_by(AwardSession.held_on.desc(), AwardSession.id.desc()))
    )


def find(session: Session, campaign: Campaign, key: int) -> AwardSession:
    """Give a session on a campaign; NotFound otherwise."""
    found = session.get(AwardSession, key)
    if found is None or found.campaign_id != campaign.id:
        raise NotFound
    return found


def seats(session: Session, meeting: AwardSession) -> list[AwardSeat]:
    """List the seats of a session, the chair first: they are all members."""
    query = select(AwardSeat).where(AwardSeat.session_id == meeting.id)
    return list(
        session.scalars(query.order_by(AwardSeat.chair.desc(), AwardSeat.name, AwardSeat.id))
    )


def items(session: Session, meeting: AwardSession) -> list[AwardItem]:
    """List what a session deals with, in the order of its agenda."""
    query = select(AwardItem).where(AwardItem.session_id == meeting.id)
    return list(session.scalars(query.order_by(AwardItem.position, AwardItem.id)))


def lines(session: Session, meeting: AwardSession) -> list[Line]:
    """List what a session deals with: names, votes, recusals, outcome."""
    campaign = session.get_one(Campaign, meeting.campaign_id)
    by_key = {one.nomination.id: one for one in nominations.listed(session, campaign)}
    rows = items(session, meeting)
    votes, recusals = _votes(session, rows), _recusals(session, rows)
    return [
        Line(
            item,
            by_key[item.nomination_id],
            votes.get(item.id, {}),
            recusals.get(item.id, {}),
            _tally(item, len(recusals.get(item.id, {}))),
        )
        for item in rows
    ]


def plan(
    session: Session,
    campaign: Campaign,
    council: AwardCouncil,
    cells: Cells,
    chosen: Sequence[int],
    by: str,
    now: datetime,
) -> AwardSession:
    """Plan a session on chosen nominations; the council's members of that day get their seats.

    Raises Invalid naming the column or without a nomination, RuleBroken for a council without one
    chair and for a nomination that another session deals with.
    """
    free = {
        one.nomination.id: one
        for one in nominations.listed(session, campaign)
        if one.nomination.state == NominationState.OPEN and not one.busy and not one.nomination.held
    }
    with Faults() as faults:
        if not chosen or not set(chosen) <= set(free):
            told = N_("Xin chọn đề nghị đưa ra họp.")
            faults.add(Invalid("nothing_chosen", told, field="nominations"))
        held_on = faults.read(entry.day, cells, "held_on")
        place = faults.read(entry.text, cells, "place", required=False)
    members = award_councils.members(session, council, held_on)
    award.check_chaired(member.chair for member in members)
    meeting = AwardSession(
        campaign_id=campaign.id,
        council_id=council.id,
        held_on=held_on,
        place=place,
        quorum=council.quorum,
        state=SessionState.PLANNED,
        planned_by=by,
        planned_at=now,
    )
    session.add(meeting)
    session.flush()
    session.add_all(_seat(meeting, member) for member in members)
    for position, key in enumerate(dict.fromkeys(chosen)):
        session.add(
            AwardItem(
                session_id=meeting.id,
                nomination_id=key,
                position=position,
                share=award_titles.share_on(session, free[key].title, held_on),
                state=ItemState.WAITING,
            )
        )
    session.flush()
    return meeting


def attend(session: Session, meeting: AwardSession, present: Collection[int]) -> None:
    """Note which seats are taken; whoever is absent votes in writing. Not after the close."""
    award.check_state(SessionState(meeting.state), *IN_COURSE)
    for seat in seats(session, meeting):
        seat.present = seat.id in present
    session.flush()


def cancel(session: Session, meeting: AwardSession) -> None:
    """Take back a session that was not opened: its nominations may be put to another one.

    Raises RuleBroken for one that was opened.
    """
    award.check_state(SessionState(meeting.state), SessionState.PLANNED)
    put_forward = items(session, meeting)
    of_items = AwardRecusal.item_id.in_([one.id for one in put_forward])
    declared = session.scalars(select(AwardRecusal).where(of_items)).all()
    for rows in (declared, [*put_forward, *seats(session, meeting)], [meeting]):
        for row in rows:
            session.delete(row)
        session.flush()


def open_session(
    session: Session, campaign: Campaign, meeting: AwardSession, by: str, now: datetime
) -> None:
    """Open the vote: checks the quorum, who may be put forward, and who is recused by rule.

    Raises RuleBroken `no_quorum` or when the session is past this step.
    """
    award.check_state(SessionState(meeting.state), SessionState.PLANNED)
    _check_quorum(session, meeting)
    meeting.state, meeting.opened_by, meeting.opened_at = SessionState.OPEN, by, now
    waiting = items(session, meeting)
    _check_items(session, campaign, waiting, ItemState.VOTING, now)
    for line in lines(session, meeting):
        if line.item.state == ItemState.VOTING:
            _recuse_by_rule(session, meeting, line, by, now)
    session.flush()


def close(session: Session, meeting: AwardSession, by: str, now: datetime) -> None:
    """End the vote and count it: each share of all members, exactly.

    Raises RuleBroken `no_quorum` or when the session is not open.
    """
    award.check_state(SessionState(meeting.state), SessionState.OPEN)
    _check_quorum(session, meeting)
    seated = seats(session, meeting)
    for line in lines(session, meeting):
        if line.item.state == ItemState.VOTING:
            _count(line, seated)
    meeting.state, meeting.closed_by, meeting.closed_at = SessionState.CLOSED, by, now
    session.flush()


def decide(
    session: Session,
    campaign: Campaign,
    meeting: AwardSession,
    cells: Cells,
    by: str,
    now: datetime,
) -> None:
    """Note the decision's number and day; who must not be put forward by then stays out of it.

    Raises Invalid naming the column, or for a day before the session.
    """
    award.check_state(SessionState(meeting.state), SessionState.CLOSED)
    with Faults() as faults:
        number = faults.read(entry.text, cells, "decision_number", 60)
        on = faults.read(entry.day, cells, "decision_on")
    if on < meeting.held_on:
        raise Invalid(
            "decision_too_early", N_("Ngày quyết định phải từ ngày họp."), field="decision_on"
        )
    rows = items(session, meeting)
    passed = [item for item in rows if item.state == ItemState.PASSED]
    _check_items(session, campaign, passed, ItemState.DECIDED, now)
    for item in rows:
        ended = _ENDED.get(ItemState(item.state))
        if ended is not None:
            nomination = session.get_one(AwardNomination, item.nomination_id)
            nomination.state, nomination.ended_by, nomination.ended_at = ended, by, now
    meeting.decision_number, meeting.decision_on = number, on
    meeting.state, meeting.decided_by, meeting.decided_at = SessionState.DECIDED, by, now
    session.flush()


_ENDED = {
    ItemState.DECIDED: NominationState.PASSED,
    ItemState.FAILED: NominationState.FAILED,
}


def recuse(
    session: Session,
    meeting: AwardSession,
    item: AwardItem,
    seat: AwardSeat,
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """Note that a member declares to take no part, with the reason; what it voted counts no more.

    It stays one of all members. Raises Invalid without a reason.
    """
    award.check_state(SessionState(meeting.state), *IN_COURSE)
    words = entry.words({"reason": reason}, "reason")
    if seat.id in _recusals(session, [item]).get(item.id, {}):
        return  # the form was sent twice
    _add_recusal(session, item, seat, (Ground.DECLARED, words), by, now)
    session.flush()


def place_of(
    session: Session, meeting: AwardSession, item_id: int, seat_id: int
) -> tuple[AwardItem, AwardSeat]:
    """Give a nomination and a seat of a session; NotFound for those of another."""
    item, seat = session.get(AwardItem, item_id), session.get(AwardSeat, seat_id)
    if item is None or seat is None or {item.session_id, seat.session_id} != {meeting.id}:
        raise NotFound
    return item, seat


def council_of(session: Session, meeting: AwardSession) -> AwardCouncil:
    """Give the council that holds a session."""
    return session.get_one(AwardCouncil, meeting.council_id)


def check_for_file(meeting: AwardSession, form: str) -> None:
    """Refuse a list before the votes are counted, and certificates before the decision."""
    if form == CERTIFICATES:
        award.check_state(SessionState(meeting.state), SessionState.DECIDED)
    else:
        award.check_state(SessionState(meeting.state), SessionState.CLOSED, SessionState.DECIDED)


def _seat(meeting: AwardSession, member: AwardMember) -> AwardSeat:
    return AwardSeat(
        session_id=meeting.id,
        member_id=member.id,
        account_id=member.account_id,
        name=member.name,
        post=member.post,
        chair=member.chair,
        present=False,
    )


def _check_quorum(session: Session, meeting: AwardSession) -> None:
    seated = seats(session, meeting)
    present = sum(seat.present for seat in seated)
    award.check_quorum(award.parse_share(meeting.quorum, "quorum"), len(seated), present)


def _check_items(
    session: Session,
    campaign: Campaign,
    rows: Sequence[AwardItem],
    then: ItemState,
    now: datetime,
) -> None:
    """Let those go on that nothing keeps back; a hold leaves a mark and never its reason."""
    places = nominations.places_of(freezes.in_force(session, campaign, now))
    nominated = {row.id: session.get_one(AwardNomination, row.nomination_id) for row in rows}
    kept_back = award_blocks.held_back(
        session, nominations.competitor_rows(session, list(nominated.values()))
    )
    for row in rows:
        nomination = nominated[row.id]
        place = places.get(nomination.competitor_id)
        if award.vetoes(None if place is None else place.row):
            row.state = ItemState.VETOED
        elif nomination.held or nomination.competitor_id in kept_back:
            row.state, nomination.held = ItemState.HELD, True
        else:
            row.state = then


def _recuse_by_rule(
    session: Session, meeting: AwardSession, line: Line, by: str, now: datetime
) -> None:
    for seat in seats(session, meeting):
        member = session.get_one(AwardMember, seat.member_id)
        found = award.ground(award_councils.interests(session, member), line.listed.nominee)
        if found is None:
            continue
        declared = line.recusals.get(seat.id)
        if declared is None:
            _add_recusal(session, line.item, seat, (found, ""), by, now)


def _add_recusal(
    session: Session,
    item: AwardItem,
    seat: AwardSeat,
    why: tuple[Ground, str],
    by: str,
    now: datetime,
) -> None:
    ground, reason = why
    session.add(
        AwardRecusal(
            item_id=item.id,
            seat_id=seat.id,
            ground=ground,
            reason=reason,
            noted_by=by,
            noted_at=now,
        )
    )


def _count(line: Line, seated: Sequence[AwardSeat]) -> None:
    item = line.item
    choices = {
        seat.id: Choice(line.votes[seat.id].choice) if seat.id in line.votes else None
        for seat in seated
    }
    counted = award.tally(_share(item), choices, line.recusals.keys())
    item.members, item.needed = counted.members, counted.needed
    item.votes_for, item.votes_against = counted.votes_for, counted.against
    item.votes_abstaining = counted.abstaining
    item.state = ItemState.PASSED if counted.passed else ItemState.FAILED


def _share(item: AwardItem) -> Fraction:
    return award.parse_share(item.share, "share")


def _tally(item: AwardItem, recused: int) -> Tally | None:
    if item.members is None:
        return None
    return Tally(
        item.members,
        item.needed or 0,
        item.votes_for or 0,
        item.votes_against or 0,
        item.votes_abstaining or 0,
        recused,
    )


def _votes(session: Session, rows: Sequence[AwardItem]) -> dict[int, dict[int, AwardVote]]:
    found: dict[int, dict[int, AwardVote]] = {}
    query = select(AwardVote).where(AwardVote.item_id.in_([row.id for row in rows]))
    for vote in session.scalars(query.order_by(AwardVote.id)):
        found.setdefault(vote.item_id, {})[vote.seat_id] = vote
    return found


def _recusals(session: Session, rows: Sequence[AwardItem]) -> dict[int, dict[int, AwardRecusal]]:
    found: dict[int, dict[int, AwardRecusal]] = {}
    query = select(AwardRecusal).where(AwardRecusal.item_id.in_([row.id for row in rows]))
    for recusal in session.scalars(query.order_by(AwardRecusal.id)):
        found.setdefault(recusal.item_id, {})[recusal.seat_id] = recusal
    return found
