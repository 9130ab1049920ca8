"""What the sample's communes wrote into their registers this year, for the campaign to count."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from shared.domain.register import RegisterKind
from shared.models.register import RegisterEntry, RegisterPerson
from shared.sample.office import Office, Procedures
from shared.sample.rhythm import Span

# By commune in the order of the plan.
ATTENDED = ((6, 6), (6, 6), (5, 6), ())  # of six at each course; the last one keeps no register
RECOGNISED = (4, 3, 2, 0)
EXEMPLARY = (2, 1, 1, 0)
NOT_REVIEWED = (0, 0, 4, 1)
COURSES = (("conduct", "Giao tiếp tại bộ phận một cửa"), ("indexes", "Hiểu về SIPAS, PAPI"))
INITIATIVES = (
    "Trả kết quả tại nhà văn hoá ấp",
    "Sổ tay hỏi đáp bằng tranh",
    "Giờ riêng cho người cao tuổi",
    "Nhắc ngày hẹn bằng giọng nói",
)
DUE = 6  # people who had to attend a course


@dataclass(frozen=True)
class _Days:
    """Days of this year until today, so many days ago; the first one where there were not."""

    today: date

    def ago(self, days: int) -> date:
        return max(self.today.replace(month=1, day=1), self.today - timedelta(days=days))


def add_registers(
    session: Session, offices: Sequence[Office], procedures: Procedures, span: Span
) -> None:
    """Write the year's entries of every commune; their documents are samples."""
    days = _Days(span.today)
    for place, office in enumerate(offices):
        for columns in _entries(place, procedures, days):
            session.add(RegisterEntry(unit_id=office.unit.id, **columns))
        session.flush()
        _with_authors(session, office, _initiatives(place, days))


def _entries(place: int, procedures: Procedures, days: _Days) -> Iterator[Mapping[str, Any]]:
    for number, done in enumerate(ATTENDED[place]):
        choice, title = COURSES[number]
        yield {
            "kind": RegisterKind.TRAINING,
            "code": f"TH-{number + 1}",
            "title": f"{title} (mẫu)",
            "choice": choice,
            "due_on": days.ago(140 - 60 * number),
            "planned": DUE,
            "done": done,
        }
    for number in range(EXEMPLARY[place]):
        yield {
            "kind": RegisterKind.EXEMPLARY,
            "code": f"GD-{number + 1}",
            "title": "Đến tận nhà nhận hồ sơ của người già yếu (mẫu)",
            "choice": "individual",
            "due_on": days.ago(90 - 40 * number),
        }
    for number, procedure in enumerate(procedures.rows[NOT_REVIEWED[place] :]):
        yield {
            "kind": RegisterKind.REVIEW,
            "code": f"RS-{number + 1:02}",
            "title": f"RS-{number + 1:02}",
            "procedure_id": procedure.id,
            "choice": "simplify" if number % 9 == 0 else "keep",
            "due_on": days.ago(60),
            "done_on": days.ago(70),
            "document": "Báo cáo rà soát (mẫu)",
        }


def _initiatives(place: int, days: _Days) -> Iterator[RegisterEntry]:
    for number in range(RECOGNISED[place]):
        yield RegisterEntry(
            kind=RegisterKind.INITIATIVE,
            code=f"SK-{number + 1}",
            title=f"{INITIATIVES[number]} (mẫu)",
            choice="commune",
            due_on=days.ago(120 - 20 * number),
            done_on=days.ago(80 - 15 * number),
            document=f"Quyết định {31 + number}/QĐ-UBND (mẫu)",
        )


def _with_authors(session: Session, office: Office, rows: Iterator[RegisterEntry]) -> None:
    """Name an officer of the commune as the author of each initiative."""
    for number, row in enumerate(rows):
        row.unit_id = office.unit.id
        session.add(row)
        session.flush()
        author = office.officers[number % len(office.officers)]
        session.add(
            RegisterPerson(entry_id=row.id, position=1, officer_id=author.id, name=author.name)
        )
