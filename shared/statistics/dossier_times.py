"""When dossiers count as done and as late, as conditions of a query: domain/dossier_time in SQL."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, case, func, literal_column, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from shared.domain.dossier_time import MOST_REAPPOINTMENTS, MOST_SUPPLEMENTS
from shared.models.dossier import Dossier


class _days_after(GenericFunction[date]):  # noqa: N801  a function of SQL
    """The date that is as many calendar days after another."""

    type = Date()
    inherit_cache = True


@compiles(_days_after)
def _plus(element: Any, compiler: Any, **options: Any) -> str:
    """PostgreSQL adds days to a date."""
    on, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({on} + {days})"


@compiles(_days_after, "sqlite")
def _modified(element: Any, compiler: Any, **options: Any) -> str:
    on, days = (compiler.process(clause, **options) for clause in element.clauses)
    return f"date({on}, {days} || ' days')"


def is_reappointed() -> ColumnElement[bool]:
    """Give the condition that the new appointment stands in the place of the first."""
    return and_(
        Dossier.reappointments == MOST_REAPPOINTMENTS,
        Dossier.reappointed_on > Dossier.due_on,
        Dossier.apologised_on < Dossier.due_on,
    )


def last_day() -> ColumnElement[date]:
    """Give the last local day on which a dossier is on time; NULL without an appointment."""
    appointed = case((is_reappointed(), Dossier.reappointed_on), else_=Dossier.due_on)
    waited: ColumnElement[date] = _days_after(appointed, Dossier.waited_days)
    return case((Dossier.waited_days > 0, waited), else_=appointed)


def is_judged(today: date) -> ColumnElement[bool]:
    """Give the condition that a dossier's timeliness can be judged at the end of `today`."""
    ended = or_(Dossier.finished_on <= today, last_day() < today)
    return and_(Dossier.due_on.is_not(None), ended)


def is_on_time() -> ColumnElement[bool]:
    """Give the condition that a judged dossier kept its appointment."""
    last = last_day()
    waiting = and_(Dossier.finished_on.is_(None), Dossier.waiting_since.is_not(None))
    return and_(
        Dossier.supplements <= MOST_SUPPLEMENTS,
        or_(
            and_(Dossier.finished_on.is_not(None), Dossier.finished_on <= last),
            and_(waiting, Dossier.waiting_since <= last),
        ),
    )


def settled_on() -> ColumnElement[date]:
    """Give the first local day from which on a dossier counts as it does for ever.

    It is the day it was finished; of one that was not, the day after its last one; without an
    appointment, that of its receipt.
    """
    day_after: ColumnElement[date] = _days_after(last_day(), literal_column("1"))
    return func.coalesce(Dossier.finished_on, day_after, Dossier.received_on)


def is_open(today: date) -> ColumnElement[bool]:
    """Give the condition that a dossier is neither finished nor past its last day."""
    unfinished = or_(Dossier.finished_on.is_(None), Dossier.finished_on > today)
    return and_(last_day() >= today, unfinished)
