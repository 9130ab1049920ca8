"""Reports, petitions and requests for an explanation of units, by what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.domain.campaign import Window
from shared.domain.complaint import Kind
from shared.models.complaint import Complaint
from shared.statistics.case_turns import ANSWERED_KINDS, is_judged, is_on_time, is_overdue, summed
from shared.statistics.conduct import not_naming
from shared.statistics.frames import Frame
from shared.statistics.given import FIRST, LAST, within

SAID_BY = bindparam("said_by", type_=UtcDateTime())


@dataclass(frozen=True)
class CaseTally:
    """Turns of cases with a limit; `failed` in any way once: late, disliked or appealed."""

    judged: int = 0
    on_time: int = 0
    prolonged: int = 0  # past their day and still without an answer
    failed: int = 0
    said: int = 0  # whether the answer satisfied
    satisfied: int = 0
    explanations: int = 0
    explained_on_time: int = 0

    def __add__(self, other: "CaseTally") -> "CaseTally":
        """Add the cases of two units."""
        mine, theirs = vars(self), vars(other)
        return CaseTally(**{name: mine[name] + theirs[name] for name in mine})


def by_unit(
    session: Session,
    unit_ids: Collection[int],
    window: Window,
    frame: Frame,
    hidden_from: int | None = None,
) -> dict[int, CaseTally]:
    """Count the turns of cases received within local days, as they stood when the day asked ended.

    Each for the unit it counts for then (see `case_turns`). Reports and petitions; requests for an
    explanation apart. Cases that name the officer `hidden_from`, who must not learn of them, are
    left out. What residents said of an answer only after a period that is over does not count. One
    query for all units.
    """
    query = _by_unit(hides=hidden_from is not None, ended=frame.over)
    given = within(unit_ids, window, **frame.day, hidden_from=hidden_from, said_by=frame.as_of)
    return {
        unit_id: CaseTally(*(int(count) for count in counts))
        for unit_id, *counts in session.execute(query, given)
    }


@cache
def _by_unit(*, hides: bool, ended: bool) -> Select[*tuple[Any, ...]]:
    received = Complaint.received_on.between(FIRST, LAST)
    among = and_(received, not_naming(bindparam("hidden_from") if hides else None))
    return summed(_tally, 1, among, said_by=SAID_BY if ended else None)


def _tally(turn: Subquery) -> Select[*tuple[Any, ...]]:
    judged, explanation = is_judged(turn), is_judged(turn, kinds=(Kind.EXPLANATION,))
    in_time = is_on_time(turn)
    answered = and_(turn.c.kind.in_(ANSWERED_KINDS), turn.c.satisfied.is_not(None))
    disliked = or_(func.coalesce(turn.c.satisfied, 1) == 0, turn.c.appealed == 1)
    counted = {
        "judged": judged,
        "on_time": and_(judged, in_time),
        "prolonged": and_(judged, is_overdue(turn)),
        "failed": and_(judged, or_(not_(in_time), disliked)),
        "said": answered,
        "satisfied": and_(answered, turn.c.satisfied == 1),
        "explanations": explanation,
        "explained_on_time": and_(explanation, in_time),
    }
    numbers = (_count(condition).label(name) for name, condition in counted.items())
    return select(turn.c.unit_id, *numbers).select_from(turn).group_by(turn.c.unit_id)


def outstanding_by_unit(
    session: Session, unit_ids: Collection[int], window: Window, frame: Frame
) -> dict[int, int]:
    """Count the cases of units, however old, open and past their day on the day asked about."""
    rows = session.execute(_outstanding(), within(unit_ids, window, **frame.day))
    return {unit_id: int(count) for unit_id, count in rows}


@cache
def _outstanding() -> Select[int, int]:
    return summed(_overdue, 1, Complaint.received_on <= LAST, every_kind=True)


def _overdue(turn: Subquery) -> Select[Any]:
    query = select(turn.c.unit_id, func.count().label("cases")).where(is_overdue(turn))
    return query.group_by(turn.c.unit_id)


def _count(condition: Any) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
