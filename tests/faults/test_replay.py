"""Answers that never arrive, queues sent three times at once: each rating is there once."""

import socket
import struct
import threading
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine

from tests.faults.posting import ADDRESS, Kiosk, Line, body_of, rating
from tests.faults.proofs import assert_kept, rows, stored_ids
from tests.faults.tally import Note, of_ids
from tests.infrastructure.server import Server, running_server

QUEUE = 1_000
BATCH = 50


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
    tmp_path: Path, engine: Engine, database_url: str, kiosks: list[Kiosk], note: Note
) -> None:
    kiosk = kiosks[0]
    with running_server(tmp_path / "data", DATABASE_URL=database_url) as server:
        batches = queue_of(kiosk)
        for batch in batches:
            send_and_hang_up(server, kiosk, batch)
        with Line(server.url, kiosk.token) as line:
            for batch in batches:
                assert set(line.results(*batch)) == {"duplicate"}
            _status, answer = line.post(kiosk.sent[0])
    assert answer["next_sequence"] == QUEUE + 1
    assert stored_ids(engine) == {str(entry["id"]) for entry in kiosk.sent}
    assert_kept(engine, stored_ids(engine))
    sent = [str(entry["id"]) for entry in kiosk.sent]
    note(of_ids("answer cut at its first byte", len(batches), sent, rows(engine)))


def test_a_queue_sent_three_times_at_once_is_stored_once(
    tmp_path: Path, engine: Engine, database_url: str, kiosks: list[Kiosk], note: Note
) -> None:
    kiosk = kiosks[0]
    batches = queue_of(kiosk)
    said: list[tuple[str, str]] = []

    def replay(batches: list[list[dict[str, object]]]) -> None:
        with Line(server.url, kiosk.token) as line:
            for batch in batches:
                for entry, result in zip(batch, line.results(*batch), strict=True):
                    said.append((str(entry["id"]), result))

    with running_server(tmp_path / "data", DATABASE_URL=database_url) as server:
        backwards = [batch[::-1] for batch in batches[::-1]]
        threads = [
            threading.Thread(target=replay, args=(order,))
            for order in (batches, batches, backwards)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with Line(server.url, kiosk.token) as line:
            _status, answer = line.post(kiosk.sent[0])
    assert answer["next_sequence"] == QUEUE + 1
    assert len(said) == 3 * QUEUE
    assert Counter(key for key, result in said if result == "stored") == Counter(
        str(entry["id"]) for entry in kiosk.sent
    )
    assert {result for _key, result in said} == {"stored", "duplicate"}
    sent = [str(entry["id"]) for entry in kiosk.sent]
    assert_kept(engine, sent)
    note(of_ids("one queue sent three times at once", 3, sent, rows(engine)))
