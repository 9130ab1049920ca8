"""Confidential reports in figures: whether any was upheld, and never how many or of whom."""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.domain.sealed import State
from shared.models.sealed import SealedReport


def units_with_one_upheld(
    session: Session, unit_ids: Collection[int], window: Window, today: date, *, over: bool
) -> frozenset[int]:
    """Give the units of which a report was upheld within local days, both included.

    While the period runs, months that are not over are left out, and how many reports there were
    is never told: whoever knows the day or the number of an answer could tell whose it is. Of
    reports that wait or were not upheld nothing is told at all.
    """
    last = window.last if over else min(window.last, today.replace(day=1) - timedelta(days=1))
    found = session.scalars(
        select(SealedReport.unit_id)
        .where(
            SealedReport.unit_id.in_(unit_ids),
            SealedReport.state == str(State.UPHELD),
            SealedReport.concluded_on.between(window.first, last),
        )
        .distinct()
    )
    return frozenset(found)
