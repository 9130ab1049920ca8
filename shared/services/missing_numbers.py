"""Which of a kiosk's numbers have not arrived, neither as a rating nor held back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk
from shared.models.rating import Rating, RatingQuarantine

MOST_RANGES = 20
# What came after the first gap is looked through so far, and no further on a page.
MOST_ARRIVALS = 1_000


@dataclass(frozen=True)
class Missing:
    """Missing numbers as ranges, both ends included; `more` says that there may be others."""

    ranges: tuple[tuple[int, int], ...]
    more: bool
    since: datetime | None  # when a later number first came (UTC)


def missing(session: Session, kiosk: Kiosk) -> Missing:
    """Find the numbers from 1 to the kiosk's highest that have not arrived, at most 20 ranges.

    Everything below `next_sequence` is here, so only what came after a gap is looked at.
    """
    if kiosk.next_sequence > kiosk.highest_sequence:
        return Missing((), False, None)
    rated, held = (_arrived(session, table, kiosk) for table in (Rating, RatingQuarantine))
    full = [page[-1][0] for page in (rated, held) if len(page) == MOST_ARRIVALS]
    # Beyond the shorter page the other table's numbers are not known.
    reach = min(full, default=kiosk.highest_sequence)
    known = sorted({number for number, _at in (*rated, *held) if number <= reach})
    ranges = list(_between(kiosk.next_sequence, known))
    more = len(ranges) > MOST_RANGES or reach < kiosk.highest_sequence
    since = min((at for _number, at in (*rated, *held)), default=None)
    return Missing(tuple(ranges[:MOST_RANGES]), more, since)


def _between(expected: int, known: list[int]) -> Iterator[tuple[int, int]]:
    for number in known:
        if number > expected:
            yield expected, number - 1
        expected = number + 1


def _arrived(
    session: Session, table: type[Rating] | type[RatingQuarantine], kiosk: Kiosk
) -> list[tuple[int, datetime]]:
    rows = session.execute(
        select(table.sequence, table.received_at)
        .where(table.kiosk_id == kiosk.id, table.sequence >= kiosk.next_sequence)
        .order_by(table.sequence)
        .limit(MOST_ARRIVALS)
    )
    return [(int(number), at) for number, at in rows if number is not None]
