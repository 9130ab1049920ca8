"""Copies of an SQLite database: made through SQLite itself, checked, put back under a lock."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import make_url

from shared.db import open_copy
from shared.domain.errors import N_, RuleBroken
from shared.services.whole_files import keep_beside, replacing, unused


def copy(database_url: str, draft: Path) -> None:
    """Copy what is committed at this moment; others read and write meanwhile."""
    path = _path(database_url)
    if not path.is_file():
        raise RuleBroken("database_missing", N_("Chưa có cơ sở dữ liệu để sao lưu."))
    _copy_file(path, draft)


def revision_of(file: Path) -> str | None:
    """Name the schema revision of a copy; None when it holds none. Raises when it is no copy."""
    try:
        with closing(open_copy(file, read_only=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite.OperationalError:  # whole, but no table of ours
        return None
    except sqlite.DatabaseError as error:
        raise _damaged() from error
    return None if row is None else str(row[0])


def put_back(database_url: str, file: Path) -> Path | None:
    """Put a copy in the database's place; give where the replaced one was kept."""
    path = _path(database_url)
    with _alone(path), replacing(path) as draft:
        _copy_file(file, draft)
        if not path.exists():
            return None
        kept = keep_beside(path, unused(path.with_name(f"{path.name}.before-restore")).name)
        # The log of a database too damaged to be closed belongs to it, never to the copy.
        for suffix in ("-wal", "-shm"):
            left = path.with_name(path.name + suffix)
            if left.exists():
                left.replace(kept.with_name(kept.name + suffix))
        return kept


def _path(database_url: str) -> Path:
    return Path(make_url(database_url).database or "")


def _copy_file(source: Path, draft: Path) -> None:
    try:
        with (
            closing(open_copy(source, read_only=True)) as given,
            closing(open_copy(draft)) as made,
        ):
            given.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            found = made.execute("PRAGMA integrity_check").fetchall()
    except sqlite.OperationalError as error:
        raise RuleBroken(
            "backup_not_copied",
            N_("Không chép được (%(said)s). Xin xem đĩa còn chỗ không."),
            said=error,
        ) from error
    except sqlite.DatabaseError as error:
        raise _damaged() from error
    if found != [("ok",)]:
        raise _damaged()


def _damaged() -> RuleBroken:
    return RuleBroken("backup_damaged", N_("Tệp không phải là cơ sở dữ liệu nguyên vẹn."))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keep everybody else out of the database; refuse when somebody is in already."""
    if not path.exists():
        yield
        return
    with closing(open_copy(path)) as connection:
        _lock(connection)
        yield


def _lock(connection: Any) -> None:
    try:
        # Leaving the WAL mode takes a lock that no other open connection allows.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite.DatabaseError as error:
        if "locked" in str(error):
            raise RuleBroken(
                "database_in_use",
                N_("Máy chủ đang dùng cơ sở dữ liệu. Xin dừng máy chủ rồi phục hồi lại."),
            ) from error
        # Damaged beyond opening: what a copy is wanted for.
