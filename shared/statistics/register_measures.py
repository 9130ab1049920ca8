"""The measures that read units' registers and the plans about published indexes."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property

from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.campaign import Measure, Window
from shared.domain.errors import N_
from shared.domain.improvement import WeakBelow
from shared.domain.register import RegisterKind
from shared.domain.scoring import Measurement, MeasurementState, Note
from shared.models.improvement import IndexResult
from shared.models.register import RegisterEntry
from shared.statistics import catalogue, register_tallies
from shared.statistics.frames import Frame, Subject
from shared.statistics.register_tallies import Kept, Tally

EMPTY = Note(N_("Sổ chưa có mục nào trong kỳ."))
NO_RESULTS = Note(N_("Chưa nhập kết quả chỉ số công bố nào."))
NO_CATALOGUE = Note(N_("Danh mục chưa có thủ tục nào."))


class Registers:
    """The entries of one window, fetched once for all subjects, when asked for."""

    def __init__(
        self, session: Session, frame: Frame, window: Window, subjects: Iterable[Subject]
    ) -> None:
        self._session, self.window, self.frame = session, window, frame
        subjects = list(subjects)
        self._units = frozenset(unit for subject in subjects for unit in subject.unit_ids)
        self._officers = frozenset(
            subject.officer_id for subject in subjects if subject.officer_id is not None
        )

    def measured(self, measure: Measure, subject: Subject) -> Measurement:
        """Measure a subject by one of the measures of this module."""
        return OF_REGISTERS[measure](self, subject)

    def of(self, subject: Subject, kind: RegisterKind) -> list[RegisterEntry]:
        """Give a subject's entries of a kind."""
        return self._kept.of(subject.unit_ids, kind, subject.officer_id)

    def initiatives(self, subject: Subject) -> list[RegisterEntry]:
        """Give a subject's initiatives handed in or recognised in the window."""
        return self._initiatives.of(subject.unit_ids, RegisterKind.INITIATIVE, subject.officer_id)

    def weak(self, subject: Subject) -> Tally | None:
        """Count weak criteria with an action, and all; None without any published result."""
        results = [pair for unit in subject.unit_ids for pair in self._results.get(unit, ())]
        if not results:
            return None
        rules = self._rules
        weak = [row.id for row, before in results if register_tallies.is_weak(row, before, rules)]
        return sum(self._has_plan(key) for key in weak), len(weak)

    def _has_plan(self, result_id: int) -> bool:
        planned_at = self._plans.get(result_id)
        return (
            planned_at is not None and local_date(planned_at, self.frame.zone) <= self.window.last
        )

    @cached_property
    def procedures(self) -> frozenset[int]:
        """The procedures in force on the last day."""
        return catalogue.keys_in_force(self._session, self.frame.organisation_id, self.window.last)

    @cached_property
    def _kept(self) -> Kept:
        return register_tallies.kept(self._session, self._units, self.window, self._officers)

    @cached_property
    def _initiatives(self) -> Kept:
        return register_tallies.initiatives(self._session, self._units, self.window, self._officers)

    @cached_property
    def _results(self) -> Mapping[int, list[tuple[IndexResult, IndexResult | None]]]:
        return register_tallies.latest_results(self._session, self._units, self.window.last)

    @cached_property
    def _rules(self) -> Mapping[str, list[tuple[int, WeakBelow]]]:
        return register_tallies.weak_rules(self._session, self.frame.organisation_id)

    @cached_property
    def _plans(self) -> Mapping[int, datetime]:
        return register_tallies.planned_results(self._session, self._units)


_Count = Callable[[Registers, list[RegisterEntry]], Tally]
_Measured = Callable[[Registers, Subject], Measurement]


def _share(kind: RegisterKind, count: _Count, choice: str | None = None) -> _Measured:
    """Give the measure of a register in percent; a register without entries was not kept."""

    def measured(facts: Registers, subject: Subject) -> Measurement:
        rows = facts.of(subject, kind)
        if choice is not None:
            rows = [row for row in rows if row.choice == choice]
        if not rows:
            return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of, note=EMPTY)
        return Measurement.of_share(*count(facts, rows), facts.frame.as_of)

    return measured


def _attended(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    return register_tallies.attended(rows, facts.frame.today)


def _acted(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    return register_tallies.acted(rows, facts.frame.today)


def _on_time(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    return register_tallies.on_time(rows, facts.frame.today)


def _carried_out(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    return register_tallies.carried_out(rows, facts.frame.today, facts.window.last)


def _remedied(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    return register_tallies.remedied(rows, facts.frame.today)


def _set_up(facts: Registers, rows: list[RegisterEntry]) -> Tally:
    """Count committees set up in time with the head of the agency in the chair (row 4.8).

    A unit that owes none, by the document it names, has no case.
    """
    headed = [row for row in rows if row.choice == "head"]
    owed = [row for row in rows if row.choice != "none"]
    hits, _judged = register_tallies.on_time(headed, facts.frame.today)
    return hits, register_tallies.on_time(owed, facts.frame.today)[1]


def _exemplary(facts: Registers, subject: Subject) -> Measurement:
    rows = facts.of(subject, RegisterKind.EXEMPLARY)
    return Measurement.of_number(Decimal(len(rows)), facts.frame.as_of)


def _disciplined(facts: Registers, subject: Subject) -> Measurement:
    rows = facts.of(subject, RegisterKind.DISCIPLINE)
    return Measurement.of_number(Decimal(sum(row.done or 0 for row in rows)), facts.frame.as_of)


def _recognised(facts: Registers, subject: Subject) -> Measurement:
    """Count the initiatives handed in within the window and recognised until its last day."""
    until = min(facts.window.last, facts.frame.today) + timedelta(days=1)
    rows = facts.of(subject, RegisterKind.INITIATIVE)
    found = [row for row in rows if row.done_on is not None and row.done_on < until]
    return Measurement.of_number(Decimal(len(found)), facts.frame.as_of)


def _decided(facts: Registers, subject: Subject) -> Measurement:
    """Count the initiatives recognised within the window, whenever they were handed in.

    So one handed in at the end of a year and recognised in the next counts there, and only there
    (rows 2.13, 3.11, 4.11).
    """
    today = facts.frame.today
    rows = facts.initiatives(subject)
    found = sum(register_tallies.recognised_in(row, facts.window, today) for row in rows)
    return Measurement.of_number(Decimal(found), facts.frame.as_of)


def _reviewed(facts: Registers, subject: Subject) -> Measurement:
    """Count the procedures in force that were reviewed, of all in force (row 2.14)."""
    if not facts.procedures:
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of, note=NO_CATALOGUE)
    rows = facts.of(subject, RegisterKind.REVIEW)
    done = {row.procedure_id for row in rows if row.done_on and row.done_on <= facts.window.last}
    return Measurement.of_share(
        len(done & facts.procedures), len(facts.procedures), facts.frame.as_of
    )


def _weak_planned(facts: Registers, subject: Subject) -> Measurement:
    """Count the weak criteria of the newest published results that have an action (row 4.1)."""
    found = facts.weak(subject)
    if found is None:
        return Measurement(MeasurementState.NOT_SUBMITTED, facts.frame.as_of, note=NO_RESULTS)
    return Measurement.of_share(*found, facts.frame.as_of)


OF_REGISTERS: Mapping[Measure, _Measured] = {
    Measure.TRAINING_ATTENDED: _share(RegisterKind.TRAINING, _attended),
    Measure.TRAINING_CONDUCT: _share(RegisterKind.TRAINING, _attended, "conduct"),
    Measure.TRAINING_INDEXES: _share(RegisterKind.TRAINING, _attended, "indexes"),
    Measure.COMMITTEES_SET_UP: _share(RegisterKind.COMMITTEE, _set_up),
    Measure.INSPECTIONS_DONE: _share(RegisterKind.INSPECTION, _carried_out),
    Measure.FINDINGS_REMEDIED: _share(RegisterKind.INSPECTION, _remedied),
    Measure.PUBLICITY_DONE: _share(RegisterKind.PUBLICITY, _acted),
    Measure.REPORTS_ON_TIME: _share(RegisterKind.REPORT, _on_time),
    Measure.EXEMPLARY_RECORDED: _exemplary,
    Measure.OFFICERS_DISCIPLINED: _disciplined,
    Measure.INITIATIVES_RECOGNISED: _recognised,
    Measure.INITIATIVES_DECIDED: _decided,
    Measure.PROCEDURES_REVIEWED: _reviewed,
    Measure.WEAK_CRITERIA_PLANNED: _weak_planned,
}
