"""Whether an answer waits for the disk: a kill cannot tell, the calls to the kernel can."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared.db import make_engine
from tests.faults.conftest import Serve
from tests.faults.posting import Kiosk, Line, pair_kiosks
from tests.faults.proofs import assert_kept, stored_ids
from tests.infrastructure.databases import SqliteDatabases
from tests.infrastructure.server import GUNICORN, running_server

pytestmark = pytest.mark.once  # about SQLite's own file; PostgreSQL syncs by itself
POSTS = 20
FEWEST_ANSWERS = 3
GOOD_SYNCS = 8
SYNC_CALLS = "fsync,fdatasync"


def traced(database: Path, log: Path, *more: str) -> Sequence[str]:
    """Run the server under strace, which notes every wait for the disk by the database's log."""
    options = ["-f", "-qq", "--seccomp-bpf", "-o", str(log), "-P", f"{database}-wal"]
    return ("strace", *options, "-e", f"trace={SYNC_CALLS}", *more, *GUNICORN)


def synced(log: Path) -> int:
    """Count the waits that came back well."""
    return sum(line.endswith(" = 0") for line in log.read_text().splitlines())


@dataclass(frozen=True)
class Post:
    """One post: how it was answered, and how many waits had come back well before and after."""

    status: int
    before: int
    after: int


@dataclass(frozen=True)
class Failing:
    """A kiosk's posts to a server whose disk stops to sync in the middle of them."""

    folder: Path
    url: str
    engine: Engine
    kiosk: Kiosk
    posts: list[Post]


@pytest.fixture(scope="module")
def failing(
    databases: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Failing]:
    folder = tmp_path_factory.mktemp("failing")
    url = databases.copy_to(folder / "niemno.db")
    engine = make_engine(url)
    [kiosk] = pair_kiosks(engine, 1)
    log, posts = folder / "trace", []
    inject = f"inject={SYNC_CALLS}:error=EIO:when={GOOD_SYNCS}+"
    command = traced(folder / "niemno.db", log, "-e", inject)
    with (
        running_server(folder / "data", command, DATABASE_URL=url) as server,
        Line(server.url, kiosk.token) as line,
    ):
        for _ in range(POSTS):
            before = synced(log)
            kiosk.post_one(line)
            posts.append(Post(kiosk.statuses[-1], before, synced(log)))
    yield Failing(folder, url, engine, kiosk, posts)
    engine.dispose()


def test_every_answered_rating_waited_for_the_disk_before_its_answer(failing: Failing) -> None:
    answered = [post for post in failing.posts if post.status == 201]
    assert len(answered) >= FEWEST_ANSWERS
    assert all(post.after > post.before for post in answered)


def test_a_disk_that_fails_to_sync_is_never_answered_with_stored(
    failing: Failing, serve: Serve
) -> None:
    engine, kiosk = failing.engine, failing.kiosk
    assert 0 < len(kiosk.answered) < POSTS
    assert {post.status for post in failing.posts} == {201, 503}
    assert failing.posts[-1].after >= len(kiosk.answered)
    assert_kept(engine, kiosk.answered)
    with serve(failing.url) as address, Line(address, kiosk.token) as line:
        assert set(line.results(*kiosk.sent)) <= {"stored", "duplicate"}
    assert len(stored_ids(engine)) == POSTS
    assert_kept(engine, {entry["id"] for entry in kiosk.sent})
