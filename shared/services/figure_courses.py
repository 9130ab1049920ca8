"""Figures with everything that was done to them: by whom, when, for which review."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.figure import Figure
from shared.domain.figure_course import Course, FigureState, Step, StepKind
from shared.domain.figure_round import Round, entered_on, of_day
from shared.models.campaign import Campaign, CampaignCriterion, ManualFigure
from shared.models.figure import FigureEntry, FigureStep
from shared.services import figure_rounds
from shared.services.local_days import zone_of

Key = tuple[int, int]  # of a criterion and of a competitor
# Built once: every standing asks.
_FIGURES = (
    select(ManualFigure, FigureEntry)
    .join(CampaignCriterion, ManualFigure.criterion_id == CampaignCriterion.id)
    .outerjoin(FigureEntry, FigureEntry.figure_id == ManualFigure.id)
    .where(CampaignCriterion.campaign_id == bindparam("campaign"))
    .order_by(ManualFigure.id)
)


@dataclass(frozen=True)
class Kept:
    """An entered figure as it is kept; days are local."""

    row: ManualFigure
    steps: Sequence[FigureStep]
    course: Course
    round: Round
    entered_on: date
    due_on: date
    late: bool

    @property
    def decided_at(self) -> datetime | None:
        """Give the instant of the council's decision."""
        decisions = [one.taken_at for one in self.steps if one.kind == StepKind.DECISION]
        return decisions[0] if decisions else None

    @property
    def decision(self) -> FigureStep | None:
        """Give the council's decision."""
        return next((one for one in self.steps if one.kind == StepKind.DECISION), None)

    def state(self, today: date) -> FigureState:
        """Tell whose turn it is on a local day."""
        return self.course.state(today)


def newest(session: Session, campaign: Campaign, until: date | None = None) -> Mapping[Key, Kept]:
    """Give the newest figure by criterion and competitor; older ones are history.

    With `until`, only figures for reviews up to the one that this local day lies in.
    """
    rows = session.execute(_FIGURES, {"campaign": campaign.id}).all()
    if not rows:
        return {}
    reading = _Reading.of(session, campaign)
    last = None if until is None else of_day(reading.rounds, until)
    chosen: dict[Key, tuple[ManualFigure, FigureEntry | None]] = {}
    for row, entry in rows:
        if last is None or reading.rounds.index(reading.round_of(row, entry)) <= last:
            chosen[row.criterion_id, row.competitor_id] = (row, entry)
    return dict(zip(chosen, _kept(session, reading, chosen.values()), strict=True))


def history(
    session: Session, campaign: Campaign, criterion_id: int, competitor_id: int
) -> list[Kept]:
    """List every figure entered for a criterion and a competitor, the newest first."""
    query = (
        select(ManualFigure, FigureEntry)
        .outerjoin(FigureEntry, FigureEntry.figure_id == ManualFigure.id)
        .where(
            ManualFigure.criterion_id == criterion_id, ManualFigure.competitor_id == competitor_id
        )
        .order_by(ManualFigure.id.desc())
    )
    rows = [(row, entry) for row, entry in session.execute(query)]
    return _kept(session, _Reading.of(session, campaign), rows)


def of_row(session: Session, campaign: Campaign, row: ManualFigure) -> Kept:
    """Give one figure with what was done to it."""
    rows = [(row, session.get(FigureEntry, row.id))]
    return _kept(session, _Reading.of(session, campaign), rows)[0]


@dataclass(frozen=True)
class _Reading:
    """What the figures of a campaign are read with."""

    rounds: tuple[Round, ...]
    explain_days: int
    zone: ZoneInfo

    @classmethod
    def of(cls, session: Session, campaign: Campaign) -> "_Reading":
        return cls(
            figure_rounds.rounds(session, campaign),
            figure_rounds.explain_days(session, campaign),
            zone_of(session, {campaign.unit_id}),
        )

    def round_of(self, row: ManualFigure, entry: FigureEntry | None) -> Round:
        """Give the review a figure is for; an older one without a note of it goes by its day."""
        if entry is not None:
            for one in self.rounds:
                if one.key == entry.milestone_id:
                    return one
        return entered_on(self.rounds, local_date(row.entered_at, self.zone))

    def course_of(self, row: ManualFigure, steps: Sequence[FigureStep], one: Round) -> Course:
        """Give the steps of a figure in their order."""
        found = [self._entry(row), *self._verification(row)]
        found += [
            Step(StepKind(step.kind), step.taken_by, self._day(step.taken_at), figure_of(step))
            for step in steps
        ]
        return Course(tuple(found), one.terms(self.explain_days))

    def _entry(self, row: ManualFigure) -> Step:
        figure = Figure(row.value, row.hits, row.cases)
        return Step(StepKind.ENTRY, row.entered_by, self._day(row.entered_at), figure)

    def _verification(self, row: ManualFigure) -> list[Step]:
        if row.verified_by is None or row.verified_at is None:
            return []
        figure = Figure(row.verified_value, row.verified_hits, row.verified_cases)
        on = self._day(row.verified_at)
        return [Step(StepKind.VERIFICATION, row.verified_by, on, figure)]

    def _day(self, at: datetime) -> date:
        return local_date(at, self.zone)

    def kept(
        self, row: ManualFigure, entry: FigureEntry | None, steps: Sequence[FigureStep]
    ) -> Kept:
        """Put together what is known of a figure."""
        one, on = self.round_of(row, entry), local_date(row.entered_at, self.zone)
        return Kept(
            row=row,
            steps=steps,
            course=self.course_of(row, steps, one),
            round=one,
            entered_on=on,
            due_on=one.enter_until if entry is None else entry.due_on,
            late=entry is not None and entry.late,
        )


def figure_of(step: FigureStep) -> Figure | None:
    """Give the figure that came with a step; an explanation has none."""
    if step.value is None and step.cases is None:
        return None
    return Figure(step.value, step.hits, step.cases)


def _kept(
    session: Session,
    reading: _Reading,
    rows: Iterable[tuple[ManualFigure, FigureEntry | None]],
) -> list[Kept]:
    found = list(rows)
    keys = [row.id for row, _ in found if row.verified_by is not None]
    steps = _steps(session, keys)
    return [reading.kept(row, entry, steps.get(row.id, ())) for row, entry in found]


def _steps(session: Session, keys: Sequence[int]) -> Mapping[int, list[FigureStep]]:
    found: dict[int, list[FigureStep]] = defaultdict(list)
    for start in range(0, len(keys), 500):
        some = FigureStep.figure_id.in_(keys[start : start + 500])
        for step in session.scalars(select(FigureStep).where(some).order_by(FigureStep.id)):
            found[step.figure_id].append(step)
    return found
