"""Ratings as screens sent them, stored with all that counts them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.services.rating_additions import add, additions_of
from shared.services.rating_storage import Row, store

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def stored_rating(
    session: Session, unit_id: int, at: datetime, came_at: datetime | None = None, **columns: Any
) -> UUID:
    """Store a rating of a unit, touched then (any zone), come at once or later; give its id."""
    rating_id = uuid4()
    row: Row = {
        "id": rating_id,
        "digest": "-",
        "lane": "desk",
        "kiosk_id": None,
        "sequence": None,
        "invitation_id": None,
        "unit_id": unit_id,
        "desk_id": None,
        "officer_id": None,
        "procedure_id": None,
        "dossier_code": None,
        "score": 1,
        "questionnaire": "niemno-1",
        "answers": {},
        "reasons": [],
        "comment": None,
        "language": "vi",
        "duration_ms": 0,
        "closed_by": None,
        "device_rated_at": at.isoformat(),
        "rated_at": at.astimezone(UTC),
        "rated_on": local_date(at, VIETNAM),
        "received_at": (came_at or at).astimezone(UTC),
        "boot": None,
        "uptime_ms": None,
        "marks": [],
    }
    stored, _kept = store(session, [row | columns])
    add(session.connection(), additions_of(stored.values(), {}))
    return rating_id
