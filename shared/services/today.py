"""Today: where an office stands this morning, from daily totals, and what asks to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import monday_of
from shared.domain.campaign import Settings, Window
from shared.domain.kiosk import Alarm
from shared.domain.rating import Lane
from shared.models.complaint import Complaint
from shared.models.organisation import Desk, Organisation, Unit
from shared.services import figure_duties, improvement, inbox, kiosk_health
from shared.services.dossiers import units_within
from shared.services.figure_duties import Load
from shared.services.improvement import Late
from shared.services.inbox import OPEN_STATES, Counts, visible_to
from shared.services.local_days import today_in
from shared.statistics import case_turns, opinions, satisfaction, timeliness
from shared.statistics.conduct import not_naming
from shared.statistics.given import FIRST, LAST, within
from shared.statistics.opinions import By, Line
from shared.statistics.satisfaction import Tally
from shared.statistics.timeliness import DossierTally

WEEKS = 12
MOST_OVERDUE = 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Overdue:
    """A case past its due day, so many calendar days ago."""

    number: str
    unit: str
    desk: str
    due_on: date
    days: int


@dataclass(frozen=True)
class KioskLine:
    """A kiosk in use, when it was last heard of, and why it asks to be looked at."""

    key: int
    name: str
    desk: str
    unit: str
    seen_at: datetime | None
    alarms: Sequence[Alarm]


@dataclass(frozen=True)
class WeekLine:
    """The satisfaction of a week that begins on a Monday."""

    monday: date
    line: Line


@dataclass(frozen=True)
class Overview:
    """What the page shows. Shares are percent; those of fewer than five cases have no value."""

    today: date
    sample: bool
    satisfied: Line
    uncounted: int  # ratings by printed codes in the same days, in no share
    waiting: Counts | None  # None for who may not read complaints, as are the next two
    overdue: Sequence[Overdue] | None
    answered_on_time: Line | None
    dossiers_on_time: Line
    month: Window
    by: By
    places: Sequence[Line]
    low_places: Sequence[Line]
    weeks: Sequence[WeekLine]
    kiosks: Sequence[KioskLine]
    late_actions: Sequence[Late]  # of improvement plans, for who keeps them
    figures: Sequence[Load]  # by hand, of campaigns: owed by the unit, or waiting for others


def overview(session: Session, actor: Actor, units: frozenset[int], now: datetime) -> Overview:
    """Gather the figures of the given units as the actor may see them.

    Satisfaction is of the last seven days, today included, from the daily totals alone; dossiers
    are those received this month, answers those to complaints of the last thirty days.
    """
    today = today_in(session, units, now)
    week, month = Window(today - 6 * DAY, today), Window(today.replace(day=1), today)
    lanes = Settings().lanes
    by = By.UNIT if len(units_within(session, units)) > 1 else By.DESK
    whole = opinions.whole(session, units, week, lanes)
    places = opinions.lines(session, by, units, week, lanes)
    places.sort(key=lambda line: (not line.name, line.name))
    reads_complaints = actor.may(Permission.COMPLAINTS)
    return Overview(
        today=today,
        sample=_is_sample(session, units),
        satisfied=whole,
        uncounted=_uncounted(session, units, week),
        waiting=inbox.counts(session, actor, now, units) if reads_complaints else None,
        overdue=_overdue(session, actor, units, now, today) if reads_complaints else None,
        answered_on_time=_answered(session, actor, units, today, now) if reads_complaints else None,
        dossiers_on_time=_dossiers(session, units, month, today),
        month=month,
        by=by,
        places=places,
        low_places=[line for line in places if _low_beyond_chance(line, whole)],
        weeks=_weeks(session, units, today),
        kiosks=_kiosks(session, units, now),
        late_actions=_late_actions(session, actor, units, now),
        figures=figure_duties.loads(session, actor, units, now),
    )


def _late_actions(
    session: Session, actor: Actor, units: frozenset[int], now: datetime
) -> list[Late]:
    if not actor.may(Permission.ENTER_FIGURES):
        return []
    return improvement.late(session, units & actor.units(Permission.ENTER_FIGURES), now)


def _is_sample(session: Session, units: frozenset[int]) -> bool:
    found = select(Organisation.id).join(Unit, Unit.organisation_id == Organisation.id)
    found = found.where(Unit.id.in_(units), Organisation.sample.is_(True)).limit(1)
    return session.scalar(found) is not None


def _uncounted(session: Session, units: frozenset[int], week: Window) -> int:
    lanes = satisfaction.by_lane(session, units, week, Settings())
    return lanes.get(str(Lane.OPEN), Tally()).cases


def _low_beyond_chance(line: Line, whole: Line) -> bool:
    """Say whether even the upper bound of a place lies under the figure of all together."""
    return line.high is not None and whole.value is not None and line.high < whole.value


def _overdue(
    session: Session, actor: Actor, units: frozenset[int], now: datetime, today: date
) -> list[Overdue]:
    found = session.execute(
        select(Complaint.number, Unit.name, Desk.name, Complaint.due_on)
        .join(Unit, Complaint.unit_id == Unit.id)
        .outerjoin(Desk, Complaint.desk_id == Desk.id)
        .where(
            visible_to(actor),
            Complaint.unit_id.in_(units),
            Complaint.state.in_(OPEN_STATES),
            Complaint.due_at < now,
        )
        .order_by(Complaint.due_at, Complaint.id)
        .limit(MOST_OVERDUE)
    )
    return [
        Overdue(number, unit, desk or "", due_on, (today - due_on).days)
        for number, unit, desk, due_on in found
        if due_on is not None
    ]


def _answered(
    session: Session, actor: Actor, units: frozenset[int], today: date, now: datetime
) -> Line:
    """Count as `timeliness` does, but only at units whose cases exist for the actor."""
    own = units & actor.units(Permission.COMPLAINTS)
    month = Window(today - 29 * DAY, today)
    given = within(own, month, today=today, today_ends=now, hidden_from=actor.officer_id)
    hits, cases = session.execute(_on_time(hides=actor.officer_id is not None), given).one()
    return opinions.line_of(Tally(int(hits), cases))


@cache
def _on_time(*, hides: bool) -> Select[int, int]:
    among = and_(
        Complaint.received_on.between(FIRST, LAST),
        not_naming(bindparam("hidden_from") if hides else None),
    )
    turn = case_turns.turns(among)
    on_time = func.sum(case((case_turns.is_on_time(turn), 1), else_=0))
    counts = select(func.coalesce(on_time, 0), func.count()).select_from(turn)
    return counts.where(case_turns.is_judged(turn))


def _dossiers(session: Session, units: frozenset[int], month: Window, today: date) -> Line:
    counted = timeliness.dossiers_by_unit(session, units, month, today)
    tally = sum(counted.values(), DossierTally())
    return opinions.line_of(Tally(tally.on_time, tally.judged))


def _weeks(session: Session, units: frozenset[int], today: date) -> list[WeekLine]:
    """Give the last twelve weeks, the running one included, also those without a rating."""
    first = monday_of(today) - (WEEKS - 1) * 7 * DAY
    days = satisfaction.by_day(session, units, Window(first, today), Settings())
    sums: dict[date, Tally] = {first + 7 * number * DAY: Tally() for number in range(WEEKS)}
    for on, tally in days.items():
        sums[monday_of(on)] += tally
    return [WeekLine(monday, opinions.line_of(tally)) for monday, tally in sums.items()]


def _kiosks(session: Session, units: frozenset[int], now: datetime) -> list[KioskLine]:
    return [
        KioskLine(
            key=one.kiosk.id,
            name=one.kiosk.name or one.kiosk.code,
            desk=one.desk.name,
            unit=one.unit.name,
            seen_at=one.kiosk.seen_at,
            alarms=one.alarms,
        )
        for one in kiosk_health.health(session, units, now)
        if one.kiosk.revoked_at is None
    ]
