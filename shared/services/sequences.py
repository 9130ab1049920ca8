"""Which of a kiosk's sequence numbers have arrived, so that a gap shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, select, union, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk
from shared.models.rating import Rating, RatingQuarantine

STEP = 1_000


@dataclass(frozen=True)
class Arrival:
    """What one batch tells of its kiosk; the offset is the server's clock minus the device's."""

    sequences: set[int]
    latest_rated_at: datetime | None
    clock_offset: timedelta


def note_arrival(session: Session, kiosk_id: int, arrival: Arrival, now: datetime) -> int:
    """Note what a kiosk has sent; give one above its highest sequence without a gap."""
    statement = (
        update(Kiosk)
        .where(Kiosk.id == kiosk_id)
        .values(_changes(arrival, now))
        .returning(Kiosk.next_sequence, Kiosk.highest_sequence)
        .execution_options(synchronize_session=False)
    )
    known = session.execute(statement).one()
    # The first missing number is still missing unless it is in this very batch.
    if known.next_sequence not in arrival.sequences:
        return int(known.next_sequence)
    return _close_gap(session, kiosk_id, known.next_sequence)


def _changes(arrival: Arrival, now: datetime) -> dict[Any, Any]:
    changes: dict[Any, Any] = {
        Kiosk.seen_at: now,
        Kiosk.clock_offset_ms: int(arrival.clock_offset / timedelta(milliseconds=1)),
    }
    if arrival.latest_rated_at is not None:
        changes[Kiosk.last_rated_at] = arrival.latest_rated_at
    if arrival.sequences:
        first, last = min(arrival.sequences), max(arrival.sequences)
        changes[Kiosk.highest_sequence] = case(
            (Kiosk.highest_sequence < last, last), else_=Kiosk.highest_sequence
        )
        if last - first + 1 == len(arrival.sequences):  # an unbroken run: the usual case
            changes[Kiosk.next_sequence] = case(
                (Kiosk.next_sequence == first, last + 1), else_=Kiosk.next_sequence
            )
    return changes


def _close_gap(session: Session, kiosk_id: int, expected: int) -> int:
    """Walk up from the first missing number over what arrived out of order."""
    reached = _walk(session, kiosk_id, expected)
    if reached != expected:
        session.execute(
            update(Kiosk)
            .where(Kiosk.id == kiosk_id)
            .values(next_sequence=reached)
            .execution_options(synchronize_session=False)
        )
    return reached


def _walk(session: Session, kiosk_id: int, expected: int) -> int:
    while True:
        start = expected
        for sequence in _arrived_from(session, kiosk_id, start):
            if sequence != expected:
                return expected
            expected += 1
        if expected - start < STEP:
            return expected


def _arrived_from(session: Session, kiosk_id: int, start: int) -> list[int]:
    known = union(
        *(
            select(table.sequence).where(table.kiosk_id == kiosk_id, table.sequence >= start)
            for table in (Rating, RatingQuarantine)
        )
    ).subquery()
    found = session.scalars(select(known.c.sequence).order_by(known.c.sequence).limit(STEP))
    return [sequence for sequence in found if sequence is not None]
