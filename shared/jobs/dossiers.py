"""Jobs that read an export of the one-stop software and take its dossiers over."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from sqlalchemy.orm import Session

from shared.adapters.csv_text import CsvFile
from shared.adapters.one_stop_columns import FIELDS, REQUIRED, Field, guess_mapping
from shared.adapters.one_stop_rows import (
    REASON_HEADING,
    ROW_HEADING,
    Parsing,
    RowError,
    error_cells,
    error_head,
)
from shared.adapters.one_stop_sheet import SheetFile, SheetRow, Table
from shared.domain.dossier import DossierRecord, code_key
from shared.jobs import uploads
from shared.jobs.work import Outcome, Task, result_path
from shared.services import dossier_mappings, dossier_plans, dossiers
from shared.services.dossiers import Export, ImportCounts
from shared.services.local_days import today_in

PAGE = "/admin/dossiers/import/{job_id}"
SHOWN_ERRORS = 20
SHOWN_ROWS = 20
Choice = dict[Field, str]


@dataclass(frozen=True)
class Source:
    """A table to be taken over: into which unit, by which columns, on which local day."""

    table: Table
    unit_id: int
    mapping: Choice
    today: date
    errors_to: Path | None = None  # the rows that were not taken, as CSV; made if there are any


@dataclass
class Taking:
    """A table on its way into the database; what was told of its rows so far."""

    session: Session
    source: Source
    most_errors: int = SHOWN_ERRORS
    errors: list[RowError] = field(default_factory=list)
    fates: dict[int, str] = field(default_factory=dict)  # of the first rows
    codes: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises Refused for columns still to be chosen."""
        source = self.source
        self._file = source.errors_to and CsvFile(source.errors_to, error_head(source.table))
        self.parsing = Parsing(
            source.table,
            source.mapping,
            latest=source.today,
            other_unit=dossiers.name_of_another_unit(self.session, source.unit_id),
            fault=self._fault,
            skip=lambda row: self._fate(row.number, "skipped"),
        )

    def records(self) -> Iterator[DossierRecord]:
        """Yield the dossiers; the rows that are none are told and written meanwhile."""
        for number, record in self.parsing.numbered():
            if len(self.codes) < SHOWN_ROWS:
                self.codes[number] = record.code
            yield record
        if self._file:
            self._file.close()

    def told(self) -> dict[str, Any]:
        """Give what is told of the rows that were not taken."""
        return {
            "refused": self.parsing.refused,
            "skipped": self.parsing.skipped,
            "errors": [told_error(error) for error in self.errors],
        }

    def _fault(self, row: SheetRow, errors: list[RowError]) -> None:
        self._fate(row.number, "refused")
        self.errors += errors[: self.most_errors - len(self.errors)]
        if self._file:
            self._file.add(error_cells(row, errors))

    def _fate(self, number: int, fate: str) -> None:
        if len(self.fates) < SHOWN_ROWS:
            self.fates[number] = fate


def read(task: Task) -> Outcome:
    """Read an uploaded file once and say what an import by these columns would do."""
    unit_id = task.arguments["unit_id"]
    sheet = uploads.read(task.settings, task.arguments["upload"], task.progress)
    chosen = chosen_columns(task.arguments.get("mapping"))
    remembered = dossier_mappings.remembered(task.session, unit_id, headings_of(sheet))
    mapping = chosen or columns_for(task.session, unit_id, sheet)
    facts: dict[str, Any] = {
        "next": PAGE.format(job_id=task.job_id),
        "rows": sheet.count,
        "withheld": list(sheet.withheld),
        "mapping": mapping,
        "remembered": bool(remembered and remembered.mapping == mapping),
    }
    missing = [field for field in FIELDS if field in REQUIRED and field not in mapping]
    if missing:  # the page asks for them
        return Outcome(facts | {"missing": missing})
    taking = Taking(task.session, Source(sheet, unit_id, mapping, _today(task)))
    plan = dossier_plans.plan(
        task.session, unit_id, taking.records(), _progress(task, sheet), mapping
    )
    counts = ImportCounts.of(plan)
    taken = {"taken": counts.added + counts.changed + counts.unchanged}
    return Outcome(facts | taken | vars(counts) | taking.told() | {"fates": _fates(taking, plan)})


def take_over(task: Task) -> Outcome:
    """Import the dossiers of a file that was read; hand back the rows that were not taken."""
    mapping = chosen_columns(task.arguments["mapping"])
    sheet = uploads.read(task.settings, task.arguments["upload"])
    return import_sheet(task, sheet, mapping, export_of(task.arguments, "form"))


def export_of(arguments: Mapping[str, Any], source: str) -> Export:
    """Give the file that a job's arguments name."""
    return Export(arguments["file_name"], arguments["digest"], arguments["actor"], source)


def import_sheet(task: Task, sheet: SheetFile, mapping: Choice, export: Export) -> Outcome:
    """Import a table that was read, remember its columns, and hand back what was not taken."""
    unit_id, errors_to = task.arguments["unit_id"], result_path(task.settings, task.job_id)
    taking = Taking(task.session, Source(sheet, unit_id, mapping, _today(task), errors_to))
    counts = take(taking, export, task.now, _progress(task, sheet))
    facts = {"next": PAGE.format(job_id=task.job_id)} | vars(counts) | taking.told()
    if not taking.parsing.refused:
        return Outcome(facts)
    return Outcome(facts, error_file_name(export.file_name))


def take(
    taking: Taking, export: Export, now: datetime, done: Callable[[int], None] = lambda _count: None
) -> ImportCounts:
    """Import the dossiers of a table and remember by which columns it was read."""
    source = taking.source
    counts = dossiers.import_records(
        taking.session,
        source.unit_id,
        taking.records(),
        export,
        now,
        refused=lambda: taking.parsing.refused,
        mapping=source.mapping,
        done=done,
    )
    dossier_mappings.remember(
        taking.session,
        source.unit_id,
        headings_of(source.table),
        {str(name): heading for name, heading in source.mapping.items()},
        export.given_by,
        now,
    )
    return counts


def columns_for(session: Session, unit_id: int, table: Table) -> Choice:
    """Choose the columns of a table: as for the last of this shape, else by their names."""
    remembered = dossier_mappings.remembered(session, unit_id, headings_of(table))
    known = chosen_columns(remembered.mapping) if remembered else {}
    # The shape forgives capitals and spaces, a heading does not.
    return (
        known
        if known and set(known.values()) <= set(table.headers)
        else guess_mapping(table.headers)
    )


def headings_of(table: Table) -> list[str]:
    """Give the headings of the export itself, without what a file of wrong rows adds."""
    return [name for name in table.headers if name not in (ROW_HEADING, REASON_HEADING)]


def chosen_columns(given: Mapping[str, str] | None) -> Choice:
    """Keep the known fields of a choice that have a column."""
    known = given or {}
    return {field: known[field] for field in FIELDS if known.get(field)}


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


def _fates(taking: Taking, plan: dossier_plans.Plan) -> list[dict[str, Any]]:
    """Say of the first rows what an import would do with each."""
    fates: dict[int, dict[str, Any]] = {
        number: {"row": number, "fate": fate} for number, fate in taking.fates.items()
    }
    for number, code in taking.codes.items():
        if code_key(code) in plan.fates:
            change = plan.fates[code_key(code)]
            fate = "same" if change is None else "changed" if change else "new"
            fates[number] = {"row": number, "fate": fate, "change": change or {}}
    return [fates[number] for number in islice(sorted(fates), SHOWN_ROWS)]


def _progress(task: Task, sheet: SheetFile) -> Callable[[int], None]:
    return lambda done: task.progress(done, sheet.count)


def _today(task: Task) -> date:
    return today_in(task.session, {task.arguments["unit_id"]}, task.now)
