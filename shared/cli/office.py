"""`niemno user|desk|kiosk|sample`: who signs in, where kiosks stand, the sample."""

from collections.abc import Iterator

import click
from sqlalchemy import select

from shared import sample as sample_data
from shared.cli.context import json_option, now, one_line_refusals, say, session
from shared.domain.access import Role
from shared.domain.entry import text
from shared.domain.errors import Invalid, NotFound
from shared.models.account import Account
from shared.models.organisation import Unit
from shared.services import account_officers, accounts, channels


def _written(_context: click.Context, _option: click.Parameter, typed: str | None) -> str | None:
    """Read words as the form for the same thing does; an option given without any is wrong use."""
    try:
        return None if typed is None else text({"typed": typed}, "typed")
    except Invalid as refusal:
        raise click.BadParameter(str(refusal)) from None


@click.group()
def user() -> None:
    """Tài khoản cán bộ."""


@user.command("add")
@click.argument("name")
@click.option("--full-name", required=True, callback=_written)
@click.option("--role", type=click.Choice([str(role) for role in Role]), required=True)
@click.option("--unit", help="Mã đơn vị; bỏ trống là mọi đơn vị.")
@click.option("--officer", help="Mã cán bộ của người này: không thấy phản ánh nêu tên mình.")
@one_line_refusals
def add_user(name: str, full_name: str, role: str, unit: str | None, officer: str | None) -> None:
    """Thêm tài khoản và in mật khẩu dùng một lần."""
    with session() as opened:
        unit_id = None
        if unit is not None:
            unit_id = opened.scalar(select(Unit.id).where(Unit.code == unit))
            if unit_id is None:
                raise NotFound
        officer_id = None
        if officer is not None:
            officer_id = account_officers.to_link(opened, officer, unit_id)
        grants = [(Role(role), unit_id)]
        account, password = accounts.add(
            opened, name, full_name, grants, now(), officer_id=officer_id
        )
        given = f"{account.name} / {password} (một lần, 24 giờ)"
    click.echo(given)


@user.command("reset")
@click.argument("name")
@one_line_refusals
def reset_user(name: str) -> None:
    """Cấp lại mật khẩu dùng một lần và kết thúc mọi phiên."""
    with session() as opened:
        account_id = opened.scalar(select(Account.id).where(Account.name == name.lower()))
        if account_id is None:
            raise NotFound
        password = accounts.reset_password(opened, account_id, now())
    click.echo(f"{name} / {password} (một lần, 24 giờ)")


@click.group()
def desk() -> None:
    """Quầy."""


@desk.command("list")
@json_option
@one_line_refusals
def list_desks(as_json: bool) -> None:
    """Liệt kê các quầy đang mở."""
    with session() as opened:
        found = [(desk, unit) for desk, unit in channels.open_desks(opened, None, now())]
        # The unit's code is also the competitor's in `campaign score`.
        facts = [{"code": desk.code, "name": desk.name, "unit": unit.code} for desk, unit in found]
        words = [f"{desk.code}  {desk.name}  ({unit.name})" for desk, unit in found]

    def lines() -> Iterator[str]:
        yield from words

    say(as_json, facts, lines)


@click.group()
def kiosk() -> None:
    """Màn hình ở quầy."""


@kiosk.command("pair")
@click.option("--desk", "desk_code", required=True)
@click.option("--name", callback=_written)
@json_option
@one_line_refusals
def pair_kiosk(desk_code: str, name: str | None, as_json: bool) -> None:
    """Thêm một màn hình cho quầy và in mã thiết bị một lần."""
    with session() as opened:
        added, token = channels.pair(opened, desk_code, name, now())
        facts = {"kiosk": added.code, "desk": desk_code, "token": token}
    say(as_json, facts, lambda: iter([f"{facts['kiosk']}  quầy {desk_code}", token]))


@click.group()
def sample() -> None:
    """Dữ liệu mẫu."""


@sample.command("load")
@one_line_refusals
def load_sample() -> None:
    """Nạp dữ liệu mẫu."""
    with session() as opened:
        sample_data.load(opened, now())
    click.echo("đã nạp dữ liệu mẫu")


@sample.command("clear")
@one_line_refusals
def clear_sample() -> None:
    """Xoá toàn bộ dữ liệu mẫu."""
    with session() as opened:
        sample_data.clear(opened)
    click.echo("đã xoá dữ liệu mẫu")


COMMANDS = (user, desk, kiosk, sample)
