"""What new ratings add to the daily totals, in the same transaction as the ratings themselves."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Connection,
    CursorResult,
    Executable,
    Table,
    Update,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
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
# Rows that one statement takes: more than a rating with the answers to a whole questionnaire adds.
MOST_JOINED = 30
MOST_SHAPES = 128  # statements that are kept: batches of a few come in thousands of shapes


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

    What a single rating adds PostgreSQL takes with it as one statement: every further answer that
    has to be waited for would cost a seventh of the time a post takes.
    """
    shape = tuple((model, len(rows)) for model, rows in additions)
    few = 0 < sum(count for _model, count in shape) <= MOST_JOINED
    if not few or connection.dialect.name != "postgresql":
        add(connection, additions)
        return connection.execute(last, facts)
    named = {
        _name(model, number, key): value
        for model, rows in additions
        for number, row in enumerate(rows)
        for key, value in row.items()
    }
    return connection.execute(_joined(shape, last), facts | named)


def _count(
    totals: dict[tuple[object, ...], Row], key: Row, columns: Sequence[str], counted: str
) -> None:
    total = totals.setdefault(tuple(key.values()), key | dict.fromkeys(columns, 0))
    total[counted] += 1


@cache
def _add_up(dialect: str, model: Totals) -> Executable:
    table = _table(model)
    return _adding(insert(dialect, table), table)


@lru_cache(MOST_SHAPES)
def _joined(shape: tuple[tuple[Totals, int], ...], last: Update) -> Executable:
    """Build the one statement; each part counts what the one before did, and so comes after it."""
    step: CTE | None = None
    for model, count in shape:
        step = _step(model, count, step)
    return last if step is None else last.where(_done(step))


def _step(model: Totals, count: int, before: CTE | None) -> CTE:
    table = _table(model)
    given = [
        select(
            *(bindparam(_name(model, number, part.name), type_=part.type) for part in table.columns)
        )
        for number in range(count)
    ]
    if before is not None:
        given = [row.where(_done(before)) for row in given]
    names = [part.name for part in table.columns]
    adding = _adding(insert("postgresql", table).from_select(names, union_all(*given)), table)
    return adding.returning(literal_column("1").label("added")).cte(f"{table.name}_added")


def _done(step: CTE) -> ColumnElement[bool]:
    return select(func.count()).select_from(step).scalar_subquery() > 0


def _adding(statement: Insert, table: Table) -> Insert:
    counts = [part for part in table.columns if not part.primary_key]
    sums = {part.name: part + statement.excluded[part.name] for part in counts}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=sums)


def _table(model: Totals) -> Table:
    return cast(Table, model.__table__)


def _name(model: Totals, number: int, column: str) -> str:
    return f"{model.__tablename__}_{number}_{column}"
