"""Why a case is due when it is: every fact behind its due days, for a page and as data alike."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date, local_time
from shared.domain.clock import Track
from shared.domain.complaint import Kind
from shared.domain.deadline import FROM_ACCEPTANCE, Pause, worth
from shared.domain.deadline import Unit as LimitUnit
from shared.domain.errors import NotFound
from shared.domain.handling import Handling
from shared.models.calendar import CalendarMove, CalendarVersion
from shared.models.case_work import APPEAL, ComplaintPassage
from shared.models.clock import ComplaintClock, ComplaintExtension, ComplaintPause
from shared.models.complaint import Complaint, ComplaintEvent
from shared.models.organisation import Organisation, Unit
from shared.services.calendars import LegalClock, legal_clock
from shared.services.clock_judging import allowed_for, clocks_of, extensions_of, leading, pauses_of
from shared.services.clocks import was_late

Saying = Callable[[datetime, ZoneInfo], str]  # how an instant is told
ACCEPTANCE = "acceptance"
SAMPLE = "sample-"  # codes of rules that are no law and no office's own


def explained(
    session: Session,
    complaint: Complaint,
    now: datetime,
    *,
    names: bool = False,
    hours: bool = True,
) -> dict[str, Any]:
    """Give every fact behind the due days of a case, in plain data.

    Dates are local days (YYYY-MM-DD), instants local with their offset, amounts in the unit that
    stands beside them. With `names` the accounts that decided are named, for staff alone. Without
    `hours` what the sender did has its day only, but for limits that run in hours: staff may
    remember who stood there.
    """
    said = _moment if hours else _day
    unit = session.get_one(Unit, complaint.unit_id)
    organisation = session.get_one(Organisation, unit.organisation_id)
    legal = legal_clock(session, organisation.id)
    clocks = clocks_of(session, complaint)
    lead = leading(clocks, Kind(complaint.kind))
    return {
        "number": complaint.number,
        "kind": complaint.kind,
        "tier": complaint.tier,
        "state": complaint.state,
        "unit": unit.name,
        "zone": organisation.zone,
        "sample": organisation.sample,
        "received_at": said(complaint.received_at, legal.zone),
        "received_on": complaint.received_on.isoformat(),
        "due_on": complaint.due_on.isoformat() if complaint.due_on else None,
        "today": local_date(now, legal.zone).isoformat(),
        "was_late": was_late(session, complaint),
        "calendar_version": legal.calendar.version,
        "clocks": [
            _clock(session, complaint, clock, legal, said) | {"leads": clock is lead}
            for clock in clocks
        ],
        "pauses": [_pause(session, one, legal, said) for one in pauses_of(session, complaint.id)],
        "extensions": [
            _extension(one, legal.zone, names=names)
            for one in extensions_of(session, complaint.id)
            if names or one.granted
        ],
        "transfers": _transfers(session, complaint, legal.zone, said),
        "moves": _moves(session, complaint, legal.zone),
    }


def of_number(session: Session, number: str, now: datetime) -> dict[str, Any]:
    """Give the same by the number of a case, for who runs the server; NotFound without one."""
    complaint = session.scalar(select(Complaint).where(Complaint.number == number.strip()))
    if complaint is None:
        raise NotFound
    return explained(session, complaint, now, names=True)


def _clock(
    session: Session, complaint: Complaint, clock: ComplaintClock, legal: LegalClock, said: Saying
) -> dict[str, Any]:
    judged, since = clock.deadline, _since(complaint, clock)
    if since == ACCEPTANCE or judged["unit"] == LimitUnit.WORKING_HOUR:
        said = _moment
    return {
        "stage": clock.stage,
        "track": clock.track,
        "turn": clock.turn,
        "instance": clock.instance,
        "unit": session.get_one(Unit, clock.unit_id).name,
        "since": since,
        "began_at": said(clock.began_at, legal.zone),
        "first_due_on": clock.first_due_on.isoformat(),
        "due_on": clock.due_on.isoformat(),
        "due_at": _moment(clock.due_at, legal.zone),
        "hour_due_at": judged.get("hour_due_at"),
        "provisional": judged["provisional"],
        "calendar_version": judged.get("calendar_version"),
        "rule": _rule(clock, legal),
        "handling": _handling(allowed_for(clock, legal)),
        "days": _numbered(judged["days"]),
        "ended_at": said(clock.ended_at, legal.zone) if clock.ended_at else None,
        "ended_on": clock.ended_on.isoformat() if clock.ended_on else None,
        "ending": clock.ending,
        "late": clock.late,
    }


def _since(complaint: Complaint, clock: ComplaintClock) -> str:
    """Say what a clock runs from."""
    if clock.stage in FROM_ACCEPTANCE.get(Kind(complaint.kind), ()):
        return ACCEPTANCE
    if clock.track == Track.RECEIVER:
        return "transfer"
    return "appeal" if clock.turn > 1 else "receipt"


def _rule(clock: ComplaintClock, legal: LegalClock) -> dict[str, Any]:
    """Give the limit as it was judged by, with the dates it is in force where they are known."""
    judged = clock.deadline
    try:
        limit = legal.limit(clock.rule_code)
    except NotFound:
        limit = None
    ends = limit.in_force_to if limit else None
    return {
        "code": clock.rule_code,
        "amount": judged["amount"],
        "extra": judged.get("extra", 0),
        "unit": judged["unit"],
        "document": judged["document"],
        "legal_basis": judged.get("legal_basis", ""),
        "in_force_from": limit.in_force_from.isoformat() if limit else None,
        "in_force_to": ends.isoformat() if ends else None,
        "remote": limit.remote if limit else False,
        "sample": clock.rule_code.startswith(SAMPLE),
    }


def _handling(rule: Handling | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "code": rule.code,
        "receipt": str(rule.receipt),
        "cut_off": rule.cut_off.strftime("%H:%M") if rule.cut_off else None,
        "pauses_max": rule.pauses_max,
        "pause_cap": rule.pause_cap,
        "extensions_max": rule.extensions_max,
        "extension_max": rule.extension_max,
        "ceiling": rule.ceiling,
        "fresh_on_transfer": rule.fresh_on_transfer,
        "document": rule.document,
        "legal_basis": rule.legal_basis,
    }


def _numbered(days: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the days with the number each counted one has."""
    numbered, number = [], 0
    for day in days:
        number += day["counted"]
        numbered.append({**day, "number": number if day["counted"] else None})
    return numbered


def _pause(
    session: Session, pause: ComplaintPause, legal: LegalClock, said: Saying
) -> dict[str, Any]:
    ended_at = pause.resumed_at or pause.capped_at
    stood = worth(Pause(pause.began_at, ended_at), legal.calendar)
    return {
        "question": session.get_one(ComplaintEvent, pause.question_id).text,
        "began_at": _moment(pause.began_at, legal.zone),
        "capped_at": _moment(pause.capped_at, legal.zone),
        "resumed_at": said(pause.resumed_at, legal.zone) if pause.resumed_at else None,
        "working_minutes": int(stood.total_seconds() // 60),
    }


def _extension(one: ComplaintExtension, zone: ZoneInfo, *, names: bool) -> dict[str, Any]:
    decided = one.decided_at
    facts = {
        "amount": one.amount,
        "unit": one.unit,
        "reason": one.reason,
        "asked_at": _moment(one.asked_at, zone),
        "decided_at": _moment(decided, zone) if decided else None,
        "granted": one.granted,
        "old_due_on": one.old_due_on.isoformat(),
        "new_due_on": one.new_due_on.isoformat() if one.new_due_on else None,
    }
    return facts | {"asked_by": one.asked_by, "decided_by": one.decided_by} if names else facts


def _transfers(
    session: Session, complaint: Complaint, zone: ZoneInfo, said: Saying
) -> list[dict[str, Any]]:
    found = session.scalars(
        select(ComplaintPassage)
        .where(ComplaintPassage.complaint_id == complaint.id)
        .order_by(ComplaintPassage.id)
    )
    return [
        {
            "at": (said if one.cause == APPEAL else _moment)(one.at, zone),
            "from": session.get_one(Unit, one.from_unit_id).name,
            "to": session.get_one(Unit, one.to_unit_id).name,
            "cause": one.cause,
        }
        for one in found
    ]


def _moves(session: Session, complaint: Complaint, zone: ZoneInfo) -> list[dict[str, Any]]:
    """List how changes of the calendar moved the case, the oldest first."""
    found = session.execute(
        select(CalendarMove, CalendarVersion)
        .join(CalendarVersion, CalendarVersion.id == CalendarMove.version_id)
        .where(CalendarMove.complaint_id == complaint.id)
        .order_by(CalendarMove.id)
    )
    return [
        {
            "at": _moment(version.at, zone),
            "calendar_version": version.number,
            "stage": move.stage,
            "old_due_on": move.old_due_on.isoformat(),
            "new_due_on": move.new_due_on.isoformat(),
        }
        for move, version in found
    ]


def _day(at: datetime, zone: ZoneInfo) -> str:
    return local_date(at, zone).isoformat()


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return local_time(at, zone).isoformat(timespec="seconds")
