"""Jobs that read an export of the one-stop software and take its dossiers over."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any

from sqlalchemy.orm import Session

from shared.adapters.one_stop_columns import FIELDS, REQUIRED, Field, guess_mapping
from shared.adapters.one_stop_rows import Parsed, RowError, parse_rows, write_errors
from shared.adapters.one_stop_sheet import Sheet, SheetRow
from shared.domain.errors import N_
from shared.jobs import uploads
from shared.jobs.work import Outcome, Task
from shared.services import dossiers
from shared.services.local_days import today_in

PAGE = "/admin/dossiers/import/{job_id}"
SHOWN_ERRORS = 20
Choice = dict[Field, str]


@dataclass(frozen=True)
class Taken:
    """The rows of a sheet as dossiers of one unit, and those that were not taken."""

    sheet: Sheet
    parsed: Parsed

    @property
    def refused(self) -> int:
        """How many rows were not taken."""
        return len({error.row_number for error in self.parsed.errors})

    @property
    def error_file(self) -> bytes:
        """The rows that were not taken, with their reasons, as CSV."""
        return write_errors(self.sheet, self.parsed.errors)


def read(task: Task) -> Outcome:
    """Read an uploaded file once and say what an import by these columns would do."""
    unit_id = task.arguments["unit_id"]
    sheet = uploads.read(task.settings, task.arguments["upload"])
    mapping = chosen_columns(task.arguments.get("mapping")) or columns_for(
        task.session, unit_id, sheet
    )
    facts: dict[str, Any] = {
        "next": PAGE.format(job_id=task.job_id),
        "rows": len(sheet.rows),
        "withheld": list(sheet.withheld),
        "mapping": mapping,
    }
    missing = [field for field in FIELDS if field in REQUIRED and field not in mapping]
    if missing:  # the page asks for them
        return Outcome(facts | {"missing": missing})
    return Outcome(facts | _told(take(task.session, unit_id, sheet, mapping, _today(task))))


def take_over(task: Task) -> Outcome:
    """Import the dossiers of a file that was read; hand back the rows that were not taken."""
    unit_id = task.arguments["unit_id"]
    mapping = chosen_columns(task.arguments["mapping"])
    sheet = uploads.read(task.settings, task.arguments["upload"])
    taken = take(task.session, unit_id, sheet, mapping, _today(task))
    total = len(taken.parsed.records)
    counts = dossiers.import_records(
        task.session,
        unit_id,
        taken.parsed.records,
        task.arguments["digest"],
        task.arguments["file_name"],
        task.arguments["actor"],
        task.now,
        refused=taken.refused,
        mapping=mapping,
        done=lambda done: task.progress(done, total),
    )
    facts = {"next": PAGE.format(job_id=task.job_id)} | vars(counts) | _told(taken)
    if not taken.refused:
        return Outcome(facts)
    return Outcome(facts, error_file_name(task.arguments["file_name"]), taken.error_file)


def columns_for(session: Session, unit_id: int, sheet: Sheet) -> Choice:
    """Choose the columns of a sheet: as for the unit's last file if it has them, else by guess."""
    remembered = chosen_columns(dossiers.last_mapping(session, unit_id))
    if remembered and set(remembered.values()) <= set(sheet.headers):
        return remembered
    return guess_mapping(sheet.headers)


def chosen_columns(given: Mapping[str, str] | None) -> Choice:
    """Keep the known fields of a choice that have a column."""
    known = given or {}
    return {field: known[field] for field in FIELDS if known.get(field)}


def take(session: Session, unit_id: int, sheet: Sheet, mapping: Choice, today: date) -> Taken:
    """Read the rows of a sheet as dossiers of a unit, at most of the local day `today`.

    Rows that name another known unit are not taken. Raises Refused for columns still to be chosen.
    """
    foreign = _of_other_units(session, unit_id, sheet, mapping)
    numbers = {error.row_number for error in foreign}
    own = Sheet(sheet.headers, tuple(row for row in sheet.rows if row.number not in numbers))
    parsed = parse_rows(own, mapping, latest=today)
    errors = tuple(sorted((*foreign, *parsed.errors), key=lambda error: error.row_number))
    return Taken(sheet, Parsed(parsed.records, errors, parsed.skipped))


def told_error(error: RowError) -> dict[str, Any]:
    """Give what a page and a program are told of a row that was not taken; params are texts."""
    return {
        "row": error.row_number,
        "column": error.column,
        "value": error.value,
        "message": error.message,
        "params": {name: str(value) for name, value in error.params.items()},
    }


def error_file_name(file_name: str) -> str:
    """Name the file of the rows that were not taken after the file they stood in."""
    return f"{PurePath(file_name).stem[:150]}.errors.csv"


def _of_other_units(
    session: Session, unit_id: int, sheet: Sheet, mapping: Choice
) -> list[RowError]:
    header = mapping.get("unit_code")
    if header not in sheet.headers:
        return []
    place = sheet.headers.index(header)
    other = dossiers.name_of_another_unit(session, unit_id)
    found = ((row, other(row.cells[place])) for row in sheet.rows)
    return [_foreign(row, header, place, unit) for row, unit in found if unit is not None]


def _foreign(row: SheetRow, header: str, place: int, unit: str) -> RowError:
    message = N_("là hồ sơ của đơn vị khác: %(unit)s")
    return RowError(row.number, header, row.cells[place], "other_unit", message, {"unit": unit})


def _told(taken: Taken) -> dict[str, Any]:
    return {
        "taken": len(taken.parsed.records),
        "refused": taken.refused,
        "skipped": len(taken.parsed.skipped),
        "errors": [told_error(error) for error in taken.parsed.errors[:SHOWN_ERRORS]],
    }


def _today(task: Task) -> date:
    return today_in(task.session, {task.arguments["unit_id"]}, task.now)
