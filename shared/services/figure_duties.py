"""Whose turn it is with figures entered by hand, and how many days are left."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.campaign import CampaignState, Measure
from shared.domain.errors import RuleBroken
from shared.domain.figure_course import FigureState, StepKind
from shared.models.campaign import Campaign, CampaignCompetitor, CampaignCriterion
from shared.services import figure_rounds, figures
from shared.services.figure_courses import Kept
from shared.services.figures import Place

SOON = timedelta(days=7)
OF_THE_UNIT = frozenset({FigureState.OWED, FigureState.TO_EXPLAIN})
DONE = frozenset({FigureState.AGREED, FigureState.DECIDED})
OF_THE_COUNCIL = frozenset({FigureState.EXPLAINED, FigureState.TO_DECIDE})


@dataclass(frozen=True)
class Duty:
    """Where a figure stands; `due_on` is the last local day of whose turn it is, None: no such."""

    place: Place
    state: FigureState
    due_on: date | None
    days_left: int | None  # negative once it is over
    locked: bool  # nothing can be handed in any more
    of_earlier_review: bool  # the newest figure was handed in for a review before this one

    @property
    def late(self) -> bool:
        """Tell whether the unit let the last day go by."""
        return self.state in OF_THE_UNIT and self.days_left is not None and self.days_left < 0


@dataclass(frozen=True)
class Load:
    """What waits in one campaign: of the unit, of verifiers, of the council."""

    code: str
    name: str
    owed: int = 0
    explain: int = 0
    late: int = 0
    due_on: date | None = None  # the next last day
    verify: int = 0
    decide: int = 0


def duties(
    session: Session, campaign: Campaign, scope: Collection[int], now: datetime
) -> list[Duty]:
    """List every figure of competitors of `scope` with its state.

    First what waits for others without a last day, then what is due by its day, then what is done.
    """
    on = figure_rounds.today(session, campaign, now)
    rounds = figure_rounds.rounds(session, campaign)
    given = figure_rounds.reopenings(session, campaign)
    found = []
    for place in figures.places(session, campaign, scope):
        mine = figure_rounds.of_place(given, place.criterion_id, place.competitor.key)
        leaves = figure_rounds.leaves_of(rounds, mine, on)
        current, until = (leaves[0].round, leaves[0].until) if leaves else (rounds[-1], None)
        kept = place.kept
        state = FigureState.OWED if kept is None else kept.state(on)
        due = _due(kept, state, until or current.enter_until)
        found.append(
            Duty(
                place,
                state,
                due,
                None if due is None else (due - on).days,
                locked=not leaves,
                of_earlier_review=kept is not None and kept.round.on < current.on,
            )
        )
    return sorted(found, key=lambda duty: (duty.state in DONE, duty.due_on or date.min))


def possible(
    session: Session, campaign: Campaign, place: Place, actor: Actor, now: datetime
) -> frozenset[StepKind]:
    """Say which steps a person can take on the newest figure of a place now."""
    if campaign.state != CampaignState.RUNNING or place.kept is None:
        return frozenset()
    on, kept, unit = figure_rounds.today(session, campaign, now), place.kept, place.competitor
    needed = {
        StepKind.VERIFICATION: Permission.VERIFY_FIGURES,
        StepKind.EXPLANATION: Permission.ENTER_FIGURES,
        StepKind.REPLY: Permission.VERIFY_FIGURES,
        StepKind.DECISION: Permission.DECIDE_FIGURES,
    }
    found = set()
    for kind, permission in needed.items():
        try:
            kept.course.check(kind, actor.name, on)
        except RuleBroken:
            continue
        if actor.reaches(permission, unit.unit_id):
            found.add(kind)
    return frozenset(found)


def loads(session: Session, actor: Actor, units: frozenset[int], now: datetime) -> list[Load]:
    """List what waits by running campaign: of a unit's head what is owed soon or late.

    Of who verifies figures what waits for verifiers and the council instead.
    """
    verifies = actor.may(Permission.VERIFY_FIGURES)
    if not verifies and not actor.may(Permission.ENTER_FIGURES):
        return []
    permission = Permission.VERIFY_FIGURES if verifies else Permission.ENTER_FIGURES
    scope = units & actor.units(permission)
    found = [
        _load(campaign, duties(session, campaign, scope, now), verifies=verifies)
        for campaign in _running(session, scope)
    ]
    return [one for one in found if one.owed or one.explain or one.verify or one.decide]


def _due(kept: Kept | None, state: FigureState, enter_until: date) -> date | None:
    if kept is None:
        return enter_until
    if state is FigureState.TO_EXPLAIN:
        return kept.course.explain_due
    return kept.round.decide_until if state in OF_THE_COUNCIL else None


def _load(campaign: Campaign, found: Sequence[Duty], *, verifies: bool) -> Load:
    if verifies:
        waiting = [duty.state for duty in found]
        return Load(
            campaign.code,
            campaign.name,
            verify=waiting.count(FigureState.ENTERED),
            decide=sum(state in OF_THE_COUNCIL for state in waiting),
        )
    near = [
        duty
        for duty in found
        if duty.state in OF_THE_UNIT and duty.days_left is not None and duty.days_left <= SOON.days
    ]
    return Load(
        campaign.code,
        campaign.name,
        owed=sum(duty.state is FigureState.OWED for duty in near),
        explain=sum(duty.state is FigureState.TO_EXPLAIN for duty in near),
        late=sum(duty.late for duty in near),
        due_on=min((duty.due_on for duty in near if duty.due_on and not duty.late), default=None),
    )


def _running(session: Session, scope: Collection[int]) -> list[Campaign]:
    by_hand = select(CampaignCriterion.campaign_id).where(
        CampaignCriterion.measure == Measure.MANUAL
    )
    competing = select(CampaignCompetitor.campaign_id).where(CampaignCompetitor.unit_id.in_(scope))
    query = select(Campaign).where(
        Campaign.state == CampaignState.RUNNING,
        Campaign.id.in_(by_hand),
        Campaign.id.in_(competing),
    )
    return list(session.scalars(query.order_by(Campaign.code)))
