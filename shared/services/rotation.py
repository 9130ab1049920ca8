"""Duty rotation: how long each officer has stood at one desk without a break, the longest first."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.campaign import Window
from shared.domain.rotation import longest_months
from shared.models.organisation import Desk, Officer, Unit
from shared.services.local_days import today_in
from shared.statistics import offices


@dataclass(frozen=True)
class Stay:
    """An officer at a desk today, for so many whole months without a break."""

    unit: str
    officer: str
    desk: str
    months: int


def longest_stays(session: Session, unit_ids: Collection[int], now: datetime) -> list[Stay]:
    """List who is down for which desk of the units today, and for how long, from the shifts.

    Source: row 4.10 of the campaigns (rotation in posts at risk).
    """
    today = today_in(session, unit_ids, now)
    found = offices.stays(session, unit_ids, Window(today, today))
    names = {row.id: row.name for row in session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}
    at = {desk for _unit, _officer, desk in found}
    who = {officer for _unit, officer, _desk in found}
    desks = {row.id: row.name for row in session.scalars(select(Desk).where(Desk.id.in_(at)))}
    officers = {
        row.id: row.name for row in session.scalars(select(Officer).where(Officer.id.in_(who)))
    }
    stays = [
        Stay(names[unit], officers[officer], desks[desk], months)
        for (unit, officer, desk), days in found.items()
        if (months := longest_months(days, today, today)) is not None
    ]
    return sorted(stays, key=lambda stay: (-stay.months, stay.unit, stay.officer, stay.desk))
