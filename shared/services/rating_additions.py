"""What new ratings add to the daily totals, in the same transaction as the ratings themselves."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    Connection,
    CursorResult,
    Executable,
    Select,
    Table,
    Update,
    bindparam,
    exists,
    literal_column,
    select,
)
from sqlalchemy.dialects.sqlite import Insert

from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import RatingDay, RatingDayProcedure
from shared.services.rating_storage import Row, insert

# What counts of the answers of a rating, by its id and digest: item, value.
Answers = Mapping[tuple[UUID, str], Mapping[str, int]]
Totals = (
    type[RatingDay] | type[RatingDayProcedure] | type[RatingDayAnswer] | type[RatingMonthAnswer]
)
# Rows to add to totals, in the order in which every transaction takes their locks.
Additions = Sequence[tuple[Totals, Sequence[Row]]]
SCORES = tuple(f"score_{value}" for value in range(1, 6))
VALUES = tuple(f"value_{value}" for value in range(6))


def additions_of(rows: Iterable[Row], answers: Answers) -> Additions:
    """Count new ratings by day and place, by procedure, and by what counts of their answers."""
    days: dict[tuple[object, ...], Row] = {}
    procedures: dict[tuple[object, ...], Row] = {}
    items: dict[tuple[object, ...], Row] = {}
    months: dict[tuple[object, ...], Row] = {}
    for row in rows:
        shared = {"unit_id": row["unit_id"], "on": row["rated_on"], "lane": row["lane"]}
        place = {"desk_id": row["desk_id"] or 0, "officer_id": row["officer_id"] or 0}
        score = f"score_{row['score']}"
        _count(days, shared | place, SCORES, score)
        if row["procedure_id"]:
            _count(procedures, shared | {"procedure_id": row["procedure_id"]}, SCORES, score)
        month = {
            **shared,
            "officer_id": place["officer_id"],
            "month": row["rated_on"].replace(day=1),
        }
        del month["on"]
        for item, value in answers.get((row["id"], row["digest"]), {}).items():
            asked = {"questionnaire": row["questionnaire"], "item": item}
            _count(items, shared | place | asked, VALUES, f"value_{value}")
            _count(months, month | asked, VALUES, f"value_{value}")
    counted: list[tuple[Totals, dict[tuple[object, ...], Row]]] = [
        (RatingDay, days),
        (RatingDayProcedure, procedures),
        (RatingDayAnswer, items),
        (RatingMonthAnswer, months),
    ]
    # Sorted, so that two batches never wait for each other's rows crosswise.
    return [
        (model, [found[key] for key in sorted(found, key=str)]) for model, found in counted if found
    ]


def add(connection: Connection, additions: Additions) -> None:
    """Add to the totals."""
    for model, rows in additions:
        connection.execute(_add_up(connection.dialect.name, model), list(rows))


def add_and_finish(
    connection: Connection, additions: Additions, last: Update, facts: Row
) -> CursorResult[Any]:
    """Add to the totals and carry out one more statement; give what that gives.

    Of a single rating PostgreSQL takes it all as one statement: every further answer that has to
    be waited for would cost a seventh of the time a post takes.
    """
    alone = all(len(rows) == 1 for _model, rows in additions)
    if not additions or not alone or connection.dialect.name != "postgresql":
        add(connection, additions)
        return connection.execute(last, facts)
    named = {_name(model, key): value for model, (row,) in additions for key, value in row.items()}
    statement = _joined(tuple(model for model, _rows in additions), last)
    return connection.execute(statement, facts | named)


def _count(
    totals: dict[tuple[object, ...], Row], key: Row, columns: Sequence[str], counted: str
) -> None:
    total = totals.setdefault(tuple(key.values()), key | dict.fromkeys(columns, 0))
    total[counted] += 1


@cache
def _add_up(dialect: str, model: Totals) -> Executable:
    table = _table(model)
    return _adding(insert(dialect, table), table)


@cache
def _joined(models: tuple[Totals, ...], last: Update) -> Executable:
    """Build the one statement; each part reads of the one before, and so comes after it."""
    first, *others = models
    step = _step(first, _given(first))
    for model in others:
        step = _step(model, _given(model).select_from(step))
    return last.where(exists(select(literal_column("1")).select_from(step)))


def _given(model: Totals) -> Select[Any]:
    columns = _table(model).columns
    return select(*(bindparam(_name(model, part.name), type_=part.type) for part in columns))


def _step(model: Totals, given: Select[Any]) -> CTE:
    table = _table(model)
    names = [part.name for part in table.columns]
    adding = _adding(insert("postgresql", table).from_select(names, given), table)
    return adding.returning(literal_column("1").label("added")).cte(f"{table.name}_added")


def _adding(statement: Insert, table: Table) -> Insert:
    counts = [part for part in table.columns if not part.primary_key]
    sums = {part.name: part + statement.excluded[part.name] for part in counts}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)


def _table(model: Totals) -> Table:
    return cast(Table, model.__table__)


def _name(model: Totals, column: str) -> str:
    return f"{model.__tablename__}_{column}"
