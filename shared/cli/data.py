"""`niemno deadline` and `niemno import`: the legal clock and the one-stop software's exports."""

import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from shared.adapters.one_stop import read_into
from shared.adapters.one_stop_sheet import SheetFile
from shared.cli.context import json_option, now, one_line_refusals, refuse, say, session
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage, received_moment
from shared.jobs.dossiers import Source, Taking, columns_for, take
from shared.services import calendars, dossiers, due_days
from shared.services.dossiers import Export, ImportCounts
from shared.services.local_days import today_in

TOLD_ERRORS = 1_000


@click.command()
@click.argument("number", required=False)
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]))
@click.option("--tier", type=click.Choice([str(tier) for tier in Tier]), default="own")
@click.option("--stage", type=click.Choice([str(stage) for stage in Stage]), default="answer")
@click.option("--received", help="Lúc nhận, ISO 8601.")
@click.option("--organisation", help="Mã cơ quan; bỏ trống là cơ quan chính.")
@json_option
@one_line_refusals
def deadline(
    number: str | None,
    kind: str | None,
    tier: str,
    stage: str,
    received: str | None,
    organisation: str | None,
    as_json: bool,
) -> None:
    """Nói vì sao vụ việc có mã NUMBER có hạn đó; không có mã thì tính hạn từ --kind, --received."""
    if number is not None:
        with session() as opened:
            why = due_days.of_number(opened, number, now())
        say(as_json, why, lambda: _why(why))
        return
    if kind is None or received is None:
        raise click.UsageError("cần số vụ việc, hoặc cả --kind và --received")
    with session() as opened:
        clock = calendars.clock_of(opened, organisation)
        at = received_moment(received, clock.zone)
        due = clock.due(Kind(kind), Tier(tier), Stage(stage), at)
    facts = {
        "due_at": due.due_at.isoformat(),
        "unit": str(due.unit),
        "amount": due.amount,
        "rule": due.rule,
        "provisional": due.provisional,
        "days": [
            {"date": day.on.isoformat(), "counted": day.counted, "reason": day.reason}
            for day in due.days
        ],
    }

    def lines() -> Iterator[str]:
        mark = "  (dự kiến: có năm chưa có lịch nghỉ)" if due.provisional else ""
        yield f"{facts['due_at']}  {due.amount} {due.unit}  {due.rule}{mark}"
        for day in due.days:
            yield f"  {day.on.isoformat()}  {'+' if day.counted else '·'}  {day.reason}"

    say(as_json, facts, lines)


def _why(facts: dict[str, Any]) -> Iterator[str]:
    yield f"{facts['number']}  {facts['kind']} {facts['tier']}  {facts['received_at']}"
    for clock in facts["clocks"]:
        rule = clock["rule"]
        extra = f"+{rule['extra']}" if rule["extra"] else ""
        mark = "*" if clock["leads"] else " "
        yield f"{mark} {clock['stage']} ({clock['track']})  {clock['began_at']} → {clock['due_at']}"
        yield f"    {rule['amount']}{extra} {rule['unit']}  {rule['code']}  {rule['document']}"
        for day in clock["days"]:
            number = day["number"] or "·"
            yield f"    {day['date']}  {number:>3}  {day['reason']}  {day['name']}".rstrip()


@click.group("import")
def import_() -> None:
    """Nhập dữ liệu từ tệp."""


@import_.command("dossiers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--unit", "unit_code", help="Mã đơn vị; bỏ trống là đơn vị đầu tiên có quầy.")
@json_option
@one_line_refusals
def import_dossiers(file: Path, unit_code: str | None, as_json: bool) -> None:
    """Nhập tệp XLSX hoặc CSV xuất từ phần mềm một cửa."""
    with tempfile.TemporaryDirectory() as folder, session() as opened:
        rows = Path(folder) / "rows"
        read_into(file, rows)
        sheet = SheetFile.open(rows)
        unit, chosen = dossiers.unit_to_import(opened, unit_code, now())
        if chosen:
            click.echo(f"đơn vị: {unit.code} {unit.name} (chọn bằng --unit)", err=True)
        mapping = columns_for(opened, unit.id, sheet)
        errors_to = file.with_name(f"{file.name}.errors.csv")
        source = Source(sheet, unit.id, mapping, today_in(opened, {unit.id}, now()), errors_to)
        taking = Taking(opened, source, most_errors=TOLD_ERRORS)
        facts = {"unit": unit.code} | _imported(file, taking)

    def lines() -> Iterator[str]:
        yield f"thêm {facts['added']}, đổi {facts['changed']}, như cũ {facts['unchanged']}"
        yield f"không nhận {facts['refused']}, bỏ qua {facts['skipped']} (trùng, tiêu đề, tổng)"

    say(as_json, facts, lines)


def _imported(file: Path, taking: Taking) -> dict[str, Any]:
    """Import what can be taken; the rows that cannot stand in a file beside, also when none can."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    counts = take(taking, Export(file.name, digest, "command", "command"), now())
    refused = taking.parsing.refused
    if refused:
        click.echo(f"{refused} dòng lỗi, ghi ở {taking.source.errors_to}", err=True)
    if counts == ImportCounts():
        refuse(f"không nhập được dòng nào, {refused} dòng lỗi")
    errors = [
        {
            "row": error.row_number,
            "column": error.column,
            "value": error.value,
            "reason": error.message % error.params,
        }
        for error in taking.errors
    ]
    told = {"refused": refused, "skipped": taking.parsing.skipped, "errors": errors}
    return vars(counts) | told


COMMANDS = (deadline, import_)
