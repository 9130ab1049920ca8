"""Confidential reports in figures: whether any was upheld, and never how many or of whom."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.domain.campaign import Window
from shared.domain.sealed import CONCLUDED, Matter, State
from shared.models.account import Account, Grant
from shared.models.organisation import Unit
from shared.models.sealed import SealedKey, SealedReport
from shared.statistics.given import FIRST, LAST, UNITS, within

# Built once: every standing asks.
_READ_FOR = (
    select(Grant.unit_id)
    .join(Account, Account.id == Grant.account_id)
    .join(SealedKey, SealedKey.account_id == Account.id)
    .where(
        Grant.role == str(Role.INSPECTOR),
        Account.closed_at.is_(None),
        SealedKey.retired_at.is_(None),
    )
    .distinct()
)
_PARENTS = select(Unit.id, Unit.parent_id)
_UPHELD = (
    select(SealedReport.unit_id)
    .where(
        SealedReport.unit_id.in_(UNITS),
        SealedReport.state == str(State.UPHELD),
        SealedReport.concluded_on.between(FIRST, LAST),
    )
    .distinct()
)
_BROKERS_UPHELD = _UPHELD.where(SealedReport.matter == str(Matter.BROKER))


def units_that_can_be_reported(session: Session, unit_ids: Collection[int]) -> frozenset[int]:
    """Give the units of which somebody reads confidential reports, there or above, with a key."""
    named = set(session.scalars(_READ_FOR))
    parents = dict(iter(session.execute(_PARENTS)))
    return frozenset(unit_id for unit_id in unit_ids if _reaches(unit_id, parents, named))


def _reaches(
    unit_id: int, parents: Mapping[int, int | None], named: Collection[int | None]
) -> bool:
    """Say whether one of a unit and those above it is named; None stands above them all."""
    at: int | None = unit_id
    for _step in parents:
        if at is None or at in named:
            break
        at = parents[at]
    return at in named


def units_with_one_upheld(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    today: date,
    *,
    over: bool,
    of_brokers: bool = False,
) -> frozenset[int]:
    """Give the units of which a report was upheld within local days, both included.

    Any report, or with `of_brokers` one about brokers (“cò mồi”, row 4.5).

    While the period runs, months that are not over are left out, and how many reports there were
    is never told: whoever knows the day or the number of an answer could tell whose it is. Of
    reports that wait or were not upheld nothing is told at all.
    """
    last = window.last if over else min(window.last, today.replace(day=1) - timedelta(days=1))
    query = _BROKERS_UPHELD if of_brokers else _UPHELD
    return frozenset(session.scalars(query, {**within(unit_ids, window), "last": last}))


def with_one_open(
    session: Session, unit_ids: Collection[int], officer_ids: Collection[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """Give those of the units, and of the officers, of whom a report is not concluded.

    For the one question whether somebody may be put before a council now, and nothing more: who
    is told the answer learns no number, no day and no reason.
    """
    is_open = SealedReport.state.not_in([str(state) for state in CONCLUDED])
    units = select(SealedReport.unit_id).where(is_open, SealedReport.unit_id.in_(unit_ids))
    officers = select(SealedReport.officer_id).where(
        is_open, SealedReport.officer_id.in_(officer_ids)
    )
    return (
        frozenset(session.scalars(units.distinct())),
        frozenset(one for one in session.scalars(officers.distinct()) if one is not None),
    )
