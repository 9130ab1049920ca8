"""Workers that take turns at new connections."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from deploy import turns


class Worker(turns.TurnTaker):
    """A worker without a process of its own; it keeps what it takes."""

    def __init__(self) -> None:
        self.cfg, self.nr_conns = None, 0
        self.taken: list[Any] = []

    def enqueue_req(self, conn: Any) -> None:
        """Keep the connection."""
        self.taken.append(conn)


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    monkeypatch.setattr(turns._newest_taken_by, "value", 0)
    made = Worker()
    yield made
    for conn in made.taken:
        conn.sock.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    noted: list[float] = []
    monkeypatch.setattr(time, "sleep", noted.append)
    return noted


def test_a_connection_is_taken_at_once_when_another_worker_took_the_last(
    worker: Worker, listener: socket.socket, waits: list[float]
) -> None:
    turns._newest_taken_by.value = os.getppid()
    with closing(socket.create_connection(listener.getsockname())):
        worker.accept(listener)
    assert (len(worker.taken), waits) == (1, [])
    assert turns._newest_taken_by.value == os.getpid()


def test_the_second_in_a_row_is_offered_to_the_others_first(
    worker: Worker, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns._newest_taken_by.value = os.getpid()
    others: list[socket.socket] = []

    def another_takes_it(_seconds: float) -> None:
        others.append(listener.accept()[0])
        turns._newest_taken_by.value = os.getppid()

    monkeypatch.setattr(time, "sleep", another_takes_it)
    with closing(socket.create_connection(listener.getsockname())):
        worker.accept(listener)
    assert (len(others), worker.taken) == (1, [])
    assert turns._newest_taken_by.value == os.getppid()
    others[0].close()


def test_what_nobody_else_takes_is_taken_after_a_moment(
    worker: Worker, listener: socket.socket, waits: list[float]
) -> None:
    turns._newest_taken_by.value = os.getpid()
    with closing(socket.create_connection(listener.getsockname())):
        worker.accept(listener)
    assert (len(worker.taken), waits) == (1, [turns.GIVE_WAY_SECONDS])
