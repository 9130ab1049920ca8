"""Cases that staff take down for somebody: at the counter, by telephone, from the paper box."""

import json
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import local_date
from shared.domain.complaint import ACCEPTED_FIRST, Kind
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.domain.tracking_code import CaseCode, code_of
from shared.models.account import Account
from shared.models.case_work import ComplaintEntry
from shared.models.complaint import Complaint
from shared.models.organisation import Desk, Officer, Unit
from shared.services import complaints
from shared.services.calendars import work_calendar
from shared.services.complaints import Filing, receive

LONGEST_SOURCE = 200
LONGEST_WAIT = timedelta(days=366)  # an older opening of a box is a slip of the pen
ENTERED_IN = "vi"


class Way(StrEnum):
    """How it came; the words are those of the case's channel."""

    COUNTER = "counter"
    HOTLINE = "hotline"
    BOX = "box"


@dataclass(frozen=True)
class Entry:
    """What staff take down; `opened_on` is the day the box was opened, today for other ways."""

    form_id: UUID
    unit_id: int
    way: Way
    kind: Kind
    body: str
    opened_on: date | None = None
    written_on: date | None = None
    source: str = ""
    desk_id: int | None = None
    officer_id: int | None = None
    contact_name: str = ""
    contact_phone: str = ""
    consent: bool = False


@dataclass(frozen=True)
class Entered:
    """The case that was opened and its tracking code, for the sender."""

    complaint: Complaint
    code: CaseCode


@dataclass(frozen=True)
class Noted:
    """Who took a case down, and what was noted of where it came from."""

    who: str
    source: str
    written_on: date | None


@dataclass(frozen=True)
class Places:
    """A unit with its desks and officers, to choose from."""

    unit: Unit
    desks: list[Desk]
    officers: list[Officer]


def enter(session: Session, entry: Entry, secret: str, actor: Actor, now: datetime) -> Entered:
    """Open a case as staff took it down; the same form again gives the same case.

    One gone back to and changed is another case. The law's time of what lay in a box runs from the
    day the box was opened. Raises Invalid naming the field, NotFound for a unit, desk or officer
    out of reach.
    """
    _check_reach(session, entry, actor)
    zone = work_calendar(session, session.get_one(Unit, entry.unit_id).organisation_id).zone
    today = local_date(now, zone)
    received_at = now
    if entry.way is Way.BOX and entry.opened_on is not None and entry.opened_on < today:
        received_at = datetime.combine(entry.opened_on, time(), zone)
    form_id = _case_id(entry, actor)
    filing = Filing(
        form_id=form_id,
        unit_id=entry.unit_id,
        kind=entry.kind,
        body=entry.body,
        language=ENTERED_IN,
        channel=str(entry.way),
        desk_id=entry.desk_id,
        officer_ids=(entry.officer_id,) if entry.officer_id else (),
        contact_name=entry.contact_name.strip(),
        contact_phone=entry.contact_phone.strip(),
        consent=entry.consent,
        received_at=received_at,
    )
    with Faults() as faults:
        faults.read(_check, entry, today)
        faults.read(complaints.check, filing)
    code = code_of(form_id, secret)
    complaint = receive(session, filing, code, now)
    if session.get(ComplaintEntry, complaint.id) is None:
        session.add(
            ComplaintEntry(
                complaint_id=complaint.id,
                account_id=actor.account_id,
                entered_at=now,
                source=clean_text(entry.source)[:LONGEST_SOURCE],
                written_on=entry.written_on,
            )
        )
        session.flush()
    return Entered(complaint, code)


def entry_of(session: Session, complaint_id: int) -> Noted | None:
    """Give who took a case down and from where; None for what its sender sent."""
    row = session.execute(
        select(ComplaintEntry, Account.full_name)
        .join(Account, Account.id == ComplaintEntry.account_id)
        .where(ComplaintEntry.complaint_id == complaint_id)
    ).first()
    return None if row is None else Noted(row[1], row[0].source, row[0].written_on)


def places(session: Session, actor: Actor) -> list[Places]:
    """List the units a person may take cases down for, with their desks and officers."""
    reach = actor.units(Permission.ANSWER)
    units = session.scalars(select(Unit).where(Unit.id.in_(reach)).order_by(Unit.name, Unit.id))
    desks = session.scalars(select(Desk).where(Desk.unit_id.in_(reach)).order_by(Desk.name)).all()
    officers = session.scalars(
        select(Officer).where(Officer.unit_id.in_(reach)).order_by(Officer.name)
    ).all()
    return [
        Places(
            unit,
            [desk for desk in desks if desk.unit_id == unit.id],
            [officer for officer in officers if officer.unit_id == unit.id],
        )
        for unit in units
    ]


def _case_id(entry: Entry, actor: Actor) -> UUID:
    """Tell what a form brought from what it brought before, and from every other form.

    Nobody is handed the code of a resident's case for knowing under which id it was sent.
    """
    return uuid5(entry.form_id, json.dumps([actor.account_id, *map(str, astuple(entry))]))


def _check_reach(session: Session, entry: Entry, actor: Actor) -> None:
    if entry.unit_id not in actor.units(Permission.ANSWER):
        raise NotFound
    desk = session.get(Desk, entry.desk_id) if entry.desk_id else None
    officer = session.get(Officer, entry.officer_id) if entry.officer_id else None
    for chosen, found in ((entry.desk_id, desk), (entry.officer_id, officer)):
        if chosen and (found is None or found.unit_id != entry.unit_id):
            raise NotFound


def _check(entry: Entry, today: date) -> None:
    with Faults() as faults:
        faults.read(_check_opened, entry, today)
        last = entry.opened_on if entry.way is Way.BOX else today
        if entry.written_on is not None and last is not None and entry.written_on > last:
            faults.add(
                Invalid(
                    "written_wrong",
                    N_("Ngày ghi trên thư không sau ngày nhận."),
                    field="written_on",
                )
            )
        if entry.kind in ACCEPTED_FIRST:
            faults.read(_check_signed, entry)


def _check_opened(entry: Entry, today: date) -> None:
    if entry.way is not Way.BOX:
        return
    opened_on = entry.opened_on
    if opened_on is None or not today - LONGEST_WAIT <= opened_on <= today:
        raise Invalid(
            "opened_wrong", N_("Xin ghi ngày mở hòm thư, không sau hôm nay."), field="opened_on"
        )


def _check_signed(entry: Entry) -> None:
    """Law on Complaints 2011, article 8; Law on Denunciations 2018, articles 23 and 25."""
    with Faults() as faults:
        if entry.way is Way.HOTLINE:
            faults.add(
                Invalid(
                    "needs_letter",
                    N_("Khiếu nại, tố cáo cần đơn có chữ ký hoặc lập biên bản."),
                    field="kind",
                )
            )
        if not entry.contact_name.strip():
            faults.add(
                Invalid(
                    "sender_missing",
                    N_("Đơn khiếu nại, tố cáo cần họ tên người gửi."),
                    field="contact_name",
                )
            )
