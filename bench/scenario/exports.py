"""Dossiers as a one-stop software exports them every Friday, and months of the paper register."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from bench.scenario.course import IMPORT, Event, months
from bench.scenario.office import Office, Place, limit_of
from shared.domain.dossier import Channel, DossierRecord
from shared.sample.rhythm import Span
from shared.services import dossiers, paper_registers
from shared.services.dossiers import Export

MONTH = 22
DONE, WORKING = "Đã trả kết quả", "Đang xử lý"
WAITED, APOLOGISED = 0.01, 0.3  # fractions: of all, and of those that will be late
GROWTH = 0.12  # of the share handed in online, within a year
SOME_PAPER = 0.15  # of months of units that are slow


@dataclass(frozen=True)
class Fate:
    """A dossier with what becomes of it; known to the export only once it happened."""

    record: DossierRecord
    finished_on: date

    def as_of(self, on: date) -> DossierRecord:
        """Give what an export of a day shows."""
        if self.finished_on > on:
            return self.record
        return replace(self.record, finished_on=self.finished_on, status=DONE)


def events(
    rng: Random, place: Place, number: int, pieces: Sequence[tuple[date, date]]
) -> Iterator[Event]:
    """Plan every dossier of every unit and the exports that tell of it."""
    for position, office in enumerate(place.offices.values(), 1):
        agency = f"000.{position:02}.{number:02}.H99"  # no agency has it
        fates = _fates(rng, place, office, agency, pieces[0][0])
        known: list[Fate] = []
        for first, last in pieces:
            new = [one for one in fates if first <= one.record.received_on <= last]
            told = [one.as_of(last) for one in (*known, *new)]
            known = [one for one in (*known, *new) if one.finished_on > last]
            if told or new or not fates:
                at = place.span.at(last, IMPORT)
                yield Event(at, office.head.code.lower(), _importing(office, told, last))
        yield from _paper(rng, place, office, pieces[0][0])


def _importing(office: Office, records: Sequence[DossierRecord], on: date) -> "Import":
    return Import(office, tuple(records), on)


@dataclass(frozen=True)
class Import:
    """The act of taking an export over."""

    office: Office
    records: tuple[DossierRecord, ...]
    on: date

    def __call__(self, session: Session, now: datetime) -> None:
        """Take it over as an upload of the head does."""
        name = f"mot-cua-{self.office.code}-{self.on}.csv"
        digest = hashlib.sha256(name.encode()).hexdigest()
        export = Export(name, digest, self.office.head.code.lower())
        dossiers.import_records(session, self.office.id, self.records, export, now)


def _fates(rng: Random, place: Place, office: Office, agency: str, first: date) -> list[Fate]:
    span, a_day = place.span, place.district.dossiers * office.plan.manner.size / MONTH
    found = []
    on = first
    while on <= span.today:
        if span.calendar.is_working(on):
            for number in range(1, int(a_day * rng.uniform(0.5, 1.5) + rng.random()) + 1):
                code = f"{agency}-{on:%y%m%d}-{number:04}"
                found.append(_fate(rng, place, office, code, on))
        on += timedelta(days=1)
    return found


def _fate(rng: Random, place: Place, office: Office, code: str, on: date) -> Fate:
    manner, span = office.plan.manner, place.span
    position = rng.randrange(len(place.procedures))
    limit = max(limit_of(position), 1)
    supplements = int(rng.random() < manner.supplemented)
    waited = rng.randint(1, 5) if supplements and rng.random() < WAITED * 20 else 0
    online = rng.random() < manner.online + GROWTH * _years(span, on)
    due_on = span.after_working_days(on, limit)
    late = rng.random() < manner.late
    days = limit + rng.randint(1, 6) if late else rng.randint(max(limit // 3, 1), limit)
    record = DossierRecord(
        code=code,
        procedure_code=place.procedures[position].code,
        received_on=on,
        due_on=due_on,
        status=WORKING,
        online=online,
        channel=Channel.ONLINE if online else Channel.DESK,
        level=rng.choice((3, 4, 4)) if rng.random() < 0.93 else 2,
        one_stop=rng.random() < 0.999,
        supplements=supplements,
        officer_code=rng.choice(office.clerks).code,
        waited_days=waited,
    )
    return Fate(record, span.after_working_days(on, days))


def _years(span: Span, on: date) -> float:
    """Say how far a day lies from the last one in years, before it: less than nothing."""
    return (on - span.today).days / 365


def _paper(rng: Random, place: Place, office: Office, first: date) -> Iterator[Event]:
    """Report the month's dossiers that were kept on paper only, in the first week of the next."""
    slow = office.plan.manner.done < 1
    for month in months(first, place.span.today):
        following = (month + timedelta(days=31)).replace(day=1)
        on = following + timedelta(days=2)
        count = rng.randint(1, 3) if slow and rng.random() < SOME_PAPER else 0
        if on <= place.span.today:
            entry = paper_registers.Entry(
                month, count, "Sổ theo dõi hồ sơ giấy (mẫu)", office.head.code.lower()
            )
            yield Event(place.span.at(on, time(9)), entry.entered_by, _Paper(office.id, entry))


@dataclass(frozen=True)
class _Paper:
    unit_id: int
    entry: paper_registers.Entry

    def __call__(self, session: Session, now: datetime) -> None:
        paper_registers.set_paper_only(session, self.unit_id, {self.unit_id}, self.entry, now)
