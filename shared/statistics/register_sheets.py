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
from shared.statistics.register_tallies import is_judged, remedy_is_judged


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


_Told = Callable[[RegisterEntry, date], bool]  # of an entry, at the end of a local day


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


def _is_headed(row: RegisterEntry, until: date) -> bool:
    return row.choice == "none" or (row.choice == "head" and _in_time(row, until))


def _came(row: RegisterEntry, today: date) -> bool:
    return row.due_on <= today or _is_done(row, today)


@dataclass(frozen=True)
class _Read:
    """What a measure reads: entries of a kind, of one choice alone if any is named."""

    kind: RegisterKind
    hit: _Told
    listed: _Told = _came
    choice: str | None = None


_READS: Mapping[Measure, _Read] = {
    Measure.TRAINING_ATTENDED: _Read(RegisterKind.TRAINING, _all_done),
    Measure.TRAINING_CONDUCT: _Read(RegisterKind.TRAINING, _all_done, choice="conduct"),
    Measure.TRAINING_INDEXES: _Read(RegisterKind.TRAINING, _all_done, choice="indexes"),
    Measure.COMMITTEES_SET_UP: _Read(RegisterKind.COMMITTEE, _is_headed, is_judged),
    Measure.INSPECTIONS_DONE: _Read(RegisterKind.INSPECTION, _is_done, is_judged),
    Measure.FINDINGS_REMEDIED: _Read(RegisterKind.INSPECTION, _is_remedied, remedy_is_judged),
    Measure.PUBLICITY_DONE: _Read(RegisterKind.PUBLICITY, _all_done),
    Measure.REPORTS_ON_TIME: _Read(RegisterKind.REPORT, _in_time, is_judged),
    Measure.EXEMPLARY_RECORDED: _Read(RegisterKind.EXEMPLARY, _counts),
    Measure.OFFICERS_DISCIPLINED: _Read(RegisterKind.DISCIPLINE, _counts),
    Measure.INITIATIVES_RECOGNISED: _Read(RegisterKind.INITIATIVE, _is_done),
    Measure.PROCEDURES_REVIEWED: _Read(RegisterKind.REVIEW, _is_done),
}
READ = frozenset({*_READS, Measure.INITIATIVES_DECIDED})


def entries(session: Session, frame: Frame, subject: Subject, measure: Measure, page: int) -> Sheet:
    """List the entries a measure reads of a subject until today, those that missed first.

    Of a share only those that it judges: what may still be done is no miss.
    """
    if measure is Measure.INITIATIVES_DECIDED:
        return _initiatives(session, frame, subject, page)
    read = _READS[measure]
    kept = register_tallies.kept(session, subject.unit_ids, subject.window, _officer(subject))
    rows = [
        row
        for row in kept.of(subject.unit_ids, read.kind, subject.officer_id)
        if read.choice in (None, row.choice) and read.listed(row, frame.today)
    ]
    # As the figures do: a finding may be remedied after the window it was found in.
    until = min(subject.window.last, frame.today)
    until = frame.today if measure is Measure.FINDINGS_REMEDIED else until
    lines = [Line(_shown(row), read.hit(row, until)) for row in rows]
    return _page(sorted(lines, key=lambda line: (line.hit, line.record.due_on)), page)


def _initiatives(session: Session, frame: Frame, subject: Subject, page: int) -> Sheet:
    """List the initiatives recognised in the window, after those handed in in it that were not."""
    officer = _officer(subject)
    kept = register_tallies.initiatives(session, subject.unit_ids, subject.window, officer)
    lines = [
        Line(_shown(row), register_tallies.recognised_in(row, subject.window, frame.today))
        for row in kept.of(subject.unit_ids, RegisterKind.INITIATIVE, subject.officer_id)
    ]
    return _page(sorted(lines, key=lambda line: (line.hit, line.record.due_on)), page)


def _officer(subject: Subject) -> frozenset[int]:
    return frozenset() if subject.officer_id is None else frozenset({subject.officer_id})


def _shown(row: RegisterEntry) -> Behind:
    return Behind(row.code, row.title, row.due_on, row.done_on, row.planned, row.done, row.document)


def _page(lines: Sequence[Line], page: int) -> Sheet:
    pages = pages_of(len(lines), PAGE_SIZE)
    page = page_within(page, pages)
    begin = (page - 1) * PAGE_SIZE
    return Sheet(lines[begin : begin + PAGE_SIZE], page, pages, len(lines))
