"""How kiosks fare: heard of, holding, counting on, keeping; and which ask to be looked at."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from shared.domain.kiosk import LOOKED_BACK, SILENT_AFTER, Alarm, Vitals, alarms, time_served
from shared.domain.organisation import in_force
from shared.domain.rating import Mark
from shared.models.channel import Kiosk
from shared.models.dossier import Dossier
from shared.models.organisation import Desk, Organisation, Shift, Unit
from shared.models.rating import Rating, RatingQuarantine, bears
from shared.services import channels
from shared.services.calendars import work_calendar
from shared.services.missing_numbers import Missing, missing

FORKS_SHOWN_FOR = timedelta(days=35)  # as long as a screen keeps what was stored
NOTHING_MISSING = Missing((), False, None)


@dataclass(frozen=True)
class Held:
    """What a kiosk sent that was not stored: how much in all, not reviewed, in conflict."""

    total: int = 0
    waiting: int = 0
    conflicts: int = 0  # among those not reviewed


@dataclass(frozen=True)
class Health:
    """A kiosk with where it stands, what is missing of it, and why it asks to be looked at."""

    kiosk: Kiosk
    desk: Desk
    unit: Unit
    missing: Missing
    held: Held
    same_version: bool | None  # as most kiosks have; None when it never told
    alarms: tuple[Alarm, ...]

    @property
    def clock_offset(self) -> timedelta:
        """Give the server's clock minus the device's at the last contact."""
        return timedelta(milliseconds=self.kiosk.clock_offset_ms)


def health(session: Session, units: frozenset[int], now: datetime) -> list[Health]:
    """Tell how the kiosks of the given units fare, those in use first; revoked ones raise none."""
    known = channels.kiosks(session, units)
    if not known:
        return []
    keys = [kiosk.id for kiosk, _desk, _unit in known]
    usual, held = usual_version(known), _held(session, keys)
    forked, served = _forked(session, keys, now), _Serving(session, known, now)
    found = []
    for kiosk, desk, unit in known:
        gaps = missing(session, kiosk) if kiosk.revoked_at is None else NOTHING_MISSING
        mine = held.get(kiosk.id, Held())
        vitals = Vitals(
            paired_at=kiosk.paired_at,
            seen_at=kiosk.seen_at,
            served=served.since(kiosk, desk, unit),
            clock_offset=timedelta(milliseconds=kiosk.clock_offset_ms),
            storage=kiosk.storage,
            persisted=kiosk.persisted,
            oldest_waiting_at=kiosk.oldest_waiting_at if kiosk.waiting else None,
            # What the device holds back beyond what came here has never been seen by anybody.
            quarantined=mine.waiting + max(0, (kiosk.quarantined or 0) - mine.total),
            gap_since=gaps.since,
            forked=kiosk.id in forked or mine.conflicts > 0,
        )
        same = None if kiosk.version is None else kiosk.version == usual
        raised = alarms(vitals, now) if kiosk.revoked_at is None else ()
        found.append(Health(kiosk, desk, unit, gaps, mine, same, raised))
    return found


def alarmed(session: Session, units: frozenset[int], now: datetime) -> list[Health]:
    """List the kiosks of the given units that ask to be looked at."""
    return [one for one in health(session, units, now) if one.alarms]


def usual_version(known: Collection[tuple[Kiosk, Desk, Unit]]) -> str | None:
    """Give the version most kiosks in use have; of two equally common ones the last heard of."""
    versions = [
        (kiosk.version, kiosk.reported_at)
        for kiosk, _desk, _unit in known
        if kiosk.version is not None and kiosk.reported_at is not None and kiosk.revoked_at is None
    ]
    counts = Counter(version for version, _at in versions)
    latest = max(versions, key=lambda one: (counts[one[0]], one[1]), default=None)
    return None if latest is None else latest[0]


def _held(session: Session, keys: Collection[int]) -> dict[int, Held]:
    waiting = RatingQuarantine.reviewed_at.is_(None)
    conflict = waiting & (RatingQuarantine.result == "conflict")
    rows = session.execute(
        select(
            RatingQuarantine.kiosk_id,
            func.count(),
            func.sum(case((waiting, 1), else_=0)),
            func.sum(case((conflict, 1), else_=0)),
        )
        .where(RatingQuarantine.kiosk_id.in_(keys))
        .group_by(RatingQuarantine.kiosk_id)
    )
    return {key: Held(*(int(count) for count in counts)) for key, *counts in rows}


def _forked(session: Session, keys: Collection[int], now: datetime) -> set[int]:
    """Find the kiosks of which one number came with two contents lately."""
    # Asked kiosk by kiosk: PostgreSQL takes half of all ratings to bear the mark, and would start
    # parallel workers to find none.
    fork = select(Rating.id).where(
        Rating.kiosk_id == Kiosk.id,
        bears(Mark.SEQUENCE_REUSED),
        Rating.received_at >= now - FORKS_SHOWN_FOR,
    )
    return set(session.scalars(select(Kiosk.id).where(Kiosk.id.in_(keys), fork.exists())))


class _Serving:
    """When desks served: on days with a shift, and when their unit closed dossiers.

    Asked once for all desks: in the morning every kiosk has been silent for hours.
    """

    def __init__(
        self, session: Session, known: Sequence[tuple[Kiosk, Desk, Unit]], now: datetime
    ) -> None:
        self._now = now
        quiet = [place for place in known if self._may_be_silent(place[0])]
        organisations = {unit.organisation_id for _kiosk, _desk, unit in quiet}
        self._invented = _samples(session, organisations)
        self._calendars = {key: work_calendar(session, key) for key in organisations}
        self._shifts = _shifts_of(session, {desk.id for _kiosk, desk, _unit in quiet})
        self._closing = _days_closing_dossiers(session, {unit.id for *_, unit in quiet}, now)

    def _may_be_silent(self, kiosk: Kiosk) -> bool:
        heard = kiosk.seen_at
        return kiosk.revoked_at is None and heard is not None and self._is_long_ago(heard)

    def _is_long_ago(self, heard: datetime) -> bool:
        return self._now - heard >= SILENT_AFTER

    def since(self, kiosk: Kiosk, desk: Desk, unit: Unit) -> timedelta:
        """Give the opening hours in which a desk served since its kiosk was last heard of."""
        heard = kiosk.seen_at
        if heard is None or not self._may_be_silent(kiosk):
            return timedelta()
        if unit.organisation_id in self._invented:
            return timedelta()  # no device stands there that could be missed
        shifts = self._shifts.get(desk.id, [])
        closing = self._closing.get(unit.id, frozenset())
        calendar = self._calendars[unit.organisation_id]
        return time_served(heard, self._now, calendar, _serves(shifts, closing))


def _samples(session: Session, organisations: Collection[int]) -> set[int]:
    if not organisations:
        return set()
    sample = select(Organisation.id).where(Organisation.sample)
    return set(session.scalars(sample.where(Organisation.id.in_(organisations))))


def _shifts_of(session: Session, desks: Collection[int]) -> dict[int, list[Shift]]:
    found: dict[int, list[Shift]] = {}
    if desks:
        for shift in session.scalars(select(Shift).where(Shift.desk_id.in_(desks))):
            found.setdefault(shift.desk_id, []).append(shift)
    return found


def _serves(shifts: Collection[Shift], closing: Collection[date]) -> Callable[[date], bool]:
    def serves(on: date) -> bool:
        return on in closing or any(
            str(on.isoweekday()) in shift.weekdays
            and in_force(shift.valid_from, shift.valid_to, on)
            for shift in shifts
        )

    return serves


def _days_closing_dossiers(
    session: Session, units: Collection[int], now: datetime
) -> Mapping[int, frozenset[date]]:
    if not units:
        return {}
    first = (now - LOOKED_BACK).date()
    rows = session.execute(
        select(Dossier.unit_id, Dossier.finished_on)
        .where(Dossier.unit_id.in_(units), Dossier.finished_on >= first)
        .distinct()
    )
    days: dict[int, set[date]] = {}
    for unit_id, on in rows:
        if on is not None:
            days.setdefault(unit_id, set()).add(on)
    return {unit_id: frozenset(found) for unit_id, found in days.items()}
