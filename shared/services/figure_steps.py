"""What follows a verified figure: the unit explains, the verifier replies, the council decides."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.campaign import CampaignState, check_running
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure import Figure, check_figure
from shared.domain.figure_course import StepKind, check_words
from shared.domain.scoring import TargetUnit
from shared.models.account import Grant
from shared.models.campaign import Campaign, CampaignCompetitor, ManualFigure
from shared.models.figure import FigureStep
from shared.models.organisation import Officer
from shared.services import figure_courses, figure_files, figure_rounds
from shared.services.attachments import Received
from shared.services.figures import newest_row
from shared.services.unit_tree import below, tree_of_units

LONGEST_DOCUMENT = 300


def explain(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    words: str,
    scope: Collection[int],
    actor: str,
    now: datetime,
    *,
    files: Sequence[Received] = (),
    scanned_first: bool = False,
) -> FigureStep:
    """Answer a verified figure that differs from the one handed in, with more evidence if any.

    Several exchanges are possible. Raises RuleBroken once the days to explain are over, where
    nothing differs, and for who verified; Invalid without words, NotFound out of reach.
    """
    row, _unit = _taken(session, campaign, figure_id, StepKind.EXPLANATION, scope, actor, now)
    told = check_words(words, "words")
    step = _keep(session, row, FigureStep(kind=StepKind.EXPLANATION, words=told), actor, now)
    figure_files.add(session, row.id, step.id, files, actor, now, scanned_first=scanned_first)
    return step


def reply(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    words: str,
    found: Figure | None,
    scope: Collection[int],
    actor: str,
    now: datetime,
) -> FigureStep:
    """Answer an explanation on the verifying side, with another figure or (None) the same.

    A new figure is the verified one from now on, and the days to explain begin anew. Raises
    RuleBroken where nothing was explained and for who entered or explained.
    """
    row, unit = _taken(session, campaign, figure_id, StepKind.REPLY, scope, actor, now)
    with Faults() as faults:
        told = faults.read(check_words, words, "words")
        if found is not None:
            faults.read(check_figure, unit, found, row.evidence, with_files=True)
    step = FigureStep(kind=StepKind.REPLY, words=told)
    return _keep(session, row, _with(step, found), actor, now)


def decide(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    decided: Figure,
    reason: str,
    document: str,
    scope: Collection[int],
    actor: Actor,
    now: datetime,
) -> FigureStep:
    """Put down the council's figure with reason and document; that one is scored from now on.

    It is final for what was handed in. Raises RuleBroken for who entered, verified or explained,
    for somebody of the unit, before the unit had its days to explain, and after the last day.
    """
    row, unit = _taken(session, campaign, figure_id, StepKind.DECISION, scope, actor.name, now)
    _check_not_of_the_unit(session, campaign, row, actor)
    written = document.strip()
    with Faults() as faults:
        faults.read(check_figure, unit, decided, row.evidence, with_files=True)
        words = faults.read(check_words, reason, "reason")
        if not written or len(written) > LONGEST_DOCUMENT:
            told = N_("Xin ghi số, ngày văn bản của hội đồng.")
            faults.add(Invalid("decision_document", told, field="document"))
    step = FigureStep(kind=StepKind.DECISION, words=words, document=written)
    return _keep(session, row, _with(step, decided), actor.name, now)


def may_decide(session: Session, campaign: Campaign, row: ManualFigure, actor: Actor) -> bool:
    """Tell whether a person may decide on a figure as far as units go: not of one's own."""
    competitor = session.get_one(CampaignCompetitor, row.competitor_id)
    if competitor.officer_id is not None and competitor.officer_id == actor.officer_id:
        return False
    # Officers that the organising unit itself judges have nobody else to decide.
    if competitor.officer_id is not None and competitor.unit_id == campaign.unit_id:
        return True
    own = _units_of(session, actor)
    return own.isdisjoint(below(tree_of_units(session), [competitor.unit_id]))


def _units_of(session: Session, actor: Actor) -> set[int]:
    """Give the units a person belongs to: those of the roles, and the officer's own."""
    granted = select(Grant.unit_id).where(
        Grant.account_id == actor.account_id, Grant.unit_id.is_not(None)
    )
    serving = select(Officer.unit_id).where(Officer.id == actor.officer_id)
    units = [*session.scalars(granted), *session.scalars(serving)]
    return {unit for unit in units if unit is not None}


def _check_not_of_the_unit(
    session: Session, campaign: Campaign, row: ManualFigure, actor: Actor
) -> None:
    if not may_decide(session, campaign, row, actor):
        raise RuleBroken(
            "own_unit", N_("Người của đơn vị không quyết định số liệu của đơn vị mình.")
        )


def _taken(
    session: Session,
    campaign: Campaign,
    figure_id: int,
    kind: StepKind,
    scope: Collection[int],
    actor: str,
    now: datetime,
) -> tuple[ManualFigure, TargetUnit]:
    """Give the figure a step is taken on and what it counts; refuse a step that is not due."""
    check_running(CampaignState(campaign.state))
    row, rule = newest_row(session, campaign, figure_id, scope)
    on = figure_rounds.today(session, campaign, now)
    figure_courses.of_row(session, campaign, row).course.check(kind, actor, on)
    return row, rule.target.unit


def _with(step: FigureStep, figure: Figure | None) -> FigureStep:
    if figure is not None:
        step.value, step.hits, step.cases = figure.value, figure.hits, figure.cases
    return step


def _keep(
    session: Session, row: ManualFigure, step: FigureStep, actor: str, now: datetime
) -> FigureStep:
    step.figure_id, step.taken_by, step.taken_at = row.id, actor, now
    session.add(step)
    session.flush()
    return step
