"""Who took part: whether dossiers were handed in, paper registers, officers' time at the desk."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import Date, Select, bindparam, case, or_, select
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.models.dossier import DossierDay, DossierImport, PaperRegister
from shared.models.organisation import Shift
from shared.statistics.dossier_days import WHOLE_UNIT
from shared.statistics.given import FIRST, LAST, OFFICERS, UNITS
from shared.statistics.periods import in_force_between

# Built once: every standing asks.
_IMPORTING = (
    select(DossierImport.unit_id)
    .distinct()
    .where(
        DossierImport.unit_id.in_(UNITS),
        DossierImport.imported_at.between(bindparam("since"), bindparam("until")),
    )
)
_PAPER_ONLY = select(PaperRegister.unit_id, PaperRegister.month, PaperRegister.paper_only).where(
    PaperRegister.unit_id.in_(UNITS),
    PaperRegister.month.in_(bindparam("months", type_=Date(), expanding=True)),
    or_(PaperRegister.entered_at.is_(None), PaperRegister.entered_at <= bindparam("as_of")),
)
_ON_SHIFT = (
    select(Shift.officer_id)
    .distinct()
    .where(Shift.officer_id.in_(OFFICERS), in_force_between(Shift, FIRST, LAST))
)


def units_with_imports(
    session: Session, unit_ids: Collection[int], since: datetime, until: datetime
) -> frozenset[int]:
    """Find the units that handed in dossiers between two instants (UTC), even an empty list.

    A first list after a period says nothing of it: who handed in none within it stays missing.
    """
    given = {"units": list(unit_ids), "since": since, "until": until}
    return frozenset(session.scalars(_IMPORTING, given))


def months_received(
    session: Session, unit_ids: Collection[int], months: Sequence[date]
) -> dict[int, frozenset[date]]:
    """Find in which of the months (first days, in order) each unit received dossiers."""
    if not months:
        return {}
    given = {f"month_{place}": month for place, month in enumerate(months)}
    given["until"] = next_month(months[-1])
    query = _months_received(len(months))
    found: dict[int, set[date]] = defaultdict(set)
    for unit_id, month in session.execute(query, {"units": list(unit_ids), **given}):
        found[unit_id].add(month)
    return {unit_id: frozenset(known) for unit_id, known in found.items()}


def paper_only(
    session: Session, unit_ids: Collection[int], months: Sequence[date], as_of: datetime
) -> dict[int, dict[date, int]]:
    """Read how many dossiers each unit kept on paper only, by month (first day).

    What was reported after an instant (UTC) is not known then.
    """
    given = {"units": list(unit_ids), "months": list(months), "as_of": as_of}
    counts: dict[int, dict[date, int]] = defaultdict(dict)
    for unit_id, month, count in session.execute(_PAPER_ONLY, given):
        counts[unit_id][month] = count
    return dict(counts)


def officers_with_shifts(
    session: Session, officer_ids: Collection[int], window: Window
) -> frozenset[int]:
    """Find the officers who were to serve at a desk on some day of the window (local)."""
    given = {"officers": list(officer_ids), "first": window.first, "last": window.last}
    return frozenset(session.scalars(_ON_SHIFT, given))


@cache
def _months_received(how_many: int) -> Select[int, date]:
    months = [bindparam(f"month_{place}", type_=Date()) for place in range(how_many)]
    begun = case(*((DossierDay.on >= month, month) for month in reversed(months)))
    return (
        select(DossierDay.unit_id, begun)
        .where(
            DossierDay.officer_id == WHOLE_UNIT,
            DossierDay.unit_id.in_(UNITS),
            DossierDay.on >= months[0],
            DossierDay.on < bindparam("until"),
        )
        .distinct()
    )


def months_of(window: Window) -> list[date]:
    """List the first days of the months a window touches, in order."""
    months = [window.first.replace(day=1)]
    while (following := next_month(months[-1])) <= window.last:
        months.append(following)
    return months


def registered_months(window: Window) -> list[date]:
    """List the first days of the months whose registers are of a window: those that begin in it.

    A register tells no days: of a month that had begun before it says nothing of the window alone.
    """
    return [month for month in months_of(window) if month >= window.first]


def finished_months(window: Window, today: date) -> list[date]:
    """List those of the registered months that were over before `today`."""
    return [month for month in registered_months(window) if next_month(month) <= today]


def next_month(month: date) -> date:
    """Give the first day of the month after the one that begins on a day."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
