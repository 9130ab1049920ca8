"""What criteria measure: where a figure comes from, and whom it can be taken of."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from shared.domain.scoring import CompetitorKind, TargetUnit


class Source(StrEnum):
    """Where a criterion's figure comes from."""

    RATINGS = "ratings"
    DOSSIERS = "dossiers"
    COMPLAINTS = "complaints"
    CATALOGUE = "catalogue"
    ORGANISATION = "organisation"  # units, desks and who serves there
    MANUAL = "manual"
    SURVEY = "survey"
    INITIATIVES = "initiatives"
    REPORTS = "reports"  # periodic reports due and received
    EXTERNAL_INDEX = "external_index"  # PAR INDEX, SIPAS, PAPI as published
    CHILD_CAMPAIGN = "child_campaign"
    CONFIDENTIAL = "confidential"  # reports sealed for inspectors; nobody sees what is behind it
    REGISTERS = "registers"  # training, inspections and what else units write down
    DERIVED = "derived"  # from the other criteria


class Measure(StrEnum):
    """Figures the system computes, and one that people enter."""

    SATISFACTION = "satisfaction"
    PARTICIPATION = "participation"
    RECEPTION = "reception"
    PREMISES = "premises"
    ONE_VISIT = "one_visit"
    PROCEDURES_PUBLIC = "procedures_public"
    DOSSIERS_ONE_STOP = "dossiers_one_stop"
    DOSSIERS_IN_SOFTWARE = "dossiers_in_software"
    DOSSIERS_ONLINE = "dossiers_online"
    DOSSIERS_ON_TIME = "dossiers_on_time"
    DOSSIERS_ONE_GO = "dossiers_one_go"  # without a request for more papers
    COMPLAINTS_ANSWERED_ON_TIME = "complaints_answered_on_time"
    ANSWERS_SATISFYING = "answers_satisfying"
    EXPLANATIONS_ON_TIME = "explanations_on_time"
    CASES_OUTSTANDING = "cases_outstanding"  # open and past their day
    REPORTS_UPHELD = "reports_upheld"  # confidential: 0 for none, 1 for any
    BROKERS_UPHELD = "brokers_upheld"  # likewise, of those about brokers
    SERVICE_EVALUATION = "service_evaluation"  # Circular 01/2018
    INDEX_PROGRESS = "index_progress"  # Decision 766, group 2
    INDEX_SATISFACTION = "index_satisfaction"  # Decision 766, group 5
    LONGEST_AT_ONE_DESK = "longest_at_one_desk"  # in whole months
    CHANNELS_IN_USE = "channels_in_use"
    PARTNERS_SERVING = "partners_serving"
    TRAINING_ATTENDED = "training_attended"
    TRAINING_CONDUCT = "training_conduct"
    TRAINING_INDEXES = "training_indexes"
    COMMITTEES_SET_UP = "committees_set_up"
    INSPECTIONS_DONE = "inspections_done"
    FINDINGS_REMEDIED = "findings_remedied"
    PUBLICITY_DONE = "publicity_done"
    EXEMPLARY_RECORDED = "exemplary_recorded"
    OFFICERS_DISCIPLINED = "officers_disciplined"
    PROCEDURES_REVIEWED = "procedures_reviewed"
    INITIATIVES_RECOGNISED = "initiatives_recognised"  # of those handed in within the period
    INITIATIVES_DECIDED = "initiatives_decided"  # recognised within it, whenever handed in
    REPORTS_ON_TIME = "reports_on_time"
    WEAK_CRITERIA_PLANNED = "weak_criteria_planned"
    CHILD_CAMPAIGN = "child_campaign"
    UNIT_SCORE = "unit_score"
    UNIT_OVERDUE = "unit_overdue"
    MANUAL = "manual"


BOTH_KINDS = frozenset(CompetitorKind)
COLLECTIVES = frozenset({CompetitorKind.COLLECTIVE})
HAND_ENTERED = (
    Source.MANUAL,
    Source.SURVEY,
    Source.INITIATIVES,
    Source.REPORTS,
    Source.EXTERNAL_INDEX,
)
PERCENT = frozenset({TargetUnit.PERCENT})
COUNT = frozenset({TargetUnit.COUNT})
POINTS = frozenset({TargetUnit.POINTS})
# What only the standing itself can tell: from other scores and from other campaigns.
WITHIN_STANDING = frozenset({Measure.CHILD_CAMPAIGN, Measure.UNIT_SCORE})


@dataclass(frozen=True)
class MeasureFacts:
    """What a measure draws on (the usual source first) and whom it can be taken of."""

    sources: tuple[Source, ...]
    kinds: frozenset[CompetitorKind]
    units: frozenset[TargetUnit] = PERCENT


def _facts(
    source: Source,
    kinds: frozenset[CompetitorKind] = COLLECTIVES,
    units: frozenset[TargetUnit] = PERCENT,
) -> MeasureFacts:
    return MeasureFacts((source,), kinds, units)


MEASURES: Mapping[Measure, MeasureFacts] = MappingProxyType(
    {
        Measure.SATISFACTION: _facts(Source.RATINGS, BOTH_KINDS),
        Measure.PARTICIPATION: _facts(Source.RATINGS),
        Measure.RECEPTION: _facts(Source.RATINGS, BOTH_KINDS),
        Measure.PREMISES: _facts(Source.RATINGS),
        Measure.ONE_VISIT: _facts(Source.RATINGS, BOTH_KINDS),
        Measure.PROCEDURES_PUBLIC: _facts(Source.CATALOGUE),
        Measure.DOSSIERS_ONE_STOP: _facts(Source.DOSSIERS),
        Measure.DOSSIERS_IN_SOFTWARE: _facts(Source.DOSSIERS),
        Measure.DOSSIERS_ONLINE: _facts(Source.DOSSIERS),
        Measure.DOSSIERS_ON_TIME: _facts(Source.DOSSIERS, BOTH_KINDS),
        Measure.DOSSIERS_ONE_GO: _facts(Source.DOSSIERS, BOTH_KINDS),
        Measure.COMPLAINTS_ANSWERED_ON_TIME: _facts(Source.COMPLAINTS, BOTH_KINDS),
        Measure.ANSWERS_SATISFYING: _facts(Source.COMPLAINTS),
        Measure.EXPLANATIONS_ON_TIME: _facts(Source.COMPLAINTS),
        Measure.CASES_OUTSTANDING: _facts(Source.COMPLAINTS, units=COUNT),
        # Of units alone: no standing names an officer whom a confidential report accuses.
        Measure.REPORTS_UPHELD: _facts(Source.CONFIDENTIAL, units=COUNT),
        Measure.BROKERS_UPHELD: _facts(Source.CONFIDENTIAL, units=COUNT),
        Measure.SERVICE_EVALUATION: _facts(Source.DOSSIERS, BOTH_KINDS, POINTS),
        Measure.INDEX_PROGRESS: _facts(Source.DOSSIERS, units=POINTS),
        Measure.INDEX_SATISFACTION: _facts(Source.COMPLAINTS, units=POINTS),
        Measure.LONGEST_AT_ONE_DESK: _facts(Source.ORGANISATION, BOTH_KINDS, COUNT),
        Measure.CHANNELS_IN_USE: _facts(Source.ORGANISATION, units=COUNT),
        Measure.PARTNERS_SERVING: _facts(Source.ORGANISATION),
        Measure.TRAINING_ATTENDED: _facts(Source.REGISTERS),
        Measure.TRAINING_CONDUCT: _facts(Source.REGISTERS),
        Measure.TRAINING_INDEXES: _facts(Source.REGISTERS),
        Measure.COMMITTEES_SET_UP: _facts(Source.REGISTERS),
        Measure.INSPECTIONS_DONE: _facts(Source.REGISTERS),
        Measure.FINDINGS_REMEDIED: _facts(Source.REGISTERS),
        Measure.PUBLICITY_DONE: _facts(Source.REGISTERS),
        Measure.EXEMPLARY_RECORDED: _facts(Source.REGISTERS, BOTH_KINDS, COUNT),
        Measure.OFFICERS_DISCIPLINED: _facts(Source.REGISTERS, units=COUNT),
        Measure.PROCEDURES_REVIEWED: _facts(Source.REGISTERS),
        Measure.INITIATIVES_RECOGNISED: _facts(Source.INITIATIVES, BOTH_KINDS, COUNT),
        Measure.INITIATIVES_DECIDED: _facts(Source.INITIATIVES, BOTH_KINDS, COUNT),
        Measure.REPORTS_ON_TIME: _facts(Source.REPORTS),
        Measure.WEAK_CRITERIA_PLANNED: _facts(Source.EXTERNAL_INDEX),
        Measure.CHILD_CAMPAIGN: _facts(Source.CHILD_CAMPAIGN, units=frozenset({TargetUnit.YES_NO})),
        Measure.UNIT_SCORE: _facts(Source.DERIVED, BOTH_KINDS, POINTS),
        Measure.UNIT_OVERDUE: _facts(Source.DERIVED, BOTH_KINDS, COUNT),
        Measure.MANUAL: MeasureFacts(
            HAND_ENTERED,
            BOTH_KINDS,
            frozenset({TargetUnit.PERCENT, TargetUnit.COUNT, TargetUnit.YES_NO}),
        ),
    }
)
