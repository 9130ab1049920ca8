"""Rows of an export as dossiers, and the rows that could not be taken with their reasons."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TypeVar

from shared.adapters import one_stop_values as values
from shared.adapters.csv_text import write_rows
from shared.adapters.one_stop_columns import REQUIRED, Field, label
from shared.adapters.one_stop_sheet import Refused, Sheet, SheetRow
from shared.domain.dossier import DossierRecord, recognise
from shared.domain.errors import N_, Invalid

_LONGEST_NAME = 300
_LONGEST_WORD = 100  # status, officer, unit
_SHOWN = 80  # characters of a bad value that are told again

T = TypeVar("T")


@dataclass(frozen=True)
class RowError:
    """Why a row was not taken: its number in the file, the column, the value found there.

    `message` is a msgid with places filled from `params`, as in RuleBroken.
    """

    row_number: int
    column: str
    value: str
    code: str
    message: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """What a sheet gave.

    `skipped` numbers the rows that hold no dossier of their own: group titles, sums, signatures,
    and exact repetitions of an earlier row.
    """

    records: tuple[DossierRecord, ...]
    errors: tuple[RowError, ...]
    skipped: tuple[int, ...]


def parse_rows(sheet: Sheet, mapping: Mapping[Field, str], *, latest: date | None = None) -> Parsed:
    """Turn rows into dossiers; a row with any fault is left out and every fault of it is told.

    `mapping` gives the header for each field; `latest` is the last local day a dossier can have
    been received or finished on (today). Raises Refused (`columns_missing`) when a required
    field has no column or a chosen column is not in the sheet.
    """
    places = _places(sheet, mapping)
    records: dict[str, tuple[int, DossierRecord]] = {}
    errors: list[RowError] = []
    skipped: list[int] = []
    for row in sheet.rows:
        reading = _Reading(row, places, mapping, latest)
        if reading.is_no_dossier():
            skipped.append(row.number)
            continue
        record = reading.dossier()
        first, known = records.get(record.code, (0, None)) if record else (0, None)
        if record and known == record:
            skipped.append(row.number)
        elif record and known:
            message = N_("trùng mã với dòng %(row)s nhưng nội dung khác")
            reading.fault("code", Invalid("dossier_code_twice", message, row=first))
        elif record:
            records[record.code] = (row.number, record)
        errors += reading.faults
    return Parsed(tuple(record for _, record in records.values()), tuple(errors), tuple(skipped))


def _places(sheet: Sheet, mapping: Mapping[Field, str]) -> dict[Field, int]:
    missing = [name for name in REQUIRED if name not in mapping]
    missing += [name for name, header in mapping.items() if header not in sheet.headers]
    if missing:
        message = N_("Chưa chọn đúng cột cho: %(columns)s.")
        raise Refused("columns_missing", message, columns=", ".join(map(label, missing)))
    return {name: sheet.headers.index(header) for name, header in mapping.items()}


class _Reading:
    """One row while it is read; gathers its faults."""

    def __init__(
        self,
        row: SheetRow,
        places: Mapping[Field, int],
        headers: Mapping[Field, str],
        latest: date | None,
    ) -> None:
        self.faults: list[RowError] = []
        self._row = row
        self._headers = headers
        self._latest = latest
        self._texts: dict[Field, str] = {name: row.cells[at] for name, at in places.items()}

    def is_no_dossier(self) -> bool:
        """Say whether at most one cell is filled, and not by an official dossier code."""
        filled = [text for text in self._texts.values() if text]
        return not filled or (len(filled) == 1 and recognise(filled[0][:60]).form == "free")

    def dossier(self) -> DossierRecord | None:
        """Return the dossier of the row, or None with at least one fault noted."""
        code = self._read("code", lambda text: recognise(text).text)
        received_on = self._read("received_on", self._past)
        due_on = self._read("due_on", values.as_date, optional=True)
        finished_on = self._read("finished_on", self._past, optional=True)
        online = self._read("online", values.is_online, optional=True)
        one_stop = self._read("one_stop", values.is_yes, optional=True)
        supplements = self._read("supplements", values.as_count, optional=True)
        level = self._read("level", values.as_level, optional=True)
        status, unit = self._word("status"), self._word("unit_code")
        officer = self._word("officer_code")
        if received_on:
            self._not_before(received_on, "due_on", due_on)
            self._not_before(received_on, "finished_on", finished_on)
        if self.faults or code is None or received_on is None:
            return None
        procedure_code, procedure_name = self._procedure()
        return DossierRecord(
            code=code,
            procedure_code=procedure_code,
            received_on=received_on,
            due_on=due_on,
            finished_on=finished_on,
            status=status or "",
            online=online or False,
            level=level,
            one_stop=one_stop is not False,
            supplements=supplements or 0,
            unit_code=unit,
            officer_code=officer,
            procedure_name=procedure_name,
        )

    def fault(self, name: Field, why: Invalid) -> None:
        """Note that a field of the row cannot be taken."""
        shown = self._texts.get(name, "")[:_SHOWN]
        column = self._headers[name]
        number = self._row.number
        self.faults.append(RowError(number, column, shown, why.code, why.message, why.params))

    def _read(self, name: Field, reader: Callable[[str], T], *, optional: bool = False) -> T | None:
        text = self._texts.get(name, "")
        if not text and optional:
            return None
        try:
            if not text:
                raise Invalid("cell_empty", N_("không được để trống"))
            return reader(text)
        except Invalid as why:
            self.fault(name, why)
            return None

    def _word(self, name: Field) -> str | None:
        return self._read(name, partial(values.within, limit=_LONGEST_WORD), optional=True)

    def _past(self, text: str) -> date:
        found = values.as_date(text)
        if self._latest and found > self._latest:
            raise Invalid("date_in_future", N_("là ngày chưa đến"))
        return found

    def _not_before(self, received_on: date, name: Field, day: date | None) -> None:
        if day is not None and day < received_on:
            self.fault(name, Invalid("date_before_receipt", N_("sớm hơn ngày tiếp nhận")))

    def _procedure(self) -> tuple[str, str]:
        """Find the procedure's code wherever it was written, and its name."""
        written = self._texts.get("procedure_code", "")
        name = self._texts.get("procedure_name", "")
        code = values.as_procedure_code(written) or values.as_procedure_code(name)
        return code, (name or ("" if code else written))[:_LONGEST_NAME]


def write_errors(
    sheet: Sheet, errors: Sequence[RowError], say: Callable[[str], str] = str
) -> bytes:
    """Return the rows that were not taken as CSV, each with its number and its reasons.

    `say` translates a msgid. The file can be corrected and imported in its turn; columns about
    the applicant are not in it.
    """
    reasons: dict[int, list[str]] = defaultdict(list)
    for error in errors:
        reasons[error.row_number].append(f"{error.column}: {say(error.message) % error.params}")
    rows = [row for row in sheet.rows if row.number in reasons]
    head = (say(N_("Dòng")), *sheet.headers, say(N_("Lý do")))
    body = ((str(row.number), *row.cells, "; ".join(reasons[row.number])) for row in rows)
    return write_rows([head, *body])
