"""Figures entered by hand: handed in with evidence, confirmed by a second person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Integer, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from shared.domain.campaign import CampaignState, Measure, check_running
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.domain.figure import Figure, check_figure, check_second_person
from shared.domain.figure_course import StepKind
from shared.domain.figure_round import Leave, locked
from shared.domain.scoring import CriterionRule, Measurement, MeasurementState, Note
from shared.models.campaign import (
    Campaign,
    CampaignCompetitor,
    CampaignCriterion,
    ManualFigure,
)
from shared.models.figure import FigureEntry
from shared.services import competitors, figure_courses, figure_files, figure_rounds
from shared.services.attachments import Received
from shared.services.campaigns import criteria_of
from shared.services.competitors import Competitor
from shared.services.criterion_rows import rule_of
from shared.services.figure_courses import Kept

# What a score says of a figure that came after its last day; it is frozen with the score.
LATE = N_("Nộp muộn ngày %(on)s, hạn là %(due)s.")
FIRST_OPEN = 0  # in the place of a review's key, which none has: the first that takes figures
# Built once: every page of a campaign says how many wait.
_newer = aliased(ManualFigure)
_WAITING = (
    select(func.count())
    .select_from(ManualFigure)
    .join(CampaignCriterion, ManualFigure.criterion_id == CampaignCriterion.id)
    .join(CampaignCompetitor, ManualFigure.competitor_id == CampaignCompetitor.id)
    .where(
        CampaignCriterion.campaign_id == bindparam("campaign"),
        CampaignCriterion.measure == Measure.MANUAL.value,
        CampaignCompetitor.unit_id.in_(bindparam("units", type_=Integer(), expanding=True)),
        ManualFigure.verified_by.is_(None),
        ~select(_newer.id)
        .where(
            _newer.criterion_id == ManualFigure.criterion_id,
            _newer.competitor_id == ManualFigure.competitor_id,
            _newer.id > ManualFigure.id,
        )
        .exists(),
    )
)


@dataclass(frozen=True)
class Place:
    """Where a figure belongs: a criterion and a competitor; with the newest figure, if any."""

    criterion_id: int
    rule: CriterionRule
    competitor: Competitor
    newest: ManualFigure | None
    kept: Kept | None = None  # the newest figure with all that was done to it

    @property
    def waiting(self) -> bool:
        """Tell whether a figure waits for the second person."""
        return self.newest is not None and self.newest.verified_by is None


def places(session: Session, campaign: Campaign, scope: Collection[int]) -> list[Place]:
    """List where figures are to be entered for units of `scope`, waiting ones first."""
    manual = [
        (key, rule)
        for key, rule in criteria_of(session, campaign)
        if rule.measure == Measure.MANUAL
    ]
    newest = figure_courses.newest(session, campaign)
    found = [
        Place(key, rule, competitor, None if kept is None else kept.row, kept)
        for competitor in competitors.of_campaign(session, campaign)
        if competitor.unit_id in scope
        for key, rule in manual
        if rule.kind is competitor.kind
        for kept in [newest.get((key, competitor.key))]
    ]
    return sorted(found, key=lambda place: not place.waiting)


def waiting(session: Session, campaign: Campaign, scope: Collection[int]) -> int:
    """Count the figures of units of `scope` that wait for a second person."""
    given = {"campaign": campaign.id, "units": list(scope)}
    return session.execute(_WAITING, given).scalar_one()


def enter(
    session: Session,
    campaign: Campaign,
    criterion_id: int,
    competitor_id: int,
    figure: Figure,
    evidence: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
    *,
    files: Sequence[Received] = (),
    scanned_first: bool = False,
    round_key: int | None = FIRST_OPEN,
) -> ManualFigure:
    """Hand in a figure with its evidence; it counts once a second person has confirmed it.

    An earlier figure stays as history. It is for the review whose last day comes first, or that
    was re-opened, or the one of `round_key`; None is the close of a campaign without a milestone
    for it. Raises NotFound out of reach, RuleBroken unless the campaign runs, `entries_locked`
    after the last day and `same_person` for who verified or decided on the newest figure for that
    review, Invalid for a figure of the wrong form or without evidence: words, an address, or files.
    """
    check_running(CampaignState(campaign.state))
    rule = manual_rule(session, campaign, criterion_id, competitor_id, scope)
    check_figure(rule.target.unit, figure, evidence, with_files=bool(files))
    leave = _leave(session, campaign, criterion_id, competitor_id, round_key, actor, now)
    row = ManualFigure(
        criterion_id=criterion_id,
        competitor_id=competitor_id,
        value=figure.value,
        hits=figure.hits,
        cases=figure.cases,
        evidence=evidence.strip(),
        entered_by=actor,
        entered_at=now,
    )
    session.add(row)
    session.flush()
    session.add(
        FigureEntry(
            figure_id=row.id,
            milestone_id=leave.round.key,
            due_on=leave.round.enter_until,
            late=leave.late,
        )
    )
    figure_files.add(session, row.id, None, files, actor, now, scanned_first=scanned_first)
    session.flush()
    return row


def open_rounds(
    session: Session, campaign: Campaign, criterion_id: int, competitor_id: int, now: datetime
) -> list[Leave]:
    """List the reviews that a figure may be handed in for now; none once the last day is over."""
    given = figure_rounds.of_place(
        figure_rounds.reopenings(session, campaign), criterion_id, competitor_id
    )
    on = figure_rounds.today(session, campaign, now)
    return figure_rounds.leaves_of(figure_rounds.rounds(session, campaign), given, on)


def verify(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    found: Figure,
    note: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
) -> ManualFigure:
    """Confirm the newest figure with what the second person found; that figure is the one scored.

    Raises RuleBroken if the same person entered it, if it was confirmed already or replaced.
    """
    check_running(CampaignState(campaign.state))
    row, rule = newest_row(session, campaign, figure_id, scope)
    check_second_person(row.entered_by, actor)
    on = figure_rounds.today(session, campaign, now)
    figure_courses.of_row(session, campaign, row).course.check(StepKind.VERIFICATION, actor, on)
    check_figure(rule.target.unit, found, row.evidence, with_files=True)
    row.verified_value, row.verified_hits = found.value, found.hits
    row.verified_cases, row.verified_note = found.cases, note.strip()
    row.verified_by, row.verified_at = actor, now
    return row


def counting(session: Session, campaign: Campaign, on: date) -> Mapping[tuple[int, int], Kept]:
    """Give the newest figure by criterion and competitor up to the review a local day lies in.

    What is handed in for a later review does not move an earlier one.
    """
    return figure_courses.newest(session, campaign, on)


def measurement_of(kept: Kept | None, as_of: datetime) -> Measurement:
    """Turn the newest figure into a measurement: nothing handed in, waiting, or confirmed.

    The council's figure counts before the verifier's; what was only entered counts as nothing. A
    late one says so in its note, whose text is `LATE`.
    """
    if kept is None:
        return Measurement(MeasurementState.NOT_SUBMITTED, as_of)
    counts = kept.course.counts
    found = kept.course.entered.unverified(as_of) if counts is None else counts.measured(as_of)
    if not kept.late:
        return found
    days = {"on": f"{kept.entered_on:%d/%m/%Y}", "due": f"{kept.due_on:%d/%m/%Y}"}
    return replace(found, note=Note(LATE, days))


def entered(row: ManualFigure) -> Figure:
    """Give a stored figure as it was handed in."""
    return Figure(row.value, row.hits, row.cases)


def newest_row(
    session: Session, campaign: Campaign, figure_id: int, scope: Collection[int]
) -> tuple[ManualFigure, CriterionRule]:
    """Give the figure that something is done to, held until the end of the transaction.

    Raises NotFound out of reach, RuleBroken `figure_settled` when a newer one replaced it.
    """
    row = session.get(ManualFigure, figure_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    rule = manual_rule(session, campaign, row.criterion_id, row.competitor_id, scope)
    if row.id != _newest_key(session, row.criterion_id, row.competitor_id):
        raise RuleBroken(
            "figure_settled", N_("Số liệu này đã được xác nhận hoặc đã có số liệu mới hơn.")
        )
    return row, rule


def _newest_key(session: Session, criterion_id: int, competitor_id: int) -> int | None:
    query = select(func.max(ManualFigure.id)).where(
        ManualFigure.criterion_id == criterion_id, ManualFigure.competitor_id == competitor_id
    )
    return session.scalar(query)


def _leave(
    session: Session,
    campaign: Campaign,
    criterion_id: int,
    competitor_id: int,
    round_key: int | None,
    actor: str,
    now: datetime,
) -> Leave:
    """Give the review a figure is for; what the council decided stands until it is re-opened."""
    given = figure_rounds.of_place(
        figure_rounds.reopenings(session, campaign), criterion_id, competitor_id
    )
    on = figure_rounds.today(session, campaign, now)
    found = figure_rounds.leaves_of(figure_rounds.rounds(session, campaign), given, on)
    asked = [one for one in found if round_key in (FIRST_OPEN, one.round.key)]
    if not asked:
        raise locked()
    leave = asked[0]
    key = _newest_key(session, criterion_id, competitor_id)
    if key is None:
        return leave
    kept = figure_courses.of_row(session, campaign, session.get_one(ManualFigure, key))
    if kept.round.key != leave.round.key:
        return leave
    kept.course.check_side(StepKind.ENTRY, actor)
    if kept.decided_at is None:
        return leave
    since = [one for one in given if one.milestone_id == leave.round.key]
    if not any(one.opened_at > kept.decided_at for one in since):
        raise RuleBroken(
            "figure_decided",
            N_("Hội đồng đã quyết định số này. Muốn nộp lại, cơ quan tổ chức phải mở lại."),
        )
    return leave


def manual_rule(
    session: Session,
    campaign: Campaign,
    criterion_id: int,
    competitor_id: int,
    scope: Collection[int],
) -> CriterionRule:
    """Give the rule of a criterion entered by hand for a competitor in reach; else NotFound."""
    criterion = session.get(CampaignCriterion, criterion_id)
    competitor = session.get(CampaignCompetitor, competitor_id)
    if criterion is None or competitor is None or competitor.unit_id not in scope:
        raise NotFound
    if {criterion.campaign_id, competitor.campaign_id} != {campaign.id}:
        raise NotFound
    rule = rule_of(criterion)
    if rule.measure != Measure.MANUAL or rule.kind is not competitors.kind_of(
        competitor.officer_id
    ):
        raise NotFound
    return rule
