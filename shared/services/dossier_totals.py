"""Daily totals of dossiers: counted anew in the transaction that changed them, and proved."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import (
    ColumnClause,
    Select,
    Table,
    delete,
    func,
    insert,
    literal,
    literal_column,
    select,
)
from sqlalchemy.orm import Session

from shared.models.dossier import Dossier, DossierDay, DossierMonthProcedure
from shared.services.rating_totals import Difference
from shared.statistics import dossier_times
from shared.statistics.dossier_days import WHOLE_UNIT, in_the_end, number_of, served_online

AT_ONCE = 400  # days in one statement
LOCK = 0x0D05  # of PostgreSQL, beside the unit's key: whose totals of dossiers are written
_DAY, _MONTH = cast(Table, DossierDay.__table__), cast(Table, DossierMonthProcedure.__table__)


def take_turn(session: Session, unit_id: int) -> None:
    """Wait until nobody else writes dossiers of this unit; it lasts until the transaction ends.

    Two imports that counted the same days side by side would each miss what the other adds.
    SQLite has one writer as it is, from its first change on.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOCK, unit_id)))


def recount(session: Session, unit_id: int, days: Collection[date]) -> None:
    """Count a unit's dossiers received on these local days anew, after they were written."""
    every = sorted(days)
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        session.execute(
            delete(DossierDay).where(DossierDay.unit_id == unit_id, _DAY.c.on.in_(some))
        )
        of_days = (Dossier.unit_id == unit_id, Dossier.received_on.in_(some))
        for query in (_days(), _days_of_officers()):
            _fill(session, _DAY, query.where(*of_days))
    for month in sorted({day.replace(day=1) for day in days}):
        session.execute(
            delete(DossierMonthProcedure).where(
                _MONTH.c.unit_id == unit_id, _MONTH.c.month == month
            )
        )
        _fill(session, _MONTH, _procedures(month).where(Dossier.unit_id == unit_id))


def recount_all(session: Session, unit_ids: Collection[int]) -> None:
    """Count every day of units anew, for those who wrote many dossiers past the imports."""
    for unit_id in unit_ids:
        stored = select(Dossier.received_on).where(Dossier.unit_id == unit_id)
        kept = select(DossierDay.on).where(DossierDay.unit_id == unit_id)
        recount(session, unit_id, set(session.scalars(stored.union(kept))))


def differences(session: Session) -> list[Difference]:
    """Compare every daily total with the dossiers it counts; an empty list is the proof.

    Counts are those of the columns of `dossier_day`, the day of settlement as a number first, or
    the first and last day of a procedure in a month.
    """
    months = select(DossierDay.on).where(DossierDay.officer_id == WHOLE_UNIT).distinct()
    received = select(Dossier.received_on).distinct()
    known = {day.replace(day=1) for day in session.scalars(months.union(received))}
    known.update(session.scalars(select(DossierMonthProcedure.month).distinct()))
    return [
        *_compared(
            _DAY,
            _rows(session, [select(*_DAY.columns)]),
            _rows(session, [_days(), _days_of_officers()]),
        ),
        *_compared(
            _MONTH,
            _rows(session, [select(*_MONTH.columns)]),
            _rows(session, [_procedures(month) for month in sorted(known)]),
        ),
    ]


def _fill(session: Session, table: Table, rows: Select[Any]) -> None:
    session.execute(insert(table).from_select([column.name for column in table.columns], rows))


def _days() -> Select[Any]:
    """Build the rows of `dossier_day` of whole units out of dossiers."""
    whole: ColumnClause[int] = literal_column(str(WHOLE_UNIT))
    query = select(Dossier.unit_id, whole, Dossier.received_on, *_counted())
    return query.group_by(Dossier.unit_id, Dossier.received_on)


def _days_of_officers() -> Select[Any]:
    """Build the rows of `dossier_day` of each officer."""
    keys = (Dossier.unit_id, Dossier.officer_id, Dossier.received_on)
    return select(*keys, *_counted()).where(Dossier.officer_id.is_not(None)).group_by(*keys)


def _counted() -> list[Any]:
    counted = [number_of(condition) for condition in in_the_end().values()]
    return [func.max(dossier_times.settled_on()), *counted]


def _procedures(month: date) -> Select[Any]:
    """Build the rows of `dossier_month_procedure` of one month."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    on = Dossier.received_on
    return (
        select(
            Dossier.unit_id,
            literal(month, _MONTH.c.month.type),
            Dossier.procedure_id,
            func.min(on),
            func.max(on),
        )
        .where(on.between(month, last), Dossier.procedure_id.is_not(None), served_online())
        .group_by(Dossier.unit_id, Dossier.procedure_id)
    )


Rows = Mapping[tuple[Any, ...], tuple[int, ...]]


def _rows(session: Session, queries: Sequence[Select[Any]]) -> Rows:
    """Read rows of totals by key: unit and the two that follow; days as numbers."""
    return {
        tuple(row[:3]): tuple(_number(value) for value in row[3:])
        for query in queries
        for row in session.execute(query)
    }


def _number(value: Any) -> int:
    return value.toordinal() if isinstance(value, date) else int(value)


def _compared(table: Table, kept: Rows, counted: Rows) -> Iterator[Difference]:
    for key in sorted(kept.keys() | counted.keys(), key=str):
        if kept.get(key) != counted.get(key):
            yield Difference(table.name, key, kept.get(key, ()), counted.get(key, ()))
