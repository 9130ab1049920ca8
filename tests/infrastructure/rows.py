"""All rows of a database: compared to see whether anything changed, put back when it did."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, insert, select

from shared.db import Base

Rows = Mapping[str, list[tuple[Any, ...]]]
TABLES = Base.metadata.sorted_tables


def rows_of(engine: Engine) -> Rows:
    """Read every row of every table, in the order of the keys."""
    with engine.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))
            ]
            for table in TABLES
        }


def changed(before: Rows, after: Rows) -> dict[str, list[tuple[Any, ...]]]:
    """Name the tables that differ, with the rows that came or look different now."""
    return {
        name: [row for row in after[name] if row not in before[name]]
        for name in before
        if before[name] != after[name]
    }


def put_back(engine: Engine, wanted: Rows) -> None:
    """Make the rows exactly these again; counters of keys go on."""
    now = rows_of(engine)
    different = {name for name in wanted if wanted[name] != now[name]}
    if not different:
        return
    with engine.begin() as connection:
        for table in reversed(TABLES):
            connection.execute(table.delete())
        for table in TABLES:
            names = [column.name for column in table.columns]
            rows = [dict(zip(names, row, strict=True)) for row in wanted[table.name]]
            if rows:
                connection.execute(insert(table), rows)
