"""How much of the procedure catalogue each unit has posted, on paper and by QR code."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import BindParameter, ColumnElement, Date, Integer, and_, bindparam, func, select
from sqlalchemy.orm import Session

from shared.models.organisation import Procedure, ProcedurePublication
from shared.statistics.given import UNITS, Day
from shared.statistics.periods import in_force_on


def in_force(organisation_id: int | BindParameter[int], on: Day) -> ColumnElement[bool]:
    """Give the condition that a procedure of the organisation is in force on a local day."""
    return and_(Procedure.organisation_id == organisation_id, in_force_on(Procedure, on))


# Built once: every standing asks.
_IN_FORCE = in_force(bindparam("organisation", type_=Integer()), bindparam("on", type_=Date()))
_COUNT = select(func.count()).select_from(Procedure).where(_IN_FORCE)
_KEYS = select(Procedure.id).where(_IN_FORCE)
_PUBLISHED = (
    select(
        ProcedurePublication.unit_id,
        ProcedurePublication.procedure_id,
        ProcedurePublication.on_paper,
        ProcedurePublication.by_qr,
    )
    .join(Procedure, ProcedurePublication.procedure_id == Procedure.id)
    .where(_IN_FORCE, ProcedurePublication.unit_id.in_(UNITS))
)
_IN_BOTH_WAYS = _PUBLISHED.where(
    ProcedurePublication.on_paper, ProcedurePublication.by_qr
).with_only_columns(ProcedurePublication.unit_id, ProcedurePublication.procedure_id)


def active_procedures(session: Session, organisation_id: int, on: date) -> int:
    """Count the procedures of the organisation's catalogue in force on a local day."""
    return session.scalar(_COUNT, {"organisation": organisation_id, "on": on}) or 0


def keys_in_force(session: Session, organisation_id: int, on: date) -> frozenset[int]:
    """Find the keys of the procedures of the organisation in force on a local day."""
    return frozenset(session.scalars(_KEYS, {"organisation": organisation_id, "on": on}))


def posted_by_unit(
    session: Session, unit_ids: Collection[int], organisation_id: int, on: date
) -> dict[int, frozenset[int]]:
    """Find the keys of the procedures in force that each unit posts both on paper and by QR."""
    given = {"organisation": organisation_id, "on": on, "units": list(unit_ids)}
    posted: dict[int, set[int]] = defaultdict(set)
    for unit_id, procedure_id in session.execute(_IN_BOTH_WAYS, given):
        posted[unit_id].add(procedure_id)
    return {unit_id: frozenset(keys) for unit_id, keys in posted.items()}


def ways_by_unit(
    session: Session, unit_ids: Collection[int], organisation_id: int, on: date
) -> dict[int, tuple[frozenset[int], frozenset[int]]]:
    """Find the procedures in force that each unit posts in both ways, and in at least one."""
    given = {"organisation": organisation_id, "on": on, "units": list(unit_ids)}
    both: dict[int, set[int]] = defaultdict(set)
    some: dict[int, set[int]] = defaultdict(set)
    for unit_id, procedure_id, on_paper, by_qr in session.execute(_PUBLISHED, given):
        if on_paper and by_qr:
            both[unit_id].add(procedure_id)
        if on_paper or by_qr:
            some[unit_id].add(procedure_id)
    return {unit: (frozenset(both[unit]), frozenset(keys)) for unit, keys in some.items()}
