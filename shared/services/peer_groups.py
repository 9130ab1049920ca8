"""The peer groups of a campaign, and who was put into one by hand."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open, check_rules_editable
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.domain.peer_group import PeerGroup, by_volume, check_groups
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.scoreboard import CampaignPeer, CampaignPeerGroup
from shared.services.competitors import kind_of

# Built once: every page of a campaign asks.
_ROWS = (
    select(CampaignPeerGroup)
    .where(CampaignPeerGroup.campaign_id == bindparam("campaign"))
    .order_by(CampaignPeerGroup.id)
)
_BY_HAND = (
    select(CampaignPeer.competitor_id, CampaignPeerGroup.name)
    .join(CampaignPeerGroup, CampaignPeer.group_id == CampaignPeerGroup.id)
    .where(CampaignPeerGroup.campaign_id == bindparam("campaign"))
)


def groups_of(session: Session, campaign: Campaign) -> tuple[PeerGroup, ...]:
    """Give the groups by kind, those of the largest volume first, those by hand last."""
    groups = [
        PeerGroup(row.name, row.fewest, CompetitorKind(row.kind))
        for row in _rows(session, campaign)
    ]
    return tuple(sorted(groups, key=_order))


def set_groups(session: Session, campaign: Campaign, groups: Sequence[PeerGroup]) -> None:
    """Put other groups in place of a draft's; who was in one that keeps its name stays in it.

    Raises RuleBroken once the campaign started, Invalid for groups that cannot be told apart.
    """
    check_rules_editable(CampaignState(campaign.state))
    check_groups(groups)
    known = {(row.kind, row.name): row for row in _rows(session, campaign)}
    wanted = {(str(one.kind), one.name): one for one in groups}
    for key, row in known.items():
        if key in wanted:
            row.fewest = wanted[key].fewest
        else:
            _empty(session, row)
            session.delete(row)
    session.flush()
    add_groups(session, campaign, [one for key, one in wanted.items() if key not in known])


def add_groups(session: Session, campaign: Campaign, groups: Sequence[PeerGroup]) -> None:
    """Keep further groups of a campaign."""
    for one in groups:
        session.add(
            CampaignPeerGroup(
                campaign_id=campaign.id, kind=one.kind, name=one.name, fewest=one.fewest
            )
        )
    session.flush()


def by_hand(session: Session, campaign: Campaign) -> Mapping[int, str]:
    """Give the group each competitor was put into by hand, by the competitor's key."""
    rows = session.execute(_BY_HAND, {"campaign": campaign.id})
    return {row.competitor_id: row.name for row in rows}


def put(session: Session, campaign: Campaign, key: int, name: str) -> None:
    """Put a competitor into a group of its kind by hand; an empty name takes it out again.

    A started campaign keeps who competes with whom: then only one that is in no group yet, such as
    a late joiner, may be put into one, and only where groups go by hand. Raises RuleBroken
    otherwise, NotFound for a competitor or a group of another campaign or kind.
    """
    competitor = session.get(CampaignCompetitor, key)
    if competitor is None or competitor.campaign_id != campaign.id:
        raise NotFound
    row = session.get(CampaignPeer, key)
    _check_putting(session, campaign, row)
    if not name:
        if row is not None:
            session.delete(row)
            session.flush()
        return
    group = _group(session, campaign, kind_of(competitor.officer_id), name)
    if row is None:
        session.add(CampaignPeer(competitor_id=key, group_id=group.id))
    else:
        row.group_id = group.id
    session.flush()


def copy(session: Session, source: Campaign, made: Campaign) -> None:
    """Put the competitors of a copied campaign into the groups they were put into by hand."""
    names = by_hand(session, source)
    if not names:
        return
    of_source = {
        (row.unit_id, row.officer_id): names[row.id]
        for row in _competitors(session, source)
        if row.id in names
    }
    for row in _competitors(session, made):
        name = of_source.get((row.unit_id, row.officer_id))
        if name is not None:
            put(session, made, row.id, name)


def _check_putting(session: Session, campaign: Campaign, row: CampaignPeer | None) -> None:
    state = CampaignState(campaign.state)
    check_open(state)
    if state is not CampaignState.DRAFT and (
        row is not None or by_volume(groups_of(session, campaign))
    ):
        raise RuleBroken(
            "group_settled",
            N_("Phong trào đã bắt đầu: chỉ xếp nhóm cho người tham gia chưa có nhóm."),
        )


def _group(
    session: Session, campaign: Campaign, kind: CompetitorKind, name: str
) -> CampaignPeerGroup:
    for row in _rows(session, campaign):
        if (row.kind, row.name) == (kind, name):
            return row
    raise NotFound


def _empty(session: Session, group: CampaignPeerGroup) -> None:
    query = select(CampaignPeer).where(CampaignPeer.group_id == group.id)
    for row in session.scalars(query.order_by(CampaignPeer.competitor_id)):
        session.delete(row)
    session.flush()


def _competitors(session: Session, campaign: Campaign) -> list[CampaignCompetitor]:
    query = select(CampaignCompetitor).where(CampaignCompetitor.campaign_id == campaign.id)
    return list(session.scalars(query.order_by(CampaignCompetitor.id)))


def _rows(session: Session, campaign: Campaign) -> list[CampaignPeerGroup]:
    return list(session.scalars(_ROWS, {"campaign": campaign.id}))


def _order(one: PeerGroup) -> tuple[str, bool, int, str]:
    return (one.kind, one.fewest is None, -(one.fewest or 0), one.name)
