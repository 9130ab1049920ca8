"""What kiosks sent that was not stored as a rating: listed, handed out, marked as reviewed.

A thing held back is shown with the moment it came or with what the resident thought, never with
both: who stood at the screen at that moment may be remembered (NĐ 61/2018, article 27).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.errors import NotFound
from shared.domain.pages import page_within, pages_of
from shared.models.channel import Kiosk
from shared.models.organisation import Desk, Unit
from shared.models.rating import RatingQuarantine
from shared.services.local_days import zone_of

PAGE = 50
MOST_EXPORTED = 20_000
RESULTS = ("conflict", "refused")
HIDDEN = "…"
DAY = len("2026-11-18")  # of a moment as screens write it


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty means all."""

    kiosk_id: int | None = None
    result: str = ""
    waiting: bool = False  # not reviewed yet


@dataclass(frozen=True)
class Item:
    """One thing held back, with the kiosk it came from and where that stands."""

    digest: str  # of what was sent
    kiosk_id: int
    kiosk_code: str
    kiosk_name: str
    desk: str
    unit: str
    received_on: date  # local
    received_at: datetime | None  # None beside what a resident thought
    result: str
    reason: str
    sequence: int | None  # likewise
    content: Any  # as sent, less what the reader may not see
    reviewed_at: datetime | None
    reviewed_by: str


@dataclass(frozen=True)
class Sheet:
    """A page of the list, the newest days first."""

    items: Sequence[Item]
    page: int
    pages: int
    total: int


def listed(
    session: Session,
    units: frozenset[int],
    readers_of: frozenset[int],
    filters: Filters,
    page: int,
) -> Sheet:
    """List a page of what the kiosks of the given units had held back.

    Of the units in `readers_of`, whose single ratings the reader may open, it shows what residents
    thought and no time of day; of others the times and no score, reason or comment.
    """
    counted = _within(units, filters).with_only_columns(func.count()).order_by(None)
    total = session.scalar(counted) or 0
    pages = pages_of(total, PAGE)
    page = page_within(page, pages)
    query = _within(units, filters).limit(PAGE).offset((page - 1) * PAGE)
    return Sheet(_items(session, query, readers_of), page, pages, total)


def exported(
    session: Session, units: frozenset[int], readers_of: frozenset[int], filters: Filters
) -> list[Item]:
    """Give what the list shows over all its pages, the newest 20,000 at most."""
    return _items(session, _within(units, filters).limit(MOST_EXPORTED), readers_of)


def review(
    session: Session, digests: Collection[str], units: frozenset[int], by: str, now: datetime
) -> None:
    """Note that somebody has looked at these; they stay, but raise no alarm any more.

    Raises NotFound when one is not of the given units.
    """
    rows = [row for row, *_ in session.execute(_within(units, Filters(), digests))]
    if {row.digest for row in rows} != set(digests):
        raise NotFound
    for row in rows:
        if row.reviewed_at is None:
            row.reviewed_at, row.reviewed_by = now, by


def _within(
    units: frozenset[int], filters: Filters, digests: Collection[str] | None = None
) -> Select[RatingQuarantine, Kiosk, Desk, Unit]:
    query = (
        select(RatingQuarantine, Kiosk, Desk, Unit)
        .join(Kiosk, RatingQuarantine.kiosk_id == Kiosk.id)
        .join(Desk, Kiosk.desk_id == Desk.id)
        .join(Unit, Desk.unit_id == Unit.id)
        .where(Unit.id.in_(units))
        .order_by(RatingQuarantine.id.desc())
    )
    if digests is not None:
        query = query.where(RatingQuarantine.digest.in_(digests))
    if filters.kiosk_id is not None:
        query = query.where(Kiosk.id == filters.kiosk_id)
    if filters.result:
        query = query.where(RatingQuarantine.result == filters.result)
    if filters.waiting:
        query = query.where(RatingQuarantine.reviewed_at.is_(None))
    return query


def _items(
    session: Session,
    query: Select[RatingQuarantine, Kiosk, Desk, Unit],
    readers_of: frozenset[int],
) -> list[Item]:
    rows = session.execute(query).all()
    zones = {unit.id: zone_of(session, [unit.id]) for *_, unit in rows}
    items = []
    for row, kiosk, desk, unit in rows:
        read = unit.id in readers_of
        items.append(
            Item(
                digest=row.digest,
                kiosk_id=kiosk.id,
                kiosk_code=kiosk.code,
                kiosk_name=kiosk.name or desk.name,
                desk=desk.name,
                unit=unit.name,
                received_on=local_date(row.received_at, zones[unit.id]),
                received_at=None if read else row.received_at,
                result=row.result,
                reason=row.reason,
                sequence=None if read else row.sequence,
                content=_without_times(row.content) if read else _without_words(row.content),
                reviewed_at=row.reviewed_at,
                reviewed_by=row.reviewed_by or "",
            )
        )
    if readers_of:  # the order of a day would tell what the times do
        items.sort(key=lambda item: item.digest)
        items.sort(key=lambda item: item.received_on, reverse=True)
    return items


def _without_times(content: Any) -> Any:
    """Leave out what tells the time of day or the place in the order of a day."""
    if not isinstance(content, dict):
        return content
    shown = {name: HIDDEN if name in _TIMES else value for name, value in content.items()}
    rated_at = content.get("rated_at")
    return shown | ({"rated_at": rated_at[:DAY]} if isinstance(rated_at, str) else {})


def _without_words(content: Any) -> Any:
    """Leave out what a resident felt, wrote or told; what is no rating stays hidden."""
    if not isinstance(content, dict):
        return HIDDEN
    shown = {name: value for name, value in content.items() if name in _PLAIN}
    return shown | {name: HIDDEN for name in _OPINION if content.get(name) is not None}


_TIMES = ("rated_at", "sequence", "boot", "uptime_ms")
_OPINION = ("score", "reasons", "comment")
_PLAIN = (
    "id",
    "sequence",
    "rated_at",
    "questionnaire",
    "procedure",
    "officer",
    "desk",
    "language",
    "duration_ms",
    "boot",
    "uptime_ms",
    "closed_by",
)
