"""The server and the database are killed under load; what was answered is there, once."""

import os
import random
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

from shared import migrating
from shared.db import make_engine
from tests.faults.conftest import FULL
from tests.faults.posting import Kiosk, Line, Load, pair_kiosks
from tests.faults.proofs import assert_kept, rows, stored_ids
from tests.faults.tally import Note, of_ids
from tests.infrastructure.postgresql import (
    Cluster,
    newest_binaries,
    running_cluster,
    start,
    stop,
)
from tests.infrastructure.server import running_server

ROUNDS = 30 if FULL else 1
BATCH = 50 if FULL else 10
FEWEST_ANSWERS = 20  # a round that killed an idle server would prove nothing
PATIENCE_SECONDS = 60.0


def answered(kiosks: Sequence[Kiosk]) -> set[str]:
    return {key for kiosk in kiosks for key in kiosk.answered}


def wait_for_answers(kiosks: Sequence[Kiosk], count: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while len(answered(kiosks)) < count:
        assert time.monotonic() < deadline, "hardly anything was answered"
        time.sleep(0.01)


def send_everything_again(kiosks: Sequence[Kiosk], url: str) -> None:
    """Send what every kiosk ever sent, as one that lost its memory of the answers does."""
    for kiosk in kiosks:
        with Line(url, kiosk.token) as line:
            for first in range(0, len(kiosk.sent), 500):
                batch = kiosk.sent[first : first + 500]
                for rating, result in zip(batch, line.results(*batch), strict=True):
                    assert result == "duplicate" or rating["id"] not in kiosk.answered
                    assert result in {"stored", "duplicate"}
            _status, answer = line.post(kiosk.sent[-1])
            assert answer["next_sequence"] == len(kiosk.sent) + 1


def test_killed_at_random_moments_nothing_answered_is_lost_and_nothing_is_doubled(
    tmp_path: Path, engine: Engine, database_url: str, kiosks: list[Kiosk], note: Note
) -> None:
    chance = random.Random(2026)
    for kiosk in kiosks[::2]:
        kiosk.batch = BATCH
    for number in range(ROUNDS + 1):
        with running_server(tmp_path / "data", DATABASE_URL=database_url) as server:
            if number > 0:
                assert_kept(engine, answered(kiosks))
                send_everything_again(kiosks, server.url)
                assert len(stored_ids(engine)) == sum(len(kiosk.sent) for kiosk in kiosks)
            if number < ROUNDS:
                before = len(answered(kiosks))
                with Load(kiosks, server.url):
                    wait_for_answers(kiosks, before + FEWEST_ANSWERS)
                    time.sleep(chance.uniform(0.0, 0.4))
                    server.kill()
    assert_kept(engine, answered(kiosks))
    note(of_ids("server killed in the middle of batches", ROUNDS, answered(kiosks), rows(engine)))


@pytest.mark.once  # a server killed whole, on both, loses as little; here it is gunicorn's turn
def test_a_killed_worker_is_replaced_and_loses_nothing_answered(
    tmp_path: Path, engine: Engine, database_url: str, kiosks: list[Kiosk]
) -> None:
    with running_server(tmp_path / "data", DATABASE_URL=database_url) as server:
        with Load(kiosks, server.url):
            wait_for_answers(kiosks, FEWEST_ANSWERS)
            head = server.process.pid
            workers = Path(f"/proc/{head}/task/{head}/children").read_text().split()
            for worker in workers:
                os.kill(int(worker), signal.SIGKILL)
        send_everything_again(kiosks, server.url)
    assert_kept(engine, answered(kiosks))


def start_again(cluster: Cluster) -> Cluster:
    """Start a killed database server on what it left behind."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return start(newest_binaries(), cluster.folder / "data", {})
        except RuntimeError:  # its last processes still hold the memory they shared
            assert time.monotonic() < deadline
            time.sleep(0.02)


def test_a_killed_postgresql_keeps_what_was_answered_and_the_server_finds_it_again(
    tmp_path: Path,
) -> None:
    with running_cluster({}) as cluster:
        cluster.execute("CREATE DATABASE niemno")
        url = cluster.url("niemno")
        engine = make_engine(url)
        migrating.upgrade(engine)
        kiosks = pair_kiosks(engine, 4)
        engine.dispose()
        with running_server(tmp_path / "data", DATABASE_URL=url) as server:
            with Load(kiosks, server.url):
                wait_for_answers(kiosks, FEWEST_ANSWERS)
                cluster.process.send_signal(signal.SIGKILL)
                cluster.process.wait()
                time.sleep(0.2)
            again = start_again(cluster)
            try:
                server.wait()
                for kiosk in kiosks:
                    assert set(kiosk.statuses) <= {201, 503}
                send_everything_again(kiosks, server.url)
                assert_kept(engine, answered(kiosks))
            finally:
                engine.dispose()
                stop(again)
