"""How much was done on time: dossiers by their appointment, complaints by their legal day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.models.account import Account
from shared.models.complaint import Complaint
from shared.statistics import case_turns, dossier_days, dossier_times
from shared.statistics.dossier_days import DayCounts
from shared.statistics.frames import Frame
from shared.statistics.given import FIRST, LAST, OFFICERS, Served, within
from shared.statistics.satisfaction import Tally, tallies, tallies_served

Key = TypeVar("Key")
_RECEIVED = Complaint.received_on.between(FIRST, LAST)


@dataclass(frozen=True)
class DossierTally:
    """Dossiers received in a period by what became of them."""

    received: int = 0
    one_stop: int = 0
    finished: int = 0
    could_be_online: int = 0
    online: int = 0
    judged: int = 0  # finished, or past their appointment
    on_time: int = 0
    without_due: int = 0  # cannot be judged
    reappointed: int = 0  # of those judged: by the new day of an apology

    def __add__(self, other: "DossierTally") -> "DossierTally":
        """Add the dossiers of two units."""
        mine, theirs = vars(self), vars(other)
        return DossierTally(**{name: mine[name] + theirs[name] for name in mine})


def dossiers_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, today: date
) -> dict[int, DossierTally]:
    """Count the dossiers units received within local days, as they stand at the end of `today`.

    From daily totals, for all units at once. On time means finished on or before the appointment
    with at most one request for more papers (indicator 2.1 of QĐ 766/QĐ-TTg), the wait for the
    applicant left out and one new appointment after an apology in time taken for the first; a
    dossier still open is judged only from the day after its last one.
    """
    return tallied(dossier_days.by_unit(session, unit_ids, window, today))


def complaints_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, frame: Frame
) -> dict[int, Tally]:
    """Count the reports and petitions received within local days that were answered in time.

    Turn by turn, for the unit each counts for at the end of the day asked (see `case_turns`).
    Cases are the turns with a limit that were answered, refused with a reason, or are past their
    due day; those withdrawn are left out. One query for all units.
    """
    return tallies(session, _complaints_by_unit(), within(unit_ids, window, **frame.day))


def complaints_by_officer(
    session: Session,
    officer_ids: Collection[int],
    unit_ids: Collection[int],
    window: Window,
    frame: Frame,
) -> dict[Served, Tally]:
    """Count as `complaints_by_unit` does, but by the officer who handled it, and its unit."""
    given = within(unit_ids, window, **frame.day, officers=list(officer_ids))
    return tallies_served(session, _complaints_by_officer(), given)


def dossier_is_judged(today: date) -> ColumnElement[bool]:
    """Give the condition that a dossier's timeliness can be judged at the end of `today`."""
    return dossier_times.is_judged(today)


def dossier_is_on_time() -> ColumnElement[bool]:
    """Give the condition that a judged dossier kept its appointment."""
    return dossier_times.is_on_time()


def dossier_could_be_online() -> ColumnElement[bool]:
    """Give the condition that a dossier could have been submitted online."""
    return dossier_days.could_be_online()


@cache
def _complaints_by_unit() -> Select[Any]:
    return case_turns.summed(lambda turn: _counts(turn, turn.c.unit_id), 1, _RECEIVED)


@cache
def _complaints_by_officer() -> Select[Any]:
    query = case_turns.summed(_counts_by_officer, 2, _RECEIVED)
    officer_id, unit_id, hits, cases = query.selected_columns
    return query.with_only_columns(officer_id, hits, cases, unit_id)


def _counts_by_officer(turn: Subquery) -> Select[Any]:
    query = _counts(turn, Account.officer_id, turn.c.unit_id)
    query = query.join(Account, turn.c.handler_id == Account.id)
    return query.where(Account.officer_id.in_(OFFICERS))


def _counts(turn: Subquery, *keys: Any) -> Select[Any]:
    on_time = func.sum(case((case_turns.is_on_time(turn), 1), else_=0))
    query = select(*keys, on_time.label("hits"), func.count().label("cases")).select_from(turn)
    return query.where(case_turns.is_judged(turn)).group_by(*keys)


def tallied(counted: Mapping[Key, DayCounts]) -> dict[Key, DossierTally]:
    """Read counts of dossiers, by whatever key, as what became of them."""
    return {
        key: DossierTally(
            received=counts.received,
            one_stop=counts.one_stop,
            finished=counts.finished,
            could_be_online=counts.could_be_online,
            online=counts.online_of_these,
            judged=counts.judged,
            on_time=counts.on_time,
            without_due=counts.without_due,
            reappointed=counts.reappointed,
        )
        for key, counts in counted.items()
    }
