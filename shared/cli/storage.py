"""`niemno backup|restore`: a whole copy of the database and the files of cases, and back."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from shared import migrating
from shared.cli.context import now, one_line_refusals, settings
from shared.config import Settings
from shared.db import make_engine
from shared.services import attachments, backup_files, backup_notes, backups

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--nightly", is_flag=True, help="Sao lưu định kỳ: không làm được thì báo quản trị.")
@click.argument("file", type=FILE)
@one_line_refusals
def backup(file: Path, nightly: bool) -> None:
    """Sao lưu toàn bộ cơ sở dữ liệu vào một tệp, không cần dừng máy chủ."""
    known = settings()
    place = known.data_directory
    try:
        lacking = _copy(known, file)
    except Exception as problem:
        if nightly:
            backup_notes.note_failure(place, str(problem) or type(problem).__name__, now())
        raise
    if nightly or backup_notes.noted(place) is not None:
        backup_notes.note_success(place, lacking, now())


def _copy(known: Settings, file: Path) -> int:
    """Make the copy; give how many files it lacks."""
    folder = attachments.folder_of(known.data_directory)
    size = backups.backup(known.database_url, file.absolute(), folder)
    click.echo(f"đã sao lưu vào {file} ({size:,} byte)")
    beside = backup_files.beside(file.absolute())
    if beside.exists():
        click.echo(f"tệp của các vụ việc ở {beside.name}, đi kèm bản sao lưu")
    return _tell_lacking(known.database_url, beside)


@click.command()
@click.argument("file", type=FILE)
@one_line_refusals
def restore(file: Path) -> None:
    """Phục hồi cơ sở dữ liệu từ một tệp sao lưu; dừng máy chủ trước."""
    known = settings()
    folder = attachments.folder_of(known.data_directory)
    done = backups.restore(known.database_url, file.absolute(), migrating.known(), folder)
    click.echo(f"đã phục hồi từ {file}, bản {done.revision}")
    if done.kept is not None:
        click.echo(f"bản cũ giữ ở {done.kept}")
    if done.files:
        click.echo(f"đã phục hồi {done.files} tệp của các vụ việc")
    if done.revision == migrating.head():
        _tell_lacking(known.database_url, folder)


def _tell_lacking(database_url: str, folder: Path) -> int:
    """Say how many files the database names that are not in a folder."""
    engine = make_engine(database_url)
    with Session(engine) as session:
        lacking = backup_files.lacking(folder, attachments.digests(session))
    engine.dispose()
    if lacking:
        click.echo(f"thiếu {len(lacking)} tệp mà cơ sở dữ liệu có ghi", err=True)
    return len(lacking)


COMMANDS = (backup, restore)
