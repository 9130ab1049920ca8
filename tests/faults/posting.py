"""Kiosks that post without a pause to a server that may vanish, and remember what was answered."""

import http.client
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.services import channels
from tests.rating_office import rating_office

ADDRESS = "/api/v1/ratings"
PATIENCE_SECONDS = 30.0


def rating(sequence: int) -> dict[str, Any]:
    """Write a rating touched just now."""
    return {
        "id": str(uuid4()),
        "sequence": sequence,
        "rated_at": datetime.now(UTC).isoformat(),
        "score": sequence % 5 + 1,
        "questionnaire": "default",
        "answers": {},
        "procedure": "1.000894",
        "dossier": None,
        "language": "vi",
        "duration_ms": 1_000,
    }


def body_of(ratings: Sequence[Any]) -> bytes:
    """Write a batch as it goes over the wire."""
    batch = {"device_time": datetime.now(UTC).isoformat(), "ratings": ratings}
    return json.dumps(batch).encode()


@dataclass
class Line:
    """A kept-alive connection of one kiosk."""

    url: str
    token: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        assert parts.hostname is not None
        self.connection = http.client.HTTPConnection(
            parts.hostname, parts.port, timeout=PATIENCE_SECONDS
        )

    def post(self, *ratings: Any) -> tuple[int, Any]:
        """Post a batch; give the status and what the answer says."""
        head = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request("POST", ADDRESS, body_of(ratings), head)
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())

    def results(self, *ratings: Any) -> list[str]:
        """Post a batch that must be taken; give what became of each."""
        status, answer = self.post(*ratings)
        assert status == 201, answer
        return [entry["result"] for entry in answer["results"]]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()


@dataclass
class Kiosk:
    """One kiosk and what it remembers: every rating sent, and the ids that were answered."""

    token: str
    batch: int = 1
    sent: list[dict[str, Any]] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)

    def post_until(self, url: str, stop: threading.Event) -> None:
        """Post batch after batch until told to stop or until the server is gone."""
        with Line(url, self.token) as line:
            while not stop.is_set():
                try:
                    self.post_next(line)
                except (OSError, http.client.HTTPException):
                    break

    def post_one(self, line: Line) -> None:
        """Post the next rating and remember the answer."""
        self.post_next(line, 1)

    def post_next(self, line: Line, count: int | None = None) -> None:
        """Post the next ratings, a batch if it is not said how many, and remember the answer."""
        first = len(self.sent) + 1
        batch = [rating(number) for number in range(first, first + (count or self.batch))]
        self.sent += batch
        status, answer = line.post(*batch)
        self.statuses.append(status)
        if status == 201:
            assert {entry["result"] for entry in answer["results"]} == {"stored"}
            self.answered.update(entry["id"] for entry in answer["results"])


class Load:
    """Kiosks that post all at once, each in a thread of its own."""

    def __init__(self, kiosks: Sequence[Kiosk], url: str) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=kiosk.post_until, args=(url, self._stop)) for kiosk in kiosks
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(PATIENCE_SECONDS)


def pair_kiosks(engine: Engine, count: int) -> list[Kiosk]:
    """Add an office and its kiosks by the real clock, since the server has no other."""
    now = datetime.now(UTC)
    with Session(engine) as session:
        sign_session(session, "system", now)
        rating_office(session, now)
        tokens = [channels.pair(session, "Q-1", None, now)[1] for _ in range(count)]
        session.commit()
    return [Kiosk(token) for token in tokens]
