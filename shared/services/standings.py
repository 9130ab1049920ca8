"""The standing of a campaign: every competitor measured, scored and ranked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.band import Level, band_of
from shared.domain.calendar import end_of_day, local_date
from shared.domain.campaign import CampaignPlan, CampaignState, Window, window
from shared.domain.campaign_leader import as_of as leaders_as_of
from shared.domain.certainty import distinguishable, takes_over, total_interval
from shared.domain.errors import NotFound
from shared.domain.next_band import NextBand, next_band
from shared.domain.peer_group import by_volume, group_of
from shared.domain.sampling import Interval
from shared.domain.scoring import (
    CompetitorKind,
    Entry,
    Row,
    RuleSet,
    Score,
    TargetUnit,
    standing,
)
from shared.models.campaign import Campaign
from shared.models.organisation import Organisation, Unit
from shared.services import carried_facts, competitors, peer_groups
from shared.services.campaigns import all_listed, criteria_of, plan_of, settings_of
from shared.services.carried_facts import Carried
from shared.services.competitors import Competitor
from shared.services.scores import Calculations, calculations, scores_of, unit_answered_for
from shared.services.shown_weeks import last_days, last_sunday
from shared.statistics import left_aside
from shared.statistics.frames import Frame, Subject

# Built once: every page of a standing asks.
_ORGANISATION = select(Organisation).join(Unit).where(Unit.id == bindparam("unit"))


@dataclass(frozen=True)
class Place:
    """A competitor with its row of the standing and the days it is judged on.

    What was added since the first reviews were frozen has a default; see services/freezes.py.
    """

    competitor: Competitor
    row: Row
    subject: Subject
    group: str | None = None  # of its peers
    volume: int | None = None  # dossiers received, where groups go by them


@dataclass(frozen=True)
class Standing:
    """Both rankings of a campaign as of an instant (UTC), the best first."""

    plan: CampaignPlan
    state: CampaignState
    frame: Frame
    places: tuple[Place, ...]
    left_aside: int = 0  # ratings of an uncertain moment that came after the period was over
    sample: bool = False  # of an organisation that is only an example

    @property
    def as_of(self) -> datetime:
        """Give the instant up to which facts count."""
        return self.frame.as_of

    def of_kind(self, kind: CompetitorKind) -> list[Place]:
        """Give one ranking, in its order."""
        return [place for place in self.places if place.competitor.kind is kind]

    def place_of(self, kind: CompetitorKind, code: str) -> Place:
        """Give one competitor's place; NotFound when it is not (yet) judged."""
        for place in self.of_kind(kind):
            if place.competitor.code == code:
                return place
        raise NotFound

    def group_names(self, kind: CompetitorKind) -> list[str]:
        """Give the peer groups of a ranking in the order of the plan, empty ones left out."""
        taken = {place.group for place in self.of_kind(kind)}
        return [one.name for one in self.plan.groups if one.kind is kind and one.name in taken]

    def of_group(self, kind: CompetitorKind, name: str) -> list[Place]:
        """Give the places of a peer group, ranked among themselves by the same tie rule."""
        members = {
            place.competitor.code: place for place in self.of_kind(kind) if place.group == name
        }
        rows = standing(place.row.entry for place in members.values())
        return [replace(members[row.entry.competitor], row=row) for row in rows]

    def level_of(self, place: Place) -> Level | None:
        """Give the band a place reaches, provisional while a figure is missing; None without."""
        band = band_of(self.plan.bands, place.row.total)
        return None if band is None else Level(band, provisional=not place.row.complete)

    def next_of(self, place: Place) -> NextBand | None:
        """Give what reaching the next band would take; None at the top or without bands."""
        return next_band(place.row.entry.scores, self.plan.bands, self._rules)

    def interval_of(self, place: Place) -> Interval | None:
        """Give the interval of a place's total, in points of 100 (domain/certainty.py)."""
        return self._intervals[place.competitor.key]

    def indistinct(self, places: Sequence[Place]) -> dict[int, Place]:
        """Give, by a competitor's key, the next better place that it cannot be told apart from.

        Looked at are neighbours in the given order; equal totals share a rank and are not named.
        """
        return {
            below.competitor.key: above
            for above, below in pairwise(places)
            if above.row.rank is not None
            and below.row.rank is not None
            and above.row.rank != below.row.rank
            and not distinguishable(self.interval_of(above), self.interval_of(below))
        }

    def part_of(self, place: Place) -> Window | None:
        """Give the days a place is judged on where they are only a part of the period so far."""
        whole = Window(self.plan.starts_on, min(self.plan.ends_on, self.frame.today))
        return None if place.subject.window == whole else place.subject.window

    @property
    def _rules(self) -> RuleSet:
        return RuleSet(self.plan.settings.unmet_ceiling)

    def interval_of_score(self, place: Place, one: Score) -> Interval | None:
        """Give the interval of a figure; of one taken over from the unit, that of its total."""
        return self._taken_over(place) if takes_over(one.rule) else one.measurement.interval

    def _taken_over(self, place: Place) -> Interval | None:
        """Give the interval of the other criteria of the unit somebody answers for."""
        unit = unit_answered_for(place.competitor, self._judged)
        return None if unit is None else self._of_others[unit]

    @cached_property
    def _judged(self) -> Sequence[tuple[Competitor, Subject]]:
        return [(place.competitor, place.subject) for place in self.places]

    @cached_property
    def _of_others(self) -> Mapping[int, Interval | None]:
        """Give each unit's interval without what is taken over, by its key."""
        return {
            place.competitor.key: total_interval(
                [one for one in place.row.entry.scores if not takes_over(one.rule)], self._rules
            )
            for place in self.of_kind(CompetitorKind.COLLECTIVE)
        }

    @cached_property
    def _intervals(self) -> Mapping[int, Interval | None]:
        return {place.competitor.key: self._interval(place) for place in self.places}

    def _interval(self, place: Place) -> Interval | None:
        scores = place.row.entry.scores
        taken_over = any(takes_over(one.rule) for one in scores)
        derived = self._taken_over(place) if taken_over else None
        return total_interval(scores, self._rules, derived)


def standings(
    session: Session,
    campaign: Campaign,
    now: datetime,
    until: date | None = None,
    *,
    ratings_in_weeks: bool = False,
) -> Standing:
    """Measure, score and rank every competitor of a campaign as of `now` (UTC).

    Facts count up to `now`, the end of the local day `until`, the last day's end, or the close,
    whichever came first. A competitor whose part of the period has not begun is left out. With
    `ratings_in_weeks` ratings count in the whole weeks that are over (services/shown_weeks.py).
    """
    organisation = session.scalars(_ORGANISATION, {"unit": campaign.unit_id}).one()
    frame = _frame(organisation, campaign, now, until, reviewed=not ratings_in_weeks)
    subjects = _subjects(session, campaign, frame)
    if ratings_in_weeks:
        begun, sunday = _begun(subjects, campaign), last_sunday(local_date(now, frame.zone))
        shown = last_days(session, begun, campaign.ends_on, frame.settings, sunday)
        frame = replace(frame, shown_until=shown)
    criteria = criteria_of(session, campaign)
    read_from = calculations(session, frame, subjects)
    scores = scores_of(session, campaign, frame, subjects, criteria, read_from)
    entries = {one.key: Entry(one.code, one.name, one.kind, scores[one.key]) for one, _ in subjects}
    plan = plan_of(session, campaign, criteria)
    plan = replace(plan, leaders=leaders_as_of(plan.leaders, frame.today))
    places = _ranked(subjects, entries)
    return Standing(
        plan,
        CampaignState(campaign.state),
        frame,
        tuple(_grouped(session, campaign, plan, places, read_from)),
        left_aside=_left_aside(session, campaign, frame, subjects),
        sample=organisation.sample,
    )


def score_json(found: Standing) -> dict[str, Any]:
    """Give a standing as the command's JSON."""
    return {
        "campaign": found.plan.code,
        "as_of": found.as_of.astimezone(found.frame.zone).isoformat(timespec="seconds"),
        "standing": [_row_json(place.row) for place in found.places],
    }


def campaign_list_json(session: Session) -> list[dict[str, str]]:
    """Give every campaign as the command's JSON, the latest period first."""
    return [
        {
            "code": line.code,
            "name": line.name,
            "state": line.state.value,
            "starts_on": line.starts_on.isoformat(),
            "ends_on": line.ends_on.isoformat(),
        }
        for line in all_listed(session)
    ]


def _frame(
    organisation: Organisation,
    campaign: Campaign,
    now: datetime,
    last: date | None,
    *,
    reviewed: bool,
) -> Frame:
    zone = ZoneInfo(organisation.zone)
    asked = now if last is None else end_of_day(last, zone)
    until = min(now, campaign.closed_at or now, asked)
    as_of = min(until, end_of_day(campaign.ends_on, zone))
    # A review after the end judges by its own day. Else the end is that of the period: what was
    # not done then is not judged by what became of it later, as the closing review will not.
    reviewed = reviewed and last is not None
    return Frame(
        organisation_id=organisation.id,
        zone=zone,
        settings=settings_of(campaign),
        as_of=as_of,
        today=local_date(until if reviewed else as_of, zone),
        over=as_of < now or campaign.closed_at is not None,
    )


def _subjects(
    session: Session, campaign: Campaign, frame: Frame
) -> list[tuple[Competitor, Subject]]:
    taking_part = competitors.of_campaign(session, campaign)
    carried = carried_facts.in_effect(carried_facts.carried_by(session, campaign), frame.today)
    before = {one.unit_id for found in carried.values() for one in found}
    units = {one.unit_id for one in taking_part} | before
    below = competitors.subtrees(session, units, min(campaign.ends_on, frame.today))
    found = []
    for one in taking_part:
        if one.officer_id is None and one.unit_id in before:
            continue  # its successor stands for it
        own = carried.get(one.key, ())
        joined_on = _joined_with(one.joined_on, own)
        days = window(campaign.starts_on, campaign.ends_on, joined_on, one.left_on, frame.today)
        if days is not None:
            reached = below[one.unit_id].union(*(below[past.unit_id] for past in own))
            subject = Subject(one.key, reached, one.officer_id, days)
            found.append((_as_of(one, frame.today), subject))
    return found


def _as_of(one: Competitor, today: date) -> Competitor:
    """Give a competitor as of a local day: that it leaves later moves no review before that."""
    leaves_later = one.left_on is not None and one.left_on > today
    return replace(one, left_on=None) if leaves_later else one


def _joined_with(joined_on: date | None, carried: Sequence[Carried]) -> date | None:
    """Give since when a competitor is judged with what it carries on; None: from the beginning."""
    if not carried or joined_on is None:
        return joined_on
    earlier = [past.joined_on for past in carried]
    known = [on for on in earlier if on is not None]
    return min([joined_on, *known]) if len(known) == len(earlier) else None


def _begun(subjects: list[tuple[Competitor, Subject]], campaign: Campaign) -> dict[int, date]:
    """Give, by unit, since when every unit it counts for is judged."""
    found = dict.fromkeys(_units_of(subjects), campaign.starts_on)
    for one, subject in subjects:
        if one.kind is CompetitorKind.COLLECTIVE:
            found |= {unit: max(found[unit], subject.window.first) for unit in subject.unit_ids}
    return found


def _units_of(subjects: list[tuple[Competitor, Subject]]) -> frozenset[int]:
    return frozenset(unit for _, subject in subjects for unit in subject.unit_ids)


def _left_aside(
    session: Session,
    campaign: Campaign,
    frame: Frame,
    subjects: list[tuple[Competitor, Subject]],
) -> int:
    running = frame.shown_until is not None and frame.today < campaign.ends_on
    if running or not frame.over:
        return 0
    units = _units_of(subjects)
    days = Window(campaign.starts_on, min(campaign.ends_on, frame.today))
    return left_aside.count(session, units, days, frame.settings, frame.as_of)


def _ranked(
    subjects: list[tuple[Competitor, Subject]], entries: Mapping[int, Entry]
) -> list[Place]:
    places = []
    for kind in CompetitorKind:
        of_kind = {one.code: (one, subject) for one, subject in subjects if one.kind is kind}
        for row in standing(entries[one.key] for one, _ in of_kind.values()):
            one, subject = of_kind[row.entry.competitor]
            places.append(Place(one, row, subject))
    return places


def _grouped(
    session: Session,
    campaign: Campaign,
    plan: CampaignPlan,
    places: list[Place],
    read_from: Calculations,
) -> list[Place]:
    """Say which peer group each place belongs to, where the plan has any."""
    if not plan.groups:
        return places
    put = peer_groups.by_hand(session, campaign)
    counted: dict[int, int] = {}
    if by_volume(plan.groups):
        for of_kind in read_from.values():
            counted |= of_kind.volumes()
    found = []
    for place in places:
        key, volume = place.competitor.key, counted.get(place.competitor.key)
        group = group_of(plan.groups, place.competitor.kind, volume or 0, put.get(key))
        found.append(replace(place, group=group, volume=volume))
    return found


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "competitor": row.entry.competitor,
        "kind": row.entry.kind.value,
        "score": _number(row.total),
        "rank": row.rank,
        "complete": row.complete,
        "criteria": [_score_json(one) for one in row.entry.scores],
    }


def _score_json(one: Score) -> dict[str, Any]:
    return {
        "code": one.rule.code,
        "value": _number(one.measurement.value),
        "n": _cases(one),
        "target": _number(one.rule.target.value),
        "points": _number(one.points),
        "max_points": _number(one.rule.max_points),
        "state": one.state.value,
    }


def _cases(one: Score) -> int:
    """Give how many cases the value rests on; an answer of yes or no is one case."""
    if one.rule.target.unit is TargetUnit.YES_NO and one.measurement.value is not None:
        return 1
    return one.measurement.n


def _number(value: Decimal | None) -> int | float | None:
    """Give a JSON number; whole ones without a decimal point, shares to ten decimals."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else round(float(value), 10)
