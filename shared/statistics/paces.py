"""Dossiers by how their time stood to the limit, as Circular 01/2018/TT-VPCP counts them."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.campaign import Window
from shared.models.dossier import Dossier
from shared.models.organisation import Unit
from shared.statistics import dossier_times
from shared.statistics.timeliness import ONLINE_FROM_LEVEL


@dataclass(frozen=True)
class PaceTally:
    """Judged dossiers of a period by time and by requests for more papers."""

    shorter: int = 0
    equal: int = 0
    longer: int = 0
    not_asked: int = 0  # for more papers
    asked_once: int = 0
    received: int = 0  # judged or not
    online: int = 0
    online_late: int = 0

    @property
    def judged(self) -> int:
        """Give how many dossiers could be judged."""
        return self.shorter + self.equal + self.longer

    def __add__(self, other: "PaceTally") -> "PaceTally":
        """Add the dossiers of two units."""
        mine, theirs = vars(self), vars(other)
        return PaceTally(**{name: mine[name] + theirs[name] for name in mine})


def by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, PaceTally]:
    """Count the dossiers units received within local days, as they stand at the end of `today`.

    The wait for the applicant is left out and a new appointment after an apology in time stands
    for the first; one not finished by that day took longer. One query for all units.
    """
    query = _counts(Dossier.unit_id, window, today).where(Dossier.unit_id.in_(unit_ids))
    return _tallies(session, query)


def by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    today: date,
) -> dict[int, PaceTally]:
    """Count as `by_unit` does, but by the officer who handled the dossier."""
    query = _counts(Dossier.officer_id, window, today)
    query = query.where(Dossier.unit_id.in_(unit_ids), Dossier.officer_id.in_(officer_ids))
    return _tallies(session, query)


def units_receiving(session: Session, unit_ids: Collection[int], window: Window) -> frozenset[int]:
    """Find the units that received a dossier within local days; each is a look into an index."""
    received = select(Dossier.id).where(
        Dossier.unit_id == Unit.id, Dossier.received_on.between(window.first, window.last)
    )
    query = select(Unit.id).where(Unit.id.in_(unit_ids), received.exists())
    return frozenset(session.scalars(query))


def overdue_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, int]:
    """Count the dossiers of units, however old, not finished though their last day is past."""
    unfinished = or_(Dossier.finished_on.is_(None), Dossier.finished_on > today)
    query = (
        select(Dossier.unit_id, func.count())
        .where(
            Dossier.unit_id.in_(unit_ids),
            Dossier.received_on <= window.last,
            dossier_times.last_day() < today,
            unfinished,
        )
        .group_by(Dossier.unit_id)
    )
    return {unit_id: int(count) for unit_id, count in session.execute(query)}


def online_procedures(
    session: Session, unit_ids: Collection[int], window: Window
) -> dict[int, frozenset[int]]:
    """Find the procedures each unit received dossiers of that are served online."""
    query = (
        select(Dossier.unit_id, Dossier.procedure_id)
        .where(
            Dossier.unit_id.in_(unit_ids),
            Dossier.received_on.between(window.first, window.last),
            or_(Dossier.level >= ONLINE_FROM_LEVEL, Dossier.online),
        )
        .distinct()
    )
    found: dict[int, set[int]] = defaultdict(set)
    for unit_id, procedure_id in session.execute(query):
        if procedure_id is not None:
            found[unit_id].add(procedure_id)
    return {unit_id: frozenset(keys) for unit_id, keys in found.items()}


def _counts(key: InstrumentedAttribute[Any], window: Window, today: date) -> Select[Any]:
    judged, last = dossier_times.is_judged(today), dossier_times.last_day()
    done = and_(judged, Dossier.finished_on <= today)
    shorter = and_(done, Dossier.finished_on < last)
    equal = and_(done, Dossier.finished_on == last)
    kept = and_(done, Dossier.finished_on <= last)
    return (
        select(
            key,
            _count(judged),
            _count(shorter),
            _count(equal),
            _count(and_(judged, Dossier.supplements == 0)),
            _count(and_(judged, Dossier.supplements == 1)),
            func.count(),
            _count(Dossier.online),
            _count(and_(judged, Dossier.online)),
            _count(and_(kept, Dossier.online)),
        )
        .where(Dossier.received_on.between(window.first, window.last))
        .group_by(key)
    )


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _tallies(session: Session, query: Select[Any]) -> dict[int, PaceTally]:
    found = {}
    for key, *counts in session.execute(query):
        judged, shorter, equal, none, once, received, online, online_judged, online_kept = map(
            int, counts
        )
        found[key] = PaceTally(
            shorter=shorter,
            equal=equal,
            longer=judged - shorter - equal,
            not_asked=none,
            asked_once=once,
            received=received,
            online=online,
            online_late=online_judged - online_kept,
        )
    return found
