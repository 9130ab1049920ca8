"""A longer limit for an answer: asked for, allowed or declined, told before the old day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.calendar import local_date
from shared.domain.complaint import Kind
from shared.domain.deadline import Limit, Stage, Unit
from shared.domain.errors import N_, NotAllowed, RuleBroken
from shared.domain.faults import Faults
from shared.domain.handling import Handling, check_extension, checked_reason, longest_extension
from shared.domain.rating import clean_text
from shared.models.clock import ComplaintClock, ComplaintExtension
from shared.models.complaint import Complaint
from shared.services.calendars import LegalClock
from shared.services.case_policies import policy_for
from shared.services.case_steps import one_act, open_for
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
        second_person=needs_second(session, complaint),
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
    ground = _ground(session, complaint)
    words = _checked(ground, amount, reason, now)
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
    ground = _ground(session, complaint)
    words = _checked(ground, amount, reason, now)
    waiting = ground.waiting
    if needs_second(session, complaint) and (waiting is None or waiting.asked_by == approver):
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
    waiting = waiting_of(session, complaint)
    waiting.decided_by, waiting.decided_at, waiting.granted = decider, now, False


def request(
    session: Session,
    number: str,
    amount: int,
    reason: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> bool:
    """Extend a case where the actor may decide alone, else ask for it; say whether it is decided.

    Raises as `ask`, `extend` and `open_for` do.
    """
    complaint = open_for(session, number, version, actor)
    with one_act(session):
        if may_decide(complaint, actor) and not needs_second(session, complaint):
            extend(session, complaint, amount, reason, actor.name, now)
            return True
        ask(session, complaint, amount, reason, actor.name, now)
    return False


def decide(
    session: Session, number: str, version: int, actor: Actor, now: datetime, *, grant: bool
) -> None:
    """Allow or decline what somebody asked for.

    Raises NotAllowed for who does not lead the unit's cases, else as `extend` and `decline` do.
    """
    complaint = open_for(session, number, version, actor)
    if not may_decide(complaint, actor):
        raise NotAllowed
    with one_act(session):
        waiting = waiting_of(session, complaint)
        if grant:
            extend(session, complaint, waiting.amount, waiting.reason, actor.name, now)
        else:
            decline(session, complaint, actor.name, now)


def may_decide(complaint: Complaint, actor: Actor) -> bool:
    """Say whether a person may allow an extension in the case's unit."""
    return actor.reaches(Permission.LEAD_CASES, complaint.unit_id)


def needs_second(session: Session, complaint: Complaint) -> bool:
    """Say whether who asks may not decide: by the rule set, or the organisation's choice."""
    rule = _ground(session, complaint).rule
    by_rule = rule is not None and rule.second_person
    return by_rule or policy_for(session, complaint.unit_id).second_person


def is_waiting(session: Session, complaint: Complaint) -> bool:
    """Say whether an extension was asked for and nobody has decided yet."""
    return any(one.granted is None for one in extensions_of(session, complaint.id))


def waiting_of(session: Session, complaint: Complaint) -> ComplaintExtension:
    """Give what waits to be decided; RuleBroken when nothing does."""
    for one in extensions_of(session, complaint.id):
        if one.granted is None:
            return one
    raise RuleBroken("extension_not_asked", N_("Không có đề nghị gia hạn nào đang chờ."))


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


def _checked(ground: _Ground, amount: int, reason: str, now: datetime) -> str:
    """Give the words of the reason, once amount and day may be."""
    with Faults() as faults:
        faults.read(_check, ground, amount, now)
        return faults.read(checked_reason, clean_text(reason))


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
