"""`niemno campaign list|score|verify`: standings for programs and scripts."""

import sys
from collections.abc import Iterator

import click

from shared.cli.context import json_option, now, one_line_refusals, say, session
from shared.domain.milestone import Verdict
from shared.services import freezes, standings

VERDICTS = {
    Verdict.SAME: "giống hệt",
    Verdict.DIFFERENT: "tính lại thấy khác",
    Verdict.SPOILT: "nội dung không còn đúng với mã băm",
}


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
        facts = freezes.score_in_force_json(opened, code, now())

    def lines() -> Iterator[str]:
        for row in facts["standing"]:
            mark = "" if row["complete"] else "  (chưa đủ)"
            yield f"{row['rank'] or '–'}  {row['score']}  {row['competitor']}{mark}"

    say(as_json, facts, lines)


@campaign.command()
@click.argument("code")
@json_option
@one_line_refusals
def verify(code: str, as_json: bool) -> None:
    """Tính lại các bản đã chốt, so từng byte; mã thoát 1 khi có bản khác."""
    with session() as opened:
        facts = freezes.verified_json(opened, code, now())

    def lines() -> Iterator[str]:
        for fact in facts:
            yield f"{fact['on']}  {fact['kind']}  {fact['version']}  {VERDICTS[fact['verdict']]}"
            for found in fact["differences"]:
                of = " · ".join(filter(None, (found["competitor"], found["criterion"])))
                where = f"{of}: {found['what']}" if of else found["what"]
                yield f"    {where}: {found['before']} → {found['after']}  [{found['path']}]"
        if not facts:
            yield "chưa chốt kỳ nào"

    say(as_json, facts, lines)
    if any(fact["verdict"] != Verdict.SAME for fact in facts):
        sys.exit(1)


COMMANDS = (campaign,)
