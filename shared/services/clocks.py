"""A case's clocks: begun, met, paused, lengthened, handed over, opened again, stopped."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.clock import Ending, Track
from shared.domain.complaint import Kind, Tier
from shared.domain.deadline import (
    FROM_ACCEPTANCE,
    WITHOUT_LIMIT,
    Deadline,
    Pause,
    Receipt,
    Stage,
    Unit,
    first_stage,
)
from shared.domain.errors import N_, RuleBroken
from shared.domain.handling import pause_until
from shared.models.clock import ComplaintClock, ComplaintExtension, ComplaintPause
from shared.models.complaint import Complaint, ComplaintEvent
from shared.services.calendars import LegalClock
from shared.services.clock_judging import (
    Row,
    add_event,
    allowed_for,
    clocks_of,
    count,
    day_text,
    end_clock,
    granted_of,
    is_overdue,
    judge,
    keep,
    keep_in_step,
    leading,
    legal_of,
    limit_for,
    open_clock,
    pauses_of,
)

ASKING = frozenset({"note", "ask"})  # events that put a question to the resident
PASSED_OUT = "transferred"  # the state of a case that went to a body outside
PAUSED = "pause"
RESUMED = "run_on"
CHUNK = 500


@dataclass(frozen=True)
class Recounted:
    """What a clock would become; `due_on` of the clock is still the old day."""

    clock: ComplaintClock
    deadline: Deadline

    @property
    def stage(self) -> str:
        """Give the stage as the log of moves names it."""
        track = "" if self.clock.track == Track.RESIDENT else f"{self.clock.track}_"
        return f"{track}{self.clock.stage}"

    @property
    def moves(self) -> bool:
        """Say whether the due day changes."""
        return self.deadline.due_on != self.clock.due_on


def received(
    session: Session, complaint: Complaint, now: datetime, *, legal: LegalClock | None = None
) -> None:
    """Open the clocks that run from the receipt at `now`, and keep the case's due day in step.

    A kind without a limit gets no clock; a step without a limit of its own gets none either.
    """
    legal = legal or legal_of(session, complaint.unit_id)
    for stage in _from_receipt(Kind(complaint.kind)):
        open_clock(session, complaint, legal, _new(complaint, stage, now))
    keep_in_step(session, complaint)


def met(session: Session, complaint: Complaint, stage: Stage, now: datetime) -> None:
    """Say that a step was done; whether it was late stays as it is said now."""
    for clock in _running(session, complaint):
        if clock.stage == stage:
            end_clock(clock, Ending.MET, now, legal_of(session, clock.unit_id))
    keep_in_step(session, complaint)


def accepted(session: Session, complaint: Complaint, now: datetime) -> None:
    """Take a case on (thụ lý): the answer's clock of a formal complaint or denunciation starts.

    Law on Complaints 2011, article 28; Law on Denunciations 2018, articles 29 and 30. A second
    acceptance starts nothing. For every kind a transfer is not needed any more.
    """
    legal, kind = legal_of(session, complaint.unit_id), Kind(complaint.kind)
    clocks = clocks_of(session, complaint)
    for clock in clocks:
        if clock.stage == Stage.TRANSFER and clock.ended_at is None:
            end_clock(clock, Ending.NOT_NEEDED, now, legal)
    for clock in _to_accept(clocks, kind):
        if clock.ended_at is None:
            end_clock(clock, Ending.MET, now, legal)
        for stage in sorted(FROM_ACCEPTANCE[kind]):
            open_clock(session, complaint, legal, _new(complaint, stage, now, like=clock))
    keep_in_step(session, complaint)


def _to_accept(clocks: Sequence[ComplaintClock], kind: Kind) -> list[ComplaintClock]:
    """List the clocks of the newest turn that wait for the acceptance; each starts an answer's."""
    if kind not in FROM_ACCEPTANCE:
        return []
    last = max((clock.turn for clock in clocks), default=1)
    known = {(clock.turn, clock.track) for clock in clocks if clock.stage == Stage.ANSWER}
    return [
        clock
        for clock in clocks
        if clock.turn == last
        and clock.stage == first_stage(kind)
        and clock.ending != Ending.REPLACED
        and (clock.turn, clock.track) not in known
    ]


def reclassified(session: Session, complaint: Complaint, now: datetime) -> None:
    """Judge the running clocks by the case's new kind and tier, each from its own beginning.

    What was met stays met; a clock that the new kind does not know ends. One that is overdue
    already ends late and another takes its place: a longer limit does not take lateness away.
    """
    kind = Kind(complaint.kind)
    legal = legal_of(session, complaint.unit_id)
    for clock in _running(session, complaint):
        limit = limit_for(session, complaint, clock, legal) if kind not in WITHOUT_LIMIT else None
        if is_overdue(clock, now, legal):
            end_clock(clock, Ending.REPLACED, now, legal)
            clock.late = clock.stage != Stage.TRANSFER or None
            if limit is not None:
                again = _new(complaint, Stage(clock.stage), clock.began_at, like=clock)
                open_clock(session, complaint, legal, again)
        elif limit is None:
            end_clock(clock, Ending.REPLACED, now, legal)
        else:
            allowed = legal.allowed(kind, Tier(complaint.tier), clock.began_at)
            clock.rule_code = limit.code
            clock.handling_code = allowed.code if allowed else None
            judge(session, clock, legal)
    _open_missing(session, complaint, legal)
    keep_in_step(session, complaint)


def _open_missing(session: Session, complaint: Complaint, legal: LegalClock) -> None:
    """Open the clocks that the new kind has from the receipt on and the old one had not."""
    clocks = clocks_of(session, complaint)
    turn = max((clock.turn for clock in clocks), default=1)
    known = {
        clock.stage for clock in clocks if clock.turn == turn and clock.ending != Ending.REPLACED
    }
    if turn > 1:
        return
    for stage in _from_receipt(Kind(complaint.kind)):
        if stage not in known:
            clock = _new(complaint, stage, complaint.received_at)
            open_clock(session, complaint, legal, clock)


def pause(session: Session, complaint: Complaint, question: ComplaintEvent, now: datetime) -> None:
    """Let the answer's clock stand still until the resident replies to a question.

    Until then the due day is the latest it can be, as if the pause lasted to its cap. Raises
    RuleBroken `question_missing` without a question the resident reads, `already_paused`,
    `pause_not_allowed` (no rule allows it for reports and petitions), `pauses_used_up`,
    `pause_too_late`.
    """
    asked = question.public and question.action in ASKING and question.text.strip()
    if not asked or question.complaint_id != complaint.id:
        raise RuleBroken(
            "question_missing", N_("Chỉ được tạm dừng khi đã gửi câu hỏi cho người gửi.")
        )
    legal, earlier = legal_of(session, complaint.unit_id), pauses_of(session, complaint.id)
    if any(one.resumed_at is None and now < one.capped_at for one in earlier):
        raise RuleBroken("already_paused", N_("Thời hạn đang được tạm dừng."))
    clock = leading(_running(session, complaint), Kind(complaint.kind))
    until = pause_until(
        allowed_for(clock, legal) if clock and clock.stage == Stage.ANSWER else None,
        [Pause(one.began_at, one.resumed_at or one.capped_at) for one in earlier],
        clock.due_on if clock else date.max,
        now,
        legal.calendar,
    )
    if question in session.new:
        session.flush()  # the pause names it by its key
    session.add(
        ComplaintPause(
            complaint_id=complaint.id, question_id=question.id, began_at=now, capped_at=until
        )
    )
    _judge_answers(session, complaint)
    words = day_text(local_date(until, legal.zone))
    add_event(session, complaint, PAUSED, question.actor, now, words)


def resume(session: Session, complaint: Complaint, now: datetime) -> bool:
    """Let a clock that stands still run on, as when the resident replies; say whether one did."""
    standing = [one for one in pauses_of(session, complaint.id) if one.resumed_at is None]
    for one in standing:
        one.resumed_at = min(max(now, one.began_at), one.capped_at)
    if standing:
        _judge_answers(session, complaint)
        add_event(session, complaint, RESUMED, "system", now, day_text(complaint.due_on))
    return bool(standing)


def _judge_answers(session: Session, complaint: Complaint) -> None:
    for clock in _running(session, complaint):
        if clock.stage == Stage.ANSWER:
            judge(session, clock, legal_of(session, clock.unit_id))
    keep_in_step(session, complaint)


def hand_over(session: Session, complaint: Complaint, now: datetime) -> None:
    """Pass a case on: call it when the case already lies in the receiving unit.

    Where the rule set gives the receiving body a fresh limit its clock begins now; the resident's
    own clock since the first receipt runs on beside it and never begins again.
    """
    legal, kind = legal_of(session, complaint.unit_id), Kind(complaint.kind)
    for clock in _running(session, complaint):
        if clock.stage == Stage.TRANSFER:
            end_clock(clock, Ending.MET, now, legal)
        elif clock.track == Track.RECEIVER:
            end_clock(clock, Ending.REPLACED, now, legal)
    allowed = legal.allowed(kind, Tier(complaint.tier), now)
    if allowed is not None and allowed.fresh_on_transfer:
        clock = _new(complaint, first_stage(kind), now, track=Track.RECEIVER)
        clock.turn = max((one.turn for one in clocks_of(session, complaint)), default=1)
        open_clock(session, complaint, legal, clock)
    keep_in_step(session, complaint)


def reopened(
    session: Session, complaint: Complaint, now: datetime, *, second_instance: bool = False
) -> None:
    """Begin a further turn of a case that was answered, such as after an appeal.

    The clocks of the turns before stay as they ended, with their lateness. A formal complaint
    that goes to the second settlement has the limits of that instance (Law on Complaints 2011,
    article 37).
    """
    legal = legal_of(session, complaint.unit_id)
    earlier = clocks_of(session, complaint)
    for clock in earlier:
        if clock.ended_at is None:
            end_clock(clock, Ending.STOPPED, now, legal)
    kind = Kind(complaint.kind)
    if kind not in WITHOUT_LIMIT:
        clock = _new(complaint, first_stage(kind), now)
        clock.turn = max((one.turn for one in earlier), default=1) + 1
        clock.instance = 2 if second_instance else 1
        open_clock(session, complaint, legal, clock)
    keep_in_step(session, complaint)


def stop(session: Session, complaint: Complaint, now: datetime) -> None:
    """End every running clock: the case was answered, refused, withdrawn or passed to outside.

    Whether each was late stays as it is said now. A transfer that never was is not judged.
    """
    resume(session, complaint, now)
    for clock in _running(session, complaint):
        ending = Ending.STOPPED
        if clock.stage == Stage.TRANSFER:
            ending = Ending.MET if complaint.state == PASSED_OUT else Ending.NOT_NEEDED
        end_clock(clock, ending, now, legal_of(session, clock.unit_id))
    keep_in_step(session, complaint)


def was_late(session: Session, complaint: Complaint) -> bool:
    """Say whether an answer was late in any turn of a case, also before it was opened again."""
    return any(clock.late for clock in clocks_of(session, complaint) if clock.stage == Stage.ANSWER)


def recounted(session: Session, complaint: Complaint, legal: LegalClock) -> list[Recounted]:
    """Give what each running clock of a case would become under a changed calendar.

    Nothing is written; see `apply`. A clock that ended stays as it was judged.
    """
    return list(recounted_of(session, [complaint.id], legal))


def recounted_of(
    session: Session, complaint_ids: Collection[int], legal: LegalClock
) -> Iterator[Recounted]:
    """Give the same for many cases of one organisation, read together."""
    keys = sorted(complaint_ids)
    counted: dict[object, Deadline] = {}
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        pauses = _by_case(
            session.scalars(select(ComplaintPause).where(ComplaintPause.complaint_id.in_(chunk)))
        )
        extensions = _by_case(
            session.scalars(
                select(ComplaintExtension).where(ComplaintExtension.complaint_id.in_(chunk))
            )
        )
        for clock in session.scalars(
            select(ComplaintClock)
            .where(ComplaintClock.complaint_id.in_(chunk), ComplaintClock.ended_at.is_(None))
            .order_by(ComplaintClock.complaint_id, ComplaintClock.id)
        ):
            stood = pauses.get(clock.complaint_id, [])
            extra = sum(granted_of(clock, extensions.get(clock.complaint_id, [])))
            known = None if stood else _same_count(clock, legal, extra)
            found = counted.get(known) or count(clock, legal, stood, extra)
            if known is not None:
                counted[known] = found
            yield Recounted(clock, found)


def _same_count(clock: ComplaintClock, legal: LegalClock, extra: int) -> object:
    """Give what a count depends on, so that cases of one day are counted once; None if on more."""
    allowed = allowed_for(clock, legal)
    by_moment = legal.limit(clock.rule_code).unit is Unit.WORKING_HOUR
    if by_moment or (allowed is not None and allowed.receipt is not Receipt.SAME_DAY):
        return None
    return clock.rule_code, clock.stage, extra, local_date(clock.began_at, legal.zone)


def apply(
    session: Session, complaint: Complaint, moves: Iterable[Recounted], legal: LegalClock
) -> None:
    """Write recounted due days into a case's clocks and its own columns."""
    for one in moves:
        keep(one.clock, one.deadline, legal)
    keep_in_step(session, complaint)


def _by_case(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.complaint_id, []).append(row)
    return found


def _from_receipt(kind: Kind) -> list[Stage]:
    """List the steps whose limits run from the receipt; none for a kind without limit."""
    if kind in WITHOUT_LIMIT:
        return []
    return [stage for stage in Stage if stage not in FROM_ACCEPTANCE.get(kind, ())]


def _running(session: Session, complaint: Complaint) -> list[ComplaintClock]:
    return [clock for clock in clocks_of(session, complaint) if clock.ended_at is None]


def _new(
    complaint: Complaint,
    stage: Stage,
    began_at: datetime,
    *,
    track: Track = Track.RESIDENT,
    like: ComplaintClock | None = None,
) -> ComplaintClock:
    """Make a clock that is not judged yet, of the turn, track and instance of another."""
    return ComplaintClock(
        complaint_id=complaint.id,
        turn=like.turn if like else 1,
        track=like.track if like else str(track),
        stage=str(stage),
        instance=like.instance if like else 1,
        unit_id=complaint.unit_id,
        began_at=began_at,
    )
