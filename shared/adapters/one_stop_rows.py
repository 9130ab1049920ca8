"""Rows of an export as dossiers, and the rows that could not be taken with their reasons."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, partial
from typing import TypeVar

from shared.adapters import one_stop_values as values
from shared.adapters.one_stop_columns import REQUIRED, Field, label
from shared.adapters.one_stop_sheet import Refused, SheetRow, Table
from shared.domain.dossier import Channel, DossierRecord, code_key
from shared.domain.dossier_time import Times, Wait, wait
from shared.domain.errors import N_, Invalid

ROW_HEADING, REASON_HEADING = N_("Dòng"), N_("Lý do")
_ENDS: tuple[Field, ...] = ("finished_on", "returned_on", "stopped_on")
_LONGEST_NAME = 300
_LONGEST_WORD = 100  # status, officer, unit
_SHOWN = 80  # characters of a bad value that are told again

T = TypeVar("T")
_short_word = partial(values.within, limit=_LONGEST_WORD)


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


class Parsing:
    """The rows of a table as dossiers, one after another.

    A row with any fault is left out; `fault` is told it with every fault. `refused` and `skipped`
    count meanwhile: rows with faults, and those that hold no dossier of their own.
    """

    def __init__(
        self,
        table: Table,
        mapping: Mapping[Field, str],
        *,
        latest: date | None = None,
        other_unit: Callable[[str], str | None] = lambda _words: None,
        fault: Callable[[SheetRow, list[RowError]], None] = lambda _row, _errors: None,
        skip: Callable[[SheetRow], None] = lambda _row: None,
    ) -> None:
        """`latest` is the last local day a dossier can have been received or finished on (today);

        `other_unit` names the unit that words stand for when it is another one than the file's.
        Raises Refused (`columns_missing`) when a required field has no column or a chosen column
        is not in the table.
        """
        self.refused = self.skipped = 0
        self._table = table
        self._fault, self._skip = fault, skip
        self._columns = _Columns(_places(table, mapping), mapping, latest, cache(other_unit))
        self._seen: dict[str, tuple[int, int]] = {}  # by code: row number, what the record comes to

    def numbered(self) -> Iterator[tuple[int, DossierRecord]]:
        """Yield each dossier with the number of its row."""
        for row in self._table.rows:
            reading = _Reading(row, self._columns)
            if reading.is_no_dossier():
                self._pass_over(row)
                continue
            record = reading.dossier()
            if record and self._is_new(record, reading):
                yield row.number, record
            elif reading.faults:
                self.refused += 1
                self._fault(row, reading.faults)
            else:
                self._pass_over(row)

    def records(self) -> Iterator[DossierRecord]:
        """Yield the dossiers."""
        return (record for _number, record in self.numbered())

    def _pass_over(self, row: SheetRow) -> None:
        self.skipped += 1
        self._skip(row)

    def _is_new(self, record: DossierRecord, reading: "_Reading") -> bool:
        key = code_key(record.code)
        comes_to = hash(record if key == record.code else replace(record, code=key))
        first, content = self._seen.setdefault(key, (reading.number, comes_to))
        if first == reading.number:
            return True
        if content != comes_to:
            message = N_("trùng mã với dòng %(row)s nhưng nội dung khác")
            reading.fault("code", Invalid("dossier_code_twice", message, row=first))
        return False


@dataclass(frozen=True)
class _Columns:
    """Where the fields stand, what the columns are called, and what rows are checked against."""

    places: Mapping[Field, int]
    headers: Mapping[Field, str]
    latest: date | None
    other_unit: Callable[[str], str | None]


def _places(table: Table, mapping: Mapping[Field, str]) -> dict[Field, int]:
    missing = [name for name in REQUIRED if name not in mapping]
    missing += [name for name, header in mapping.items() if header not in table.headers]
    if missing:
        message = N_("Chưa chọn đúng cột cho: %(columns)s.")
        raise Refused("columns_missing", message, columns=", ".join(map(label, missing)))
    return {name: table.headers.index(header) for name, header in mapping.items()}


class _Reading:
    """One row while it is read; gathers its faults."""

    def __init__(self, row: SheetRow, columns: _Columns) -> None:
        self.faults: list[RowError] = []
        self.number = row.number
        self._columns = columns
        self._texts: dict[Field, str] = {
            name: row.cells[at] for name, at in columns.places.items() if row.cells[at]
        }

    def is_no_dossier(self) -> bool:
        """Say whether at most one cell is filled, and not by what only a dossier has."""
        if len(self._texts) > 1:
            return False
        return not any(values.is_of_a_dossier(name, text) for name, text in self._texts.items())

    def dossier(self) -> DossierRecord | None:
        """Return the dossier of the row, or None with at least one fault noted."""
        code = self._read("code", values.as_code)
        received_on = self._read("received_on", self._past)
        due_on = self._optional("due_on", values.as_date)
        finished_on = self._finished_on()
        waited = self._wait(received_on, finished_on)
        again = self._reappointment(due_on)
        channel = self._optional("online", values.as_channel)
        one_stop = self._optional("one_stop", values.is_yes)
        level = self._optional("level", values.as_level)
        status, officer = self._word("status"), self._word("officer_code")
        unit = self._unit()
        if received_on:
            self._not_before(received_on, "due_on", due_on)
            self._not_before(received_on, self._end_field(), finished_on)
        if self.faults or code is None or received_on is None:
            return None
        procedure_code, procedure_name = self._procedure()
        return DossierRecord(
            code=code,
            procedure_code=procedure_code,
            received_on=received_on,
            due_on=due_on,
            finished_on=finished_on,
            status=status,
            online=channel is Channel.ONLINE,
            level=level,
            one_stop=one_stop is not False,
            supplements=waited.requests,
            unit_code=unit,
            officer_code=officer or None,
            procedure_name=procedure_name,
            channel=channel,
            waited_days=waited.days,
            waiting_since=waited.since,
            apologised_on=again.apologised_on,
            reappointed_on=again.reappointed_on,
            reappointments=again.reappointments,
        )

    def fault(self, name: Field, why: Invalid) -> None:
        """Note that a field of the row cannot be taken."""
        shown = self._texts.get(name, "")[:_SHOWN]
        column = self._columns.headers[name]
        self.faults.append(RowError(self.number, column, shown, why.code, why.message, why.params))

    def _read(self, name: Field, reader: Callable[[str], T]) -> T | None:
        text = self._texts.get(name)
        try:
            if text is None:
                raise Invalid("cell_empty", N_("không được để trống"))
            return reader(text)
        except Invalid as why:
            self.fault(name, why)
            return None

    def _optional(self, name: Field, reader: Callable[[str], T]) -> T | None:
        return self._read(name, reader) if name in self._texts else None

    def _word(self, name: Field) -> str:
        return self._optional(name, _short_word) or ""

    def _unit(self) -> str | None:
        words = self._word("unit_code")
        if words and (unit := self._columns.other_unit(words)):
            message = N_("là hồ sơ của đơn vị khác: %(unit)s")
            self.fault("unit_code", Invalid("other_unit", message, unit=unit))
        return words or None

    def _end_field(self) -> Field:
        """Name the column the end of the dossier stands in, the first that is filled.

        "Đã xử lý xong" comes before "Đã trả kết quả" and that before "Dừng / Từ chối", as in the
        formula of Decision 766/QĐ-TTg.
        """
        return next((name for name in _ENDS if name in self._texts), "finished_on")

    def _finished_on(self) -> date | None:
        return self._optional(self._end_field(), self._past)

    def _wait(self, received_on: date | None, finished_on: date | None) -> Wait:
        """Tell the requests for papers and the wait; the software's own figures come first."""
        requested = self._optional("supplement_requested_on", values.as_dates) or ()
        supplied = self._optional("supplemented_on", values.as_dates) or ()
        counted = self._optional("supplements", values.as_count)
        days = self._optional("waited_days", values.as_count)
        if self.faults:
            return Wait()
        if received_on and requested:
            self._not_before(received_on, "supplement_requested_on", requested[0])
        try:
            known = wait(requested, supplied, finished_on) if requested or days is None else Wait()
        except Invalid as why:
            self.fault("supplemented_on", why)
            return Wait()
        if days and received_on and finished_on and days > (finished_on - received_on).days:
            message = N_("nhiều hơn số ngày từ tiếp nhận đến xử lý xong")
            self.fault("waited_days", Invalid("waited_too_long", message))
        return Wait(
            known.requests if counted is None else counted,
            known.days if days is None else days,
            known.since,
        )

    def _reappointment(self, due_on: date | None) -> Times:
        apologised_on = self._optional("apologised_on", values.as_apology)
        again = self._optional("reappointed_on", values.as_dates) or ()
        counted = self._optional("reappointments", values.as_count)
        if due_on and again and again[-1] < due_on:
            message = N_("sớm hơn ngày hẹn trả ban đầu")
            self.fault("reappointed_on", Invalid("reappointed_before_due", message))
        moved = tuple(day for day in again if day != due_on)  # the same day is no new appointment
        return Times(
            due_on,
            apologised_on=apologised_on,
            reappointed_on=moved[-1] if moved else None,
            reappointments=len(moved) if counted is None else counted,
        )

    def _past(self, text: str) -> date:
        found = values.as_date(text)
        if self._columns.latest and found > self._columns.latest:
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


def error_head(table: Table, say: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return the headings of the file of rows that were not taken.

    It can be corrected and imported in its turn; columns about the applicant are not in it.
    """
    return (say(ROW_HEADING), *table.headers, say(REASON_HEADING))


def error_cells(
    row: SheetRow, errors: Iterable[RowError], say: Callable[[str], str] = str
) -> tuple[str, ...]:
    """Return a row that was not taken with its number and its reasons; `say` translates a msgid."""
    reasons = (f"{error.column}: {say(error.message) % error.params}" for error in errors)
    return (str(row.number), *row.cells, "; ".join(reasons))
