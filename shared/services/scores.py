"""Every competitor's scores: measured, entered, derived from the unit's, against a year before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.campaign import CampaignState, Window
from shared.domain.errors import N_
from shared.domain.measure import WITHIN_STANDING, Measure
from shared.domain.scoring import (
    Comparison,
    CompetitorKind,
    CriterionRule,
    Measurement,
    MeasurementState,
    Note,
    RuleSet,
    Score,
    score,
    total,
)
from shared.models.campaign import Campaign, CampaignParent
from shared.models.organisation import Officer, Unit
from shared.services import figures
from shared.services.competitors import Competitor
from shared.services.figure_courses import Kept
from shared.statistics import narrowed
from shared.statistics.frames import Frame, Subject
from shared.statistics.given import OFFICERS, UNITS
from shared.statistics.measures import Calculation

Judged = tuple[Competitor, Subject]
Criterion = tuple[int, CriterionRule]  # with its key
Found = Mapping[tuple[int, Measure], Measurement]
Calculations = Mapping[CompetitorKind, Calculation]
NOT_THERE = Note(N_("Chưa có đơn vị, cá nhân này vào kỳ trước nên không so được."))
# Built once: every standing with such a criterion asks.
_UNITS_SINCE = select(Unit.id, Unit.valid_from).where(Unit.id.in_(UNITS))
_OFFICERS_SINCE = select(Officer.id, Officer.valid_from).where(Officer.id.in_(OFFICERS))
_RUNNING_BELOW = (
    select(Campaign.unit_id)
    .join(CampaignParent, CampaignParent.campaign_id == Campaign.id)
    .where(
        CampaignParent.parent_id == bindparam("campaign"),
        Campaign.state != CampaignState.DRAFT,
        Campaign.started_at <= bindparam("as_of"),
    )
)


@dataclass(frozen=True)
class _Known:
    """What is known before scores are derived from other scores."""

    frame: Frame
    subjects: Sequence[Judged]
    measured: Found
    a_year_before: Found
    newest: Mapping[tuple[int, int], Kept]
    new: frozenset[int]  # subjects that did not exist a year before
    running_below: frozenset[int]  # units that run a campaign under this one
    narrowed: Mapping[int, Mapping[int, Measurement]]  # by criterion with a filter, and subject

    def measurement(self, key: int, rule: CriterionRule, judged: Judged) -> Measurement:
        """Give the measurement of a criterion for a competitor."""
        one, subject = judged
        measure = Measure(rule.measure)
        if measure is Measure.MANUAL:
            return figures.measurement_of(self.newest.get((key, subject.key)), self.frame.as_of)
        if measure is Measure.CHILD_CAMPAIGN:
            runs = not subject.unit_ids.isdisjoint(self.running_below)
            return Measurement.of_number(Decimal(runs), self.frame.as_of)
        if measure is Measure.UNIT_OVERDUE:
            unit = unit_answered_for(one, self.subjects)
            return _none(self.frame) if unit is None else self.measured[unit, measure]
        if rule.filter.narrows:
            return self._compared(rule, subject, self.narrowed[key][subject.key])
        found = self.measured[subject.key, measure]
        before = self.a_year_before.get((subject.key, measure))
        if before is not None:
            found = replace(found, previous=before.value)
        return self._compared(rule, subject, found)

    def _compared(self, rule: CriterionRule, subject: Subject, found: Measurement) -> Measurement:
        """Leave out what was to rise where nobody was there a year before to hand anything in."""
        to_rise = rule.target.comparison is Comparison.RISES and found.previous is None
        if to_rise and found.value is not None and subject.key in self.new:
            return replace(_none(self.frame), note=NOT_THERE)
        return found


def calculations(
    session: Session, frame: Frame, subjects: Sequence[Judged]
) -> dict[CompetitorKind, Calculation]:
    """Give what the figures of each kind of competitors are read from."""
    return {
        kind: Calculation(
            session, frame, [subject for one, subject in subjects if one.kind is kind]
        )
        for kind in CompetitorKind
    }


def scores_of(
    session: Session,
    campaign: Campaign,
    frame: Frame,
    subjects: Sequence[Judged],
    criteria: Sequence[Criterion],
    read_from: Calculations,
) -> dict[int, tuple[Score, ...]]:
    """Score every competitor by every criterion of its kind, in the order of the plan, by key.

    `read_from` are the `calculations` of these subjects, of which others may ask further figures.
    What is derived from a unit's score comes last, from its other criteria.
    """
    rules = RuleSet(campaign.unmet_ceiling)
    known = _known(session, campaign, frame, subjects, criteria, read_from)
    plain = {
        judged[0].key: {
            key: score(rule, known.measurement(key, rule, judged), rules)
            for key, rule in criteria
            if rule.kind is judged[0].kind and rule.measure != Measure.UNIT_SCORE
        }
        for judged in subjects
    }
    totals = {key: total(scores.values()) for key, scores in plain.items()}
    found = {}
    for one, _subject in subjects:
        derived = _unit_score(one, subjects, totals, frame)
        found[one.key] = tuple(
            plain[one.key].get(key) or score(rule, derived, rules)
            for key, rule in criteria
            if rule.kind is one.kind
        )
    return found


def _known(
    session: Session,
    campaign: Campaign,
    frame: Frame,
    subjects: Sequence[Judged],
    criteria: Sequence[Criterion],
    read_from: Calculations,
) -> _Known:
    asked = {rule.measure for _, rule in criteria}
    whole = [rule for _, rule in criteria if not rule.filter.narrows]
    rises = [rule for _, rule in criteria if rule.target.comparison is Comparison.RISES]
    rising = [rule for rule in rises if not rule.filter.narrows]
    before = [
        (one, replace(subject, window=_a_year_before(subject.window))) for one, subject in subjects
    ]
    return _Known(
        frame,
        subjects,
        _measured(read_from, whole),
        _measured(calculations(session, frame, before), rising),
        figures.counting(session, campaign, frame.today) if Measure.MANUAL in asked else {},
        _not_there(session, [subject for _, subject in before]) if rises else frozenset(),
        _running_below(session, campaign, frame.as_of)
        if Measure.CHILD_CAMPAIGN in asked
        else frozenset(),
        {
            key: _narrowed(session, frame, subjects, rule)
            for key, rule in criteria
            if rule.filter.narrows
        },
    )


def _measured(read_from: Calculations, rules: Sequence[CriterionRule]) -> Found:
    """Measure every competitor by what the rules of its kind ask for, and by nothing else."""
    found: dict[tuple[int, Measure], Measurement] = {}
    for kind, of_kind in read_from.items():
        measures = {Measure(rule.measure) for rule in rules if _taken_of(rule) is kind}
        found |= of_kind.measured(measures - WITHIN_STANDING)
    return found


def _taken_of(rule: CriterionRule) -> CompetitorKind:
    """Say of whom a rule's figure is taken: a head answers for what is overdue in the unit."""
    return CompetitorKind.COLLECTIVE if rule.measure == Measure.UNIT_OVERDUE else rule.kind


def _narrowed(
    session: Session, frame: Frame, subjects: Sequence[Judged], rule: CriterionRule
) -> dict[int, Measurement]:
    """Measure a criterion that counts only some records, a year before too where it is to rise."""
    of_kind = [subject for one, subject in subjects if one.kind is rule.kind]
    found = narrowed.measured(session, frame, of_kind, Measure(rule.measure), rule.filter)
    if rule.target.comparison is not Comparison.RISES:
        return found
    earlier = [replace(subject, window=_a_year_before(subject.window)) for subject in of_kind]
    before = narrowed.measured(session, frame, earlier, Measure(rule.measure), rule.filter)
    return {key: replace(one, previous=before[key].value) for key, one in found.items()}


def _not_there(session: Session, subjects: Sequence[Subject]) -> frozenset[int]:
    """Find the subjects that only came to be after their window: no unit, or not the officer."""
    given = {"units": list({unit for subject in subjects for unit in subject.unit_ids})}
    units = dict(session.execute(_UNITS_SINCE, given).all())
    asked = [subject.officer_id for subject in subjects if subject.officer_id is not None]
    officers = dict(session.execute(_OFFICERS_SINCE, {"officers": asked}).all()) if asked else {}
    found = set()
    for subject in subjects:
        since = min(units[unit] for unit in subject.unit_ids)
        if subject.officer_id is not None:
            since = max(since, officers[subject.officer_id])
        if since > subject.window.last:
            found.add(subject.key)
    return frozenset(found)


def _running_below(session: Session, campaign: Campaign, as_of: datetime) -> frozenset[int]:
    """Give the units that had started a campaign of their own by an instant (UTC)."""
    return frozenset(session.scalars(_RUNNING_BELOW, {"campaign": campaign.id, "as_of": as_of}))


def _unit_score(
    one: Competitor,
    subjects: Sequence[Judged],
    totals: Mapping[int, Decimal | None],
    frame: Frame,
) -> Measurement:
    """Give the score of the unit somebody heads, or of the unit itself, from other criteria."""
    unit = unit_answered_for(one, subjects)
    points = None if unit is None else totals[unit]
    return _none(frame) if points is None else Measurement.of_number(points, frame.as_of)


def unit_answered_for(one: Competitor, subjects: Sequence[Judged]) -> int | None:
    """Give the key of the competitor that is the unit itself, or the nearest one somebody heads."""
    if one.kind is CompetitorKind.INDIVIDUAL and not one.head:
        return None
    own = [
        (len(subject.unit_ids), unit.key)
        for unit, subject in subjects
        if unit.kind is CompetitorKind.COLLECTIVE and one.unit_id in subject.unit_ids
    ]
    return min(own)[1] if own else None


def _none(frame: Frame) -> Measurement:
    return Measurement(MeasurementState.NO_CASES, frame.as_of, cases=0)


def _a_year_before(window: Window) -> Window:
    return Window(_year_before(window.first), _year_before(window.last))


def _year_before(on: date) -> date:
    leap_day = (on.month, on.day) == (2, 29)
    return on.replace(year=on.year - 1, day=28 if leap_day else on.day)
