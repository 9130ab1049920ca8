"""Addresses told of events: registered, written for in the same transaction, sent by a job."""

import hashlib
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Select, Table, and_, func, select, update
from sqlalchemy.orm import Session, aliased

from shared.domain.access import Actor, Permission
from shared.domain.complaint import Kind
from shared.domain.errors import N_, Invalid, NotFound
from shared.domain.faults import Faults
from shared.domain.reminder import wait_after
from shared.domain.webhook import (
    EVENT_OF,
    MOST_TRIES,
    Event,
    Network,
    checked_events,
    checked_url,
    secret_of,
)
from shared.models.complaint import Complaint, ComplaintEvent, ComplaintOfficer
from shared.models.organisation import Unit
from shared.models.webhook import Webhook, WebhookMessage
from shared.services.inbox import OPEN_STATES
from shared.services.local_days import today_in
from shared.services.rating_storage import dialect_of, insert
from shared.services.row_turns import take_turn_of
from shared.services.unit_tree import below, line_up, tree_of_units

WAITING, SENT, STOPPED, GIVEN_UP = "waiting", "sent", "stopped", "given_up"
# Who claimed a message has this long to send it before somebody else may try.
LEASE = timedelta(minutes=10)
ROWS_AT_ONCE = 500
LONGEST_PROBLEM = 200
# Who denounces is kept secret, and so is that somebody did (Law on Denunciations 2018, article 8).
UNTOLD = (str(Kind.DENUNCIATION),)


@dataclass(frozen=True)
class Registered:
    """A new address with its secret, which is shown once."""

    webhook: Webhook
    secret: str


@dataclass(frozen=True)
class Listed:
    """An address as its page lists it."""

    webhook: Webhook
    unit: str
    waiting: int
    sent: int
    given_up: int
    problem: str  # of the newest message that failed

    @property
    def events(self) -> Sequence[str]:
        """Name what it is told of."""
        return self.webhook.events.split()


@dataclass(frozen=True)
class Ready:
    """A message to be sent now; the secret follows from the salt."""

    key: int
    url: str
    salt: str
    name: str
    body: bytes


def register(
    session: Session,
    unit_id: int,
    url: str,
    events: Collection[str],
    own: Collection[Network],
    secret_key: str,
    actor: Actor,
    now: datetime,
) -> Registered:
    """Tell an address, from now on, of events in a unit and those below it.

    `own` are the networks of the installation's own that may be reached besides public addresses.
    Raises Invalid naming the field.
    """
    with Faults() as faults:
        if unit_id not in actor.units(Permission.ORGANISATION):
            faults.add(Invalid("unit_unknown", N_("Xin chọn đơn vị."), field="unit"))
        address = faults.read(checked_url, url, own)
        wanted = faults.read(checked_events, events)
    take_turn_of(session, Unit, unit_id)
    known = select(Webhook.id).where(Webhook.unit_id == unit_id, Webhook.url == address)
    if session.scalar(known.where(Webhook.stopped_at.is_(None)).limit(1)) is not None:
        raise Invalid("url_taken", N_("Địa chỉ này đang được báo tin rồi."), field="url")
    webhook = Webhook(
        unit_id=unit_id,
        url=address,
        events=wanted,
        salt=secrets.token_hex(32),
        created_at=now,
        created_by=actor.name,
    )
    session.add(webhook)
    session.flush()
    return Registered(webhook, secret_of(webhook.salt, secret_key))


def stop(session: Session, webhook_id: int, actor: Actor, now: datetime) -> None:
    """Tell an address nothing more, also of what waits; twice is once. Raises NotFound."""
    webhook = _of_actor(session, webhook_id, actor)
    webhook.stopped_at = webhook.stopped_at or now
    session.execute(
        update(WebhookMessage)
        .where(WebhookMessage.webhook_id == webhook.id, WebhookMessage.state == WAITING)
        .values(state=STOPPED, next_at=None, ended_at=now)
    )
    session.flush()


def retry(session: Session, webhook_id: int, actor: Actor, now: datetime) -> None:
    """Try everything an address did not take once more, at once. Raises NotFound."""
    webhook = _of_actor(session, webhook_id, actor)
    if webhook.stopped_at is not None:
        raise NotFound
    again = WebhookMessage.state.in_((WAITING, GIVEN_UP))
    session.execute(
        update(WebhookMessage)
        .where(WebhookMessage.webhook_id == webhook.id, again)
        .values(state=WAITING, next_at=now, ended_at=None, tried=0)
    )


def listed(session: Session, actor: Actor) -> list[Listed]:
    """List the addresses within an administrator's reach, those still told first."""
    rows = session.execute(
        select(Webhook, Unit.name)
        .join(Unit, Unit.id == Webhook.unit_id)
        .where(Webhook.unit_id.in_(actor.units(Permission.ORGANISATION)))
        .order_by(Webhook.stopped_at.is_not(None), Webhook.url, Webhook.id)
    ).all()
    counted = {
        (key, state): number
        for key, state, number in session.execute(
            select(WebhookMessage.webhook_id, WebhookMessage.state, func.count())
            .where(WebhookMessage.webhook_id.in_([row[0].id for row in rows]))
            .group_by(WebhookMessage.webhook_id, WebhookMessage.state)
        )
    }
    return [
        Listed(
            webhook,
            unit,
            waiting=counted.get((webhook.id, WAITING), 0),
            sent=counted.get((webhook.id, SENT), 0),
            given_up=counted.get((webhook.id, GIVEN_UP), 0),
            problem=_last_problem(session, webhook.id),
        )
        for webhook, unit in rows
    ]


def undelivered(session: Session, actor: Actor) -> int:
    """Count what was given up of addresses that still are to be told."""
    found = (
        select(func.count())
        .select_from(WebhookMessage)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(
            WebhookMessage.state == GIVEN_UP,
            Webhook.stopped_at.is_(None),
            Webhook.unit_id.in_(actor.units(Permission.ORGANISATION)),
        )
    )
    return session.scalar(found) or 0


def note(session: Session, complaint: Complaint, action: str, now: datetime) -> None:
    """Write a message of a step of a case for everybody who is to be told, beside the step.

    Nothing for a denunciation or a case that names an officer.
    """
    event = EVENT_OF.get(action)
    if event is None or complaint.kind in UNTOLD:
        return
    with session.no_autoflush:
        chosen = [one for one in session.scalars(_told()) if event in one.events.split()]
        occasion = str(_times(session, complaint, event)) if chosen else ""
    if not chosen or _names_officer(session, complaint.id):
        return
    line = line_up(session, complaint.unit_id)
    unit = session.get_one(Unit, complaint.unit_id)
    today = today_in(session, [unit.id], now)
    for webhook in chosen:
        if webhook.unit_id in line:
            body = _body(event, complaint, unit.code, today)
            row = _message(webhook, complaint, event, body, now, occasion)
            session.add(WebhookMessage(**row))


def note_overdue(session: Session, now: datetime) -> int:
    """Write, once for each due day, that open cases are past it; give how many are new.

    Told is what came due since the address was registered, however long nobody looked.
    """
    tree, new = tree_of_units(session), 0
    for webhook in session.scalars(_told()):
        if Event.OVERDUE in webhook.events.split():
            new += _note_overdue(session, webhook, below(tree, [webhook.unit_id]), now)
    return new


def is_any(session: Session) -> bool:
    """Say whether anybody is told of anything."""
    return session.scalar(_told().with_only_columns(Webhook.id).limit(1)) is not None


def is_due(session: Session, now: datetime) -> bool:
    """Say whether a message waits to be sent at this instant."""
    return session.scalar(select(WebhookMessage.id).where(_due(now)).limit(1)) is not None


def claim(session: Session, now: datetime) -> Ready | None:
    """Take one message to be sent now, nobody else's for ten minutes; None when none is left.

    What was written for a case that has since turned out to be about an officer is dropped, which
    is asked anew before each message.
    """
    while (message := _claimed(session, now)) is not None:
        webhook = session.get_one(Webhook, message.webhook_id)
        if webhook.stopped_at is None and not _names_officer(session, message.complaint_id):
            body = message.body.encode()
            return Ready(message.id, webhook.url, webhook.salt, message.name, body)
        message.state, message.next_at, message.ended_at = STOPPED, None, now
        session.flush()
    return None


def _claimed(session: Session, now: datetime) -> WebhookMessage | None:
    first = select(WebhookMessage.id).where(_due(now))
    first = first.order_by(WebhookMessage.next_at, WebhookMessage.id).limit(1)
    return session.scalar(
        update(WebhookMessage)
        .where(WebhookMessage.id.in_(first), WebhookMessage.state == WAITING)
        .where(WebhookMessage.next_at <= now)
        .values(next_at=now + LEASE)
        .returning(WebhookMessage)
    )


def note_sent(session: Session, key: int, now: datetime) -> None:
    """Note that the other side took a message."""
    message = session.get_one(WebhookMessage, key)
    message.tried += 1
    message.state, message.next_at, message.ended_at, message.problem = SENT, None, now, ""


def note_failed(session: Session, key: int, problem: str, now: datetime, chance: float) -> None:
    """Note a try that failed; the next comes later, and after the fifteenth none any more.

    `chance` from 0 to 1 spreads the next tries.
    """
    message = session.get_one(WebhookMessage, key)
    message.tried += 1
    message.problem = problem[:LONGEST_PROBLEM]
    if message.state == STOPPED:
        return
    if message.tried >= MOST_TRIES:
        message.state, message.next_at, message.ended_at = GIVEN_UP, None, now
    else:
        message.next_at = now + wait_after(message.tried, chance)


def _note_overdue(session: Session, webhook: Webhook, units: Collection[int], now: datetime) -> int:
    event = Event.OVERDUE
    written = {
        (key, occasion)
        for key, occasion in session.execute(
            select(WebhookMessage.complaint_id, WebhookMessage.occasion).where(
                WebhookMessage.webhook_id == webhook.id, WebhookMessage.event == str(event)
            )
        )
    }
    rows = []
    for complaint, code in session.execute(_late(webhook, units, now)):
        occasion = str(complaint.due_on)
        if (complaint.id, occasion) not in written:
            today = today_in(session, [complaint.unit_id], now)
            body = _body(event, complaint, code, today)
            rows.append(_message(webhook, complaint, event, body, now, occasion))
    return _insert(session, rows)


def _late(webhook: Webhook, units: Collection[int], now: datetime) -> Select[Complaint, str]:
    return (
        select(Complaint, Unit.code)
        .join(Unit, Unit.id == Complaint.unit_id)
        .where(
            Complaint.state.in_(OPEN_STATES),
            Complaint.unit_id.in_(units),
            Complaint.due_at < now,
            Complaint.due_at >= webhook.created_at,
            Complaint.kind.not_in(UNTOLD),
            Complaint.id.not_in(select(ComplaintOfficer.complaint_id)),
        )
        .order_by(Complaint.id)
    )


def _insert(session: Session, rows: Sequence[dict[str, object]]) -> int:
    """Insert those that have no like yet: two jobs at once write each but once."""
    table = cast(Table, WebhookMessage.__table__)
    plain = insert(dialect_of(session), table).on_conflict_do_nothing().returning(table.c.id)
    new = 0
    for first in range(0, len(rows), ROWS_AT_ONCE):
        statement = plain.values(list(rows[first : first + ROWS_AT_ONCE]))
        new += len(session.execute(statement).all())
    return new


def _message(
    webhook: Webhook,
    complaint: Complaint,
    event: Event,
    body: str,
    now: datetime,
    occasion: str,
) -> dict[str, object]:
    key = f"{webhook.salt}/{complaint.id}/{event}/{occasion}"
    return {
        "webhook_id": webhook.id,
        "complaint_id": complaint.id,
        "event": str(event),
        "occasion": occasion,
        "name": f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}",
        "body": body,
        "state": WAITING,
        "created_at": now,
        "next_at": now,
        "tried": 0,
        "problem": "",
    }


def _times(session: Session, complaint: Complaint, event: Event) -> int:
    """Count how often a case had an event, such as answered before an appeal and after it.

    Its steps are counted, this one among them: messages are not kept for ever, and a receiver takes
    each name once.
    """
    actions = [str(action) for action, meant in EVENT_OF.items() if meant is event]
    found = select(func.count()).where(
        ComplaintEvent.complaint_id == complaint.id, ComplaintEvent.action.in_(actions)
    )
    unwritten = [
        row
        for row in session.new
        if isinstance(row, ComplaintEvent)
        and row.complaint_id == complaint.id
        and row.action in actions
    ]
    return (session.scalar(found) or 0) + len(unwritten)


def _body(event: Event, complaint: Complaint, unit_code: str, today: date) -> str:
    """Give what is told: names, states and days; no word anybody wrote, no person, no time."""
    data = {
        "case": complaint.number,
        "unit": unit_code,
        "kind": complaint.kind,
        "state": complaint.state,
        "received_on": complaint.received_on.isoformat(),
        "due_on": complaint.due_on.isoformat() if complaint.due_on else None,
    }
    told = {"type": str(event), "timestamp": today.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":"))


def _told() -> Select[Webhook]:
    return select(Webhook).where(Webhook.stopped_at.is_(None)).order_by(Webhook.id)


def _due(now: datetime) -> ColumnElement[bool]:
    """Ask for what is to be sent now: nothing of a case before what it was told of earlier."""
    earlier = aliased(WebhookMessage)
    held_up = select(earlier.id).where(
        earlier.complaint_id == WebhookMessage.complaint_id,
        earlier.webhook_id == WebhookMessage.webhook_id,
        earlier.id < WebhookMessage.id,
        earlier.state == WAITING,
    )
    return and_(WebhookMessage.state == WAITING, WebhookMessage.next_at <= now, ~held_up.exists())


def _names_officer(session: Session, complaint_id: int) -> bool:
    named = select(ComplaintOfficer.officer_id).where(ComplaintOfficer.complaint_id == complaint_id)
    return session.scalar(named.limit(1)) is not None


def _of_actor(session: Session, webhook_id: int, actor: Actor) -> Webhook:
    webhook = session.get(Webhook, webhook_id)
    if webhook is None or not actor.reaches(Permission.ORGANISATION, webhook.unit_id):
        raise NotFound
    return webhook


def _last_problem(session: Session, webhook_id: int) -> str:
    failed = select(WebhookMessage.problem).where(
        WebhookMessage.webhook_id == webhook_id, WebhookMessage.problem != ""
    )
    return session.scalar(failed.order_by(WebhookMessage.id.desc()).limit(1)) or ""
