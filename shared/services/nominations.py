"""Nominations of a campaign: from its standing, or by hand with a reason."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain import award
from shared.domain.award import NominationState, Nominee, Origin, Reach
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.rating import clean_text
from shared.domain.scoring import CompetitorKind
from shared.models.award import AwardItem, AwardSession, AwardTitle
from shared.models.award import AwardNomination as AwardNomination  # the doors name it by this
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.services import competitors, freezes
from shared.services.competitors import Competitor
from shared.services.standings import Place, Standing

LONGEST_REASON = 2_000
BUSY = (award.SessionState.PLANNED, award.SessionState.OPEN, award.SessionState.CLOSED)


@dataclass(frozen=True)
class Proposal:
    """A competitor that reaches the line, and the criteria that keep it from an award."""

    place: Place
    vetoes: Sequence[str]
    known: bool  # nominated for this title already

    @property
    def may(self) -> bool:
        """Say whether it can be nominated."""
        return not self.vetoes and not self.known


@dataclass(frozen=True)
class Listed:
    """A nomination with its names."""

    nomination: AwardNomination
    competitor: Competitor
    title: AwardTitle
    busy: bool  # on the agenda of a session that is not decided

    @property
    def nominee(self) -> Nominee:
        """Give the unit or the officer that is nominated."""
        return Nominee(self.competitor.unit_id, self.competitor.officer_id)


def listed(session: Session, campaign: Campaign) -> list[Listed]:
    """List the nominations of a campaign by title and name, withdrawn ones included."""
    query = (
        select(AwardNomination, AwardTitle)
        .join(AwardTitle, AwardNomination.title_id == AwardTitle.id)
        .where(AwardNomination.campaign_id == campaign.id)
        .order_by(AwardTitle.name, AwardNomination.id)
    )
    by_key = {one.key: one for one in competitors.of_campaign(session, campaign)}
    busy = _busy(session, campaign)
    found = [
        Listed(row, by_key[row.competitor_id], title, row.id in busy)
        for row, title in session.execute(query)
    ]
    return sorted(found, key=lambda one: (one.title.name, one.competitor.name, one.nomination.id))


def find(session: Session, campaign: Campaign, key: int) -> AwardNomination:
    """Give a nomination of a campaign; NotFound otherwise."""
    row = session.get(AwardNomination, key)
    if row is None or row.campaign_id != campaign.id:
        raise NotFound
    return row


def proposals(
    session: Session,
    campaign: Campaign,
    title: AwardTitle,
    kind: CompetitorKind,
    reach: Reach,
    ranking: Standing,
    seen: Collection[int],
) -> list[Proposal]:
    """List the competitors of a kind that reach a line of the standing, the best first.

    `seen` are the keys of those the actor may see. Raises Invalid for a title of the other kind.
    """
    award.check_nomination(title.kind, kind, None)
    known = {
        row.competitor_id
        for row in session.scalars(
            select(AwardNomination).where(
                AwardNomination.campaign_id == campaign.id,
                AwardNomination.title_id == title.id,
                AwardNomination.state.in_((NominationState.OPEN, NominationState.PASSED)),
            )
        )
    }
    return [
        Proposal(place, award.vetoes(place.row), place.competitor.key in known)
        for place in ranking.of_kind(kind)
        if reach.holds(place.row) and place.competitor.key in seen
    ]


def nominate_from_standing(
    session: Session,
    campaign: Campaign,
    title: AwardTitle,
    found: Sequence[Proposal],
    ranking: Standing,
    reason: str,
    by: str,
    now: datetime,
) -> list[AwardNomination]:
    """Nominate all who reach the line and whom no veto criterion keeps back; give the new ones.

    Raises RuleBroken when there is nobody.
    """
    chosen = [one.place for one in found if one.may]
    if not chosen:
        raise RuleBroken("nobody_reaches", N_("Không có ai đủ điều kiện để đề nghị."))
    rows = [
        _row(campaign, title, place.competitor.key, (Origin.STANDING, reason), by, now)
        for place in chosen
    ]
    for row, place in zip(rows, chosen, strict=True):
        _note_place(row, place, ranking)
    session.add_all(rows)
    session.flush()
    return rows


def nominate(
    session: Session,
    campaign: Campaign,
    title: AwardTitle,
    competitor_id: int,
    reason: str,
    by: str,
    now: datetime,
) -> AwardNomination:
    """Nominate a competitor by hand, whatever its rank, with the reason.

    Raises Invalid without a reason or for a title of the other kind, NotFound for who does not
    take part, RuleBroken `vetoed` or `nominated_already`.
    """
    words = checked_reason(reason)
    one = next(
        (one for one in competitors.of_campaign(session, campaign) if one.key == competitor_id),
        None,
    )
    if one is None:
        raise NotFound
    ranking = freezes.in_force(session, campaign, now)
    place = places_of(ranking).get(one.key)
    award.check_nomination(title.kind, one.kind, None if place is None else place.row)
    open_one = select(AwardNomination.id).where(
        AwardNomination.competitor_id == one.key,
        AwardNomination.title_id == title.id,
        AwardNomination.state.in_((NominationState.OPEN, NominationState.PASSED)),
    )
    if session.scalar(open_one) is not None:
        raise RuleBroken("nominated_already", N_("Đã có đề nghị này rồi."))
    row = _row(campaign, title, one.key, (Origin.HAND, words), by, now)
    if place is not None:
        _note_place(row, place, ranking)
    session.add(row)
    session.flush()
    return row


def hold(session: Session, campaign: Campaign, key: int, *, held: bool) -> AwardNomination:
    """Hold a nomination back from the council, or let it go on; no reason is asked or kept.

    It is the same mark that a check leaves, so that nobody can tell one from the other.
    """
    row = find(session, campaign, key)
    _check_free(session, campaign, row)
    row.held = held
    session.flush()
    return row


def withdraw(
    session: Session, campaign: Campaign, key: int, reason: str, by: str, now: datetime
) -> None:
    """Take a nomination back, with the reason; not while a session deals with it."""
    row = find(session, campaign, key)
    words = checked_reason(reason)
    _check_free(session, campaign, row)
    row.state, row.ended_by, row.ended_at = NominationState.WITHDRAWN, by, now
    row.ended_for = words
    session.flush()


def places_of(ranking: Standing) -> Mapping[int, Place]:
    """Give the places of a standing by the competitor's key."""
    return {place.competitor.key: place for place in ranking.places}


def competitor_rows(
    session: Session, nominations: Collection[AwardNomination]
) -> list[CampaignCompetitor]:
    """Give the rows of those nominated."""
    keys = {one.competitor_id for one in nominations}
    query = select(CampaignCompetitor).where(CampaignCompetitor.id.in_(keys))
    return list(session.scalars(query.order_by(CampaignCompetitor.id)))


def _check_free(session: Session, campaign: Campaign, row: AwardNomination) -> None:
    if row.state != NominationState.OPEN:
        raise RuleBroken("nomination_over", N_("Đề nghị này đã kết thúc."))
    if row.id in _busy(session, campaign):
        raise RuleBroken("in_session", N_("Đề nghị đang ở một phiên họp của Hội đồng."))


def _busy(session: Session, campaign: Campaign) -> frozenset[int]:
    """Give the keys of the nominations that a session deals with."""
    query = (
        select(AwardItem.nomination_id)
        .join(AwardSession, AwardItem.session_id == AwardSession.id)
        .where(
            AwardSession.campaign_id == campaign.id,
            AwardSession.state.in_(BUSY),
            AwardItem.state.not_in((award.ItemState.HELD, award.ItemState.VETOED)),
        )
    )
    return frozenset(session.scalars(query))


def _row(
    campaign: Campaign,
    title: AwardTitle,
    competitor_id: int,
    why: tuple[Origin, str],
    by: str,
    now: datetime,
) -> AwardNomination:
    origin, reason = why
    return AwardNomination(
        campaign_id=campaign.id,
        competitor_id=competitor_id,
        title_id=title.id,
        origin=origin,
        reason=reason,
        state=NominationState.OPEN,
        held=False,
        nominated_by=by,
        nominated_at=now,
    )


def _note_place(row: AwardNomination, place: Place, ranking: Standing) -> None:
    row.rank, row.points, row.as_of = place.row.rank, place.row.total, ranking.as_of


def checked_reason(reason: str) -> str:
    """Give a reason as it is kept; raises Invalid for none, or too long a one."""
    words = clean_text(reason)
    if not words or len(words) > LONGEST_REASON:
        raise Invalid("reason_missing", N_("Xin ghi lý do."), field="reason")
    return words
