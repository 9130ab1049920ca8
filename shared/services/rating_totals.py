"""Proving that the daily totals of ratings equal the ratings they count."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import Rating, RatingDay, RatingDayProcedure
from shared.services import answer_totals

Counts = tuple[int, ...]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """A total that does not equal its facts; counts are of scores 1 to 5, of answers 0 to 5."""

    table: str
    key: Key
    total: Counts
    facts: Counts


def differences(session: Session) -> list[Difference]:
    """Compare every daily total with the ratings it counts; an empty list is the proof."""
    by_place = [
        Rating.unit_id,
        Rating.rated_on,
        Rating.lane,
        func.coalesce(Rating.desk_id, 0),
        func.coalesce(Rating.officer_id, 0),
    ]
    by_procedure = [Rating.unit_id, Rating.rated_on, Rating.lane, Rating.procedure_id]
    facts = select(*by_place, *_counted()).group_by(*by_place)
    procedure_facts = (
        select(*by_procedure, *_counted())
        .where(Rating.procedure_id.is_not(None))
        .group_by(*by_procedure)
    )
    return [
        *_compared(session, RatingDay, facts),
        *_compared(session, RatingDayProcedure, procedure_facts),
        *(
            Difference(RatingDayAnswer.__tablename__, key, total, counted)
            for key, total, counted in answer_totals.pairs(session)
        ),
        *(
            Difference(RatingMonthAnswer.__tablename__, key, total, counted)
            for key, total, counted in answer_totals.month_pairs(session)
        ),
    ]


def _counted() -> list[Any]:
    return [func.count().filter(Rating.score == value) for value in range(1, 6)]


def _compared(
    session: Session,
    model: type[RatingDay] | type[RatingDayProcedure],
    facts: Select[*tuple[Any, ...]],
) -> list[Difference]:
    table = cast(Table, model.__table__)
    counts = [table.c[f"score_{value}"] for value in range(1, 6)]
    kept = _by_key(session, select(*table.primary_key.columns, *counts))
    counted = _by_key(session, facts)
    nothing = (0,) * len(counts)
    return [
        Difference(table.name, key, kept.get(key, nothing), counted.get(key, nothing))
        for key in sorted(kept.keys() | counted.keys(), key=str)
        if kept.get(key, nothing) != counted.get(key, nothing)
    ]


def _by_key(session: Session, rows: Select[*tuple[Any, ...]]) -> dict[Key, Counts]:
    return {tuple(row[:-5]): tuple(row[-5:]) for row in session.execute(rows)}
