"""Rows that hold from one local day to another, both included: in force then, as a condition."""

from sqlalchemy import ColumnElement, and_, or_

from shared.models.organisation import Desk, Officer, Procedure, Shift, Unit
from shared.statistics.given import Day

Lasting = type[Unit] | type[Desk] | type[Officer] | type[Shift] | type[Procedure]


def in_force_on(table: Lasting, on: Day) -> ColumnElement[bool]:
    """Give the condition that a row is in force on a local day."""
    return in_force_between(table, on, on)


def in_force_between(table: Lasting, first: Day, last: Day) -> ColumnElement[bool]:
    """Give the condition that a row is in force on some local day from `first` to `last`."""
    return and_(table.valid_from <= last, not_over_on(table, first))


def not_over_on(table: Lasting, on: Day) -> ColumnElement[bool]:
    """Give the condition that a row is in force on a local day, or will be later."""
    return or_(table.valid_to.is_(None), table.valid_to >= on)
