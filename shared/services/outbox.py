"""Messages as rows: written once, claimed by who sends them, tried again, given up, looked at."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, and_, false, func, or_, select, update
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.errors import NotFound
from shared.domain.reminder import NO_ADDRESS, STUCK_AFTER, given_up, wait_after
from shared.models.account import Account
from shared.models.complaint import Complaint, ComplaintOfficer
from shared.models.organisation import Unit
from shared.models.outbox import OutboxMessage
from shared.services.rating_storage import dialect_of, insert

WAITING, SENT, SKIPPED = "waiting", "sent", "skipped"
STOPPED, GIVEN_UP = "stopped", "given_up"
STATES = (WAITING, GIVEN_UP, SENT, SKIPPED, STOPPED)
# Who claimed a message has this long to send it before somebody else may try.
LEASE = timedelta(minutes=10)
BATCH = 50
PAGE = 50
ROWS_AT_ONCE = 500
LONGEST_PROBLEM = 200
_ACCOUNT, _CHANNEL = "account/", "channel/"


@dataclass(frozen=True)
class Recipient:
    """Who is written to: a member of staff, or the channel of a unit."""

    account_id: int | None = None
    channel: str | None = None  # the unit's code

    @property
    def name(self) -> str:
        """Give the name that makes a message to this recipient one of a kind."""
        if self.account_id is not None:
            return f"{_ACCOUNT}{self.account_id}"
        return f"{_CHANNEL}{self.channel}"


@dataclass(frozen=True)
class Draft:
    """A message to be written; its key are all but `skipped`, with each recipient."""

    complaint_id: int
    kind: str
    stage: str
    version: str
    recipients: tuple[Recipient, ...]
    skipped: bool = False  # a later one goes instead


@dataclass(frozen=True)
class Reach:
    """Which ways out there are: mail, and the channels of units by their codes."""

    mail: bool
    channels: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """A message as its page lists it."""

    message: OutboxMessage
    number: str
    unit: str
    recipient: str  # full name, or the unit whose channel it is


def write(session: Session, drafts: Iterable[Draft], now: datetime) -> int:
    """Write those messages whose key has none yet, in one statement; give how many are new."""
    rows = [_row(draft, recipient, now) for draft in drafts for recipient in draft.recipients]
    table = cast(Table, OutboxMessage.__table__)
    plain = insert(dialect_of(session), table).on_conflict_do_nothing().returning(table.c.id)
    new = 0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        statement = plain.values(rows[first : first + ROWS_AT_ONCE])
        new += len(session.execute(statement).all())
    return new


def _row(draft: Draft, recipient: Recipient, now: datetime) -> dict[str, object]:
    return {
        "complaint_id": draft.complaint_id,
        "kind": draft.kind,
        "stage": draft.stage,
        "deadline_version": draft.version,
        "recipient": recipient.name,
        "account_id": recipient.account_id,
        "state": SKIPPED if draft.skipped else WAITING,
        "created_at": now,
        "next_at": None if draft.skipped else now,
        "ended_at": now if draft.skipped else None,
        "tried": 0,
        "problem": "",
    }


def skip_earlier(session: Session, draft: Draft, now: datetime) -> None:
    """Skip what still waits for the recipients of a message: it takes the place of the others."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.complaint_id == draft.complaint_id,
            OutboxMessage.kind == draft.kind,
            OutboxMessage.state.in_((WAITING, GIVEN_UP)),
            OutboxMessage.recipient.in_([recipient.name for recipient in draft.recipients]),
            or_(
                OutboxMessage.stage != draft.stage,
                OutboxMessage.deadline_version != draft.version,
            ),
        )
        .values(state=SKIPPED, next_at=None, ended_at=now)
    )


def is_due(session: Session, reach: Reach, now: datetime) -> bool:
    """Say whether a message waits to be sent at this instant."""
    found = select(OutboxMessage.id).where(_due(reach, now)).limit(1)
    return session.scalar(found) is not None


def claim(session: Session, reach: Reach, now: datetime) -> list[OutboxMessage]:
    """Take the messages to be sent now, at most 50; nobody else takes them for ten minutes."""
    chosen = select(OutboxMessage.id).where(_due(reach, now)).order_by(OutboxMessage.next_at)
    chosen = chosen.limit(BATCH)
    claimed = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(chosen), _due(reach, now))
        .values(next_at=now + LEASE)
        .returning(OutboxMessage)
    )
    return sorted(claimed, key=lambda message: message.id)


def note_sent(session: Session, message_id: int, now: datetime) -> None:
    """Note that a message is on its way."""
    _end(session, message_id, SENT, now)


def note_stopped(session: Session, message_id: int, now: datetime) -> None:
    """Note that nobody needs the message any more."""
    _end(session, message_id, STOPPED, now)


def note_failed(
    session: Session,
    message_id: int,
    problem: str,
    now: datetime,
    chance: float,
    *,
    refused: bool = False,
) -> None:
    """Note a try that failed; the next comes later, and after a week none any more.

    One that was `refused` for good is tried less often, and not after a day when the answer was the
    same the time before. `chance` from 0 to 1 spreads the next tries.
    """
    message = session.get_one(OutboxMessage, message_id)
    if message.state != WAITING:  # a later one took its place meanwhile
        return
    message.tried += 1
    message.first_tried_at = message.first_tried_at or now
    before, message.problem = message.problem, problem[:LONGEST_PROBLEM]
    if given_up(message.first_tried_at, now, refused=refused and before == message.problem):
        message.state, message.next_at, message.ended_at = GIVEN_UP, None, now
    else:
        message.next_at = now + wait_after(message.tried, chance, refused=refused)


def retry(session: Session, message_id: int, actor: Actor, now: datetime) -> None:
    """Try a message that waits or was given up at once; NotFound when it is none of the actor's."""
    message = session.scalar(
        select(OutboxMessage)
        .join(Complaint, Complaint.id == OutboxMessage.complaint_id)
        .where(OutboxMessage.id == message_id, _seen_by(actor))
    )
    if message is None or message.state not in (WAITING, GIVEN_UP):
        raise NotFound
    message.state, message.next_at, message.ended_at = WAITING, now, None
    message.tried, message.first_tried_at = 0, None


def listed(session: Session, actor: Actor, state: str, page: int) -> tuple[list[Entry], int]:
    """List a page of messages, the newest first, and how many there are; no state means all."""
    found = (
        select(OutboxMessage, Complaint.number, Unit.name, Account.full_name)
        .join(Complaint, Complaint.id == OutboxMessage.complaint_id)
        .join(Unit, Unit.id == Complaint.unit_id)
        .outerjoin(Account, Account.id == OutboxMessage.account_id)
        .where(_seen_by(actor))
    )
    if state:
        found = found.where(OutboxMessage.state == state)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    found = found.order_by(OutboxMessage.id.desc()).offset((page - 1) * PAGE).limit(PAGE)
    return [
        Entry(message, number, unit, person or message.recipient.removeprefix(_CHANNEL))
        for message, number, unit, person in session.execute(found)
    ], total


def standing(session: Session, actor: Actor) -> dict[str, int]:
    """Count the messages the actor may see by their state."""
    counted = (
        select(OutboxMessage.state, func.count())
        .join(Complaint, Complaint.id == OutboxMessage.complaint_id)
        .where(_seen_by(actor))
        .group_by(OutboxMessage.state)
    )
    return {row[0]: row[1] for row in session.execute(counted)}


def stuck(session: Session, actor: Actor, now: datetime) -> int:
    """Count the messages the actor may see that were given up or have failed for four hours.

    Who has no address chose so: a message to one counts only when it was given up.
    """
    failing = and_(
        OutboxMessage.state == WAITING,
        OutboxMessage.first_tried_at <= now - STUCK_AFTER,
        OutboxMessage.problem != NO_ADDRESS,
    )
    found = (
        select(func.count())
        .select_from(OutboxMessage)
        .join(Complaint, Complaint.id == OutboxMessage.complaint_id)
        .where(
            _seen_by(actor),
            or_(OutboxMessage.state == GIVEN_UP, failing),
        )
    )
    return session.scalar(found) or 0


def try_again_for(session: Session, account_id: int, now: datetime) -> None:
    """Try at once what could not be sent to an account, such as when it has another address."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.account_id == account_id,
            or_(
                OutboxMessage.state == GIVEN_UP,
                and_(OutboxMessage.state == WAITING, OutboxMessage.tried > 0),
            ),
        )
        .values(state=WAITING, next_at=now, ended_at=None, tried=0, first_tried_at=None)
    )


def identity(message: OutboxMessage, number: str) -> str:
    """Give the name a message has wherever it goes, the same at every try."""
    key = (number, message.kind, message.stage, message.deadline_version, message.recipient)
    return hashlib.sha256("\n".join(key).encode()).hexdigest()[:32]


def channel_of(message: OutboxMessage) -> str | None:
    """Name the unit whose channel a message goes to; None for one to a person."""
    if message.recipient.startswith(_CHANNEL):
        return message.recipient.removeprefix(_CHANNEL)
    return None


def written_stages(
    session: Session, complaint_ids: Collection[int], kind: str
) -> dict[tuple[int, str], set[str]]:
    """Give the stages written down, by case and version of its due day."""
    found: dict[tuple[int, str], set[str]] = {}
    rows = session.execute(
        select(
            OutboxMessage.complaint_id, OutboxMessage.deadline_version, OutboxMessage.stage
        ).where(OutboxMessage.complaint_id.in_(complaint_ids), OutboxMessage.kind == kind)
    )
    for complaint_id, version, stage in rows:
        found.setdefault((complaint_id, version), set()).add(stage)
    return found


def _due(reach: Reach, now: datetime) -> ColumnElement[bool]:
    ways: Sequence[ColumnElement[bool]] = [
        OutboxMessage.account_id.is_not(None) if reach.mail else false(),
        OutboxMessage.recipient.in_([f"{_CHANNEL}{code}" for code in sorted(reach.channels)]),
    ]
    return and_(OutboxMessage.state == WAITING, OutboxMessage.next_at <= now, or_(*ways))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """A message carries a case's number: it exists for nobody the case names."""
    within = Complaint.unit_id.in_(actor.units(Permission.ORGANISATION))
    if actor.officer_id is None:
        return within
    naming = select(ComplaintOfficer.complaint_id).where(
        ComplaintOfficer.officer_id == actor.officer_id
    )
    return and_(within, Complaint.id.not_in(naming))


def _end(session: Session, message_id: int, state: str, now: datetime) -> None:
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .values(state=state, next_at=None, ended_at=now)
    )
