"""`niemno campaign list|score`: standings for programs and scripts."""

from collections.abc import Iterator

import click

from shared.cli.context import json_option, now, one_line_refusals, say, session
from shared.services import standings


@click.group()
def campaign() -> None:
    """Phong trào thi đua."""


@campaign.command("list")
@json_option
@one_line_refusals
def list_campaigns(as_json: bool) -> None:
    """Liệt kê các phong trào."""
    with session() as opened:
        facts = standings.campaign_list_json(opened)

    def lines() -> Iterator[str]:
        for fact in facts:
            yield f"{fact['code']}  {fact['state']}  {fact['name']}"

    say(as_json, facts, lines)


@campaign.command()
@click.argument("code")
@json_option
@one_line_refusals
def score(code: str, as_json: bool) -> None:
    """Tính bảng xếp hạng của một phong trào."""
    with session() as opened:
        facts = standings.campaign_score_json(opened, code, now())

    def lines() -> Iterator[str]:
        for row in facts["standing"]:
            mark = "" if row["complete"] else "  (chưa đủ)"
            yield f"{row['rank'] or '–'}  {row['score']}  {row['competitor']}{mark}"

    say(as_json, facts, lines)


COMMANDS = (campaign,)
