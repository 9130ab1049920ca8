"""Proving that the daily totals of answers equal the answers of the ratings they count."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlalchemy import Table, Text, select
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session

from shared.domain.questionnaire import BUILT_IN, Questionnaire, items_of_data, judge
from shared.models import questionnaire as tables
from shared.models.organisation import Unit
from shared.models.questionnaire import RatingDayAnswer, RatingMonthAnswer
from shared.models.rating import Rating

Counts = tuple[int, ...]
Key = tuple[Any, ...]
VALUES = range(6)
AT_ONCE = 5_000


def pairs(session: Session) -> Iterator[tuple[Key, Counts, Counts]]:
    """Give every key with what the totals say and what the ratings say, where these differ."""
    counted = _counted(session)
    table = cast(Table, RatingDayAnswer.__table__)
    values = [table.c[f"value_{value}"] for value in VALUES]
    kept = {
        tuple(row[: -len(values)]): tuple(row[-len(values) :])
        for row in session.execute(select(*table.primary_key.columns, *values))
    }
    yield from _differing(kept, counted)


def month_pairs(session: Session) -> Iterator[tuple[Key, Counts, Counts]]:
    """Give every key of the monthly totals with what they say and what the days of it add up to."""
    day, month = RatingDayAnswer, RatingMonthAnswer
    values = [f"value_{value}" for value in VALUES]
    days = select(
        *(day.unit_id, day.on, day.lane, day.officer_id, day.questionnaire, day.item),
        *(getattr(day, name) for name in values),
    )
    counted: dict[Key, Counts] = {}
    for unit, on, lane, officer, code, item, *counts in session.execute(days):
        key = (unit, on.replace(day=1), lane, officer, code, item)
        counted[key] = tuple(
            map(sum, zip(counted.get(key, (0,) * len(values)), counts, strict=True))
        )
    table = cast(Table, month.__table__)
    kept = {
        tuple(row[: -len(values)]): tuple(row[-len(values) :])
        for row in session.execute(
            select(*table.primary_key.columns, *(table.c[one] for one in values))
        )
    }
    yield from _differing(kept, counted)


def _differing(
    kept: Mapping[Key, Counts], counted: Mapping[Key, Counts]
) -> Iterator[tuple[Key, Counts, Counts]]:
    nothing = (0,) * len(VALUES)
    for key in sorted(kept.keys() | counted.keys(), key=str):
        one, other = kept.get(key, nothing), counted.get(key, nothing)
        if one != other:
            yield key, one, other


def _counted(session: Session) -> Mapping[Key, Counts]:
    """Count the answers of all ratings anew, a few thousand in memory at once."""
    versions = _versions(session)
    counts: dict[Key, list[int]] = defaultdict(lambda: [0] * len(VALUES))
    rows = session.execute(
        select(
            Unit.organisation_id,
            Rating.unit_id,
            Rating.rated_on,
            Rating.lane,
            Rating.desk_id,
            Rating.officer_id,
            Rating.questionnaire,
            Rating.answers,
        )
        .join(Unit, Rating.unit_id == Unit.id)
        .where(sql_cast(Rating.answers, Text) != "{}"),
        execution_options={"yield_per": AT_ONCE},
    )
    for organisation, unit, on, lane, desk, officer, code, answers in rows:
        asked = versions.get((organisation, code), BUILT_IN)
        for item, value in judge(asked, answers).counted.items():
            counts[unit, on, lane, desk or 0, officer or 0, code, item][value] += 1
    return {key: tuple(values) for key, values in counts.items()}


def _versions(session: Session) -> Mapping[tuple[int, str], Questionnaire]:
    return {
        (row.organisation_id, row.code): Questionnaire(row.code, row.name, items_of_data(row.items))
        for row in session.scalars(select(tables.Questionnaire))
    }
