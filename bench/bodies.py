"""What the bench's kiosks send: invented ratings in the form of the interface."""

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID


def rating(
    chance: random.Random, sequence: int, rated_at: datetime, procedures: list[str]
) -> dict[str, Any]:
    """Invent one rating as a desk screen closes it."""
    return {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "sequence": sequence,
        "rated_at": rated_at.isoformat(timespec="milliseconds"),
        "score": chance.choices((1, 2, 3, 4, 5), (2, 3, 10, 35, 50))[0],
        "questionnaire": "default",
        "answers": {},
        "procedure": chance.choice(procedures),
        "dossier": None,
        "language": "vi",
        "duration_ms": 4_200,
        "closed_by": "done",
    }


def batch(
    chance: random.Random, first_sequence: int, size: int, procedures: list[str]
) -> dict[str, Any]:
    """Invent a batch of ratings half a minute apart, the last one just now."""
    device_time = datetime.now(UTC)
    ratings = [
        rating(
            chance,
            first_sequence + place,
            device_time - timedelta(seconds=30 * (size - 1 - place)),
            procedures,
        )
        for place in range(size)
    ]
    return {"device_time": device_time.isoformat(timespec="milliseconds"), "ratings": ratings}


def encoded(body: dict[str, Any]) -> bytes:
    """Write a body as it goes over the wire."""
    return json.dumps(body, separators=(",", ":")).encode()
