"""Noting that a screen asked what to show, and what it said of itself; sparing the disk."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from shared.domain.screen import ScreenReport
from shared.models.channel import Kiosk

NOTED_EVERY = timedelta(minutes=5)
# Closer clocks are the same clock: the road to the server takes its time too.
SAME_CLOCK = timedelta(seconds=5)
EXACT = ("boot", "waiting", "quarantined", "persisted", "version", "storage")


def note_contact(session: Session, kiosk_id: int, now: datetime) -> None:
    """Note that a kiosk asked what to show; at most every five minutes."""
    session.execute(
        update(Kiosk)
        .where(
            Kiosk.id == kiosk_id,
            or_(Kiosk.seen_at.is_(None), Kiosk.seen_at < now - NOTED_EVERY),
        )
        .values(seen_at=now)
        .execution_options(synchronize_session=False)
    )


def note_report(session: Session, kiosk_id: int, report: ScreenReport, now: datetime) -> None:
    """Keep what a screen said at `now` (UTC): at once when it is news, else every five minutes.

    The time of the oldest record that waits is put on the server's clock.
    """
    offset = now - report.device_time
    # An uptime counts from its own boot only: neither outlives a report without the other.
    said = {"boot": None, "uptime_ms": None, **report.said}
    if said.get("oldest_waiting_at") is not None:
        said["oldest_waiting_at"] = _on_our_clock(said["oldest_waiting_at"], offset, now)
    said["clock_offset_ms"] = offset // timedelta(milliseconds=1)
    wanted = (*EXACT, "oldest_waiting_at", "clock_offset_ms", "reported_at")
    columns = [getattr(Kiosk, name) for name in wanted]
    known = session.execute(select(*columns).where(Kiosk.id == kiosk_id)).one()._asdict()
    if not _is_news(known, said, now):
        return
    session.execute(
        update(Kiosk)
        .where(Kiosk.id == kiosk_id)
        .values(seen_at=now, reported_at=now, **said)
        .execution_options(synchronize_session=False)
    )


def _on_our_clock(moment: datetime, offset: timedelta, now: datetime) -> datetime:
    try:
        return min(moment + offset, now).astimezone(UTC)
    except OverflowError:
        return now


def _is_news(known: Mapping[str, Any], said: Mapping[str, Any], now: datetime) -> bool:
    last = known["reported_at"]
    if last is None or last < now - NOTED_EVERY:
        return True
    if any(known[name] != said[name] for name in EXACT if name in said):
        return True
    before, after = known["oldest_waiting_at"], said.get("oldest_waiting_at")
    if "oldest_waiting_at" in said and (before is None) != (after is None):
        return True
    if before is not None and after is not None and abs(after - before) > SAME_CLOCK:
        return True
    drift = timedelta(milliseconds=abs(said["clock_offset_ms"] - known["clock_offset_ms"]))
    return drift > SAME_CLOCK
