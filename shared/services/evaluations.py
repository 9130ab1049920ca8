"""A unit or an officer by the rules of higher authorities, for a person and a period."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import end_of_day, local_date
from shared.domain.campaign import Settings, Window
from shared.domain.errors import NotFound
from shared.models.organisation import Officer, Organisation, Unit
from shared.services import unit_history
from shared.services.competitors import subtrees
from shared.statistics.evaluations import Evaluated, Indexed, OutsideRules
from shared.statistics.frames import Frame, Subject
from shared.statistics.periods import in_force_between

Choice = tuple[int, str]


@dataclass(frozen=True)
class Look:
    """What is known of a unit or an officer in a period; None: no rules in force then."""

    name: str
    officer: bool
    window: Window
    evaluated: Evaluated | None
    indexed: Indexed | None  # of units only


def unit_choices(session: Session, scope: Collection[int], window: Window) -> list[Choice]:
    """List the units within reach that existed in a period, by the names they had at its end.

    Of a period in which none existed yet, all of them.
    """
    known = unit_history.units_as_of(session, scope, window.last)
    query = select(Unit.id).where(
        Unit.id.in_(scope), in_force_between(Unit, window.first, window.last)
    )
    then = set(session.scalars(query)) or known.keys()
    found = [(key, was.name) for key, was in known.items() if key in then]
    return sorted(found, key=lambda choice: (choice[1], choice[0]))


def officer_choices(
    session: Session,
    unit_id: int,
    window: Window,
    scope: Collection[int],
    reader_officer_id: int | None,
) -> list[Choice]:
    """List the officers of a unit and of those below it in a period, without the reader.

    Below it are the units that stood there at the end of the period and are within reach.
    """
    units = subtrees(session, [unit_id], window.last)[unit_id].intersection(scope)
    query = select(Officer.id, Officer.name).where(
        Officer.unit_id.in_(units), in_force_between(Officer, window.first, window.last)
    )
    found = session.execute(query.order_by(Officer.name, Officer.id))
    return [(key, name) for key, name in found if key != reader_officer_id]


def look(
    session: Session,
    unit_id: int,
    officer_id: int | None,
    window: Window,
    scope: Collection[int],
    reader_officer_id: int | None,
    now: datetime,
) -> Look:
    """Evaluate a unit, or one of its officers, over local days up to `now` (UTC).

    The unit has the name, and the units below it, of the last of those days that has come. Cases
    that name the reader are left out. Raises NotFound out of reach, and for the own person.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or unit_id not in scope:
        raise NotFound
    frame = _frame(session, unit, window, now)
    known = dict(officer_choices(session, unit_id, window, scope, reader_officer_id))
    if officer_id is not None and officer_id not in known:
        raise NotFound
    day = min(window.last, frame.today)
    units = subtrees(session, [unit_id], day)[unit_id]
    subject = Subject(unit_id, units, officer_id, window)
    was = unit_history.units_as_of(session, [unit_id], day)[unit_id]
    rules = OutsideRules(session, frame, window, [subject], reader_officer_id)
    return Look(
        name=was.name if officer_id is None else known[officer_id],
        officer=officer_id is not None,
        window=window,
        evaluated=rules.evaluated(subject),
        indexed=rules.indexed(subject) if officer_id is None else None,
    )


def _frame(session: Session, unit: Unit, window: Window, now: datetime) -> Frame:
    organisation = session.get_one(Organisation, unit.organisation_id)
    zone = ZoneInfo(organisation.zone)
    as_of = min(now, end_of_day(window.last, zone))
    today = local_date(now, zone)
    return Frame(organisation.id, zone, Settings(), as_of, today, over=as_of < now)
