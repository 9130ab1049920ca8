"""Which figures of small groups stay hidden, so that nobody finds out who rated what."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from shared.domain.calendar import ONE_DAY
from shared.domain.sampling import FEWEST_SHOWN, enough

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Week:
    """How many ratings a week brought, and how many of them were satisfied."""

    monday: date
    hits: int
    cases: int


@dataclass(frozen=True)
class Batch:
    """Whole weeks, from one Monday to another, that together have at least five ratings."""

    first_monday: date
    last_monday: date
    hits: int
    cases: int

    @property
    def last_day(self) -> date:
        """Give the Sunday it ends with."""
        return self.last_monday + 6 * ONE_DAY


def withheld(cases: Mapping[Key, int]) -> frozenset[Key]:
    """Say which parts of a shown whole show no share.

    Parts under five ratings; and when these together are under five, the smallest other part too,
    or the hidden ones could be found by subtracting the shown parts from the whole.
    """
    hidden = {key for key, n in cases.items() if 0 < n < FEWEST_SHOWN}
    others = sorted((key for key, n in cases.items() if enough(n)), key=lambda key: cases[key])
    while hidden and others and sum(cases[key] for key in hidden) < FEWEST_SHOWN:
        hidden.add(others.pop(0))
    return frozenset(hidden)


def released(weeks: Iterable[Week], this_monday: date) -> list[Batch]:
    """Gather an officer's weeks, all since the first one, into batches of at least five ratings.

    The running week and weeks not yet gathered are left out. Batches begin where the last one
    ended, so two views taken at any two times differ by nothing or by five ratings or more
    (NĐ 61/2018, article 27: residents' ratings must not be traceable to them).
    """
    batches: list[Batch] = []
    waiting: list[Week] = []
    for week in sorted(weeks, key=lambda week: week.monday):
        if week.monday >= this_monday:
            break
        waiting.append(week)
        cases = sum(one.cases for one in waiting)
        if enough(cases):
            hits = sum(one.hits for one in waiting)
            batches.append(Batch(waiting[0].monday, week.monday, hits, cases))
            waiting = []
    return batches


def last_shown(known: Iterable[Week], counted: Iterable[Week], this_monday: date) -> date | None:
    """Say up to which Sunday a figure may count the ratings that came; None: none yet.

    `known` are all the ratings whose batches are shown elsewhere, `counted` those of them that the
    figure counts. It moves on from batch to batch, over as many as hold five that it counts: so no
    figure, and no difference between it and the batches, is of fewer than five.
    """
    of_figure = {week.monday: week for week in counted}
    steps = []
    for batch in released(known, this_monday):
        inside = [
            week
            for monday, week in of_figure.items()
            if batch.first_monday <= monday <= batch.last_monday
        ]
        cases = sum(week.cases for week in inside)
        steps.append(Week(batch.last_monday, sum(week.hits for week in inside), cases))
    shown = released(steps, this_monday)
    return shown[-1].last_day if shown else None
