"""Việc của tôi: the lists a person's open cases stand in, counted and paged at any length."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    and_,
    asc,
    bindparam,
    desc,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from shared.db import UtcDateTime
from shared.domain.access import Actor, Permission
from shared.domain.calendar import ONE_DAY, end_of_day, local_date
from shared.domain.time_left import TimeLeft, time_left
from shared.domain.work_list import NO_LIMIT, Turn, WorkList, lists_for, turns_in
from shared.models.complaint import Complaint
from shared.models.organisation import Desk, Procedure, Unit
from shared.services.case_steps import with_new_words
from shared.services.inbox import Waiting, matching, not_about, with_time_left
from shared.services.local_days import zone_of

PAGE = 50
FIRST = 10  # of each list, where all stand on one page
MOST_COUNTED = 1000  # a list is not counted further
# Over so few units each unit's part is read by itself; over more, each handler's.
FEW_UNITS = 8
LATER_THAN_ANY = NO_LIMIT + ONE_DAY
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_TICK = timedelta(microseconds=1)
_MARK = "%Y%m%dT%H%M%S%f"
# The sign keeps databases from going by an index of the column, which would sort everything.
_UNIT: ColumnElement[int] = literal_column("+complaint.unit_id", Integer)
_HANDLER: ColumnElement[int] = literal_column("+complaint.handler_id", Integer)
_Found = Select[*tuple[Any, ...]]
Instant = datetime | BindParameter[datetime]
# A query that counts is built once for all days of a month.
_SINCE: BindParameter[datetime] = bindparam("since", type_=UtcDateTime())
_BEFORE: BindParameter[datetime] = bindparam("before", type_=UtcDateTime())


class Who(StrEnum):
    """Whose cases are shown."""

    HAND = "hand"  # the person's, nobody's, and what waits for their approval
    MINE = "mine"
    NOBODY = "nobody"
    OTHERS = "others"
    UNIT = "unit"  # everybody's


# Of these a unit holds few among many: they are looked for by who has them.
BY_HANDLER = frozenset({Who.HAND, Who.MINE, Who.NOBODY})


@dataclass(frozen=True)
class Narrowing:
    """What the lists are narrowed to; empty means all."""

    who: Who = Who.HAND
    kind: str = ""
    desk_id: int | None = None
    procedure_id: int | None = None
    query: str = ""


@dataclass(frozen=True)
class Span:
    """Cases of some turns that are due from an instant on and before another."""

    turns: Collection[Turn]
    since: Instant
    before: Instant

    @property
    def holds(self) -> ColumnElement[bool]:
        """Give the condition for a case to lie in it."""
        return and_(
            Complaint.turn.in_([str(turn) for turn in self.turns]),
            Complaint.turn_due_at >= self.since,
            Complaint.turn_due_at < self.before,
        )

    def by_turn(self) -> list["Span"]:
        """Divide it into a span for each turn."""
        return [replace(self, turns=(turn,)) for turn in self.turns]


@dataclass(frozen=True)
class Entry:
    """A case in a list, with what is left until its next step is due."""

    waiting: Waiting
    turn: Turn
    left: TimeLeft | None  # None without a limit
    late: bool
    taking_on: bool  # the step due is to take it on, before the answer is
    written: bool  # by its resident, since staff last did anything with it

    @property
    def at(self) -> str:
        """Give where it stands in its list, for the address of the pages before and after."""
        due_at = self.waiting.complaint.turn_due_at or NO_LIMIT
        return f"{due_at.astimezone(UTC).strftime(_MARK)}-{self.waiting.complaint.id}"


@dataclass(frozen=True)
class Page:
    """A piece of a list; `after` and `before` lead on, and are empty at its ends."""

    entries: Sequence[Entry]
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Choices:
    """What the lists can be narrowed to; no desks where the units are many."""

    desks: Sequence[Desk]
    procedures: Sequence[Procedure]


class Tray:
    """A person's lists at an instant: which units, whose local day, what they are narrowed to."""

    def __init__(
        self, session: Session, actor: Actor, now: datetime, narrowing: Narrowing | None = None
    ) -> None:
        """Find the units in which the person both reads and answers."""
        self.session, self.actor, self.now = session, actor, now
        self.narrowing = narrowing or Narrowing()
        self.units = actor.units(Permission.COMPLAINTS) & actor.units(Permission.ANSWER)
        self.zone = zone_of(session, self.units)
        self.approves = actor.may(Permission.LEAD_CASES)
        self._counting: dict[tuple[Turn, ...], _Found] = {}

    @property
    def today(self) -> date:
        """Give the local day."""
        return local_date(self.now, self.zone)

    @property
    def _own(self) -> int:
        return self.actor.account_id

    @property
    def whole(self) -> Span:
        """Give what all lists hold together."""
        return Span(tuple(Turn), _EARLIEST, LATER_THAN_ANY)

    def lists(self) -> list[WorkList]:
        """Give the lists the person has, in their order."""
        return lists_for(approves=self.approves)

    def span(self, worklist: WorkList) -> Span:
        """Give what a list holds; `domain.work_list.list_of` says the same of one case."""
        turns = turns_in(worklist, approves=self.approves)
        tomorrow = end_of_day(self.today, self.zone).astimezone(UTC) + _TICK
        if worklist is WorkList.OVERDUE:
            return Span(turns, _EARLIEST, self.now)
        if worklist is WorkList.DUE_TODAY:
            return Span(turns, self.now, max(self.now, tomorrow))
        return Span(turns, max(self.now, tomorrow), LATER_THAN_ANY)

    def span_of_day(self, on: date) -> Span:
        """Give all open cases whose next step is due on a local day, or was."""
        return Span(tuple(Turn), *_day(on, self.zone))

    def counts(self) -> dict[WorkList, int]:
        """Count each list, to MOST_COUNTED at most."""
        return {one: self.count(self.span(one)) for one in self.lists()}

    def count(self, span: Span) -> int:
        """Count the cases within a span, to MOST_COUNTED at most."""
        turns = tuple(span.turns)
        if turns not in self._counting:
            self._counting[turns] = self._numbers(Span(turns, _SINCE, _BEFORE))
        given = {"since": span.since, "before": span.before}
        return min(sum(self.session.execute(self._counting[turns], given).one()), MOST_COUNTED)

    def _numbers(self, span: Span) -> _Found:
        """Give the query for how many cases the parts of a span hold."""
        parts = [and_(Complaint.unit_id.in_(self.units), span.holds, self._whose())]
        if len(self.units) > FEW_UNITS and self.narrowing.who in BY_HANDLER:
            parts = self._parts(span)
        counted = [
            self._narrowed(select(literal(1)).where(part)).limit(MOST_COUNTED).subquery()
            for part in parts
        ]
        return select(*(select(func.count()).select_from(one).scalar_subquery() for one in counted))

    def of_others(self) -> int:
        """Count what others have in work, to MOST_COUNTED at most."""
        theirs = Tray(self.session, self.actor, self.now, replace(self.narrowing, who=Who.OTHERS))
        return theirs.count(self.whole)

    def first(self, worklists: Iterable[WorkList]) -> dict[WorkList, list[Entry]]:
        """Give the beginning of lists: the least time left first, older cases before newer."""
        keys = {one: self._keys(self.span(one), FIRST) for one in worklists}
        every = {
            entry.waiting.complaint.id: entry
            for entry in self._entries([key for some in keys.values() for key in some])
        }
        return {one: [every[key] for key in some] for one, some in keys.items()}

    def page(self, span: Span, *, after: str = "", before: str = "") -> Page:
        """Give a page of the cases within a span, from a place that an entry gave; else the first.

        What changes meanwhile repeats nothing and leaves nothing out: a page begins at a place,
        not at a number.
        """
        start, backwards = _place(before or after), bool(before)
        keys = self._keys(span, PAGE + 1, start, backwards=backwards)
        more = len(keys) > PAGE
        keys = keys[:PAGE]
        if backwards and start is not None:
            entries = self._entries(keys[::-1])
            return _page(entries, more_before=more, more_after=True)
        return _page(self._entries(keys), more_before=start is not None, more_after=more)

    def _keys(
        self,
        span: Span,
        most: int,
        start: tuple[datetime, int] | None = None,
        *,
        backwards: bool = False,
    ) -> list[int]:
        if not self.units:
            return []  # an office that has no unit yet
        pieces = [self._piece(part, start, most, backwards=backwards) for part in self._parts(span)]
        if len(pieces) == 1:
            return list(self.session.scalars(pieces[0]))
        within = [piece.subquery() for piece in pieces]
        every = union_all(*(select(one.c.id, one.c.turn_due_at) for one in within)).subquery()
        order = _order(every.c.turn_due_at, every.c.id, backwards=backwards)
        return list(self.session.scalars(select(every.c.id).order_by(*order).limit(most)))

    def _parts(self, span: Span) -> list[ColumnElement[bool]]:
        """Divide a span into parts, each of which an index gives in order; no case is in two."""
        if len(self.units) > FEW_UNITS:
            return [
                and_(_UNIT.in_(self.units), one.holds, held)
                for one in span.by_turn()
                for held in self._held(one)
            ]
        return [
            and_(Complaint.unit_id == unit_id, one.holds, self._whose())
            for unit_id in sorted(self.units)
            for one in span.by_turn()
        ]

    def _held(self, span: Span) -> list[ColumnElement[bool]]:
        """Divide a span of one turn by who has the cases, as far as an index is by that."""
        who, to_approve = self.narrowing.who, span.turns == (Turn.APPROVE,) and self.approves
        if who is Who.HAND and to_approve:
            return [true()]
        nobody, own = Complaint.handler_id.is_(None), Complaint.handler_id == self._own
        holders: dict[Who, list[ColumnElement[bool]]] = {
            Who.HAND: [nobody, own],
            Who.MINE: [own],
            Who.NOBODY: [nobody],
        }
        return holders.get(who) or [self._whose()]

    def _piece(
        self,
        part: ColumnElement[bool],
        start: tuple[datetime, int] | None,
        most: int,
        *,
        backwards: bool,
    ) -> _Found:
        found = select(Complaint.id, Complaint.turn_due_at).where(part)
        if start is not None:
            place = tuple_(literal(start[0], UtcDateTime()), literal(start[1]))
            here = tuple_(Complaint.turn_due_at, Complaint.id)
            found = found.where(here < place if backwards else here > place)
        found = self._narrowed(found)
        order = _order(Complaint.turn_due_at, Complaint.id, backwards=backwards)
        return found.order_by(*order).limit(most)

    def _narrowed(self, found: _Found) -> _Found:
        """Leave out what does not exist for the person, and what they did not ask for."""
        chosen = self.narrowing
        found = found.where(not_about(self.actor))
        if chosen.kind:
            found = found.where(Complaint.kind == chosen.kind)
        if chosen.desk_id is not None:
            found = found.where(Complaint.desk_id == chosen.desk_id)
        if chosen.procedure_id is not None:
            found = found.where(Complaint.procedure_id == chosen.procedure_id)
        return matching(found, chosen.query)

    def _whose(self) -> ColumnElement[bool]:
        handler, own = _HANDLER, self._own
        to_approve = Complaint.turn == str(Turn.APPROVE) if self.approves else false()
        return {
            Who.HAND: or_(handler.is_(None), handler == own, to_approve),
            Who.MINE: handler == own,
            Who.NOBODY: handler.is_(None),
            Who.OTHERS: and_(handler != own, ~to_approve),
            Who.UNIT: true(),
        }[self.narrowing.who]

    def _entries(self, keys: Sequence[int]) -> list[Entry]:
        rows = self.session.scalars(select(Complaint).where(Complaint.id.in_(keys)))
        known = {row.id: row for row in rows}
        in_order = [known[key] for key in keys]
        written = with_new_words(self.session, keys)
        waiting = with_time_left(self.session, in_order, self.now)
        return [self._entry(one, one.complaint.id in written) for one in waiting]

    def _entry(self, waiting: Waiting, written: bool) -> Entry:
        complaint = waiting.complaint
        due_at = complaint.turn_due_at or NO_LIMIT
        taking_on = complaint.turn == Turn.TAKE_ON and due_at != (complaint.due_at or NO_LIMIT)
        left = waiting.left
        if taking_on:
            calendar = waiting.calendar
            due_on = local_date(due_at, calendar.zone)
            left = time_left(self.now, complaint.received_at, due_on, calendar)
        turn, late = Turn(complaint.turn or ""), due_at < self.now
        return Entry(waiting, turn, left, late, taking_on, written)


def choices(tray: Tray) -> Choices:
    """Give the desks and procedures that the person's lists can be narrowed to, by name."""
    few = len(tray.units) <= FEW_UNITS
    desks = select(Desk).where(Desk.unit_id.in_(tray.units if few else ()))
    theirs = select(Unit.organisation_id).where(Unit.id.in_(tray.units))
    procedures = select(Procedure).where(Procedure.organisation_id.in_(theirs))
    session = tray.session
    return Choices(
        session.scalars(desks.order_by(Desk.name, Desk.id)).all(),
        session.scalars(procedures.order_by(Procedure.name, Procedure.id)).all(),
    )


def _order(
    due_at: SQLColumnExpression[Any], key: SQLColumnExpression[Any], *, backwards: bool
) -> tuple[Any, Any]:
    return (desc(due_at), desc(key)) if backwards else (asc(due_at), asc(key))


def _page(entries: Sequence[Entry], *, more_before: bool, more_after: bool) -> Page:
    if not entries:
        return Page(entries)
    return Page(
        entries,
        after=entries[-1].at if more_after else "",
        before=entries[0].at if more_before else "",
    )


def _place(text: str) -> tuple[datetime, int] | None:
    """Read a place in a list; None for anything else, which begins at its head."""
    due_at, _dash, key = text.partition("-")
    if not (key.isascii() and key.isdecimal() and len(key) <= 9):
        return None
    try:
        return datetime.strptime(due_at, _MARK).replace(tzinfo=UTC), int(key)
    except ValueError:
        return None


def _day(on: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the instants at which a local day begins and the next one does."""
    begin, end = (end_of_day(one, zone).astimezone(UTC) + _TICK for one in (on - ONE_DAY, on))
    return begin, end
