"""`niemno deadline` and `niemno import`: the legal clock and the one-stop software's exports."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from shared.adapters.one_stop import read_sheet
from shared.adapters.one_stop_columns import guess_mapping
from shared.cli.context import json_option, now, one_line_refusals, refuse, say, session
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage, received_moment
from shared.jobs.dossiers import Choice, Taken, take
from shared.models.organisation import Unit
from shared.services import calendars, dossiers, due_days
from shared.services.local_days import today_in


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
        yield f"{facts['due_at']}  {due.amount} {due.unit}  {due.rule}"
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
    sheet = read_sheet(file)
    with session() as opened:
        unit, chosen = dossiers.unit_to_import(opened, unit_code, now())
        if chosen:
            click.echo(f"đơn vị: {unit.code} {unit.name} (chọn bằng --unit)", err=True)
        mapping = guess_mapping(sheet.headers)
        taken = take(opened, unit.id, sheet, mapping, today_in(opened, {unit.id}, now()))
        if taken.refused:
            _write_errors(file, taken)
        if not taken.parsed.records:
            refuse(f"không nhập được dòng nào, {taken.refused} dòng lỗi")
        facts = _imported(opened, unit, file, taken, mapping)

    def lines() -> Iterator[str]:
        yield f"thêm {facts['added']}, đổi {facts['changed']}, như cũ {facts['unchanged']}"
        yield f"không nhận {facts['refused']}"

    say(as_json, facts, lines)


def _imported(
    opened: Session, unit: Unit, file: Path, taken: Taken, mapping: Choice
) -> dict[str, Any]:
    counts = dossiers.import_records(
        opened,
        unit.id,
        taken.parsed.records,
        hashlib.sha256(file.read_bytes()).hexdigest(),
        file.name,
        "command",
        now(),
        refused=taken.refused,
        mapping=mapping,
    )
    errors = [
        {
            "row": error.row_number,
            "column": error.column,
            "value": error.value,
            "reason": error.message % error.params,
        }
        for error in taken.parsed.errors
    ]
    return {"unit": unit.code} | vars(counts) | {"refused": taken.refused, "errors": errors}


def _write_errors(file: Path, taken: Taken) -> None:
    """Write the rows that were not taken beside the file, and say so."""
    path = file.with_name(f"{file.name}.errors.csv")
    path.write_bytes(taken.error_file)
    click.echo(f"{taken.refused} dòng lỗi, ghi ở {path}", err=True)


COMMANDS = (deadline, import_)
