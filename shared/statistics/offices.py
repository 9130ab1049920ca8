"""What units and desks show of themselves: how long officers stay, ways in, partners at work."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, exists, func, select, union_all
from sqlalchemy.orm import Session, aliased

from shared.domain.campaign import Window
from shared.domain.rotation import Stay
from shared.models.case_work import ComplaintPassage
from shared.models.complaint import Complaint
from shared.models.organisation import Desk, Shift, Unit
from shared.models.rating import RatingDay
from shared.models.unit_history import UnitLevel
from shared.statistics.given import FIRST, LAST, UNITS, within
from shared.statistics.periods import in_force_on

PARTNER = "partner"  # the level that ships


def _is_partner() -> ColumnElement[bool]:
    """Give the condition that a unit's level is one of partner bodies: as the office has it."""
    as_set = select(UnitLevel.partner).where(
        UnitLevel.organisation_id == Unit.organisation_id, UnitLevel.code == Unit.level
    )
    return func.coalesce(as_set.scalar_subquery(), Unit.level == PARTNER)


# Built once: every standing asks.
_STAYS = (
    select(Desk.unit_id, Shift.officer_id, Shift.desk_id, Shift.valid_from, Shift.valid_to)
    .join(Desk, Shift.desk_id == Desk.id)
    .where(Desk.unit_id.in_(UNITS), Shift.valid_from <= LAST)
)
_RATED = (
    select(RatingDay.unit_id, RatingDay.lane)
    .where(RatingDay.unit_id.in_(UNITS), RatingDay.on.between(FIRST, LAST))
    .distinct()
)
_RECEIVED = Complaint.received_on.between(FIRST, LAST)
_EARLIER = aliased(ComplaintPassage)
# Passed on since or not, a case came to the unit that received it.
_WRITTEN = union_all(
    select(Complaint.unit_id, Complaint.channel)
    .where(
        _RECEIVED,
        Complaint.unit_id.in_(UNITS),
        ~exists().where(ComplaintPassage.complaint_id == Complaint.id),
    )
    .distinct(),
    select(ComplaintPassage.from_unit_id, Complaint.channel)
    .join(Complaint, ComplaintPassage.complaint_id == Complaint.id)
    .where(
        _RECEIVED,
        ComplaintPassage.from_unit_id.in_(UNITS),
        ~exists().where(
            _EARLIER.complaint_id == ComplaintPassage.complaint_id,
            _EARLIER.id < ComplaintPassage.id,
        ),
    )
    .distinct(),
)
_PARTNERS = select(Unit.id, exists().where(Desk.unit_id == Unit.id, in_force_on(Desk, LAST))).where(
    Unit.id.in_(UNITS), _is_partner(), in_force_on(Unit, LAST)
)


def stays(
    session: Session, unit_ids: Collection[int], window: Window
) -> dict[tuple[int, int, int], list[Stay]]:
    """Give the days officers are down for desks, by unit of the desk, officer and desk."""
    rows = session.execute(_STAYS, within(unit_ids, window))
    found: dict[tuple[int, int, int], list[Stay]] = defaultdict(list)
    for unit_id, officer_id, desk_id, begun, ended in rows:
        found[unit_id, officer_id, desk_id].append((begun, ended or window.last))
    return dict(found)


def channels_in_use(
    session: Session, unit_ids: Collection[int], window: Window
) -> dict[int, frozenset[str]]:
    """Find the ways in that brought each unit a rating or a case within local days."""
    found: dict[int, set[str]] = defaultdict(set)
    for prefix, query in (("rating", _RATED), ("case", _WRITTEN)):
        for unit_id, way in session.execute(query, within(unit_ids, window)):
            found[unit_id].add(f"{prefix} {way}")
    return {unit_id: frozenset(ways) for unit_id, ways in found.items()}


def partners(
    session: Session, unit_ids: Collection[int], window: Window
) -> tuple[frozenset[int], frozenset[int]]:
    """Find the partner bodies in force on the last day, and those of them with a service point."""
    rows = session.execute(_PARTNERS, within(unit_ids, window))
    found = {unit_id: bool(serves) for unit_id, serves in rows}
    return frozenset(found), frozenset(unit for unit, serves in found.items() if serves)
