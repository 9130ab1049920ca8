"""A longer limit for an answer: asked for, allowed or declined, told before the old day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.complaint import Kind
from shared.domain.deadline import Limit, Stage, Unit
from shared.domain.errors import N_, RuleBroken
from shared.domain.handling import Handling, check_extension, checked_reason, longest_extension
from shared.domain.rating import clean_text
from shared.models.clock import ComplaintClock, ComplaintExtension
from shared.models.complaint import Complaint
from shared.services.calendars import LegalClock
from shared.services.clock_judging import (
    add_event,
    allowed_for,
    clocks_of,
    day_text,
    extensions_of,
    granted_of,
    judge,
    keep_in_step,
    leading,
    legal_of,
)

EXTENDED = "extend"


@dataclass(frozen=True)
class Room:
    """How far an answer's limit may still be lengthened, and what waits to be decided.

    `most` is in `unit`; zero with the reason in `refusal` when it may not.
    """

    most: int
    unit: Unit | None
    due_on: date | None
    second_person: bool
    document: str
    waiting: ComplaintExtension | None
    past: Sequence[ComplaintExtension]
    refusal: RuleBroken | None


@dataclass(frozen=True)
class _Ground:
    clock: ComplaintClock
    legal: LegalClock
    limit: Limit
    rule: Handling | None
    past: Sequence[ComplaintExtension]

    @property
    def granted(self) -> list[int]:
        return granted_of(self.clock, self.past)

    @property
    def waiting(self) -> ComplaintExtension | None:
        return next((one for one in self.past if one.granted is None), None)


def room(session: Session, complaint: Complaint, now: datetime) -> Room:
    """Say how far the answer's limit may be lengthened now."""
    past = extensions_of(session, complaint.id)
    try:
        ground = _ground(session, complaint)
        _check(ground, 1, now)
    except RuleBroken as refusal:
        return Room(0, None, complaint.due_on, False, "", None, past, refusal)
    rule = ground.rule
    return Room(
        most=longest_extension(rule, ground.limit, ground.granted) if rule else 0,
        unit=ground.limit.unit,
        due_on=ground.clock.due_on,
        second_person=rule is not None and rule.second_person,
        document=rule.document if rule else "",
        waiting=ground.waiting,
        past=past,
        refusal=None,
    )


def ask(
    session: Session, complaint: Complaint, amount: int, reason: str, asker: str, now: datetime
) -> ComplaintExtension:
    """Ask for a longer limit, for another person to decide; the due day stays until then.

    Raises as `extend` does, and RuleBroken `extension_waiting` when one is asked for already.
    """
    words = checked_reason(clean_text(reason))
    ground = _ground(session, complaint)
    _check(ground, amount, now)
    if ground.waiting is not None:
        raise RuleBroken("extension_waiting", N_("Đã có một đề nghị gia hạn đang chờ duyệt."))
    return _add(session, complaint, ground, amount, words, asker, now)


def extend(
    session: Session, complaint: Complaint, amount: int, reason: str, approver: str, now: datetime
) -> ComplaintExtension:
    """Lengthen the limit by `amount` of its units and tell the resident, before the old day.

    Decides what somebody asked for, where there is such. Raises Invalid for a missing reason or
    too long an amount, RuleBroken where the rule set allows none or no more, on the due day and
    after it, and `second_person_needed` where another person must have asked for it.
    """
    words = checked_reason(clean_text(reason))
    ground = _ground(session, complaint)
    _check(ground, amount, now)
    waiting = ground.waiting
    second = ground.rule is not None and ground.rule.second_person
    if second and (waiting is None or waiting.asked_by == approver):
        raise RuleBroken(
            "second_person_needed", N_("Việc gia hạn phải do một người đề nghị, người khác duyệt.")
        )
    if waiting is None:
        waiting = _add(session, complaint, ground, amount, words, approver, now)
    old = ground.clock.due_on
    waiting.amount, waiting.reason = amount, words
    waiting.decided_by, waiting.decided_at, waiting.granted = approver, now, True
    judge(session, ground.clock, ground.legal)
    waiting.old_due_on, waiting.new_due_on = old, ground.clock.due_on
    keep_in_step(session, complaint)
    told = f"{day_text(old)} → {day_text(ground.clock.due_on)}. {words}"
    add_event(session, complaint, EXTENDED, approver, now, told)
    return waiting


def decline(session: Session, complaint: Complaint, decider: str, now: datetime) -> None:
    """Decline what was asked for; the due day stays. RuleBroken when nothing waits."""
    waiting = next(
        (one for one in extensions_of(session, complaint.id) if one.granted is None), None
    )
    if waiting is None:
        raise RuleBroken("extension_not_asked", N_("Không có đề nghị gia hạn nào đang chờ."))
    waiting.decided_by, waiting.decided_at, waiting.granted = decider, now, False


def _ground(session: Session, complaint: Complaint) -> _Ground:
    running = [clock for clock in clocks_of(session, complaint) if clock.ended_at is None]
    clock = leading(running, Kind(complaint.kind))
    if clock is None or clock.stage != Stage.ANSWER:
        raise RuleBroken("no_answer_clock", N_("Vụ việc không có thời hạn trả lời nào đang chạy."))
    legal = legal_of(session, clock.unit_id)
    return _Ground(
        clock=clock,
        legal=legal,
        limit=legal.limit(clock.rule_code),
        rule=allowed_for(clock, legal),
        past=extensions_of(session, complaint.id),
    )


def _check(ground: _Ground, amount: int, now: datetime) -> None:
    today = local_date(now, ground.legal.zone)
    check_extension(ground.rule, ground.limit, ground.granted, amount, ground.clock.due_on, today)


def _add(
    session: Session,
    complaint: Complaint,
    ground: _Ground,
    amount: int,
    reason: str,
    asker: str,
    now: datetime,
) -> ComplaintExtension:
    asked = ComplaintExtension(
        complaint_id=complaint.id,
        turn=ground.clock.turn,
        track=ground.clock.track,
        amount=amount,
        unit=str(ground.limit.unit),
        reason=reason,
        asked_by=asker,
        asked_at=now,
        old_due_on=ground.clock.due_on,
    )
    session.add(asked)
    return asked
