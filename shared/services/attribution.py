"""Whose rating it is: desk, officer and procedure of what a kiosk sends, however late it comes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.organisation import DutyShift, on_duty
from shared.domain.rating import Mark, Submission
from shared.models.organisation import Officer
from shared.services import placements
from shared.services.channels import KioskChannel
from shared.services.duty import shifts_and_procedures
from shared.services.placements import Place, Stand, place_at


@dataclass(frozen=True)
class Touch:
    """A submission and when it was made, on the server's clock (UTC) and in the office's zone."""

    submission: Submission
    moment: datetime
    local: datetime


@dataclass(frozen=True)
class Attribution:
    """Where a rating belongs, and what is noted beside it."""

    unit_id: int
    desk_id: int
    officer_id: int | None
    procedure_id: int | None
    marks: tuple[Mark, ...]


def attribute(
    session: Session, channel: KioskChannel, touches: Sequence[Touch]
) -> list[Attribution]:
    """Say of each touch where it belongs: the desk named by the screen, or where it stood then.

    The officer is the one on the screen when touched, else the one on duty at that moment.
    """
    stands = _stands(session, channel, touches)
    shifts, procedures = _office(session, channel.organisation_id, stands, touches)
    officers = _officers_shown(session, stands, touches, shifts)
    given = []
    for (stand, marks), touch in zip(stands, touches, strict=True):
        duty = on_duty(shifts[stand.desk_id], touch.local)
        if shifts[stand.desk_id] and duty is None:
            marks.append(Mark.CLOSED_HOURS)
        officer_id = _officer(touch.submission, stand, duty, officers, marks)
        procedure_id = procedures.get(touch.submission.procedure or "")
        if touch.submission.procedure and procedure_id is None:
            marks.append(Mark.PROCEDURE_UNKNOWN)
        given.append(
            Attribution(stand.unit_id, stand.desk_id, officer_id, procedure_id, tuple(marks))
        )
    return given


def _stands(
    session: Session, channel: KioskChannel, touches: Sequence[Touch]
) -> list[tuple[Stand, list[Mark]]]:
    """Find the desk of each touch; one the kiosk never stood at is not believed, and marked."""
    here = Stand(channel.desk_id, channel.desk_code, channel.unit_id)
    if all(_is_here(channel, touch) for touch in touches):
        return [(here, []) for _touch in touches]
    places = placements.places(session, channel.kiosk_id)
    stood = {place.stand.desk_code: place.stand for place in places}
    found = [_stand(stood, places, touch) for touch in touches]
    return [(stand or here, marks) for stand, marks in found]


def _is_here(channel: KioskChannel, touch: Touch) -> bool:
    if touch.submission.desk is not None:
        return touch.submission.desk == channel.desk_code
    return channel.placed_at is None or touch.moment >= channel.placed_at


def _stand(
    stood: Mapping[str, Stand], places: Sequence[Place], touch: Touch
) -> tuple[Stand | None, list[Mark]]:
    named = touch.submission.desk
    if named is not None and named in stood:
        return stood[named], []
    marks = [] if named is None else [Mark.DESK_UNKNOWN]
    return place_at(places, touch.moment), marks


def _office(
    session: Session,
    organisation_id: int,
    stands: Iterable[tuple[Stand, list[Mark]]],
    touches: Sequence[Touch],
) -> tuple[dict[int, list[DutyShift]], dict[str, int]]:
    """Read the shifts of every desk on every day in question, and the procedures named."""
    if not touches:
        return {}, {}
    days = [touch.local.date() for touch in touches]
    return shifts_and_procedures(
        session,
        organisation_id,
        {stand.desk_id for stand, _marks in stands},
        {touch.submission.procedure for touch in touches if touch.submission.procedure},
        (min(days), max(days)),
    )


def _officers_shown(
    session: Session,
    stands: Sequence[tuple[Stand, list[Mark]]],
    touches: Sequence[Touch],
    shifts: Mapping[int, Iterable[DutyShift]],
) -> dict[tuple[int, str], int]:
    """Find the officers the screen showed, by unit and code; those with shifts are known."""
    known = {
        (stand.unit_id, shift.officer_code): shift.officer_id
        for stand, _marks in stands
        for shift in shifts[stand.desk_id]
    }
    wanted = {
        (stand.unit_id, touch.submission.officer)
        for (stand, _marks), touch in zip(stands, touches, strict=True)
        if touch.submission.officer
    }
    for unit_id, code in wanted - known.keys():
        query = select(Officer.id).where(Officer.unit_id == unit_id, Officer.code == code)
        officer_id = session.scalar(query)
        if officer_id is not None:
            known[unit_id, code] = officer_id
    return known


def _officer(
    submission: Submission,
    stand: Stand,
    duty: DutyShift | None,
    officers: Mapping[tuple[int, str], int],
    marks: list[Mark],
) -> int | None:
    shown = officers.get((stand.unit_id, submission.officer or ""))
    if submission.officer and shown is None:
        marks.append(Mark.OFFICER_UNKNOWN)
    if shown is not None:
        if duty is None or duty.officer_id != shown:
            marks.append(Mark.OFFICER_NOT_ON_DUTY)
        return shown
    if duty is None:
        marks.append(Mark.NO_OFFICER)
        return None
    return duty.officer_id
