"""Whether an answer waits for the disk: a kill cannot tell, the calls to the kernel can."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from shared import migrating
from shared.db import make_engine
from tests.faults.posting import Kiosk, Line, pair_kiosks
from tests.faults.proofs import assert_kept, stored_ids
from tests.infrastructure.server import GUNICORN, running_server

POSTS = 30
GOOD_SYNCS = 8
SYNC_CALLS = "fsync,fdatasync"


def traced(database: Path, log: Path, *more: str) -> Sequence[str]:
    """Run the server under strace, which notes every wait for the disk by the database's log."""
    options = ["-f", "-qq", "--seccomp-bpf", "-o", str(log), "-P", f"{database}-wal"]
    return ("strace", *options, "-e", f"trace={SYNC_CALLS}", *more, *GUNICORN)


def synced(log: Path) -> int:
    """Count the waits that came back well."""
    return sum(line.endswith(" = 0") for line in log.read_text().splitlines())


def migrated(path: Path) -> tuple[str, Engine]:
    """Make a database of the file; these tests are about SQLite's own file."""
    url = f"sqlite+pysqlite:///{path}"
    engine = make_engine(url)
    migrating.upgrade(engine)
    return url, engine


@contextmanager
def served(
    folder: Path, url: str, kiosk: Kiosk, command: Sequence[str] = GUNICORN
) -> Iterator[Line]:
    """Serve the database and give the kiosk's line to it."""
    with (
        running_server(folder / "data", command, DATABASE_URL=url) as server,
        Line(server.url, kiosk.token) as line,
    ):
        yield line


def test_every_answered_rating_waited_for_the_disk_before_its_answer(tmp_path: Path) -> None:
    url, engine = migrated(tmp_path / "niemno.db")
    [kiosk] = pair_kiosks(engine, 1)
    log = tmp_path / "trace"
    command = traced(tmp_path / "niemno.db", log)
    with served(tmp_path, url, kiosk, command) as line:
        for _ in range(POSTS):
            before = synced(log)
            kiosk.post_one(line)
            assert synced(log) > before
    assert len(kiosk.answered) == POSTS
    engine.dispose()


def test_a_disk_that_fails_to_sync_is_never_answered_with_stored(tmp_path: Path) -> None:
    url, engine = migrated(tmp_path / "niemno.db")
    [kiosk] = pair_kiosks(engine, 1)
    log = tmp_path / "trace"
    failing = f"inject={SYNC_CALLS}:error=EIO:when={GOOD_SYNCS}+"
    command = traced(tmp_path / "niemno.db", log, "-e", failing)
    with served(tmp_path, url, kiosk, command) as line:
        for _ in range(POSTS):
            kiosk.post_one(line)
    assert 0 < len(kiosk.answered) < POSTS
    assert set(kiosk.statuses) == {201, 503}
    assert synced(log) >= len(kiosk.answered)
    assert_kept(engine, kiosk.answered)
    with served(tmp_path, url, kiosk) as line:
        assert set(line.results(*kiosk.sent)) <= {"stored", "duplicate"}
    assert len(stored_ids(engine)) == POSTS
    assert_kept(engine, {entry["id"] for entry in kiosk.sent})
    engine.dispose()
