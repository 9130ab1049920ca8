"""`niemno backup|restore`: whole copies of a database in use, put back or refused in one line."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from shared import migrating
from shared.audit import sign_session
from shared.cli.command import main
from shared.config import PROJECT_ROOT
from shared.db import make_engine
from shared.domain.attachment import FileKind
from shared.domain.errors import RuleBroken
from shared.models.rating import Rating
from shared.services import attachments, backup_files, backup_notes, backups, channels, ratings
from shared.services.attachments import Received
from tests import case_world
from tests.case_world import file as file_case
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.rating_office import RatingOffice, a_rating, rating_office

Command = Callable[..., Result]


@pytest.fixture
def niemno(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command on the test's database."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("NIEMNO_DATA", str(tmp_path / "data"))

    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words])

    return run


@pytest.fixture(autouse=True)
def nobody_else(databases: SqliteDatabases | PostgresqlDatabases, database_url: str) -> None:
    """Be the only one connected: a database that is in use is not replaced."""
    databases.disconnect(database_url)


@pytest.fixture
def office(session: Session, now: datetime) -> RatingOffice:
    return rating_office(session, now)


def rate(session: Session, office: RatingOffice, now: datetime, count: int) -> None:
    """Store ratings."""
    channel = channels.recognise(session, office.token)
    assert channel is not None
    ratings.record(session, channel, [a_rating() for _ in range(count)], now, now)
    session.commit()


def rated(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(Rating)) or 0


def leave(session: Session, engine: Engine) -> None:
    """Close every connection, as a server that was stopped."""
    session.close()
    engine.dispose()


def set_aside(engine: Engine, folder: Path) -> list[Path]:
    """Find the databases that were replaced: beside the file, or else where the copies are."""
    if engine.dialect.name == "sqlite":
        folder = Path(engine.url.database or "").parent
    return list(folder.glob("*.before-restore"))


def one_line(result: Result) -> str:
    """Give the refusal: one line on the error output, exit code 1, no trace."""
    assert result.exit_code == 1, result.output
    [line] = result.stderr.splitlines()
    assert line.startswith("niemno: ")
    assert isinstance(result.exception, SystemExit)
    return line


def test_the_latest_copy_comes_back_takes_ratings_again_and_the_replaced_database_is_kept(
    session: Session,
    engine: Engine,
    office: RatingOffice,
    now: datetime,
    niemno: Command,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    copy = folder / "copy.backup"
    for count in (2, 5):
        rate(session, office, now, count)
        assert niemno("backup", copy).exit_code == 0  # while the test's session is still open
        assert list(folder.iterdir()) == [copy]  # one file, and the older one replaced whole
    assert copy.stat().st_mode & 0o077 == 0  # residents' words: for the owner only
    rate(session, office, now, 5)
    leave(session, engine)
    restored = niemno("restore", copy)
    assert restored.exit_code == 0, restored.output
    assert rated(engine) == 7
    [kept] = set_aside(engine, folder)
    assert str(kept) in restored.stdout
    leave(session, engine)
    assert niemno("restore", kept).exit_code == 0
    assert rated(engine) == 12
    rate(session, office, now, 3)
    assert rated(engine) == 15
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    leave(session, engine)


def test_nothing_is_restored_while_a_server_is_connected(
    session: Session,
    engine: Engine,
    office: RatingOffice,
    now: datetime,
    niemno: Command,
    tmp_path: Path,
) -> None:
    rate(session, office, now, 1)
    niemno("backup", tmp_path / "copy")
    rate(session, office, now, 1)  # leaves the connection in its pool, as a server does
    assert "dừng máy chủ" in one_line(niemno("restore", tmp_path / "copy"))
    assert rated(engine) == 2
    assert set_aside(engine, tmp_path) == []


def cut_out(whole: bytes) -> bytes:
    """Overwrite the middle of a copy."""
    middle = len(whole) // 2
    return whole[: middle - 6_000] + b"\xff" * 12_000 + whole[middle + 6_000 :]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda whole: whole[: len(whole) // 2],
    "overwritten": cut_out,
    "empty": lambda _whole: b"",
    "text": lambda _whole: b"no database\n" * 1_000,
}


def test_what_is_no_whole_copy_is_refused_and_changes_nothing(
    session: Session,
    engine: Engine,
    office: RatingOffice,
    now: datetime,
    niemno: Command,
    tmp_path: Path,
) -> None:
    rate(session, office, now, 300)
    copy = tmp_path / "copy"
    niemno("backup", copy)
    whole = copy.read_bytes()
    for damage in DAMAGES.values():
        copy.write_bytes(damage(whole))
        leave(session, engine)
        assert "dừng máy chủ" not in one_line(niemno("restore", copy))
        assert rated(engine) == 300
    assert set_aside(engine, tmp_path) == []


@pytest.mark.once  # nothing there is asked of a database
def test_what_is_not_there_or_no_file_is_refused(niemno: Command, tmp_path: Path) -> None:
    one_line(niemno("restore", tmp_path / "copy"))
    assert niemno("restore", tmp_path).exit_code == 2


def test_a_copy_of_a_schema_this_code_does_not_know_is_refused(
    session: Session, engine: Engine, niemno: Command, tmp_path: Path
) -> None:
    session.execute(text("UPDATE alembic_version SET version_num = '9999_from_tomorrow'"))
    session.commit()
    niemno("backup", tmp_path / "copy")
    session.execute(text("UPDATE alembic_version SET version_num = '0001_baseline'"))
    session.commit()
    leave(session, engine)
    assert "9999_from_tomorrow" in one_line(niemno("restore", tmp_path / "copy"))


def test_missing_tools_are_named_and_sqlite_needs_none(
    engine: Engine, niemno: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = niemno("backup", tmp_path / "copy")
    if engine.dialect.name == "sqlite":
        assert result.exit_code == 0
    else:
        assert "pg_dump" in one_line(result)
        assert list(tmp_path.glob("*copy*")) == []


@pytest.mark.once  # both are SQLite's
def test_a_copy_is_put_where_there_was_no_database_and_never_onto_itself(
    now: datetime, tmp_path: Path
) -> None:
    first = f"sqlite+pysqlite:///{tmp_path / 'first.db'}"
    url = f"sqlite+pysqlite:///{tmp_path / 'second.db'}"
    engine = make_engine(first)
    migrating.upgrade(engine)
    with Session(engine) as session:
        sign_session(session, "system", now)
        rate(session, rating_office(session, now), now, 2)
    engine.dispose()
    backups.backup(first, tmp_path / "copy")
    assert backups.restore(url, tmp_path / "copy", migrating.known()).kept is None
    second = make_engine(url)
    assert rated(second) == 2
    second.dispose()
    for act in (
        lambda: backups.backup(url, tmp_path / "second.db"),
        lambda: backups.restore(url, tmp_path / "second.db", migrating.known()),
        lambda: backups.backup(f"sqlite+pysqlite:///{tmp_path / 'none.db'}", tmp_path / "copy"),
    ):
        with pytest.raises(RuleBroken):
            act()
    assert not (tmp_path / "none.db").exists()


def test_a_place_that_cannot_be_written_is_refused_in_one_line(
    niemno: Command, tmp_path: Path
) -> None:
    one_line(niemno("backup", tmp_path / "nowhere" / "copy"))
    assert niemno("backup").exit_code == 2
    assert niemno("restore").exit_code == 2


@pytest.mark.once  # the name is looked at before the database
def test_a_copy_takes_the_place_of_a_file_only(niemno: Command, tmp_path: Path) -> None:
    device = tmp_path / "device"
    os.mkfifo(device)
    assert "không phải là một tệp" in one_line(niemno("backup", device))
    assert device.is_fifo()
    assert "không phải là một tệp" in one_line(niemno("backup", ""))
    assert "Không có thư mục" in one_line(niemno("backup", tmp_path / "nowhere" / "copy"))


def test_only_nightly_copies_are_noted_and_any_good_copy_ends_the_trouble(
    niemno: Command, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert niemno("backup", tmp_path / "copy").exit_code == 0
    one_line(niemno("backup", tmp_path / "nowhere" / "copy"))
    assert backup_notes.noted(data) is None
    said = one_line(niemno("backup", "--nightly", tmp_path / "nowhere" / "copy"))
    failed = backup_notes.noted(data)
    assert failed is not None
    assert failed.failed_at is not None
    assert failed.problem in said
    one_line(niemno("backup", tmp_path / "nowhere" / "copy"))  # by hand: whoever sees it knows
    assert backup_notes.noted(data) == failed
    assert niemno("backup", tmp_path / "copy").exit_code == 0
    good = backup_notes.noted(data)
    assert good is not None
    assert (good.failed_at, good.problem, good.lacking) == (None, "", 0)
    assert good.succeeded_at is not None


def test_a_nightly_copy_that_lacks_files_says_how_many(
    session: Session, now: datetime, niemno: Command, tmp_path: Path
) -> None:
    sen = case_world.build(session, now)["sen"]
    case = file_case(session, sen, now)
    gone = Received(FileKind.PDF, "đơn.pdf", "0" * 64, "0" * 64, None, 12)
    attachments.add(session, case, [gone], "resident", now, scanned_first=False)
    session.commit()
    assert niemno("backup", "--nightly", tmp_path / "copy").exit_code == 0
    noted = backup_notes.noted(tmp_path / "data")
    assert noted is not None
    assert noted.lacking == 1


def test_every_database_that_was_replaced_is_kept(
    session: Session,
    engine: Engine,
    office: RatingOffice,
    now: datetime,
    niemno: Command,
    tmp_path: Path,
) -> None:
    """Who puts back the wrong copy first, and then the right one, has lost nothing."""
    niemno("backup", tmp_path / "copy")
    rate(session, office, now, 3)
    leave(session, engine)
    first = niemno("restore", tmp_path / "copy").stdout.splitlines()[1].split()[-1]
    leave(session, engine)
    second = niemno("restore", tmp_path / "copy").stdout.splitlines()[1].split()[-1]
    assert first != second
    leave(session, engine)
    assert niemno("restore", first).exit_code == 0
    assert rated(engine) == 3


@pytest.mark.once  # PostgreSQL's tools tell it themselves
def test_a_copy_without_room_says_so(
    niemno: Command, session: Session, engine: Engine, tmp_path: Path
) -> None:
    leave(session, engine)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, usual[1]))
    try:
        result = niemno("backup", tmp_path / "copy")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert "đĩa" in one_line(result)
    assert list(tmp_path.glob("*copy*")) == []


def test_a_backup_killed_on_its_way_leaves_the_older_one(
    session: Session,
    engine: Engine,
    office: RatingOffice,
    now: datetime,
    niemno: Command,
    tmp_path: Path,
    database_url: str,
) -> None:
    niemno("backup", tmp_path / "copy")
    older = (tmp_path / "copy").read_bytes()
    rate(session, office, now, 500)
    command = [sys.executable, "-c", BACKUP_AGAIN_AND_AGAIN, database_url, str(tmp_path / "copy")]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as again:
        assert again.stdin is not None
        assert again.stdout is not None
        for delay in (0.0, 0.01, 0.05):
            print(file=again.stdin, flush=True)
            begun = int(again.stdout.readline())
            time.sleep(delay)
            with suppress(ProcessLookupError):  # it was done by then
                os.killpg(begun, signal.SIGKILL)
            assert again.stdout.readline() == "ended\n"
            found = (tmp_path / "copy").read_bytes()
            if found != older:
                leave(session, engine)
                assert niemno("restore", tmp_path / "copy").exit_code == 0
                assert rated(engine) == 500


# At each sign a child copies, in a group of its own; one start of Python serves them all.
BACKUP_AGAIN_AND_AGAIN = """
import os, sys
from pathlib import Path
from shared.services import backups

for _sign in sys.stdin:
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        print("ended", flush=True)
        continue
    os.setsid()
    print(os.getpid(), flush=True)
    backups.backup(sys.argv[1], Path(sys.argv[2]))
    os._exit(0)
"""


def test_the_files_of_cases_are_copied_with_the_database_and_put_back(
    niemno: Command, engine: Engine, session: Session, now: datetime, tmp_path: Path
) -> None:
    case, content = file_case(session, case_world.build(session, now)["sen"], now), b"%PDF-1.4 thu"
    data, copied, sent = tmp_path / "data" / "attachments", tmp_path / "copy", tmp_path / "sent"
    sent.write_bytes(content)
    digest = attachments.keep(data, sent)
    document = Received(FileKind.PDF, "đơn.pdf", digest, digest, None, len(content))
    attachments.add(session, case, [document], "resident", now, scanned_first=False)
    session.commit()
    assert niemno("backup", copied).exit_code == 0
    leave(session, engine)
    shutil.rmtree(data)
    restored = niemno("restore", copied)
    assert restored.exit_code == 0, restored.output
    assert "đã phục hồi 1 tệp" in restored.output
    assert attachments.path_of(data, digest).read_bytes() == content
    assert "thiếu" not in restored.output


@pytest.mark.once  # files lie beside the database; that they come back is seen above of both
def test_a_file_that_is_damaged_in_the_copy_is_not_put_back_but_told(
    niemno: Command, engine: Engine, session: Session, now: datetime, tmp_path: Path
) -> None:
    case = file_case(session, case_world.build(session, now)["sen"], now)
    data, copied, sent = tmp_path / "data" / "attachments", tmp_path / "copy", tmp_path / "sent"
    sent.write_bytes(b"%PDF-1.4 thu")
    digest = attachments.keep(data, sent)
    document = Received(FileKind.PDF, "đơn.pdf", digest, digest, None, 12)
    attachments.add(session, case, [document], "resident", now, scanned_first=False)
    session.commit()
    assert niemno("backup", copied).exit_code == 0
    leave(session, engine)
    shutil.rmtree(data)
    attachments.path_of(backup_files.beside(copied), digest).write_bytes(b"%PDF-1.4 khac")
    restored = niemno("restore", copied)
    assert restored.exit_code == 0, restored.output
    assert "thiếu 1 tệp" in restored.output
    assert not attachments.path_of(data, digest).exists()
