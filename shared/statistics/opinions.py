"""What residents think: by desk, officer and procedure, of oneself by weeks, and one by one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, union
from sqlalchemy.orm import Session

from shared.domain.calendar import monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.questionnaire import answered_sealed
from shared.domain.rating import CONFIDENTIAL_REASONS
from shared.domain.sampling import enough, share, wilson
from shared.domain.small_groups import Batch, released, withheld
from shared.models.organisation import Desk, Officer, Procedure, Shift, Unit
from shared.models.rating import Rating, RatingComment, RatingDay, RatingDayProcedure
from shared.statistics.arrivals import Among, weeks
from shared.statistics.satisfaction import Tally, counts_of, sum_of, tallies

PAGE = 50
SATISFIED_FROM = Settings().satisfied_from_score


class By(StrEnum):
    """What a table of figures is divided by."""

    UNIT = "unit"
    DESK = "desk"
    OFFICER = "officer"
    PROCEDURE = "procedure"


NAMED: Mapping[By, type[Unit] | type[Desk] | type[Officer] | type[Procedure]] = {
    By.UNIT: Unit,
    By.DESK: Desk,
    By.OFFICER: Officer,
    By.PROCEDURE: Procedure,
}


@dataclass(frozen=True)
class Line:
    """One figure: percent with its 95 % interval; without value when it must not be shown."""

    name: str  # nothing when the ratings name none
    cases: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Single:
    """One rating as a named reviewer reads it: the day only, what went to the level above apart."""

    rated_on: date
    lane: str
    score: int
    unit: str
    desk: str
    officer: str
    procedure: str
    reasons: Sequence[str]
    comment: str


def whole(session: Session, units: Collection[int], window: Window, lanes: Sequence[str]) -> Line:
    """Give the satisfaction of units together, from the daily totals."""
    counted = _tallies(session, By.UNIT, units, window, lanes)
    return line_of(sum(counted.values(), Tally()))


def lines(
    session: Session, by: By, units: Collection[int], window: Window, lanes: Sequence[str]
) -> list[Line]:
    """Divide it by desk, officer, procedure or unit, the most ratings first."""
    counted = _tallies(session, by, units, window, lanes)
    names = _names(session, by, counted.keys())
    hidden = withheld({key: tally.cases for key, tally in counted.items()})
    made = [_line(names.get(key, ""), tally, key in hidden) for key, tally in counted.items()]
    return sorted(made, key=lambda line: (-line.cases, line.name))


def line_of(tally: Tally) -> Line:
    """Give a tally as a figure without a name; under five cases it has no value."""
    return _line("", tally, hidden=False)


def own_weeks(session: Session, officer_id: int, today: date) -> list[Batch]:
    """Give an officer's ratings of all lanes as batches of whole weeks, the newest first.

    One that came in a later week, as from a screen without network, counts in the week it came:
    a week that was shown never changes by what one resident said.
    """
    # Totals are keyed by unit first: the officer's, and those of the desks they ever served at.
    served = select(Desk.unit_id).join(Shift, Shift.desk_id == Desk.id)
    served = served.where(Shift.officer_id == officer_id)
    units = union(served, select(Officer.unit_id).where(Officer.id == officer_id))
    known = weeks(session, Among(units, SATISFIED_FROM, officer_id=officer_id))
    return released(known, monday_of(today))[::-1]


def single(
    session: Session,
    units: Collection[int],
    reader_officer_id: int | None,
    score: int | None,
    page: int,
    *,
    unseal: bool = False,
) -> tuple[list[Single], int]:
    """List a page of single ratings, newest day first, and how many there are.

    `unseal` shows what was sent in confidence to the level above: its boxes, and words beside them.
    Never those of the reader's own service, and never the time of day: neither shown nor in the
    order.
    """
    found = select(Rating).where(Rating.unit_id.in_(units))
    if reader_officer_id is not None:
        found = found.where(Rating.officer_id.is_(None) | (Rating.officer_id != reader_officer_id))
    if score is not None:
        found = found.where(Rating.score == score)
    rows = found.order_by(Rating.rated_on.desc(), Rating.id)
    ratings = session.scalars(rows.offset((page - 1) * PAGE).limit(PAGE)).all()
    added = _added(session, [rating.id for rating in ratings])
    names = {
        by: _names(session, by, {getattr(rating, f"{by}_id") or 0 for rating in ratings})
        for by in By
    }
    total = _counted(session, units, reader_officer_id, score)
    return [_single(rating, names, added.get(rating.id, ""), unseal) for rating in ratings], total


def _counted(
    session: Session, units: Collection[int], reader_officer_id: int | None, score: int | None
) -> int:
    """Count from the daily totals: a page of a million ratings costs the same as of a thousand."""
    scores = range(1, 6) if score is None else range(score, score + 1)
    query = select(sum_of(RatingDay, scores)).where(
        RatingDay.unit_id.in_(units), RatingDay.officer_id != (reader_officer_id or -1)
    )
    return session.scalar(query) or 0


def units_named(session: Session, units: Collection[int]) -> list[tuple[int, str]]:
    """List units with their names, for choosing one."""
    query = select(Unit.id, Unit.name).where(Unit.id.in_(units)).order_by(Unit.name)
    return [(key, name) for key, name in session.execute(query)]


def _added(session: Session, ratings: Collection[UUID]) -> dict[UUID, str]:
    """Give what residents wrote on their telephones afterwards."""
    rows = session.execute(
        select(RatingComment.rating_id, RatingComment.comment)
        .where(RatingComment.rating_id.in_(ratings))
        .order_by(RatingComment.id)
    )
    return {row.rating_id: row.comment for row in rows}


def _single(
    rating: Rating, names: Mapping[By, Mapping[int, str]], added: str, unseal: bool
) -> Single:
    # Words beside a sealed box are sealed too: they may tell what the box does.
    hidden = frozenset() if unseal else CONFIDENTIAL_REASONS
    told = not unseal and answered_sealed(rating.answers)
    sealed = told or not hidden.isdisjoint(rating.reasons)
    written = () if sealed else (rating.comment, added)
    return Single(
        rated_on=rating.rated_on,
        lane=rating.lane,
        score=rating.score,
        unit=names[By.UNIT].get(rating.unit_id, ""),
        desk=names[By.DESK].get(rating.desk_id or 0, ""),
        officer=names[By.OFFICER].get(rating.officer_id or 0, ""),
        procedure=names[By.PROCEDURE].get(rating.procedure_id or 0, ""),
        reasons=[reason for reason in rating.reasons if reason not in hidden],
        comment="\n".join(words for words in written if words),
    )


def _line(name: str, tally: Tally, hidden: bool) -> Line:
    if hidden or not enough(tally.cases):
        return Line(name, tally.cases, None, None, None)
    interval = wilson(tally.hits, tally.cases)
    return Line(name, tally.cases, share(tally.hits, tally.cases), interval.low, interval.high)


def _tallies(
    session: Session, by: By, units: Collection[int], window: Window, lanes: Sequence[str]
) -> dict[int, Tally]:
    table = RatingDayProcedure if by is By.PROCEDURE else RatingDay
    key = getattr(table, f"{by}_id")
    query: Select[Any] = (
        select(key, *counts_of(table, SATISFIED_FROM))
        .where(
            table.unit_id.in_(units),
            table.on.between(window.first, window.last),
            table.lane.in_(lanes),
        )
        .group_by(key)
    )
    return tallies(session, query)


def _names(session: Session, by: By, keys: Collection[int]) -> dict[int, str]:
    model = NAMED[by]
    rows = session.execute(select(model.id, model.name).where(model.id.in_(keys)))
    return {row.id: row.name for row in rows}
