"""The entries of registers and the published results behind a measure, misses first."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from shared.domain.campaign import Measure
from shared.domain.pages import page_within, pages_of
from shared.domain.register import RegisterKind
from shared.models.register import RegisterEntry
from shared.statistics import register_tallies
from shared.statistics.frames import Frame, Subject
from shared.statistics.records import PAGE_SIZE, Line, Sheet


@dataclass(frozen=True)
class Behind:
    """An entry as the page of evidence shows it."""

    code: str
    title: str
    due_on: date
    done_on: date | None
    planned: int | None
    done: int | None
    document: str


_Hit = Callable[[RegisterEntry, date], bool]  # of an entry, as it stood at the end of a local day


def _all_done(row: RegisterEntry, _until: date) -> bool:
    return (row.done or 0) >= (row.planned or 0)


def _in_time(row: RegisterEntry, _until: date) -> bool:
    return row.done_on is not None and row.done_on <= row.due_on


def _is_done(row: RegisterEntry, until: date) -> bool:
    return row.done_on is not None and row.done_on <= until


def _is_remedied(row: RegisterEntry, until: date) -> bool:
    due = row.remedy_due_on
    return row.remedied_on is not None and due is not None and row.remedied_on <= min(due, until)


def _counts(_row: RegisterEntry, _until: date) -> bool:
    return True


# The kind each measure reads, the choice it keeps to, and what it takes for a hit.
_READS: Mapping[Measure, tuple[RegisterKind, str | None, _Hit]] = {
    Measure.TRAINING_ATTENDED: (RegisterKind.TRAINING, None, _all_done),
    Measure.TRAINING_CONDUCT: (RegisterKind.TRAINING, "conduct", _all_done),
    Measure.TRAINING_INDEXES: (RegisterKind.TRAINING, "indexes", _all_done),
    Measure.COMMITTEES_SET_UP: (
        RegisterKind.COMMITTEE,
        None,
        lambda row, until: row.choice == "none" or (row.choice == "head" and _in_time(row, until)),
    ),
    Measure.INSPECTIONS_DONE: (RegisterKind.INSPECTION, None, _is_done),
    Measure.FINDINGS_REMEDIED: (RegisterKind.INSPECTION, None, _is_remedied),
    Measure.PUBLICITY_DONE: (RegisterKind.PUBLICITY, None, _all_done),
    Measure.REPORTS_ON_TIME: (RegisterKind.REPORT, None, _in_time),
    Measure.EXEMPLARY_RECORDED: (RegisterKind.EXEMPLARY, None, _counts),
    Measure.OFFICERS_DISCIPLINED: (RegisterKind.DISCIPLINE, None, _counts),
    Measure.INITIATIVES_RECOGNISED: (RegisterKind.INITIATIVE, None, _is_done),
    Measure.PROCEDURES_REVIEWED: (RegisterKind.REVIEW, None, _is_done),
}
READ = frozenset({*_READS, Measure.INITIATIVES_DECIDED})


def entries(session: Session, frame: Frame, subject: Subject, measure: Measure, page: int) -> Sheet:
    """List the entries a measure reads of a subject until today, those that missed first."""
    if measure is Measure.INITIATIVES_DECIDED:
        return _initiatives(session, frame, subject, page)
    kind, choice, hit = _READS[measure]
    kept = register_tallies.kept(session, subject.unit_ids, subject.window)
    rows = [
        row
        for row in kept.of(subject.unit_ids, kind, subject.officer_id)
        if choice in (None, row.choice)
        and (row.due_on <= frame.today or _is_done(row, frame.today))
        and (measure is not Measure.FINDINGS_REMEDIED or row.remedy_due_on is not None)
    ]
    # As the figures do: a finding may be remedied after the window it was found in.
    until = min(subject.window.last, frame.today)
    until = frame.today if measure is Measure.FINDINGS_REMEDIED else until
    lines = [Line(_shown(row), hit(row, until)) for row in rows]
    return _page(sorted(lines, key=lambda line: (line.hit, line.record.due_on)), page)


def _initiatives(session: Session, frame: Frame, subject: Subject, page: int) -> Sheet:
    """List the initiatives recognised in the window, after those handed in in it that were not."""
    kept = register_tallies.initiatives(session, subject.unit_ids, subject.window)
    lines = [
        Line(_shown(row), register_tallies.recognised_in(row, subject.window, frame.today))
        for row in kept.of(subject.unit_ids, RegisterKind.INITIATIVE, subject.officer_id)
    ]
    return _page(sorted(lines, key=lambda line: (line.hit, line.record.due_on)), page)


def _shown(row: RegisterEntry) -> Behind:
    return Behind(row.code, row.title, row.due_on, row.done_on, row.planned, row.done, row.document)


def _page(lines: Sequence[Line], page: int) -> Sheet:
    pages = pages_of(len(lines), PAGE_SIZE)
    page = page_within(page, pages)
    begin = (page - 1) * PAGE_SIZE
    return Sheet(lines[begin : begin + PAGE_SIZE], page, pages, len(lines))
