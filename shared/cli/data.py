"""`niemno deadline` and `niemno import`: the legal clock and the one-stop software's exports."""

from collections.abc import Iterator

import click

from shared.cli.context import json_option, one_line_refusals, say, session
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import Stage, received_moment
from shared.services import calendars


@click.command()
@click.option("--kind", type=click.Choice([str(kind) for kind in Kind]), required=True)
@click.option("--tier", type=click.Choice([str(tier) for tier in Tier]), default="own")
@click.option("--stage", type=click.Choice([str(stage) for stage in Stage]), default="answer")
@click.option("--received", required=True, help="Lúc nhận, ISO 8601.")
@click.option("--organisation", help="Mã cơ quan; bỏ trống là cơ quan chính.")
@json_option
@one_line_refusals
def deadline(
    kind: str, tier: str, stage: str, received: str, organisation: str | None, as_json: bool
) -> None:
    """Tính hạn trả lời và nói vì sao."""
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


COMMANDS = (deadline,)
