"""Ending the shifts of what is closed."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from shared.models.organisation import Shift


def end_shifts(session: Session, whose: ColumnElement[bool], last: date) -> None:
    """End shifts that would go on after `last` (local); one not begun by then never begins."""
    going_on = or_(Shift.valid_to.is_(None), Shift.valid_to > last)
    for shift in session.scalars(select(Shift).where(whose, going_on)):
        shift.valid_to = max(last, shift.valid_from - timedelta(days=1))
