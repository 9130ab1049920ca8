"""Which of a kiosk's numbers have not arrived, neither as a rating nor held back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, union
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk
from shared.models.rating import Rating, RatingQuarantine

MOST_RANGES = 20
FIRST_ARRIVALS = 1_000  # enough to tell since when a gap is known


@dataclass(frozen=True)
class Missing:
    """Missing numbers as ranges, both ends included; `more` says that there are others."""

    ranges: tuple[tuple[int, int], ...]
    more: bool
    since: datetime | None  # when a later number first came (UTC)


def missing(session: Session, kiosk: Kiosk) -> Missing:
    """Find the numbers from 1 to the kiosk's highest that have not arrived, at most 20 ranges.

    Everything below `next_sequence` is here, so only what came after a gap is looked at.
    """
    if kiosk.next_sequence > kiosk.highest_sequence:
        return Missing((), False, None)
    after = kiosk.next_sequence
    arrived = union(_arrived(Rating, kiosk.id, after), _arrived(RatingQuarantine, kiosk.id, after))
    number = arrived.subquery().c.sequence
    before = func.lag(number, 1, literal(after - 1)).over(order_by=number).label("before")
    steps = select(number.label("number"), before).subquery().c
    found = session.execute(
        select(steps.before + 1, steps.number - 1)
        .where(steps.number - steps.before > 1)
        .order_by(steps.number)
        .limit(MOST_RANGES + 1)
    )
    ranges = tuple((int(first), int(last)) for first, last in found)
    told = [_since(session, table, kiosk) for table in (Rating, RatingQuarantine)]
    since = min((at for at in told if at is not None), default=None)
    return Missing(ranges[:MOST_RANGES], len(ranges) > MOST_RANGES, since)


def _arrived(
    table: type[Rating] | type[RatingQuarantine], kiosk_id: int, after: int
) -> Select[Any]:
    return select(table.sequence).where(table.kiosk_id == kiosk_id, table.sequence >= after)


def _since(
    session: Session, table: type[Rating] | type[RatingQuarantine], kiosk: Kiosk
) -> datetime | None:
    first = (
        select(table.received_at)
        .where(table.kiosk_id == kiosk.id, table.sequence > kiosk.next_sequence)
        .order_by(table.sequence)
        .limit(FIRST_ARRIVALS)
        .subquery()
    )
    since: datetime | None = session.scalar(select(func.min(first.c.received_at)))
    return since
