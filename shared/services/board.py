"""The wall board of a unit's hall: what anybody may know of it, and of nobody in particular."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, Settings, Window
from shared.domain.complaint import Kind
from shared.domain.errors import NotFound
from shared.domain.sampling import share, wilson
from shared.domain.scoring import CompetitorKind
from shared.models.campaign import Campaign, CampaignCompetitor
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Organisation, Unit
from shared.services import shown_weeks
from shared.services.fresh_standings import shown_standing
from shared.services.inbox import OPEN_STATES
from shared.services.local_days import today_in
from shared.services.standings import Place
from shared.statistics import satisfaction

DAYS = 7
DAY = timedelta(days=1)
OLDEST_SHOWN = timedelta(weeks=5)  # of a place where hardly anybody rates
SHOWN_KINDS = tuple(str(kind) for kind in (Kind.REPORT, Kind.PETITION))
MOST_PLACES = 5


@dataclass(frozen=True)
class Satisfied:
    """Percent satisfied with its 95 % interval, over whole weeks; first and last local day."""

    first: date
    last: date
    cases: int
    value: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True)
class Cases:
    """Reports and petitions that name nobody: waiting, late among them, answered of late."""

    open: int
    overdue: int
    answered: int


@dataclass(frozen=True)
class Ranked:
    """A unit's place in the campaign; points of 100."""

    rank: int | None
    name: str
    points: Decimal | None
    complete: bool
    own: bool


@dataclass(frozen=True)
class Scoreboard:
    """The running campaign as it stood when the last day ended, its ratings in whole weeks."""

    name: str
    places: Sequence[Ranked]


@dataclass(frozen=True)
class Board:
    """Everything on the board; without `satisfied` there are too few ratings."""

    code: str
    unit: str
    zone: str
    sample: bool
    today: date
    satisfied: Satisfied | None
    rated_today: int
    cases: Cases
    campaign: Scoreboard | None


def board(session: Session, code: str, now: datetime) -> Board:
    """Gather a unit's own figures as of `now` (UTC); NotFound for an unknown or closed unit.

    Who watches a board all day must not find out what one resident said or that a complaint names
    somebody (NĐ 61/2018, article 27). So of ratings shares and points count whole weeks that are
    over (services/shown_weeks.py), the running day shows only how many ratings came, and
    complaints that name an officer are in no figure: an officer would miss them in the own list.
    """
    unit, organisation = _open_unit(session, code, now)
    today = today_in(session, [unit.id], now)
    return Board(
        code=unit.code,
        unit=unit.name,
        zone=organisation.zone,
        sample=organisation.sample,
        today=today,
        satisfied=_satisfied(session, unit.id, today),
        rated_today=_rated_on(session, unit.id, today),
        cases=_cases(session, unit.id, now, today),
        campaign=_campaign(session, unit, now),
    )


def _open_unit(session: Session, code: str, now: datetime) -> tuple[Unit, Organisation]:
    if not code.isprintable():  # PostgreSQL knows no text with a NUL
        raise NotFound
    found = session.execute(
        select(Unit, Organisation)
        .join(Organisation, Unit.organisation_id == Organisation.id)
        .where(Unit.code == code)
    ).one_or_none()
    if found is None:
        raise NotFound
    unit, organisation = found
    today = today_in(session, [unit.id], now)
    if today < unit.valid_from or (unit.valid_to is not None and unit.valid_to < today):
        raise NotFound
    return unit, organisation


def _satisfied(session: Session, unit_id: int, today: date) -> Satisfied | None:
    """Give the share of the newest weeks that are shown, while they are recent."""
    found = shown_weeks.batches(session, unit_id, today)
    if not found or found[-1].last_day < today - OLDEST_SHOWN:
        return None
    newest = found[-1]
    interval = wilson(newest.hits, newest.cases)
    return Satisfied(
        first=newest.first_monday,
        last=newest.last_day,
        cases=newest.cases,
        value=share(newest.hits, newest.cases),
        low=interval.low,
        high=interval.high,
    )


def _rated_on(session: Session, unit_id: int, today: date) -> int:
    days = satisfaction.by_day(session, [unit_id], Window(today, today), Settings())
    return sum(one.cases for one in days.values())


def _cases(session: Session, unit_id: int, now: datetime, today: date) -> Cases:
    waiting = Complaint.state.in_(OPEN_STATES)
    answered = Complaint.answered_on.between(today - (DAYS - 1) * DAY, today)
    wanted = (waiting, and_(waiting, Complaint.due_at < now), answered)
    counts = session.execute(
        select(*(func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in wanted)).where(
            Complaint.unit_id == unit_id,
            or_(waiting, answered),
            Complaint.kind.in_(SHOWN_KINDS),
            Complaint.id.not_in(select(ComplaintOfficer.complaint_id)),
        )
    ).one()
    return Cases(*(int(count) for count in counts))


def _campaign(session: Session, unit: Unit, now: datetime) -> Scoreboard | None:
    """Give the standing of a running campaign of the unit, or of the nearest one above it."""
    competing: int | None = unit.id
    while competing is not None:
        campaign = session.scalar(_running_with(competing))
        if campaign is not None:
            found = shown_standing(session, campaign, now)
            ranked = [
                _ranked(place, competing) for place in found.of_kind(CompetitorKind.COLLECTIVE)
            ]
            return Scoreboard(campaign.name, _around_own(ranked)) if ranked else None
        competing = session.scalar(select(Unit.parent_id).where(Unit.id == competing))
    return None


def _running_with(unit_id: int) -> Select[Campaign]:
    """Select the running campaign that ends last among those the unit takes part in."""
    return (
        select(Campaign)
        .join(CampaignCompetitor, CampaignCompetitor.campaign_id == Campaign.id)
        .where(
            CampaignCompetitor.unit_id == unit_id,
            CampaignCompetitor.officer_id.is_(None),
            Campaign.state == str(CampaignState.RUNNING),
        )
        .order_by(Campaign.ends_on.desc(), Campaign.id)
        .limit(1)
    )


def _ranked(place: Place, unit_id: int) -> Ranked:
    return Ranked(
        rank=place.row.rank,
        name=place.competitor.name,
        points=place.row.total,
        complete=place.row.complete,
        own=place.competitor.unit_id == unit_id,
    )


def _around_own(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Give the first places; the unit's own stands in place of the last when it is further down."""
    first, later = list(ranked[:MOST_PLACES]), ranked[MOST_PLACES:]
    return first[:-1] + own if (own := [one for one in later if one.own]) else first
