"""What units' registers add up to: hits of cases by unit, from the entries of a window."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from shared.domain import improvement
from shared.domain.campaign import Window
from shared.domain.improvement import SUGGESTED, Index, WeakBelow
from shared.domain.register import RegisterKind
from shared.models.improvement import (
    ImprovementAction,
    ImprovementStep,
    IndexResult,
    WeaknessRule,
)
from shared.models.register import RegisterEntry, RegisterPerson
from shared.statistics.given import FIRST, LAST, OFFICERS, UNITS, within

Tally = tuple[int, int]  # hits, cases


# Built once: every standing asks.
_NAMED = (
    select(RegisterPerson.entry_id, RegisterPerson.officer_id)
    .where(RegisterPerson.officer_id.in_(OFFICERS))
    .distinct()
    .order_by(RegisterPerson.entry_id)
)
_OF_UNITS = RegisterEntry.unit_id.in_(UNITS)
# Whoever keeps the register: an author of an initiative may serve elsewhere than the others.
_OF_OFFICERS = RegisterEntry.id.in_(
    select(RegisterPerson.entry_id).where(RegisterPerson.officer_id.in_(OFFICERS))
)
_DUE_ON = RegisterEntry.due_on.between(FIRST, LAST)
_DUE = select(RegisterEntry).where(_DUE_ON).order_by(RegisterEntry.id)
_INITIATIVES = (
    select(RegisterEntry)
    .where(
        RegisterEntry.kind == RegisterKind.INITIATIVE,
        or_(_DUE_ON, RegisterEntry.done_on.between(FIRST, LAST)),
    )
    .order_by(RegisterEntry.id)
)
_DUE_OF_UNITS, _DUE_OF_OFFICERS = _DUE.where(_OF_UNITS), _DUE.where(_OF_OFFICERS)
_INITIATIVES_OF_UNITS = _INITIATIVES.where(_OF_UNITS)
_INITIATIVES_OF_OFFICERS = _INITIATIVES.where(_OF_OFFICERS)
_RESULTS = (
    select(IndexResult)
    .where(IndexResult.unit_id.in_(UNITS), IndexResult.published_on <= LAST)
    .order_by(IndexResult.id)
)
_RULES = (
    select(WeaknessRule)
    .where(WeaknessRule.organisation_id == bindparam("organisation"))
    .order_by(WeaknessRule.from_year.desc())
)
_PLANS = (
    select(ImprovementAction.result_id, func.min(ImprovementStep.noted_at))
    .join(ImprovementStep, ImprovementStep.action_id == ImprovementAction.id)
    .join(IndexResult, ImprovementAction.result_id == IndexResult.id)
    .where(IndexResult.unit_id.in_(UNITS))
    .group_by(ImprovementAction.result_id)
)


@dataclass(frozen=True)
class Kept:
    """The entries of some units, or of some officers whom they name, in a window."""

    rows: Mapping[tuple[int, RegisterKind], Sequence[RegisterEntry]]  # by unit, or by officer

    def of(
        self, units: Iterable[int], kind: RegisterKind, officer_id: int | None = None
    ) -> list[RegisterEntry]:
        """Give the entries of a kind: of the units, or those that name an officer."""
        keys = sorted(units) if officer_id is None else [officer_id]
        return [row for key in keys for row in self.rows.get((key, kind), ())]


def kept(
    session: Session, unit_ids: Collection[int], window: Window, officer_ids: Collection[int] = ()
) -> Kept:
    """Fetch the entries whose due day (local) lies in the window; what is to come too.

    Of the units, or where officers are given of these, in whichever register they are named.
    """
    given = within(unit_ids, window, officers=list(officer_ids))
    if officer_ids:
        return _naming(session, _DUE_OF_OFFICERS, given)
    return _kept(session, _DUE_OF_UNITS, given)


def initiatives(
    session: Session, unit_ids: Collection[int], window: Window, officer_ids: Collection[int] = ()
) -> Kept:
    """Fetch the initiatives handed in or recognised in the window (local days), as `kept` does."""
    given = within(unit_ids, window, officers=list(officer_ids))
    if officer_ids:
        return _naming(session, _INITIATIVES_OF_OFFICERS, given)
    return _kept(session, _INITIATIVES_OF_UNITS, given)


def recognised_in(row: RegisterEntry, window: Window, today: date) -> bool:
    """Say whether an initiative was recognised in the window, by the end of `today`."""
    return row.done_on is not None and window.first <= row.done_on <= min(window.last, today)


def _kept(session: Session, entries: Select[RegisterEntry], given: Mapping[str, Any]) -> Kept:
    rows: dict[tuple[int, RegisterKind], list[RegisterEntry]] = {}
    for row in session.scalars(entries, given):
        rows.setdefault((row.unit_id, RegisterKind(row.kind)), []).append(row)
    return Kept(rows)


def _naming(session: Session, entries: Select[RegisterEntry], given: Mapping[str, Any]) -> Kept:
    found = {row.id: row for row in session.scalars(entries, given)}
    rows: dict[tuple[int, RegisterKind], list[RegisterEntry]] = {}
    for entry_id, officer_id in session.execute(_NAMED, given):
        row = found.get(entry_id)
        if row is not None and officer_id is not None:
            rows.setdefault((officer_id, RegisterKind(row.kind)), []).append(row)
    return Kept(rows)


def attended(rows: Iterable[RegisterEntry], today: date) -> Tally:
    """Count who attended of whom was due, over the courses held until today."""
    held = [row for row in rows if row.due_on <= today]
    return sum(row.done or 0 for row in held), sum(row.planned or 0 for row in held)


def acted(rows: Iterable[RegisterEntry], today: date) -> Tally:
    """Count acts done of acts planned that are due; more than planned makes up for nothing else."""
    due = [row for row in rows if row.due_on <= today]
    done = sum(min(row.done or 0, row.planned or 0) for row in due)
    return done, sum(row.planned or 0 for row in due)


def on_time(rows: Iterable[RegisterEntry], today: date) -> Tally:
    """Count entries done by their due day, of those done or past it."""
    judged = [row for row in rows if is_judged(row, today)]
    return sum(row.done_on is not None and row.done_on <= row.due_on for row in judged), len(judged)


def carried_out(rows: Iterable[RegisterEntry], today: date, last: date) -> Tally:
    """Count planned entries carried out by the window's last day, of those done or past due."""
    judged = [row for row in rows if is_judged(row, today)]
    until = min(last, today)
    return sum(_by(row.done_on, until) for row in judged), len(judged)


def is_judged(row: RegisterEntry, today: date) -> bool:
    """Say whether an entry was done or past its due day at the end of `today`."""
    return _by(row.done_on, today) or row.due_on < today


def remedy_is_judged(row: RegisterEntry, today: date) -> bool:
    """Say whether what was found was remedied or past the day for it at the end of `today`."""
    due = row.remedy_due_on
    return due is not None and (_by(row.remedied_on, today) or due < today)


def _by(on: date | None, today: date) -> bool:
    """Say whether something was done by the end of a day; what came later is not known then."""
    return on is not None and on <= today


def remedied(rows: Iterable[RegisterEntry], today: date) -> Tally:
    """Count findings remedied by their due day, of those remedied or past it."""
    judged = [row for row in rows if remedy_is_judged(row, today)]
    hits = sum(
        row.remedied_on is not None
        and _by(row.remedied_on, today)
        and row.remedy_due_on is not None
        and row.remedied_on <= row.remedy_due_on
        for row in judged
    )
    return hits, len(judged)


def latest_results(
    session: Session, unit_ids: Collection[int], last: date
) -> dict[int, list[tuple[IndexResult, IndexResult | None]]]:
    """Find each unit's newest results of every index published until a day, and the year before."""
    rows = list(session.scalars(_RESULTS, {"units": list(unit_ids), "last": last}))
    newest: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.unit_id, row.index)
        newest[key] = max(row.year, newest.get(key, row.year))
    known = {(row.unit_id, row.index, row.year, row.code): row for row in rows}
    found: dict[int, list[tuple[IndexResult, IndexResult | None]]] = {}
    for row in rows:
        if row.year == newest[row.unit_id, row.index]:
            before = known.get((row.unit_id, row.index, row.year - 1, row.code))
            found.setdefault(row.unit_id, []).append((row, before))
    return found


def weak_rules(session: Session, organisation_id: int) -> Mapping[str, list[tuple[int, WeakBelow]]]:
    """Give an organisation's rules of weakness by index, the newest year first."""
    found: dict[str, list[tuple[int, WeakBelow]]] = {str(index): [] for index in Index}
    for row in session.scalars(_RULES, {"organisation": organisation_id}):
        found[row.index].append((row.from_year, WeakBelow(row.below, row.fallen_by)))
    return found


def is_weak(
    result: IndexResult,
    before: IndexResult | None,
    rules: Mapping[str, Sequence[tuple[int, WeakBelow]]],
) -> bool:
    """Say whether a result is weak by the rule of its year, the suggested one without any."""
    of_year = (rule for from_year, rule in rules[result.index] if from_year <= result.year)
    earlier = None if before is None else _percent(before)
    return bool(improvement.weaknesses(_percent(result), earlier, next(of_year, SUGGESTED)))


def planned_results(session: Session, unit_ids: Collection[int]) -> dict[int, datetime]:
    """Find the results of the units that have an action, with the instant it was planned."""
    return dict(session.execute(_PLANS, {"units": list(unit_ids)}).all())


def _percent(row: IndexResult) -> Fraction:
    return improvement.percent(row.points, row.most_points)
