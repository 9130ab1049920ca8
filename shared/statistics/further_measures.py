"""The measures that read more than one record, or records of the office itself."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from shared.domain.campaign import Measure, Window
from shared.domain.errors import N_
from shared.domain.rotation import Stay, longest_months
from shared.domain.scoring import Measurement, MeasurementState, Note
from shared.statistics import case_tallies, confidential, dossier_days, offices
from shared.statistics.evaluations import Indexed, OutsideRules
from shared.statistics.frames import Frame, Subject

NO_RULES = Note(N_("Không có bộ quy tắc nào còn hiệu lực vào ngày cuối kỳ."))
NO_INSPECTORS = Note(N_("Chưa có người được giao đọc tin báo kín ở mọi đơn vị."))
PROGRESS, SATISFACTION = "2", "5"  # groups of Decision 766


class Further:
    """The facts of one window for these measures, each fetched once, when asked for."""

    def __init__(
        self, session: Session, frame: Frame, window: Window, subjects: Iterable[Subject]
    ) -> None:
        subjects = list(subjects)
        self._session, self._window, self.frame = session, window, frame
        self._units = frozenset(unit for subject in subjects for unit in subject.unit_ids)
        self.outside = OutsideRules(session, frame, window, subjects)

    def measured(self, measure: Measure, subject: Subject) -> Measurement:
        """Measure a subject by one of the measures of this module."""
        return FURTHER[measure](self, subject)

    def outstanding(self, subject: Subject) -> int:
        """Count the cases of a unit that are open and past their day."""
        return sum(self._outstanding.get(unit, 0) for unit in subject.unit_ids)

    def overdue(self, subject: Subject) -> int:
        """Count a unit's cases and dossiers that are past their day and not done."""
        dossiers = sum(self._overdue_dossiers.get(unit, 0) for unit in subject.unit_ids)
        return self.outstanding(subject) + dossiers

    def longest(self, subject: Subject) -> int | None:
        """Give the longest unbroken stay of an officer at one desk, in whole months."""
        found = [
            longest_months(stays, self._window.first, self._window.last)
            for (unit, officer, _desk), stays in self._stays.items()
            if unit in subject.unit_ids and subject.officer_id in (None, officer)
        ]
        return max((months for months in found if months is not None), default=None)

    def ways_in(self, subject: Subject) -> int:
        """Count the ways in that a unit was reached by."""
        ways = (self._ways.get(unit, frozenset()) for unit in subject.unit_ids)
        return len(frozenset().union(*ways))

    def partners(self, subject: Subject) -> tuple[int, int]:
        """Count the partner bodies of a unit that have a service point, and all of them."""
        every, serving = self._partners
        return len(serving & subject.unit_ids), len(every & subject.unit_ids)

    @cached_property
    def upheld(self) -> frozenset[int]:
        """The units of which a confidential report was upheld."""
        return self._upheld(of_brokers=False)

    @cached_property
    def brokers_upheld(self) -> frozenset[int]:
        """The units of which a confidential report about brokers was upheld."""
        return self._upheld(of_brokers=True)

    def _upheld(self, *, of_brokers: bool) -> frozenset[int]:
        # What anybody may see ends with yesterday: it tells of no month before that is over.
        over = self.frame.over and self.frame.shown_until is None
        today = self.frame.today
        return confidential.units_with_one_upheld(
            self._session, self._units, self._window, today, over=over, of_brokers=of_brokers
        )

    @cached_property
    def reportable(self) -> frozenset[int]:
        """The units of which somebody reads confidential reports."""
        return confidential.units_that_can_be_reported(self._session, self._units)

    @cached_property
    def _outstanding(self) -> Mapping[int, int]:
        return case_tallies.outstanding_by_unit(
            self._session, self._units, self._window, self.frame
        )

    @cached_property
    def _overdue_dossiers(self) -> Mapping[int, int]:
        return dossier_days.overdue_by_unit(
            self._session, self._units, self._window, self.frame.today
        )

    @cached_property
    def _stays(self) -> Mapping[tuple[int, int, int], list[Stay]]:
        return offices.stays(self._session, self._units, self._window)

    @cached_property
    def _ways(self) -> Mapping[int, frozenset[str]]:
        return offices.channels_in_use(self._session, self._units, self._window)

    @cached_property
    def _partners(self) -> tuple[frozenset[int], frozenset[int]]:
        return offices.partners(self._session, self._units, self._window)


def _one_go(facts: Further, subject: Subject) -> Measurement:
    tally = facts.outside.dossiers(subject)
    if tally.judged == 0 and not facts.outside.handed_in(subject):
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of)
    return Measurement.of_share(tally.not_asked, tally.judged, facts.frame.as_of)


def _answers(facts: Further, subject: Subject) -> Measurement:
    tally = facts.outside.cases(subject)
    return Measurement.of_share(tally.satisfied, tally.said, facts.frame.as_of)


def _explanations(facts: Further, subject: Subject) -> Measurement:
    tally = facts.outside.cases(subject)
    return Measurement.of_share(tally.explained_on_time, tally.explanations, facts.frame.as_of)


def _outstanding(facts: Further, subject: Subject) -> Measurement:
    return Measurement.of_number(Decimal(facts.outstanding(subject)), facts.frame.as_of)


def _upheld(facts: Further, subject: Subject) -> Measurement:
    return _any_upheld(facts, subject, facts.upheld)


def _brokers(facts: Further, subject: Subject) -> Measurement:
    return _any_upheld(facts, subject, facts.brokers_upheld)


def _any_upheld(facts: Further, subject: Subject, upheld: frozenset[int]) -> Measurement:
    """Give 1 for any and 0 for none: how many there were is for inspectors alone.

    Where nobody can report anything, none upheld says nothing.
    """
    any_one = not upheld.isdisjoint(subject.unit_ids)
    if not any_one and not subject.unit_ids <= facts.reportable:
        return Measurement(MeasurementState.OFF, facts.frame.as_of, note=NO_INSPECTORS)
    return Measurement.of_number(Decimal(any_one), facts.frame.as_of)


def _overdue(facts: Further, subject: Subject) -> Measurement:
    return Measurement.of_number(Decimal(facts.overdue(subject)), facts.frame.as_of)


def _evaluation(facts: Further, subject: Subject) -> Measurement:
    """Give the sum of Circular 01/2018; what is missing is named and never made up for."""
    found, as_of = facts.outside.evaluated(subject), facts.frame.as_of
    if found is None:
        return Measurement(MeasurementState.OFF, as_of, note=NO_RULES)
    if subject.officer_id is not None and facts.outside.dossiers(subject).judged == 0:
        return _nothing(facts, subject)
    if found.evaluation.level is None:
        return Measurement(MeasurementState.NOT_SUBMITTED, as_of)
    numbers = ", ".join(str(int(one)) for one in found.evaluation.missing)
    note = Note(N_("Thiếu dữ liệu chỉ số %(numbers)s; không quy đổi."), {"numbers": numbers})
    return Measurement.of_number(found.evaluation.points, as_of, note if numbers else None)


def _index(group: str) -> Callable[[Further, Subject], Measurement]:
    """Give the measure of a group of Decision 766, in points."""

    def measured(facts: Further, subject: Subject) -> Measurement:
        found, as_of = facts.outside.indexed(subject), facts.frame.as_of
        if found is None:
            return Measurement(MeasurementState.OFF, as_of, note=NO_RULES)
        return _group(facts, subject, found, group)

    return measured


def _group(facts: Further, subject: Subject, found: Indexed, group: str) -> Measurement:
    points, as_of = found.groups[group], facts.frame.as_of
    if not any(score.points is not None for score in points.scores):
        return _nothing(facts, subject)
    numbers = ", ".join(points.missing)
    note = Note(N_("Thiếu dữ liệu chỉ số %(numbers)s; không quy đổi."), {"numbers": numbers})
    return Measurement.of_number(points.points, as_of, note if numbers else None)


def _nothing(facts: Further, subject: Subject) -> Measurement:
    """Tell a place where nothing was to be done from one that handed nothing in."""
    known = facts.outside.handed_in(subject)
    state = MeasurementState.NO_CASES if known else MeasurementState.NOT_SUBMITTED
    return Measurement(state, facts.frame.as_of, cases=0 if known else None)


def _longest(facts: Further, subject: Subject) -> Measurement:
    months, as_of = facts.longest(subject), facts.frame.as_of
    if months is not None:
        return Measurement.of_number(Decimal(months), as_of)
    if subject.officer_id is not None:
        return Measurement(MeasurementState.NO_CASES, as_of, cases=0)
    note = Note(N_("Chưa có lịch trực quầy."))
    return Measurement(MeasurementState.NOT_SUBMITTED, as_of, note=note)


def _ways_in(facts: Further, subject: Subject) -> Measurement:
    return Measurement.of_number(Decimal(facts.ways_in(subject)), facts.frame.as_of)


def _partners_serving(facts: Further, subject: Subject) -> Measurement:
    return Measurement.of_share(*facts.partners(subject), facts.frame.as_of)


FURTHER: Mapping[Measure, Callable[[Further, Subject], Measurement]] = {
    Measure.DOSSIERS_ONE_GO: _one_go,
    Measure.ANSWERS_SATISFYING: _answers,
    Measure.EXPLANATIONS_ON_TIME: _explanations,
    Measure.CASES_OUTSTANDING: _outstanding,
    Measure.REPORTS_UPHELD: _upheld,
    Measure.BROKERS_UPHELD: _brokers,
    Measure.UNIT_OVERDUE: _overdue,
    Measure.SERVICE_EVALUATION: _evaluation,
    Measure.INDEX_PROGRESS: _index(PROGRESS),
    Measure.INDEX_SATISFACTION: _index(SATISFACTION),
    Measure.LONGEST_AT_ONE_DESK: _longest,
    Measure.CHANNELS_IN_USE: _ways_in,
    Measure.PARTNERS_SERVING: _partners_serving,
}
