"""Answers that never arrive, queues sent three times at once: each rating is there once."""

import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Engine

from shared.db import make_engine
from tests.faults.conftest import FULL
from tests.faults.posting import ADDRESS, Kiosk, Line, body_of, pair_kiosks, rating
from tests.faults.proofs import assert_kept, rows, stored_ids
from tests.faults.tally import Note, of_ids
from tests.infrastructure.databases import PostgresqlDatabases, SqliteDatabases
from tests.infrastructure.server import Server, running_server

Databases = SqliteDatabases | PostgresqlDatabases
QUEUE = 1_000 if FULL else 300
BATCH = 50


@dataclass(frozen=True)
class Office:
    """One server and its database for all queues, and kiosks that have sent nothing yet."""

    server: Server
    engine: Engine
    unused: list[Kiosk]


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with databases.fresh() as url:
        engine = make_engine(url)
        with running_server(tmp_path_factory.mktemp("served") / "data", DATABASE_URL=url) as server:
            yield Office(server, engine, pair_kiosks(engine, 2))
        engine.dispose()


def queue_of(kiosk: Kiosk) -> list[list[dict[str, object]]]:
    """Fill a kiosk's queue; give it in batches."""
    kiosk.sent += [rating(number) for number in range(1, QUEUE + 1)]
    return [kiosk.sent[first : first + BATCH] for first in range(0, QUEUE, BATCH)]


def send_and_hang_up(server: Server, kiosk: Kiosk, batch: list[dict[str, object]]) -> None:
    """Send a batch and cut the line when the first byte of the answer comes: it is committed."""
    body = body_of(batch)
    head = (
        f"POST {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {kiosk.token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    address = urlsplit(server.url)
    with socket.create_connection((str(address.hostname), int(address.port or 0))) as line:
        line.sendall(head.encode() + body)
        assert line.recv(1)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_answers_lost_after_the_commit_are_made_up_for_by_sending_again(
    office: Office, note: Note
) -> None:
    kiosk, before = office.unused.pop(), stored_ids(office.engine)
    batches = queue_of(kiosk)
    for batch in batches:
        send_and_hang_up(office.server, kiosk, batch)
    with Line(office.server.url, kiosk.token) as line:
        for batch in batches:
            assert set(line.results(*batch)) == {"duplicate"}
        _status, answer = line.post(kiosk.sent[0])
    assert answer["next_sequence"] == QUEUE + 1
    sent = [str(entry["id"]) for entry in kiosk.sent]
    assert stored_ids(office.engine) - before == set(sent)
    assert_kept(office.engine, sent)
    note(of_ids("answer cut at its first byte", len(batches), sent, rows(office.engine)))


def test_a_queue_sent_three_times_at_once_is_stored_once(office: Office, note: Note) -> None:
    kiosk = office.unused.pop()
    batches = queue_of(kiosk)
    said: list[tuple[str, str]] = []

    def replay(batches: list[list[dict[str, object]]]) -> None:
        with Line(office.server.url, kiosk.token) as line:
            for batch in batches:
                for entry, result in zip(batch, line.results(*batch), strict=True):
                    said.append((str(entry["id"]), result))

    backwards = [batch[::-1] for batch in batches[::-1]]
    threads = [
        threading.Thread(target=replay, args=(order,)) for order in (batches, batches, backwards)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Line(office.server.url, kiosk.token) as line:
        _status, answer = line.post(kiosk.sent[0])
    assert answer["next_sequence"] == QUEUE + 1
    assert len(said) == 3 * QUEUE
    assert Counter(key for key, result in said if result == "stored") == Counter(
        str(entry["id"]) for entry in kiosk.sent
    )
    assert {result for _key, result in said} == {"stored", "duplicate"}
    sent = [str(entry["id"]) for entry in kiosk.sent]
    assert_kept(office.engine, sent)
    note(of_ids("one queue sent three times at once", 3, sent, rows(office.engine)))
