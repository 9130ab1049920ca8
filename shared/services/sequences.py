"""Which of a kiosk's sequence numbers have arrived, so that a gap shows."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import cast

from sqlalchemy import Table, Update, bindparam, case, func, select, update
from sqlalchemy.orm import Session

from shared.models.channel import Kiosk
from shared.models.rating import Rating, RatingQuarantine
from shared.services.rating_additions import Additions, add_and_finish

STEP = 1_000
_NOTHING_CAME = {"first": 0, "after": 0, "last": 0}  # kiosks count from 1: these change nothing


@dataclass(frozen=True)
class Arrival:
    """What one batch tells of its kiosk; the offset is the server's clock minus the device's."""

    sequences: Collection[int]
    latest_rated_at: datetime | None
    clock_offset: timedelta


@dataclass(frozen=True)
class Counted:
    """A kiosk's numbers: the first one missing, and the highest that ever came."""

    next_sequence: int
    highest_sequence: int


_kiosk = cast(Table, Kiosk.__table__).c


def _note() -> Update:
    """Build the one statement every batch ends with; built once, since every post pays for it."""
    latest = bindparam("latest", type_=_kiosk.last_rated_at.type)
    newest = case((_kiosk.last_rated_at > latest, _kiosk.last_rated_at), else_=latest)
    return (
        update(cast(Table, Kiosk.__table__))
        .where(_kiosk.id == bindparam("kiosk"))
        .values(
            seen_at=bindparam("now"),
            clock_offset_ms=bindparam("offset"),
            last_rated_at=func.coalesce(newest, _kiosk.last_rated_at),
            highest_sequence=case(
                (_kiosk.highest_sequence < bindparam("last"), bindparam("last")),
                else_=_kiosk.highest_sequence,
            ),
            next_sequence=case(
                (_kiosk.next_sequence == bindparam("first"), bindparam("after")),
                else_=_kiosk.next_sequence,
            ),
        )
        .returning(_kiosk.next_sequence, _kiosk.highest_sequence)
    )


_NOTE = _note()
_SET_NEXT = (
    update(cast(Table, Kiosk.__table__))
    .where(_kiosk.id == bindparam("kiosk"))
    .values(next_sequence=bindparam("reached"))
)


def counted(session: Session, kiosk_id: int) -> Counted:
    """Tell how far a kiosk has counted, for one that has lost its own memory."""
    known = select(Kiosk.next_sequence, Kiosk.highest_sequence).where(Kiosk.id == kiosk_id)
    return Counted(*session.execute(known).one())


def note_arrival(
    session: Session,
    kiosk_id: int,
    arrival: Arrival,
    now: datetime,
    additions: Additions = (),
) -> int:
    """Note what a kiosk has sent, and what that adds to the daily totals.

    Gives one above its highest sequence without a gap.
    """
    facts = {
        "kiosk": kiosk_id,
        "now": now,
        "offset": int(arrival.clock_offset / timedelta(milliseconds=1)),
        "latest": arrival.latest_rated_at,
        **_run(arrival.sequences),
    }
    noted = add_and_finish(session.connection(), additions, _NOTE, facts).one()
    expected, highest = noted.next_sequence, noted.highest_sequence
    # A number that was missing before is still missing unless it came in this very batch.
    came = {expected, expected - 1} & set(arrival.sequences)
    if expected > highest or not came:
        return int(expected)
    reached = _walk(session, kiosk_id, expected, sorted(set(arrival.sequences)))
    if reached != expected:
        session.connection().execute(_SET_NEXT, {"kiosk": kiosk_id, "reached": reached})
    return reached


def _run(sequences: Collection[int]) -> dict[str, int]:
    """Say how far an unbroken run of numbers goes, the usual case; a broken one is walked over."""
    if not sequences:
        return _NOTHING_CAME
    first, last = min(sequences), max(sequences)
    unbroken = last - first + 1 == len(sequences)
    return {"first": first if unbroken else 0, "after": last + 1, "last": last}


def _walk(session: Session, kiosk_id: int, expected: int, came: Sequence[int]) -> int:
    """Walk up from a number over what arrived out of order, to the next one missing.

    `came` are the numbers of this batch, in order: of a rating that another kiosk had sent before,
    as from a copied profile, nothing is stored under this one. Of an earlier batch such a number
    counts as missing until the screen, asked for it by the answer, sends it again.
    """
    while True:
        start = expected
        for sequence in _arrived_from(session, kiosk_id, start, came):
            if sequence > expected:
                return expected
            expected = sequence + 1
        if expected == start:
            return expected


def _arrived_from(
    session: Session, kiosk_id: int, start: int, came: Sequence[int]
) -> Iterator[int]:
    """Give the next numbers that arrived, in order; a number may come more than once."""
    pages = [
        session.scalars(
            select(table.sequence)
            .where(table.kiosk_id == kiosk_id, table.sequence >= start)
            .order_by(table.sequence)
            .limit(STEP)
        ).all()
        for table in (Rating, RatingQuarantine)
    ]
    known = [[number for number in page if number is not None] for page in pages]
    # Beyond the shorter page the other table's numbers are not known yet.
    reach = min((page[-1] for page in known if len(page) == STEP), default=None)
    known.append([number for number in came if number >= start])
    return (number for number in merge(*known) if reach is None or number <= reach)
