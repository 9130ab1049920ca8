"""The paper register: dossiers a unit kept on paper only, counted by month and entered by hand."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.models.dossier import PaperRegister
from shared.models.organisation import Unit
from shared.services.csv_import import SEPARATORS
from shared.services.registers import unknown

LARGEST_COUNT = 1_000_000
LONGEST_EVIDENCE = 500
MOST_LINES = 5_000
LISTED = 200
HEADINGS = ("Mã đơn vị", "Tháng", "Số hồ sơ", "Chứng cứ")
_HEADING_OF = dict(zip(("unit", "month", "paper_only"), HEADINGS, strict=False))
MOST_TOLD = 20  # wrong cells of a file that are named at once
_MONTH = re.compile(r"(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})", re.ASCII)


@dataclass(frozen=True)
class Entry:
    """A month's count as somebody enters it, with where the register can be seen."""

    month: date  # any day of it
    paper_only: int
    evidence: str = ""
    entered_by: str = ""


def set_paper_only(
    session: Session, unit_id: int, units: Collection[int], entry: Entry, now: datetime
) -> None:
    """Note how many dossiers a unit kept on paper only in a month, in place of an earlier count.

    Raises NotFound for a unit out of reach, Invalid for a count that cannot be.
    """
    if unit_id not in units:
        raise NotFound
    if not 0 <= entry.paper_only <= LARGEST_COUNT:
        raise Invalid("count_wrong", N_("Xin nhập một số từ 0 trở lên."), field="paper_only")
    first = entry.month.replace(day=1)
    query = select(PaperRegister).where(
        PaperRegister.unit_id == unit_id, PaperRegister.month == first
    )
    evidence = clean_text(entry.evidence)[:LONGEST_EVIDENCE] or None
    register = session.scalar(query)
    if register is None:
        register = PaperRegister(unit_id=unit_id, month=first)
        session.add(register)
    elif (register.paper_only, register.evidence) == (entry.paper_only, evidence):
        return
    register.paper_only, register.evidence = entry.paper_only, evidence
    register.entered_by, register.entered_at = entry.entered_by, now
    session.flush()


def month_of(text: str, today: date) -> date:
    """Read a month such as 2026-10 or 10/2026, none after that of the local day `today`.

    Raises Invalid (`month_wrong`).
    """
    match = _MONTH.fullmatch(text.strip())
    year, month = (match[1] or match[4], match[2] or match[3]) if match else ("", "")
    if not match or not 1 <= int(month) <= 12 or date(int(year), int(month), 1) > today:
        raise Invalid("month_wrong", N_("Xin chọn tháng, không sau tháng này."), field="month")
    return date(int(year), int(month), 1)


def count_of(text: str) -> int:
    """Read a count of dossiers; raises Invalid (`count_wrong`)."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Invalid("count_wrong", N_("Xin nhập một số từ 0 trở lên."), field="paper_only")
    return int(digits)


def import_counts(
    session: Session, units: Collection[int], text: str, by: str, today: date, now: datetime
) -> int:
    """Take over a table of unit code, month, count and evidence; give how many lines it holds.

    All or nothing: raises Invalid (`line_wrong`) naming the wrong cells of every line, the first
    ones of a file that is wrong all over, after which nothing may be committed.
    """
    known = {
        unit.code.casefold(): unit.id
        for unit in session.scalars(select(Unit).where(Unit.id.in_(units)))
    }
    taken = 0
    with Faults() as faults:
        for number, cells in _lines(text):
            try:
                unit_id, entry = _read(cells, known, by, today)
                set_paper_only(session, unit_id, units, entry, now)
            except Invalid as refusal:
                for one in refusal.faults:
                    faults.add(_wrong(number, one))
            if len(faults) >= MOST_TOLD:
                break
            taken += 1
    return taken


def _read(
    cells: Sequence[str], known: Mapping[str, int], by: str, today: date
) -> tuple[int, Entry]:
    with Faults() as faults:
        unit_id = faults.read(_unit_of, cells[0], known)
        month, count = faults.read(month_of, cells[1], today), faults.read(count_of, cells[2])
    return unit_id, Entry(month, count, cells[3], by)


def _unit_of(text: str, known: Mapping[str, int]) -> int:
    code = text.strip()
    if code.casefold() not in known:
        raise unknown("unit", code)
    return known[code.casefold()]


def _lines(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    delimiter = max(SEPARATORS, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, row in enumerate(rows, 1):
        cells = [*row, "", "", "", ""][: len(HEADINGS)]
        is_heading = number == 1 and cells[0].strip().casefold() == HEADINGS[0].casefold()
        if number > MOST_LINES:
            raise Invalid("too_many_lines", N_("Tệp có quá nhiều dòng."), field="file")
        if any(cell.strip() for cell in cells) and not is_heading:
            yield number, cells


def _wrong(number: int, fault: Invalid) -> Invalid:
    return Invalid(
        "line_wrong",
        N_("Dòng %(line)s, cột %(column)s: %(reason)s"),
        field="file",
        line=number,
        column=_HEADING_OF[fault.field or "unit"],
        reason=fault,
    )


def paper_register(session: Session, units: Collection[int]) -> list[tuple[PaperRegister, Unit]]:
    """List what the given units noted of dossiers kept on paper only, the last months first."""
    found = session.execute(
        select(PaperRegister, Unit)
        .join(Unit, PaperRegister.unit_id == Unit.id)
        .where(PaperRegister.unit_id.in_(units))
        .order_by(PaperRegister.month.desc(), Unit.name)
        .limit(LISTED)
    )
    return [(register, unit) for register, unit in found]
