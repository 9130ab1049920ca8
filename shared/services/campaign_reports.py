"""What a report of a campaign rests on: its period, its standing and the one before it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState
from shared.domain.errors import NotFound
from shared.domain.milestone import MilestoneKind
from shared.domain.report_period import ReportKind, ReportPeriod, before, periods
from shared.models.campaign import Campaign
from shared.services import freezes
from shared.services.campaign_days import ended_early_on, last_counted
from shared.services.freezes import CampaignFreeze
from shared.services.local_days import today_in
from shared.services.standings import Standing, standings

NOW_KEY = "now"
_REVIEWS = {
    MilestoneKind.PRELIMINARY: ReportKind.PRELIMINARY,
    MilestoneKind.CLOSING: ReportKind.CLOSING,
    MilestoneKind.OTHER: ReportKind.OTHER,
}


@dataclass(frozen=True)
class Offer:
    """A report that can be asked for; `key` names it. `version` is that of a frozen review."""

    key: str
    kind: ReportKind
    first: date
    last: date
    version: int = 0

    @property
    def quarter(self) -> int:
        """Give the number of the quarter that the first day lies in, 1 to 4."""
        return ReportPeriod(self.kind, self.first, self.last).quarter


@dataclass(frozen=True)
class Frozen:
    """Which frozen review a report repeats."""

    on: date
    version: int
    sha256: str
    frozen_at: datetime
    frozen_by: str
    reason: str  # of a correction


@dataclass(frozen=True)
class Grounds:
    """What a report says: its standing, the earlier one it is held against, the review it repeats.

    `earlier_on` is the last day of the earlier standing, `ended_on` the day the campaign was ended
    on before its planned last day.
    """

    offer: Offer
    standing: Standing
    earlier: Standing | None = None
    earlier_on: date | None = None
    frozen: Frozen | None = None
    ended_on: date | None = None


def offered(session: Session, campaign: Campaign, now: datetime) -> list[Offer]:
    """List the reports there can be: of now, of every frozen review, of months and quarters over.

    A draft has none but that of now.
    """
    today, last = today_in(session, {campaign.unit_id}, now), last_counted(session, campaign)
    found = [Offer(NOW_KEY, ReportKind.NOW, campaign.starts_on, min(today, last))]
    if CampaignState(campaign.state) is CampaignState.DRAFT:
        return found
    found += [_of_review(campaign, one, last) for one in freezes.listed(session, campaign)]
    return found + [
        Offer(one.key, one.kind, one.first, one.last)
        for one in periods(campaign.starts_on, last, today)
    ]


def offer(session: Session, campaign: Campaign, key: str, now: datetime) -> Offer:
    """Give the report of a key; NotFound where there is none (yet)."""
    for one in offered(session, campaign, now):
        if one.key == key:
            return one
    raise NotFound


def grounds(session: Session, campaign: Campaign, asked: Offer, now: datetime) -> Grounds:
    """Read or compute what a report says.

    A review is read as it was frozen, and so is a closed campaign's standing of now. A month or a
    quarter counts the facts up to its last day and is held against the period before it; anything
    else against the last review before it.
    """
    held = _held(session, campaign, asked, now)
    if held.standing.state is not CampaignState.CLOSED:
        return held
    return replace(held, ended_on=ended_early_on(session, campaign))


def _held(session: Session, campaign: Campaign, asked: Offer, now: datetime) -> Grounds:
    if asked.kind in (ReportKind.MONTHLY, ReportKind.QUARTERLY):
        return _of_period(session, campaign, asked, now)
    if asked.kind is ReportKind.NOW:
        found = freezes.in_force(session, campaign, now)
        return _since_review(session, campaign, Grounds(asked, found))
    (frozen,) = [one for one in freezes.listed(session, campaign) if review_key(one) == asked.key]
    told = Frozen(
        asked.last,
        frozen.version,
        frozen.sha256,
        frozen.frozen_at,
        frozen.frozen_by,
        frozen.reason,
    )
    held = Grounds(asked, freezes.standing_of(frozen), frozen=told)
    return _since_review(session, campaign, held)


def review_key(frozen: CampaignFreeze) -> str:
    """Name a frozen review in an address."""
    return f"{frozen.kind}-{frozen.on.isoformat()}-{frozen.version}"


def _of_review(campaign: Campaign, frozen: CampaignFreeze, last: date) -> Offer:
    kind = _REVIEWS[MilestoneKind(frozen.kind)]
    return Offer(review_key(frozen), kind, campaign.starts_on, min(frozen.on, last), frozen.version)


def _of_period(session: Session, campaign: Campaign, asked: Offer, now: datetime) -> Grounds:
    found = standings(session, campaign, now, until=asked.last)
    period = ReportPeriod(asked.kind, asked.first, asked.last)
    last = before(period, campaign.starts_on)
    if last is None:
        return Grounds(asked, found)
    return Grounds(asked, found, standings(session, campaign, now, until=last), last)


def _since_review(session: Session, campaign: Campaign, held: Grounds) -> Grounds:
    as_of = held.standing.as_of
    reviews = [one for one in freezes.listed(session, campaign) if one.as_of < as_of]
    if not reviews:
        return held
    last = max(reviews, key=lambda one: (one.as_of, one.version))
    return Grounds(held.offer, held.standing, freezes.standing_of(last), last.on, held.frozen)
