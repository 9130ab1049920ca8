"""From a score down to its records, each shown only to those allowed to see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.campaign import Measure, Source
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.questionnaire import Group
from shared.domain.scoring import CriterionRule, Score
from shared.models.figure import FigureFile
from shared.services import campaigns, figure_courses, figure_files
from shared.services.figure_courses import Kept
from shared.services.standings import Place, Standing
from shared.statistics import answers, left_aside, records, register_sheets, satisfaction
from shared.statistics.measures import ITEMS
from shared.statistics.narrowed import (
    of_cases,
    of_dossiers,
    of_ratings,
    ratings_by_day,
    settings_for,
)
from shared.statistics.records import Sheet
from shared.statistics.satisfaction import Tally, Week

# Which permission opens the records of a source; the reader must have it over the unit.
NEEDED = {
    Source.RATINGS: Permission.RATINGS,
    Source.DOSSIERS: Permission.DOSSIERS,
    Source.COMPLAINTS: Permission.COMPLAINTS,
    Source.CATALOGUE: Permission.CAMPAIGNS,
    Source.MANUAL: Permission.CAMPAIGNS,
    Source.ORGANISATION: Permission.CAMPAIGNS,
    Source.SURVEY: Permission.CAMPAIGNS,
    Source.INITIATIVES: Permission.CAMPAIGNS,
    Source.REPORTS: Permission.CAMPAIGNS,
    Source.EXTERNAL_INDEX: Permission.CAMPAIGNS,
    Source.CHILD_CAMPAIGN: Permission.CAMPAIGNS,
    Source.DERIVED: Permission.CAMPAIGNS,
    Source.REGISTERS: Permission.CAMPAIGNS,
}
NOBODY = frozenset({Source.CONFIDENTIAL})  # not even an inspector, who opens reports elsewhere


@dataclass(frozen=True)
class Evidence:
    """What lies behind a score: a sheet of records, weeks of ratings, or figures with evidence."""

    source: Source
    allowed: bool
    sheet: Sheet | None = None
    weeks: Sequence[Week] = ()
    figures: Sequence[Kept] = ()
    files: Mapping[int, Sequence[FigureFile]] = field(default_factory=dict)  # by figure


def evidence(
    session: Session,
    actor: Actor,
    standing: Standing,
    place: Place,
    score: Score,
    criterion_id: int,
    page: int,
) -> Evidence:
    """Give the records behind a score as far as the actor may see them.

    Single ratings are for named reviewers; others see weeks, and no share under five answers.
    """
    source = Source(score.rule.source)
    if source in NOBODY or not actor.reaches(NEEDED[source], place.competitor.unit_id):
        return Evidence(source, allowed=False)
    if source is Source.RATINGS:
        return _ratings(session, actor, standing, place, score.rule, page)
    sheet = _sheet(session, actor, standing, place, score, page)
    if sheet is not None:
        return Evidence(source, allowed=True, sheet=sheet)
    campaign = campaigns.by_code(session, standing.plan.code)
    kept = figure_courses.history(session, campaign, criterion_id, place.competitor.key)
    files = figure_files.of_figures(session, [one.row.id for one in kept])
    return Evidence(source, allowed=True, figures=kept, files=files)


def _sheet(
    session: Session, actor: Actor, standing: Standing, place: Place, score: Score, page: int
) -> Sheet | None:
    """Give the records a score was computed from; None where people entered the figure."""
    source, measure = Source(score.rule.source), Measure(score.rule.measure)
    frame, subject = standing.frame, place.subject
    narrowed = score.rule.filter
    if source is Source.DOSSIERS:
        among = of_dossiers(narrowed, frame.organisation_id)
        return records.dossiers(session, frame, subject, measure, page, among)
    if source is Source.COMPLAINTS:
        among = of_cases(narrowed, frame.organisation_id)
        return records.complaints(session, frame, subject, actor.officer_id, page, measure, among)
    if source is Source.CATALOGUE:
        return records.procedures(session, frame, subject, page)
    if measure in register_sheets.READ:
        return register_sheets.entries(session, frame, subject, measure, page)
    return None


def _ratings(
    session: Session, actor: Actor, standing: Standing, place: Place, rule: CriterionRule, page: int
) -> Evidence:
    measure, narrowed = Measure(rule.measure), rule.filter
    if measure in ITEMS:
        return _answers(session, standing, place, ITEMS[measure], narrowed)
    settings, subject, as_of = standing.frame.settings, place.subject, standing.as_of
    may_read_each = actor.reaches(Permission.SINGLE_RATINGS, place.competitor.unit_id)
    if may_read_each and not _is_self(actor, place):
        among = of_ratings(narrowed, standing.frame.organisation_id)
        sheet = records.ratings(session, settings, subject, actor.officer_id, page, as_of, among)
        return Evidence(Source.RATINGS, allowed=True, sheet=sheet)
    if narrowed.narrows:
        found = ratings_by_day(session, standing.frame, subject, narrowed)
        return Evidence(Source.RATINGS, allowed=True, weeks=satisfaction.weeks(found.items())[::-1])
    days = satisfaction.by_day(
        session, subject.unit_ids, subject.window, settings, subject.officer_id
    )
    for late in left_aside.within(
        session, subject.unit_ids, subject.window, settings, standing.frame
    ):
        if late.on in days and subject.officer_id in (None, late.officer_id):
            days[late.on] -= late.tally
    weeks = satisfaction.weeks(days.items())
    return Evidence(Source.RATINGS, allowed=True, weeks=weeks[::-1])


def _answers(
    session: Session,
    standing: Standing,
    place: Place,
    group: Group,
    narrowed: CriterionFilter,
) -> Evidence:
    """Give the weeks of a group of items: how many answers, and the share that are hits."""
    settings, subject = settings_for(standing.frame.settings, narrowed), place.subject
    days = answers.by_day(
        session, subject.unit_ids, subject.window, settings, group, subject.officer_id
    )
    for late in answers.left_out(
        session, subject.unit_ids, subject.window, settings, standing.frame
    ):
        if late.on in days and subject.officer_id in (None, late.officer_id):
            days[late.on] -= late.tallies.get(group, Tally())
    weeks = satisfaction.weeks(days.items())
    return Evidence(Source.RATINGS, allowed=True, weeks=weeks[::-1])


def _is_self(actor: Actor, place: Place) -> bool:
    """Nobody reads the single ratings of the own work."""
    return actor.officer_id is not None and actor.officer_id == place.competitor.officer_id
