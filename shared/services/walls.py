"""The scoreboard of a campaign for a screen on a wall: units only, never a person."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.errors import NotFound
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign
from shared.models.organisation import Organisation, Unit
from shared.models.scoreboard import CampaignWall
from shared.services import freezes
from shared.services.local_days import today_in
from shared.services.standings import Place, Standing

SECRET_BYTES = 18  # 144 bits: nobody guesses the address
LONGEST_CODE = 40


@dataclass(frozen=True)
class Line:
    """A unit on the wall: rank among all, total of 100, band, and whether figures are missing."""

    rank: int | None
    name: str
    points: Decimal | None
    band: str | None
    provisional: bool
    part_from: date | None  # the first day it is judged on, of a late joiner


@dataclass(frozen=True)
class Wall:
    """What the wall shows; without lines nothing is to be seen yet. `as_of` is an instant."""

    code: str  # of the campaign
    name: str
    organiser: str
    state: CampaignState
    starts_on: date
    ends_on: date
    zone: str
    today: date
    as_of: datetime | None
    lines: Sequence[Line]
    sample: bool

    @property
    def over(self) -> bool:
        """Tell whether the period has passed though the campaign is not closed yet."""
        return self.state is CampaignState.RUNNING and self.today > self.ends_on


def wall(session: Session, campaign: Campaign, now: datetime) -> Wall:
    """Give a campaign's scoreboard: the days that are over, of ratings whole weeks only.

    Whoever watches a wall must not find out what one resident said (NĐ 61/2018, article 27). A
    closed campaign shows what was frozen.
    """
    organisation = session.scalars(
        select(Organisation).join(Unit).where(Unit.id == campaign.unit_id)
    ).one()
    today = today_in(session, [campaign.unit_id], now)
    state = CampaignState(campaign.state)
    seen = state is CampaignState.CLOSED or (
        state is CampaignState.RUNNING and today > campaign.starts_on
    )
    found = freezes.shown_in_force(session, campaign, now) if seen else None
    return Wall(
        code=campaign.code,
        name=campaign.name,
        organiser=campaign.organiser,
        state=state,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        zone=organisation.zone,
        today=today,
        as_of=None if found is None else found.as_of,
        lines=[] if found is None else _lines(found),
        sample=organisation.sample,
    )


def opened(session: Session, campaign: Campaign) -> str | None:
    """Give the secret of the public address, or None while only staff may look."""
    row = session.get(CampaignWall, campaign.id)
    return None if row is None else row.token


def open_to_all(session: Session, campaign: Campaign, actor: str, now: datetime) -> str:
    """Let whoever has the address look, and give its secret; a new one after it was closed."""
    known = opened(session, campaign)
    if known is not None:
        return known
    code = secrets.token_urlsafe(SECRET_BYTES)
    session.add(CampaignWall(campaign_id=campaign.id, token=code, opened_by=actor, opened_at=now))
    session.flush()
    return code


def close_to_all(session: Session, campaign: Campaign) -> None:
    """Let only staff look; the address that was in use never leads anywhere again."""
    row = session.get(CampaignWall, campaign.id)
    if row is not None:
        session.delete(row)
        session.flush()


def campaign_of(session: Session, code: str) -> Campaign:
    """Give the campaign whose public address has this secret; NotFound otherwise."""
    if not code.isascii() or not code.isprintable() or len(code) > LONGEST_CODE:
        raise NotFound
    query = select(Campaign).join(CampaignWall).where(CampaignWall.token == code)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _lines(found: Standing) -> list[Line]:
    return [_line(found, place) for place in found.of_kind(CompetitorKind.COLLECTIVE)]


def _line(found: Standing, place: Place) -> Line:
    level, part = found.level_of(place), found.part_of(place)
    late = part is not None and part.first > found.plan.starts_on
    return Line(
        rank=place.row.rank,
        name=place.competitor.name,
        points=place.row.total,
        band=None if level is None else level.band.name,
        provisional=not place.row.complete,
        part_from=part.first if part is not None and late else None,
    )
