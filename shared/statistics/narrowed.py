"""Measures of only some records: those of a criterion's filter, read from the records themselves.

What has no filter is read from daily totals (statistics/measures.py). Cases and hits are by the
same conditions as the page of evidence lists them by (statistics/records.py).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, case, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.campaign import Measure, Settings
from shared.domain.criterion_filter import CriterionFilter
from shared.domain.scoring import Measurement, MeasurementState, Note
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Procedure
from shared.models.rating import Rating
from shared.statistics import dossier_times, left_aside, participation, records
from shared.statistics.dossier_days import number_of
from shared.statistics.frames import Frame, Subject, asked_together
from shared.statistics.measures import ITEMS, measure_all, note_on_time
from shared.statistics.satisfaction import Tally, tallies, tallies_served
from shared.statistics.timeliness import DossierTally

Counts = TypeVar("Counts", Tally, DossierTally)

OF_DOSSIERS = frozenset(
    {
        Measure.DOSSIERS_ONE_STOP,
        Measure.DOSSIERS_ONLINE,
        Measure.DOSSIERS_ON_TIME,
        Measure.DOSSIERS_ONE_GO,
    }
)


def measured(
    session: Session,
    frame: Frame,
    subjects: Iterable[Subject],
    measure: Measure,
    narrowed: CriterionFilter,
) -> dict[int, Measurement]:
    """Measure every subject by only the records a filter leaves, by the subject's key.

    Shares in percent with their interval, CASES_OUTSTANDING as a number. Without a single record:
    NO_CASES where the list of dossiers was handed in and shows that none came (for complaints
    always), else NOT_SUBMITTED for dossiers and OFF for ratings.
    """
    found: dict[int, Measurement] = {}
    for group in asked_together(subjects):
        found |= _measured(session, frame, group, measure, narrowed)
    return found


def settings_for(settings: Settings, narrowed: CriterionFilter) -> Settings:
    """Give what a campaign counts with only the lanes of a filter."""
    if not narrowed.lanes:
        return settings
    return replace(settings, lanes=tuple(one for one in settings.lanes if one in narrowed.lanes))


def of_dossiers(narrowed: CriterionFilter, organisation_id: int) -> ColumnElement[bool]:
    """Give the condition that a dossier is one of those a filter leaves."""
    kept = _of_procedures(Dossier.procedure_id, narrowed, organisation_id)
    if narrowed.channels:
        kept.append(Dossier.channel.in_(narrowed.channels))
    if narrowed.levels:
        kept.append(Dossier.level.in_([int(level) for level in narrowed.levels]))
    return and_(true(), *kept)


def of_cases(narrowed: CriterionFilter, organisation_id: int) -> ColumnElement[bool]:
    """Give the condition that a case is one of those a filter leaves."""
    kept = _of_procedures(Complaint.procedure_id, narrowed, organisation_id)
    if narrowed.kinds:
        kept.append(Complaint.kind.in_(narrowed.kinds))
    if narrowed.channels:
        kept.append(Complaint.channel.in_(narrowed.channels))
    return and_(true(), *kept, *_of_desks(Complaint.desk_id, narrowed))


def of_ratings(narrowed: CriterionFilter, organisation_id: int) -> ColumnElement[bool]:
    """Give the condition that a rating is one of those a filter leaves, by lane too."""
    kept = _of_procedures(Rating.procedure_id, narrowed, organisation_id)
    if narrowed.lanes:
        kept.append(Rating.lane.in_(narrowed.lanes))
    return and_(true(), *kept, *_of_desks(Rating.desk_id, narrowed))


def ratings_by_day(
    session: Session, frame: Frame, subject: Subject, narrowed: CriterionFilter
) -> dict[date, Tally]:
    """Count the ratings that a filter leaves by local day."""
    query = _rated(Rating.rated_on, frame, [subject], narrowed).group_by(Rating.rated_on)
    rows = session.execute(query.order_by(Rating.rated_on))
    return {on: Tally(int(hits), cases) for on, hits, cases in rows}


def _measured(
    session: Session,
    frame: Frame,
    subjects: Sequence[Subject],
    measure: Measure,
    narrowed: CriterionFilter,
) -> dict[int, Measurement]:
    """Measure subjects of one window and one kind."""
    if measure in ITEMS:
        lanes = replace(frame, settings=settings_for(frame.settings, narrowed))
        found = measure_all(session, lanes, subjects, (measure,))
        return {key: one for (key, _), one in found.items()}
    if measure is Measure.SATISFACTION:
        query = _rated(_key(Rating, subjects), frame, subjects, narrowed)
        none = _nobody_came(session, frame, subjects, narrowed)
        counted = _tallied(session, subjects, _by(query, subjects, Rating.unit_id))
        return _shares(frame, counted, MeasurementState.OFF, none)
    if measure in OF_DOSSIERS:
        return _of_dossiers(session, frame, subjects, measure, narrowed)
    query = _cases(measure, frame, subjects, narrowed)
    counted = _tallied(session, subjects, query)
    if measure is not Measure.CASES_OUTSTANDING:
        return _shares(frame, counted, MeasurementState.NO_CASES, none=counted)
    return {
        one.key: Measurement.of_number(Decimal(counted[one.key].cases), frame.as_of)
        for one in subjects
    }


def _of_dossiers(
    session: Session,
    frame: Frame,
    subjects: Sequence[Subject],
    measure: Measure,
    narrowed: CriterionFilter,
) -> dict[int, Measurement]:
    """Measure shares of dossiers; beside those on time stands what is said of all of them too."""
    notes: dict[int, Note | None] = {}
    if measure is Measure.DOSSIERS_ON_TIME:
        timely = _timely(session, frame, subjects, narrowed)
        counted = {key: Tally(one.on_time, one.judged) for key, one in timely.items()}
        notes = {key: note_on_time(one) for key, one in timely.items()}
    else:
        query = _by(_filed(measure, frame, subjects, narrowed), subjects, Dossier.unit_id)
        counted = _tallied(session, subjects, query)
    known = _handed_in(session, frame, subjects)
    none = frozenset(one.key for one in subjects if not one.unit_ids.isdisjoint(known))
    return _shares(frame, counted, MeasurementState.NOT_SUBMITTED, none, notes)


def _shares(
    frame: Frame,
    counted: Mapping[int, Tally],
    unknown: MeasurementState,
    none: Collection[int],
    notes: Mapping[int, Note | None] | None = None,
) -> dict[int, Measurement]:
    """Measure shares; a subject without cases had none if it is of `none`, else nobody knows."""
    found, said = {}, notes or {}
    for key, tally in counted.items():
        if tally.cases or key in none:
            found[key] = Measurement.of_share(tally.hits, tally.cases, frame.as_of, said.get(key))
        else:
            cases = 0 if unknown is MeasurementState.OFF else None
            found[key] = Measurement(unknown, frame.as_of, hits=cases, cases=cases)
    return found


def _timely(
    session: Session, frame: Frame, subjects: Sequence[Subject], narrowed: CriterionFilter
) -> dict[int, DossierTally]:
    """Count dossiers on time by subject, and what is said beside their share."""
    judged, kept = records.dossier_conditions(Measure.DOSSIERS_ON_TIME, frame)
    conditions = {
        "judged": judged,
        "on_time": and_(judged, kept),
        "without_due": Dossier.due_on.is_(None),
        "reappointed": and_(judged, dossier_times.is_reappointed()),
    }
    by_officer = subjects[0].officer_id is not None
    keys = [Dossier.officer_id, Dossier.unit_id] if by_officer else [Dossier.unit_id]
    counts = [number_of(condition).label(name) for name, condition in conditions.items()]
    query = _of_subjects(select(*keys, *counts).group_by(*keys), subjects)
    query = query.where(of_dossiers(narrowed, frame.organisation_id))
    counted: dict[Any, DossierTally] = {}
    for row in session.execute(query).mappings():
        key = (row["officer_id"], row["unit_id"]) if by_officer else row["unit_id"]
        counted[key] = DossierTally(**{name: int(row[name]) for name in conditions})
    return _summed(subjects, counted, DossierTally())


def _tallied(session: Session, subjects: Sequence[Subject], query: Select[Any]) -> dict[int, Tally]:
    """Run a query of hits and cases by unit, or by officer and unit; give the sums by subject."""
    counted: dict[Any, Tally] = (
        tallies(session, query)
        if subjects[0].officer_id is None
        else dict(tallies_served(session, query))
    )
    return _summed(subjects, counted, Tally())


def _summed(
    subjects: Sequence[Subject], counted: Mapping[Any, Counts], none: Counts
) -> dict[int, Counts]:
    """Add up by subject what was counted by unit, or by officer and unit."""
    return {
        one.key: sum((counted.get(own, none) for own in one.served or one.unit_ids), none)
        for one in subjects
    }


def _by(query: Select[Any], subjects: Sequence[Subject], unit: Any) -> Select[Any]:
    """Group a query by its key, and where that is an officer also by the unit of the records."""
    query = query.group_by(query.selected_columns[0])
    return query if subjects[0].officer_id is None else query.add_columns(unit).group_by(unit)


def _key(table: type[Rating] | type[Dossier], subjects: Sequence[Subject]) -> Any:
    return table.unit_id if subjects[0].officer_id is None else table.officer_id


def _units(subjects: Iterable[Subject]) -> frozenset[int]:
    return frozenset(unit for subject in subjects for unit in subject.unit_ids)


def _counts(key: Any, hit: ColumnElement[bool]) -> Select[Any]:
    return select(key, func.sum(case((hit, 1), else_=0)), func.count())


def _rated(
    key: Any, frame: Frame, subjects: Sequence[Subject], narrowed: CriterionFilter
) -> Select[Any]:
    window = subjects[0].window
    query = _counts(key, Rating.score >= frame.settings.satisfied_from_score).where(
        Rating.unit_id.in_(_units(subjects)),
        Rating.rated_on.between(window.first, window.last),
        Rating.lane.in_(frame.settings.lanes),
        of_ratings(narrowed, frame.organisation_id),
    )
    officers = [one.officer_id for one in subjects if one.officer_id is not None]
    if officers:
        query = query.where(Rating.officer_id.in_(officers))
    return query.where(left_aside.counted_in(frame))


def _filed(
    measure: Measure, frame: Frame, subjects: Sequence[Subject], narrowed: CriterionFilter
) -> Select[Any]:
    counted, hit = records.dossier_conditions(measure, frame)
    return _of_subjects(_counts(_key(Dossier, subjects), hit), subjects).where(
        counted, of_dossiers(narrowed, frame.organisation_id)
    )


def _of_subjects(query: Select[Any], subjects: Sequence[Subject]) -> Select[Any]:
    window = subjects[0].window
    query = query.where(
        Dossier.unit_id.in_(_units(subjects)),
        Dossier.received_on.between(window.first, window.last),
    )
    officers = [one.officer_id for one in subjects if one.officer_id is not None]
    return query.where(Dossier.officer_id.in_(officers)) if officers else query


def _cases(
    measure: Measure, frame: Frame, subjects: Sequence[Subject], narrowed: CriterionFilter
) -> Select[Any]:
    among, window = of_cases(narrowed, frame.organisation_id), subjects[0].window
    turn = records.turns_of(measure, frame, window, _units(subjects), among)
    counted, hit = records.case_conditions(measure, frame, turn)
    officers = [one.officer_id for one in subjects if one.officer_id is not None]
    key = Account.officer_id if officers else turn.c.unit_id
    query = _counts(key, hit).select_from(turn).where(counted)
    if officers:
        query = query.join(Account, turn.c.handler_id == Account.id)
        query = query.where(Account.officer_id.in_(officers))
    return _by(query, subjects, turn.c.unit_id)


def _handed_in(session: Session, frame: Frame, subjects: Sequence[Subject]) -> frozenset[int]:
    """Give the units that handed in dossiers for the window, even none."""
    units, window = _units(subjects), subjects[0].window
    since = datetime.combine(window.first, time(), tzinfo=frame.zone).astimezone(UTC)
    receiving = session.scalars(
        select(Dossier.unit_id)
        .distinct()
        .where(
            Dossier.unit_id.in_(units),
            Dossier.received_on.between(window.first, window.last),
        )
    )
    importing = participation.units_with_imports(session, units, since, frame.as_of)
    return importing | frozenset(receiving)


def _nobody_came(
    session: Session, frame: Frame, subjects: Sequence[Subject], narrowed: CriterionFilter
) -> frozenset[int]:
    """Give the subjects whose lists of dossiers show that nobody came for these procedures.

    A desk or a lane where nobody rated is no such proof: there the source may be off.
    """
    known = _handed_in(session, frame, subjects)
    asked = CriterionFilter(procedures=narrowed.procedures, fields=narrowed.fields)
    query = _of_subjects(_counts(_key(Dossier, subjects), Dossier.one_stop.is_(True)), subjects)
    query = query.where(of_dossiers(asked, frame.organisation_id))
    came = _tallied(session, subjects, _by(query, subjects, Dossier.unit_id))
    return frozenset(
        one.key
        for one in subjects
        if came[one.key].cases == 0 and not one.unit_ids.isdisjoint(known)
    )


def _of_procedures(
    column: InstrumentedAttribute[int | None], narrowed: CriterionFilter, organisation_id: int
) -> list[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = []
    for values, of in (
        (narrowed.procedures, Procedure.code),
        (narrowed.fields, Procedure.field),
    ):
        if values:
            known = select(Procedure.id).where(
                Procedure.organisation_id == organisation_id, of.in_(values)
            )
            kept.append(column.in_(known))
    return kept


def _of_desks(
    column: InstrumentedAttribute[int | None], narrowed: CriterionFilter
) -> list[ColumnElement[bool]]:
    if not narrowed.desks:
        return []
    return [column.in_(select(Desk.id).where(Desk.code.in_(narrowed.desks)))]
