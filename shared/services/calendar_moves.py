"""Open deadlines follow the calendar: what a change would move, and moving it in one batch."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, insert, literal, select, update
from sqlalchemy.orm import Session, load_only

from shared.domain.access import Actor, Permission
from shared.domain.calendar_change import CalendarChange, changed
from shared.domain.complaint import Kind
from shared.domain.deadline import Deadline
from shared.domain.errors import NotFound
from shared.models.calendar import CalendarMove, CalendarVersion
from shared.models.clock import ComplaintClock
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Organisation, Unit
from shared.services import case_turns
from shared.services.calendar_changes import check
from shared.services.calendars import LegalClock, calendar_version, legal_clock
from shared.services.clock_judging import as_judged, day_text, leading
from shared.services.clocks import Recounted, recounted_of
from shared.services.inbox import visible_to
from shared.services.registers import Setup

CHUNK = 500
MOST_SHOWN = 200
MOVED = "calendar"  # the step in a case's history
Progress = Callable[[int, int], None]
Shown = tuple[str, str, date, date]  # number of the case, stage, old and new day


@dataclass(frozen=True)
class NewDay:
    """A running clock whose deadline is no longer the one it was judged by.

    Its due day may be the same: then only the days behind it changed, or are sure now.
    """

    clock_id: int
    complaint_id: int
    stage: str
    old_due_on: date
    deadline: Deadline
    moves: bool
    settles: bool  # was provisional and is sure now
    handling_code: str | None
    stored: dict[str, Any]  # the new deadline as it will be stored, shared by many


@dataclass(frozen=True)
class Outlook:
    """What a change of the calendar would do to the open cases of the organisation."""

    open_cases: int
    cases: int  # with at least one deadline that moves
    earlier: int  # deadlines
    later: int
    settled: int
    judged_anew: int  # deadlines whose days or due day are no longer the same
    by_days: Sequence[tuple[date, date, int]]  # old day, new day, how many deadlines
    shown: Sequence[Shown]  # of the cases the person may see

    @property
    def moves(self) -> int:
        """Give the number of deadlines that move."""
        return self.earlier + self.later


def outlook(session: Session, setup: Setup, change: CalendarChange) -> Outlook:
    """Say what a change would move, without changing anything; raises as `check` does."""
    check(session, setup, change)
    legal = legal_clock(session, setup.organisation.id)
    legal = replace(legal, calendar=changed(legal.calendar, change))
    keys = set(session.scalars(_open(setup.organisation.id).with_only_columns(Complaint.id)))
    found = list(_new_days(session, keys, legal))
    moving = [one for one in found if one.moves]
    days = Counter((one.old_due_on, one.deadline.due_on) for one in moving)
    return Outlook(
        open_cases=len(keys),
        cases=len({one.complaint_id for one in moving}),
        earlier=sum(one.deadline.due_on < one.old_due_on for one in moving),
        later=sum(one.deadline.due_on >= one.old_due_on for one in moving),
        settled=sum(one.settles for one in found),
        judged_anew=len(found),
        by_days=[(old, new, count) for (old, new), count in sorted(days.items())],
        shown=_shown(session, setup.actor, moving),
    )


def move_open(
    session: Session, version_id: int, now: datetime, progress: Progress
) -> CalendarVersion:
    """Move every open deadline to where the present calendar puts it, as one logged batch.

    Cases that ended keep what they were judged by. What is counted before the turn to write and
    changed meanwhile is counted again within it. A version that a later one has followed moves
    nothing: the later one's batch does. Raises NotFound for no such version.
    """
    version = session.get(CalendarVersion, version_id)
    if version is None:
        raise NotFound
    organisation_id = version.organisation_id
    if version.finished_at is not None:
        return version
    latest = calendar_version(session, organisation_id) == version.number
    found = _counted(session, organisation_id, progress) if latest else ([], 0)
    for group in _grouped(found[0]):
        _write(session, version, group, now)
    case_turns.follow(session, {one.complaint_id for one in found[0]})
    version.looked_at, version.moved = found[1], sum(one.moves for one in found[0])
    version.finished_at = now
    session.flush()
    return version


def version_of(session: Session, setup: Setup, number: int) -> CalendarVersion:
    """Find a change of the organisation's calendar by its number; NotFound for none."""
    version = session.scalar(
        select(CalendarVersion).where(
            CalendarVersion.organisation_id == setup.organisation.id,
            CalendarVersion.number == number,
        )
    )
    if version is None:
        raise NotFound
    return version


def batch(session: Session, actor: Actor, version: CalendarVersion) -> Outlook:
    """Give what a version moved; only cases that exist for the person are named."""
    rows = session.execute(
        select(CalendarMove.old_due_on, CalendarMove.new_due_on, CalendarMove.complaint_id).where(
            CalendarMove.version_id == version.id
        )
    ).all()
    days = Counter((row.old_due_on, row.new_due_on) for row in rows)
    return Outlook(
        open_cases=version.looked_at or 0,
        cases=len({row.complaint_id for row in rows}),
        earlier=sum(row.new_due_on < row.old_due_on for row in rows),
        later=sum(row.new_due_on >= row.old_due_on for row in rows),
        settled=0,
        judged_anew=len(rows),
        by_days=[(old, new, count) for (old, new), count in sorted(days.items())],
        shown=_rows_shown(session, actor, CalendarMove.version_id == version.id)[:MOST_SHOWN],
    )


def _counted(
    session: Session, organisation_id: int, progress: Progress
) -> tuple[list[NewDay], int]:
    """Count first, take the turn to write, and count again what changed meanwhile."""
    legal = legal_clock(session, organisation_id)
    seen = _versions(session, organisation_id)
    found = list(_new_days(session, seen.keys(), legal, progress))
    session.execute(
        update(Organisation)
        .where(Organisation.id == organisation_id)
        .values(zone=Organisation.zone)
    )
    stand = _versions(session, organisation_id, locked=True)
    differing = {key for key, number in stand.items() if seen.get(key) != number}
    gone = (seen.keys() - stand.keys()) | differing
    if gone:
        session.expire_all()
        found = [one for one in found if one.complaint_id not in gone]
        found += _new_days(session, differing, legal_clock(session, organisation_id))
    return found, len(stand)


def _open(organisation_id: int) -> Select[int, int]:
    """Select the cases in which a clock of the organisation is running."""
    running = (
        select(ComplaintClock.complaint_id)
        .join(Unit, ComplaintClock.unit_id == Unit.id)
        .where(ComplaintClock.ended_at.is_(None), Unit.organisation_id == organisation_id)
    )
    return select(Complaint.id, Complaint.version).where(Complaint.id.in_(running))


def _versions(session: Session, organisation_id: int, *, locked: bool = False) -> dict[int, int]:
    query = _open(organisation_id).order_by(Complaint.id)
    rows = session.execute(query.with_for_update(of=Complaint) if locked else query)
    return {row.id: row.version for row in rows}


def _new_days(
    session: Session,
    keys: Collection[int],
    legal: LegalClock,
    progress: Progress = lambda _done, _all: None,
) -> Iterator[NewDay]:
    """Give the running clocks of cases that this calendar judges otherwise than it stands."""
    judged: dict[tuple[int, str | None], tuple[Deadline, dict[str, Any]]] = {}
    done, last = 0, 0
    for one in recounted_of(session, keys, legal):
        if one.clock.complaint_id != last:
            done, last = done + 1, one.clock.complaint_id
            progress(done, len(keys))
        key = (id(one.deadline), one.clock.handling_code)
        if key not in judged:  # it keeps the deadline too, whose id is the key
            judged[key] = one.deadline, as_judged(one.deadline, legal, one.clock)
        stored = judged[key][1]
        if _differs(one, stored):
            yield _new_day(one, stored)


def _differs(one: Recounted, stored: dict[str, Any]) -> bool:
    """Say whether anything but the number of the calendar is different."""
    before = one.clock.deadline
    return {**stored, "calendar_version": 0} != {**before, "calendar_version": 0}


def _new_day(one: Recounted, stored: dict[str, Any]) -> NewDay:
    clock, found = one.clock, one.deadline
    return NewDay(
        clock_id=clock.id,
        complaint_id=clock.complaint_id,
        stage=one.stage,
        old_due_on=clock.due_on,
        deadline=found,
        moves=(found.due_on, found.hour_due_at or found.due_at) != (clock.due_on, clock.due_at),
        settles=bool(clock.deadline.get("provisional")) and not found.provisional,
        handling_code=clock.handling_code,
        stored=stored,
    )


def _grouped(found: Iterable[NewDay]) -> Iterator[list[NewDay]]:
    """Give clocks that become the same together, so that each group is a few statements."""
    groups: dict[tuple[object, ...], list[NewDay]] = {}
    for one in found:
        key = (id(one.stored), one.stage, one.old_due_on, one.moves)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        for start in range(0, len(group), CHUNK):
            yield group[start : start + CHUNK]


def _write(
    session: Session, version: CalendarVersion, group: Sequence[NewDay], now: datetime
) -> None:
    """Write one group of clocks that become the same: their moves, steps, and new days."""
    like = group[0]
    clock_ids = [one.clock_id for one in group]
    if like.moves:
        session.execute(_log_moves(version, like, clock_ids))
    led = _led_by(session, group)
    new = {
        "due_on": like.deadline.due_on,
        "due_at": like.deadline.hour_due_at or like.deadline.due_at,
        "deadline": like.stored,
    }
    table = ComplaintClock
    session.execute(
        update(table).where(table.id.in_(clock_ids)).values(new),
        execution_options={"synchronize_session": False},
    )
    if not led:
        return
    if like.moves:
        session.execute(_log_steps(version, like, led, now))
    session.execute(
        update(Complaint).where(Complaint.id.in_(led)).values(**new, version=Complaint.version + 1),
        execution_options={"synchronize_session": False},
    )


def _log_moves(version: CalendarVersion, like: NewDay, clock_ids: list[int]) -> Any:
    table = ComplaintClock
    return insert(CalendarMove).from_select(
        ["version_id", "complaint_id", "stage", "old_due_on", "new_due_on", "before"],
        select(
            literal(version.id),
            table.complaint_id,
            literal(like.stage),
            table.due_on,
            bindparam("new_due_on", like.deadline.due_on, type_=CalendarMove.new_due_on.type),
            table.deadline,
        ).where(table.id.in_(clock_ids)),
    )


def _log_steps(version: CalendarVersion, like: NewDay, led: list[int], now: datetime) -> Any:
    """Write the step into the cases' histories; the resident reads it."""
    words = f"{day_text(like.old_due_on)} → {day_text(like.deadline.due_on)}"
    return insert(ComplaintEvent).from_select(
        ["complaint_id", "at", "action", "actor", "state", "text", "public"],
        select(
            Complaint.id,
            bindparam("moved_at", now, type_=ComplaintEvent.at.type),
            literal(MOVED),
            literal(version.actor),
            Complaint.state,
            literal(words),
            literal(True),
        ).where(Complaint.id.in_(led)),
    )


def _led_by(session: Session, group: Sequence[NewDay]) -> list[int]:
    """Give the cases of a group whose lists go by the very clock of the group."""
    # The case's own columns are those of its leading clock, so others need not be looked at.
    rows = session.execute(
        select(Complaint.id, Complaint.kind).where(
            Complaint.id.in_([one.complaint_id for one in group]),
            Complaint.rule_code == group[0].deadline.rule,
        )
    )
    kinds = {row.id: Kind(row.kind) for row in rows}
    clocks: dict[int, list[ComplaintClock]] = {}
    table = ComplaintClock
    light = load_only(table.complaint_id, table.turn, table.track, table.stage, table.ending)
    for clock in session.scalars(
        select(table).where(table.complaint_id.in_(list(kinds))).order_by(table.id).options(light)
    ):
        clocks.setdefault(clock.complaint_id, []).append(clock)
    leads = {
        first.id
        for key, found in clocks.items()
        if (first := leading(found, kinds[key])) is not None
    }
    return [one.complaint_id for one in group if one.clock_id in leads]


def _shown(session: Session, actor: Actor, moving: Sequence[NewDay]) -> list[Shown]:
    """Name the cases that exist for the person, the first ones to be due first."""
    if not actor.may(Permission.COMPLAINTS):
        return []
    keys = list({one.complaint_id for one in moving})
    numbers: dict[int, str] = {}
    for start in range(0, len(keys), CHUNK):
        within = Complaint.id.in_(keys[start : start + CHUNK])
        rows = session.execute(
            select(Complaint.id, Complaint.number).where(visible_to(actor), within)
        )
        numbers.update((row.id, row.number) for row in rows)
    named = [
        (numbers[one.complaint_id], one.stage, one.old_due_on, one.deadline.due_on)
        for one in moving
        if one.complaint_id in numbers
    ]
    return sorted(named, key=_by_old_day)[:MOST_SHOWN]


def _rows_shown(session: Session, actor: Actor, of: Any) -> list[Shown]:
    if not actor.may(Permission.COMPLAINTS):
        return []
    rows = session.execute(
        select(
            Complaint.number, CalendarMove.stage, CalendarMove.old_due_on, CalendarMove.new_due_on
        )
        .join(Complaint, CalendarMove.complaint_id == Complaint.id)
        .where(of, visible_to(actor))
    )
    return sorted(((number, stage, old, new) for number, stage, old, new in rows), key=_by_old_day)


def _by_old_day(one: Shown) -> tuple[date, str, str]:
    number, stage, old, _new = one
    return old, number, stage
