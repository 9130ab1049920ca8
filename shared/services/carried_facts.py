"""Competitors that go on as another: the successor counts what was done before it, up to a day."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.models.campaign import Campaign, CampaignCompetitor, CampaignContinuation
from shared.models.organisation import Unit
from shared.models.unit_history import UnitSuccession

# Built once: every standing asks.
_CONTINUATIONS = (
    select(CampaignContinuation, Unit)
    .join(Unit, CampaignContinuation.unit_id == Unit.id)
    .where(CampaignContinuation.campaign_id == bindparam("campaign"))
    .order_by(CampaignContinuation.until, Unit.name, Unit.id)
)


@dataclass(frozen=True)
class Carried:
    """A unit whose facts up to a local day count for its successor, and since when it competed."""

    unit_id: int
    name: str
    until: date
    joined_on: date | None


@dataclass(frozen=True)
class Offer:
    """A unit that a competitor came after, and whose facts it could count."""

    unit_id: int
    name: str
    until: date


def carried_by(session: Session, campaign: Campaign) -> dict[int, list[Carried]]:
    """Give what each competitor counts of units before it, by its key."""
    rows = session.execute(_CONTINUATIONS, {"campaign": campaign.id}).all()
    joined = _joined(session, campaign) if rows else {}
    found: dict[int, list[Carried]] = defaultdict(list)
    for row, unit in rows:
        one = Carried(unit.id, unit.name, row.until, joined.get(unit.id))
        found[row.competitor_id].append(one)
    return found


def offers(session: Session, campaign: Campaign) -> Mapping[int, Sequence[Offer]]:
    """Give, by a competing unit's key, the ended units it came after and does not count yet."""
    taken = select(CampaignContinuation.unit_id).where(
        CampaignContinuation.campaign_id == campaign.id
    )
    query = (
        select(UnitSuccession.successor_id, Unit)
        .join(Unit, UnitSuccession.predecessor_id == Unit.id)
        .where(
            Unit.valid_to >= campaign.starts_on,
            Unit.valid_to < campaign.ends_on,
            Unit.id.not_in(taken),
        )
        .order_by(Unit.name, Unit.id)
    )
    found: dict[int, list[Offer]] = defaultdict(list)
    for successor_id, unit in session.execute(query):
        if unit.valid_to is not None:
            found[successor_id].append(Offer(unit.id, unit.name, unit.valid_to))
    return found


def carry(
    session: Session, campaign: Campaign, key: int, unit_id: int, scope: Collection[int]
) -> None:
    """Let a competing unit count what the unit before it did, up to that unit's last day.

    The facts stay with the unit that had them. Standings of days up to that one do not change; in
    later ones the unit before no longer has a place of its own. Raises RuleBroken once the
    campaign is closed or where another successor counts it, Invalid for a unit it does not come
    after, NotFound out of reach.
    """
    check_open(CampaignState(campaign.state))
    row = session.get(CampaignCompetitor, key)
    if row is None or row.campaign_id != campaign.id or row.officer_id is not None:
        raise NotFound
    if row.unit_id not in scope or unit_id not in scope:
        raise NotFound
    known = select(CampaignContinuation.id).where(
        CampaignContinuation.campaign_id == campaign.id, CampaignContinuation.unit_id == unit_id
    )
    if session.scalar(known) is not None:
        raise RuleBroken(
            "carried_already", N_("Kết quả của đơn vị trước đã được tính cho một đơn vị kế tục.")
        )
    for offer in offers(session, campaign).get(row.unit_id, ()):
        if offer.unit_id == unit_id:
            session.add(
                CampaignContinuation(
                    campaign_id=campaign.id, competitor_id=key, unit_id=unit_id, until=offer.until
                )
            )
            session.flush()
            return
    raise Invalid(
        "not_predecessor",
        N_("Đơn vị này không kế tục đơn vị đã chọn trong kỳ của phong trào."),
        field="predecessor",
    )


def drop(session: Session, campaign: Campaign, key: int, unit_id: int) -> None:
    """Take back that a competitor counts what a unit before it did; NotFound where it does not."""
    check_open(CampaignState(campaign.state))
    row = session.scalar(
        select(CampaignContinuation).where(
            CampaignContinuation.campaign_id == campaign.id,
            CampaignContinuation.competitor_id == key,
            CampaignContinuation.unit_id == unit_id,
        )
    )
    if row is None:
        raise NotFound
    session.delete(row)
    session.flush()


def in_effect(carried: Mapping[int, Sequence[Carried]], today: date) -> dict[int, list[Carried]]:
    """Keep what counts on a local day: of units that had ended before it."""
    kept = {key: [one for one in found if one.until < today] for key, found in carried.items()}
    return {key: found for key, found in kept.items() if found}


def _joined(session: Session, campaign: Campaign) -> dict[int, date | None]:
    query = select(CampaignCompetitor.unit_id, CampaignCompetitor.joined_on).where(
        CampaignCompetitor.campaign_id == campaign.id, CampaignCompetitor.officer_id.is_(None)
    )
    return dict(iter(session.execute(query)))
