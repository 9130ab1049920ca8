"""Who takes part in a campaign, from when and until when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, check_open, check_rules_editable
from shared.domain.campaign_template import is_head
from shared.domain.errors import N_, Invalid, NotFound, RuleBroken
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.organisation import Officer, Unit
from shared.models.scoreboard import CampaignPeer
from shared.services.unit_history import histories_of, tree_as_of
from shared.services.unit_tree import below, tree_of_units
from shared.statistics.periods import in_force_between, in_force_on


@dataclass(frozen=True)
class Competitor:
    """A unit or an officer that takes part; dates are local, None means the whole period."""

    key: int
    code: str
    name: str
    kind: CompetitorKind
    unit_id: int
    unit_name: str
    officer_id: int | None
    joined_on: date | None
    left_on: date | None
    head: bool = False  # of the unit: judged by the unit's score too


@dataclass(frozen=True)
class Choice:
    """A unit or an officer that could join."""

    key: int
    name: str
    unit_name: str


# Built once: every page of a campaign asks.
_OF_CAMPAIGN = (
    select(CampaignCompetitor, Unit, Officer)
    .join(Unit, CampaignCompetitor.unit_id == Unit.id)
    .outerjoin(Officer, CampaignCompetitor.officer_id == Officer.id)
    .where(CampaignCompetitor.campaign_id == bindparam("campaign"))
)


def of_campaign(session: Session, campaign: Campaign) -> list[Competitor]:
    """List who takes part or took part, by kind and name.

    Units bear the name they had on the last day of their part of the period.
    """
    rows = session.execute(_OF_CAMPAIGN, {"campaign": campaign.id}).all()
    known = histories_of(session, {unit for _, unit, _ in rows})
    found = [
        _competitor(row, unit, officer, known[unit.id].on(row.left_on or campaign.ends_on).name)
        for row, unit, officer in rows
    ]
    return sorted(found, key=lambda one: (one.kind, one.name, one.code))


def kinds(session: Session, campaign: Campaign) -> set[CompetitorKind]:
    """Tell which kinds of competitors take part."""
    query = select(CampaignCompetitor.officer_id).where(
        CampaignCompetitor.campaign_id == campaign.id
    )
    return {kind_of(officer_id) for officer_id in session.scalars(query)}


def units_below(session: Session, unit_id: int, on: date) -> list[int]:
    """Give the units right below one that exist on a local day, or the unit itself."""
    below_then = tree_as_of(session, on).get(unit_id, [])
    query = select(Unit.id).where(Unit.id.in_(below_then), in_force_on(Unit, on))
    return list(session.scalars(query.order_by(Unit.name))) or [unit_id]


def subtrees(
    session: Session, unit_ids: Collection[int], on: date | None = None
) -> Mapping[int, frozenset[int]]:
    """Give each unit with all units below it, past ones included, as the tree is or was on a day.

    A unit that ended stands where it stood last; one that moved, where it stood on that local day.
    """
    tree = tree_of_units(session) if on is None else tree_as_of(session, on)
    return {unit_id: below(tree, [unit_id]) for unit_id in unit_ids}


def could_join(
    session: Session, campaign: Campaign, scope: Collection[int]
) -> tuple[list[Choice], list[Choice]]:
    """List the units and officers of `scope` that exist in the period and do not compete yet."""
    taking_part = of_campaign(session, campaign)
    units = {one.unit_id for one in taking_part if one.officer_id is None}
    officers = {one.officer_id for one in taking_part if one.officer_id is not None}
    unit_rows = session.scalars(
        select(Unit).where(Unit.id.in_(scope), _exists_in(Unit, campaign)).order_by(Unit.name)
    )
    officer_rows = session.execute(
        select(Officer, Unit.name)
        .join(Unit, Officer.unit_id == Unit.id)
        .where(Officer.unit_id.in_(scope), _exists_in(Officer, campaign))
        .order_by(Unit.name, Officer.name)
    )
    return (
        [Choice(row.id, row.name, "") for row in unit_rows if row.id not in units],
        [Choice(row.id, row.name, unit) for row, unit in officer_rows if row.id not in officers],
    )


def add_units(
    session: Session,
    campaign: Campaign,
    unit_ids: Iterable[int],
    scope: Collection[int],
    joined_on: date | None = None,
) -> None:
    """Let units take part; NotFound for one out of reach, RuleBroken for one that already does."""
    _check_joining(campaign, joined_on)
    present = {one.unit_id for one in of_campaign(session, campaign) if one.officer_id is None}
    for unit_id in dict.fromkeys(unit_ids):
        if unit_id not in scope:
            raise NotFound
        if unit_id in present:
            raise _already()
        session.add(
            CampaignCompetitor(campaign_id=campaign.id, unit_id=unit_id, joined_on=joined_on)
        )
    session.flush()


def add_officer(
    session: Session,
    campaign: Campaign,
    officer_id: int,
    scope: Collection[int],
    joined_on: date | None = None,
) -> None:
    """Let an officer take part; NotFound out of reach, RuleBroken for one who already does."""
    _check_joining(campaign, joined_on)
    officer = session.get(Officer, officer_id)
    if officer is None or officer.unit_id not in scope:
        raise NotFound
    if officer_id in {one.officer_id for one in of_campaign(session, campaign)}:
        raise _already()
    _add_officer(session, campaign, officer, joined_on)
    session.flush()


def add_officers_of(session: Session, campaign: Campaign, unit_ids: Collection[int]) -> None:
    """Let every officer of the units and of those below them take part."""
    reached = below(tree_as_of(session, campaign.ends_on), unit_ids)
    query = select(Officer).where(Officer.unit_id.in_(reached), _exists_in(Officer, campaign))
    for officer in session.scalars(query.order_by(Officer.id)):
        _add_officer(session, campaign, officer, None)
    session.flush()


def set_period(
    session: Session, campaign: Campaign, key: int, joined_on: date | None, left_on: date | None
) -> None:
    """Set from when and until when a competitor is judged; history is kept, nobody is deleted."""
    check_open(CampaignState(campaign.state))
    row = _row(session, campaign, key)
    first, last = joined_on or campaign.starts_on, left_on or campaign.ends_on
    if not campaign.starts_on <= first <= last <= campaign.ends_on:
        raise _wrong_dates()
    row.joined_on, row.left_on = joined_on, left_on


def set_head(session: Session, campaign: Campaign, key: int, head: bool) -> None:
    """Say whether an individual heads the unit and so answers for its score; not once started."""
    check_rules_editable(CampaignState(campaign.state))
    row = _row(session, campaign, key)
    if row.officer_id is None:
        raise NotFound
    row.head = head


def remove(session: Session, campaign: Campaign, key: int) -> None:
    """Take a competitor off a draft; RuleBroken once the campaign has started."""
    check_rules_editable(CampaignState(campaign.state))
    row = _row(session, campaign, key)
    put = session.get(CampaignPeer, key)
    if put is not None:
        session.delete(put)
        session.flush()
    session.delete(row)
    session.flush()


def _add_officer(
    session: Session, campaign: Campaign, officer: Officer, joined_on: date | None
) -> None:
    session.add(
        CampaignCompetitor(
            campaign_id=campaign.id,
            unit_id=officer.unit_id,
            officer_id=officer.id,
            joined_on=joined_on,
            head=is_head(officer.post),
        )
    )


def _row(session: Session, campaign: Campaign, key: int) -> CampaignCompetitor:
    row = session.get(CampaignCompetitor, key)
    if row is None or row.campaign_id != campaign.id:
        raise NotFound
    return row


def _check_joining(campaign: Campaign, joined_on: date | None) -> None:
    check_open(CampaignState(campaign.state))
    if joined_on is not None and not campaign.starts_on <= joined_on <= campaign.ends_on:
        raise _wrong_dates()


def _wrong_dates() -> Invalid:
    return Invalid(
        "competitor_dates",
        N_("Ngày tham gia phải nằm trong kỳ của phong trào, ngày rời không trước ngày vào."),
        field="joined_on",
    )


def _already() -> RuleBroken:
    return RuleBroken("already_competing", N_("Đơn vị hoặc cá nhân này đã tham gia rồi."))


def _competitor(
    row: CampaignCompetitor, unit: Unit, officer: Officer | None, unit_name: str
) -> Competitor:
    return Competitor(
        key=row.id,
        code=(officer or unit).code,
        name=unit_name if officer is None else officer.name,
        kind=kind_of(row.officer_id),
        unit_id=row.unit_id,
        unit_name=unit_name,
        officer_id=row.officer_id,
        joined_on=row.joined_on,
        left_on=row.left_on,
        head=row.head,
    )


def kind_of(officer_id: int | None) -> CompetitorKind:
    """Tell the kind of a competitor by the key of its officer, which a unit has none of."""
    return CompetitorKind.COLLECTIVE if officer_id is None else CompetitorKind.INDIVIDUAL


def _exists_in(table: type[Unit] | type[Officer], campaign: Campaign) -> ColumnElement[bool]:
    return in_force_between(table, campaign.starts_on, campaign.ends_on)
