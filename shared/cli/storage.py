"""`niemno backup|restore`: a whole copy of the database, and back."""

from pathlib import Path

import click

from shared import migrating
from shared.cli.context import one_line_refusals, settings
from shared.services import backups

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@one_line_refusals
def backup(file: Path) -> None:
    """Sao lưu toàn bộ cơ sở dữ liệu vào một tệp, không cần dừng máy chủ."""
    size = backups.backup(settings().database_url, file.absolute())
    click.echo(f"đã sao lưu vào {file} ({size:,} byte)")


@click.command()
@click.argument("file", type=FILE)
@one_line_refusals
def restore(file: Path) -> None:
    """Phục hồi cơ sở dữ liệu từ một tệp sao lưu; dừng máy chủ trước."""
    done = backups.restore(settings().database_url, file.absolute(), migrating.known())
    click.echo(f"đã phục hồi từ {file}, bản {done.revision}")
    if done.kept is not None:
        click.echo(f"bản cũ giữ ở {done.kept}")


COMMANDS = (backup, restore)
