"""The measures of campaign criteria: one grouped query each for all competitors of a window."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property

from sqlalchemy.orm import Session

from shared.domain.campaign import MEASURES, Measure, Window
from shared.domain.errors import N_
from shared.domain.questionnaire import Group
from shared.domain.scoring import CompetitorKind, Measurement, MeasurementState, Note
from shared.statistics import (
    answers,
    catalogue,
    left_aside,
    participation,
    satisfaction,
    timeliness,
)
from shared.statistics.answers import LateAnswers
from shared.statistics.evaluations import OutsideRules
from shared.statistics.frames import Frame as Frame
from shared.statistics.frames import Subject as Subject
from shared.statistics.frames import asked_together
from shared.statistics.further_measures import FURTHER, Further
from shared.statistics.given import Served
from shared.statistics.left_aside import Late
from shared.statistics.register_measures import OF_REGISTERS, Registers
from shared.statistics.satisfaction import Tally
from shared.statistics.timeliness import DossierTally

# Measures of the items of questionnaires, and the group each reads.
ITEMS: Mapping[Measure, Group] = {
    Measure.RECEPTION: Group.RECEPTION,
    Measure.PREMISES: Group.PREMISES,
    Measure.ONE_VISIT: Group.VISITS,
}


def measure_all(
    session: Session, frame: Frame, subjects: Iterable[Subject], wanted: Iterable[Measure]
) -> dict[tuple[int, Measure], Measurement]:
    """Measure every subject by every wanted automatic measure, as `Calculation` does."""
    return Calculation(session, frame, subjects).measured(wanted)


class Calculation:
    """The figures of some subjects, for which each fact is read once, whoever asks.

    The number of queries depends on what is asked and on how many groups of subjects there are
    that can be asked about together, not on the subjects.
    """

    def __init__(self, session: Session, frame: Frame, subjects: Iterable[Subject]) -> None:
        self._groups = [_Group(session, frame, group) for group in asked_together(subjects)]

    def measured(self, wanted: Iterable[Measure]) -> dict[tuple[int, Measure], Measurement]:
        """Measure every subject by every wanted automatic measure.

        Gives measurements by subject key and measure; a further measure that cannot be taken of a
        subject's kind is left out.
        """
        measures = [one for one in wanted if one in _TAKEN or one in FURTHER or one in OF_REGISTERS]
        return {
            (subject.key, measure): group.measured(measure, subject)
            for group in self._groups
            for subject in group.subjects
            for measure in _of_kind(measures, subject)
        }

    def volumes(self) -> dict[int, int]:
        """Count the dossiers each subject received on its days of the period, by its key."""
        return {
            subject.key: group.facts.dossiers(subject).received
            for group in self._groups
            for subject in group.subjects
        }


class _Group:
    """The facts of subjects that are asked about together: of one window and of one kind."""

    def __init__(self, session: Session, frame: Frame, subjects: Sequence[Subject]) -> None:
        window = subjects[0].window
        self.subjects = subjects
        self._further = Further(session, frame, window, subjects)
        self.facts = Facts(session, frame, window, subjects, self._further.outside)
        self._registers = Registers(session, frame, window, subjects)

    def measured(self, measure: Measure, subject: Subject) -> Measurement:
        """Measure a subject by an automatic measure."""
        if measure in _TAKEN:
            return _TAKEN[measure](self.facts, subject)
        if measure in FURTHER:
            return self._further.measured(measure, subject)
        return self._registers.measured(measure, subject)


def _of_kind(measures: Iterable[Measure], subject: Subject) -> list[Measure]:
    """Leave out the further measures that cannot be taken of a unit, or of an officer."""
    individual = subject.officer_id is not None
    kind = CompetitorKind.INDIVIDUAL if individual else CompetitorKind.COLLECTIVE
    return [one for one in measures if one not in FURTHER or kind in MEASURES[one].kinds]


class Facts:
    """The totals of one window, each fetched once for all subjects and only when asked for."""

    def __init__(
        self,
        session: Session,
        frame: Frame,
        window: Window,
        subjects: Iterable[Subject],
        outside: OutsideRules,  # whose facts are read once for both
    ) -> None:
        self._session = session
        self._window = window
        self.frame = frame
        subjects = list(subjects)
        self._units = frozenset(unit for subject in subjects for unit in subject.unit_ids)
        self._officers = frozenset(
            subject.officer_id for subject in subjects if subject.officer_id is not None
        )
        self._outside = outside

    def ratings(self, subject: Subject) -> Tally:
        """Count the ratings of a subject that the campaign counts."""
        if subject.officer_id is not None:
            return sum(
                (self._ratings_by_officer.get(at, Tally()) for at in subject.served), Tally()
            )
        return sum((self._ratings_by_unit.get(u, Tally()) for u in subject.unit_ids), Tally())

    def answers(self, subject: Subject, group: Group) -> Tally:
        """Count the answers of a subject to the items of a group."""
        if subject.officer_id is not None:
            served = ((at, group) for at in subject.served)
            return sum((self._answers_by_officer.get(key, Tally()) for key in served), Tally())
        keys = ((unit, group) for unit in subject.unit_ids)
        return sum((self._answers_by_unit.get(key, Tally()) for key in keys), Tally())

    def dossiers(self, subject: Subject) -> DossierTally:
        """Count the dossiers of a subject."""
        empty = DossierTally()
        if subject.officer_id is not None:
            return sum((self._dossiers_by_officer.get(at, empty) for at in subject.served), empty)
        return sum((self._dossiers_by_unit.get(u, empty) for u in subject.unit_ids), empty)

    def complaints(self, subject: Subject) -> Tally:
        """Count the complaints of a subject and those answered in time."""
        if subject.officer_id is not None:
            found = self._complaints_by_officer
            return sum((found.get(at, Tally()) for at in subject.served), Tally())
        return sum((self._complaints_by_unit.get(u, Tally()) for u in subject.unit_ids), Tally())

    def handed_in(self, subject: Subject) -> bool:
        """Tell whether the subject's units handed in dossiers for this window, even none."""
        units = subject.unit_ids
        importing = self._outside.importing
        return not units.isdisjoint(importing) or not units.isdisjoint(self._dossiers_by_unit)

    def at_the_desk(self, subject: Subject) -> bool:
        """Tell whether an officer was to serve residents in this window."""
        return subject.officer_id in self._with_shifts

    def posted(self, subject: Subject) -> int:
        """Count the procedures a subject posts both on paper and by QR."""
        sets = (self._posted_by_unit.get(unit, frozenset()) for unit in subject.unit_ids)
        return len(frozenset().union(*sets))

    def paper_only(self, subject: Subject) -> int | None:
        """Count dossiers kept on paper only; None while a finished month with dossiers is owed."""
        owed = [
            (unit, month)
            for unit in subject.unit_ids
            for month in self._months_received.get(unit, frozenset())
        ]
        if any(month not in self._registers.get(unit, {}) for unit, month in owed):
            return None
        return sum(sum(self._registers.get(unit, {}).values()) for unit in subject.unit_ids)

    @property
    def procedures(self) -> int:
        """Count the procedures in force on the last day of the window."""
        return self._outside.procedures

    @cached_property
    def _ratings_by_unit(self) -> Mapping[int, Tally]:
        counted = satisfaction.by_unit(
            self._session, self._units, self._window, self.frame.settings
        )
        for late in self._left_aside:
            counted[late.unit_id] = counted.get(late.unit_id, Tally()) - late.tally
        return counted

    @cached_property
    def _ratings_by_officer(self) -> Mapping[Served, Tally]:
        counted = satisfaction.by_officer(
            self._session, self._officers, self._units, self._window, self.frame.settings
        )
        for late in self._left_aside:
            if late.officer_id is not None and (late.officer_id, late.unit_id) in counted:
                counted[late.officer_id, late.unit_id] -= late.tally
        return counted

    @cached_property
    def _left_aside(self) -> list[Late]:
        return left_aside.within(
            self._session, self._units, self._window, self.frame.settings, self.frame
        )

    @cached_property
    def _answers_by_unit(self) -> Mapping[tuple[int, Group], Tally]:
        counted = answers.by_unit(self._session, self._units, self._window, self.frame.settings)
        for late in self._answers_left_out:
            for group, tally in late.tallies.items():
                key = (late.unit_id, group)
                counted[key] = counted.get(key, Tally()) - tally
        return counted

    @cached_property
    def _answers_by_officer(self) -> Mapping[tuple[Served, Group], Tally]:
        counted = answers.by_officer(
            self._session, self._officers, self._units, self._window, self.frame.settings
        )
        for late in self._answers_left_out:
            for group, tally in late.tallies.items():
                if late.officer_id is None:
                    continue
                key = ((late.officer_id, late.unit_id), group)
                if key in counted:
                    counted[key] -= tally
        return counted

    @cached_property
    def _answers_left_out(self) -> list[LateAnswers]:
        return answers.left_out(
            self._session, self._units, self._window, self.frame.settings, self.frame
        )

    @cached_property
    def _dossiers_by_unit(self) -> Mapping[int, DossierTally]:
        return timeliness.tallied(self._outside.counted.by_unit)

    @cached_property
    def _dossiers_by_officer(self) -> Mapping[Served, DossierTally]:
        return timeliness.tallied(self._outside.counted.by_officer)

    @cached_property
    def _complaints_by_unit(self) -> Mapping[int, Tally]:
        return timeliness.complaints_by_unit(self._session, self._units, self._window, self.frame)

    @cached_property
    def _complaints_by_officer(self) -> Mapping[Served, Tally]:
        return timeliness.complaints_by_officer(
            self._session, self._officers, self._units, self._window, self.frame
        )

    @cached_property
    def _with_shifts(self) -> frozenset[int]:
        return participation.officers_with_shifts(self._session, self._officers, self._window)

    @cached_property
    def _posted_by_unit(self) -> Mapping[int, frozenset[int]]:
        return catalogue.posted_by_unit(
            self._session, self._units, self.frame.organisation_id, self._window.last
        )

    @cached_property
    def _months_received(self) -> Mapping[int, frozenset[date]]:
        months = participation.finished_months(self._window, self.frame.today)
        return participation.months_received(self._session, self._units, months)

    @cached_property
    def _registers(self) -> Mapping[int, Mapping[date, int]]:
        months = participation.registered_months(self._window)
        return participation.paper_only(self._session, self._units, months, self.frame.as_of)


def _satisfaction(facts: Facts, subject: Subject) -> Measurement:
    tally = facts.ratings(subject)
    if tally.cases == 0:
        return _nobody_rated(facts, subject)
    return Measurement.of_share(tally.hits, tally.cases, facts.frame.as_of)


def _nobody_rated(facts: Facts, subject: Subject) -> Measurement:
    """Tell a place nobody came to from one where nobody could rate, or nobody knows."""
    nobody_came = facts.handed_in(subject) and facts.dossiers(subject).received == 0
    if subject.officer_id is not None:
        nobody_came = facts.dossiers(subject).received == 0 and not facts.at_the_desk(subject)
    state = MeasurementState.NO_CASES if nobody_came else MeasurementState.OFF
    return Measurement(state, facts.frame.as_of, hits=0, cases=0)


def _participation(facts: Facts, subject: Subject) -> Measurement:
    finished = facts.dossiers(subject).finished
    rated = min(facts.ratings(subject).cases, finished)
    return _of_dossiers(facts, subject, rated, finished)


def _of_items(group: Group) -> Callable[[Facts, Subject], Measurement]:
    """Give the measure of a group of items: the share of its answers that are hits, in percent.

    Reception and premises: answers from the score that counts as satisfied (4 unless the campaign
    says otherwise) among all answers to the items of the group; every answered item is one case.
    Visits: a single visit among all answers. Interval: Wilson, over answers, so that answers of
    one person count as those of several. Source: rows 1.3, 1.7, 1.8, 4.2, 4.4 of the campaigns.
    """

    def measured(facts: Facts, subject: Subject) -> Measurement:
        tally = facts.answers(subject, group)
        if tally.cases == 0:
            return _nobody_rated(facts, subject)
        return Measurement.of_share(tally.hits, tally.cases, facts.frame.as_of)

    return measured


def _procedures_public(facts: Facts, subject: Subject) -> Measurement:
    if facts.procedures == 0:
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of)
    return Measurement.of_share(facts.posted(subject), facts.procedures, facts.frame.as_of)


def _one_stop(facts: Facts, subject: Subject) -> Measurement:
    tally = facts.dossiers(subject)
    return _of_dossiers(facts, subject, tally.one_stop, tally.received)


def _in_software(facts: Facts, subject: Subject) -> Measurement:
    imported, on_paper = facts.dossiers(subject).received, facts.paper_only(subject)
    if on_paper is None:
        note = Note(N_("Chưa nộp đủ số liệu sổ giấy của các tháng đã qua."))
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of, note=note)
    note = Note(N_("%(count)s hồ sơ chỉ có trong sổ giấy."), {"count": on_paper})
    return _of_dossiers(facts, subject, imported, imported + on_paper, note if on_paper else None)


def _online(facts: Facts, subject: Subject) -> Measurement:
    tally = facts.dossiers(subject)
    return _of_dossiers(facts, subject, tally.online, tally.could_be_online)


def _on_time(facts: Facts, subject: Subject) -> Measurement:
    tally = facts.dossiers(subject)
    return _of_dossiers(facts, subject, tally.on_time, tally.judged, note_on_time(tally))


def note_on_time(tally: DossierTally) -> Note | None:
    """Say which dossiers cannot be judged, and which go by a new appointment, if any."""
    if tally.reappointed:
        words = N_(
            "%(count)s hồ sơ không có ngày hẹn trả, không tính; %(again)s hồ sơ tính theo ngày hẹn"
            " lại sau phiếu xin lỗi."
        )
        return Note(words, {"count": tally.without_due, "again": tally.reappointed})
    words = N_("%(count)s hồ sơ không có ngày hẹn trả, không tính.")
    return Note(words, {"count": tally.without_due}) if tally.without_due else None


def _of_dossiers(
    facts: Facts, subject: Subject, hits: int, cases: int, note: Note | None = None
) -> Measurement:
    """Measure a share of dossiers; none at all counts as none only where the list was handed in."""
    if cases == 0 and not facts.handed_in(subject):
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of)
    return Measurement.of_share(hits, cases, facts.frame.as_of, note)


def _complaints(facts: Facts, subject: Subject) -> Measurement:
    tally = facts.complaints(subject)
    return Measurement.of_share(tally.hits, tally.cases, facts.frame.as_of)


_TAKEN: Mapping[Measure, Callable[[Facts, Subject], Measurement]] = {
    Measure.SATISFACTION: _satisfaction,
    Measure.PARTICIPATION: _participation,
    **{measure: _of_items(group) for measure, group in ITEMS.items()},
    Measure.PROCEDURES_PUBLIC: _procedures_public,
    Measure.DOSSIERS_ONE_STOP: _one_stop,
    Measure.DOSSIERS_IN_SOFTWARE: _in_software,
    Measure.DOSSIERS_ONLINE: _online,
    Measure.DOSSIERS_ON_TIME: _on_time,
    Measure.COMPLAINTS_ANSWERED_ON_TIME: _complaints,
}
