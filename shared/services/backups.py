"""A whole copy of the database into one file, and back: complete or not at all."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from shared.domain.errors import N_, RuleBroken
from shared.services import backup_files, backup_postgresql, backup_sqlite
from shared.services.whole_files import replacing


@dataclass(frozen=True)
class Restored:
    """The schema now in place, and where the replaced database was kept, if there was one."""

    revision: str
    kept: Path | None
    files: int = 0  # of cases, that were put back with it


def backup(database_url: str, file: Path, folder: Path | None = None) -> int:
    """Copy the database while it is in use; give the file's size in bytes.

    The files of cases in `folder` are copied beside it, those that are not there yet.

    An older file of that name is replaced only by a complete and checked copy.
    Raises RuleBroken when the copy cannot be made or does not pass its check.
    """
    _refuse_no_file(file)
    with replacing(file) as draft:
        if _is_sqlite(database_url):
            _refuse_itself(database_url, file)
            backup_sqlite.copy(database_url, draft)
        else:
            backup_postgresql.copy(database_url, draft)
        if folder is not None:  # after the database: whatever it names is there
            backup_files.copy(folder, backup_files.beside(file))
    return file.stat().st_size


def restore(
    database_url: str, file: Path, known: Collection[str], folder: Path | None = None
) -> Restored:
    """Put a copy in the place of the database, and keep what it replaces.

    The files of cases beside it are put into `folder`, those that are not there.

    `known` are the schema revisions this code can serve or bring up to date.
    Raises RuleBroken when the file is no whole copy, is of another revision, or when somebody is
    connected to the database; nothing is changed then.
    """
    if not file.is_file():
        raise RuleBroken("backup_missing", N_("Không có tệp %(file)s."), file=file)
    if _is_sqlite(database_url):
        _refuse_itself(database_url, file)
        revision = backup_sqlite.revision_of(file)
    else:
        revision = backup_postgresql.revision_of(file)
    if revision is None or revision not in known:
        raise RuleBroken(
            "backup_unknown_schema",
            N_("Tệp sao lưu ở phiên bản dữ liệu %(revision)s, phần mềm này không biết bản đó."),
            revision=revision or "?",
        )
    put_back = backup_sqlite.put_back if _is_sqlite(database_url) else backup_postgresql.put_back
    kept = put_back(database_url, file)
    files = 0 if folder is None else backup_files.copy(backup_files.beside(file), folder)
    return Restored(revision, kept, files)


def _is_sqlite(database_url: str) -> bool:
    return make_url(database_url).get_backend_name() == "sqlite"


def _refuse_no_file(file: Path) -> None:
    """A device, such as /dev/null, would give its place to the copy."""
    if not file.parent.is_dir():
        raise RuleBroken("backup_no_folder", N_("Không có thư mục %(folder)s."), folder=file.parent)
    if file.exists() and not file.is_file():
        raise RuleBroken("backup_no_file", N_("%(file)s không phải là một tệp."), file=file)


def _refuse_itself(database_url: str, file: Path) -> None:
    database = Path(make_url(database_url).database or "")
    if file.exists() and database.exists() and file.samefile(database):
        raise RuleBroken("backup_onto_itself", N_("Tệp sao lưu trùng với cơ sở dữ liệu."))
