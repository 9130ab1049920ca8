"""A resident's right to have data erased: asked for by code, decided by staff, told for good."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from shared.domain.access import Actor, Permission
from shared.domain.complaint import OPEN, State, Tier
from shared.domain.deadline import Limit, Matter, Stage, due, limit_in_force
from shared.domain.erasure import (
    WANTED,
    DataKind,
    Scope,
    Standing,
    checked_reason,
    standing_after,
)
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.models.complaint import Complaint, ErasureRequest
from shared.models.organisation import Unit
from shared.services import erasing
from shared.services.calendars import LegalClock, shipped_limits
from shared.services.case_steps import CHANGED, RESIDENT, add_event, one_act
from shared.services.clock_judging import legal_of
from shared.services.following import followed, withdraw_case
from shared.services.inbox import visible_to
from shared.services.local_days import today_in

ASKED, TAKEN_BACK, ERASED = "erasure_asked", "erasure_undone", "erased"
NEAR_DAYS = 5  # calendar days before the due day from which a request asks for haste
DECIDED = (str(Standing.DONE), str(Standing.PARTLY), str(Standing.REFUSED))


@dataclass(frozen=True)
class Rights:
    """What the page of a code tells of erasing: what is held, what was asked, what was done."""

    held: Mapping[DataKind, int]
    waiting: ErasureRequest | None
    decided: Sequence[ErasureRequest]  # the latest first
    is_open: bool  # erasing all would withdraw the case
    limit: Limit

    @property
    def nothing_left(self) -> bool:
        """Say whether there is nothing to ask for any more."""
        return not any(self.held.values())


@dataclass(frozen=True)
class Line:
    """A request as staff see it listed; `days` are calendar days left, negative when over."""

    request: ErasureRequest
    number: str
    unit: str
    days: int

    @property
    def near(self) -> bool:
        """Say whether the limit is near or over."""
        return self.days <= NEAR_DAYS


@dataclass(frozen=True)
class Opened:
    """A request with the case as far as deciding needs it."""

    line: Line
    complaint: Complaint
    held: Mapping[DataKind, int]
    is_open: bool
    today: date


def rights(session: Session, code: str, now: datetime) -> Rights:
    """Give what the owner of a code may ask for, and what became of it; NotFound."""
    complaint = followed(session, code)
    found = session.scalars(
        select(ErasureRequest)
        .where(ErasureRequest.complaint_id == complaint.id)
        .order_by(ErasureRequest.id.desc())
    ).all()
    waiting = [one for one in found if one.state == Standing.WAITING]
    return Rights(
        held=erasing.held(session, complaint),
        waiting=waiting[0] if waiting else None,
        decided=[one for one in found if one.state in DECIDED],
        is_open=State(complaint.state) in OPEN,
        limit=_limit(legal_of(session, complaint.unit_id), today_of(session, complaint, now)),
    )


def ask(session: Session, code: str, scope: Scope, now: datetime) -> ErasureRequest:
    """Ask to have data of a case erased; asked twice it is one request from the first day on.

    Raises NotFound, RuleBroken `nothing_left`.
    """
    complaint = followed(session, code)
    known = _waiting_of(session, complaint.id)
    if known is not None:
        known.scope = str(scope)
        session.flush()
        return known
    held = erasing.held(session, complaint)
    if not any(held[kind] for kind in WANTED[scope]):
        raise RuleBroken("nothing_left", N_("Không còn dữ liệu nào như vậy để xoá."))
    legal = legal_of(session, complaint.unit_id)
    asked_on = today_of(session, complaint, now)
    limit = _limit(legal, asked_on)
    deadline = due(limit, now, legal.calendar)
    request = ErasureRequest(
        complaint_id=complaint.id,
        scope=str(scope),
        state=str(Standing.WAITING),
        asked_at=now,
        asked_on=asked_on,
        due_on=deadline.due_on,
        basis={
            "rule": limit.code,
            "amount": limit.amount,
            "unit": str(limit.unit),
            "document": limit.document,
            "legal_basis": limit.legal_basis,
            "provisional": deadline.provisional,
        },
    )
    session.add(request)
    add_event(session, complaint, ASKED, RESIDENT, now, public=True)
    session.flush()
    return request


def take_back(session: Session, code: str, now: datetime) -> None:
    """Take a request back that nobody has decided yet; twice is once."""
    complaint = followed(session, code)
    request = _waiting_of(session, complaint.id)
    if request is not None:
        _end(request, Standing.TAKEN_BACK, today_of(session, complaint, now), now)
        add_event(session, complaint, TAKEN_BACK, RESIDENT, now, public=True)
        session.flush()


def listed(session: Session, actor: Actor, now: datetime) -> tuple[list[Line], list[Line]]:
    """List the requests that wait, the nearest limit first, and the last fifty decided ones."""
    waiting = select(ErasureRequest).where(ErasureRequest.state == str(Standing.WAITING))
    decided = select(ErasureRequest).where(ErasureRequest.state.in_(DECIDED))
    return (
        _lines(session, actor, waiting.order_by(ErasureRequest.due_on, ErasureRequest.id), now),
        _lines(session, actor, decided.order_by(ErasureRequest.id.desc()).limit(50), now),
    )


def waiting_count(session: Session, actor: Actor, now: datetime) -> tuple[int, int]:
    """Count the requests that wait for who may decide them, and those with a near limit."""
    if not actor.may(Permission.CONTACTS):
        return 0, 0
    waiting, _decided = listed(session, actor, now)
    return len(waiting), sum(one.near for one in waiting)


def waiting_of(session: Session, complaint: Complaint, actor: Actor, now: datetime) -> Line | None:
    """Give what waits for a decision on a case, to who may decide; None otherwise."""
    if not actor.reaches(Permission.CONTACTS, complaint.unit_id):
        return None
    request = _waiting_of(session, complaint.id)
    if request is None:
        return None
    days = (request.due_on - today_of(session, complaint, now)).days
    unit = session.get_one(Unit, complaint.unit_id)
    return Line(request, complaint.number, unit.name, days)


def opened(session: Session, key: int, actor: Actor, now: datetime) -> Opened:
    """Give a request of a case that exists for the actor; NotFound otherwise."""
    lines = _lines(session, actor, select(ErasureRequest).where(ErasureRequest.id == key), now)
    if not lines:
        raise NotFound
    complaint = session.get_one(Complaint, lines[0].request.complaint_id)
    return Opened(
        line=lines[0],
        complaint=complaint,
        held=erasing.held(session, complaint),
        is_open=State(complaint.state) in OPEN,
        today=today_of(session, complaint, now),
    )


def decide(
    session: Session,
    key: int,
    kinds: Collection[DataKind],
    kept: tuple[str, str],
    version: int,
    actor: Actor,
    folder: Path,
    now: datetime,
) -> ErasureRequest:
    """Erase what is granted of a request and say why the rest is kept; nothing is a refusal.

    `kept` is the reason and the law in words, asked for unless all is erased. An open case whose
    words are erased is withdrawn first, with its lateness noted. Raises NotFound, Invalid as
    `checked_reason` does, RuleBroken `changed_meanwhile`.
    """
    found = opened(session, key, actor, now)
    request, complaint = found.line.request, found.complaint
    if request.version != version or request.state != Standing.WAITING:
        raise RuleBroken(CHANGED, N_("Người khác vừa xử lý yêu cầu này. Xin tải lại trang."))
    granted = WANTED[Scope(request.scope)] & frozenset(kinds)
    standing = standing_after(Scope(request.scope), granted)
    reason, words = checked_reason(standing, *kept)
    with one_act(session):
        if DataKind.WORDS in granted and found.is_open:
            withdraw_case(session, complaint, now)
        request.removed = erasing.erase(session, complaint, granted, folder, now)
        request.reason, request.words = (None if reason is None else str(reason)), words
        request.decided_by, request.decided_name = actor.name, actor.full_name
        request.unit_name = session.get_one(Unit, complaint.unit_id).name
        _end(request, standing, found.today, now)
        add_event(session, complaint, ERASED, actor.name, now, public=True)
    return request


def today_of(session: Session, complaint: Complaint, now: datetime) -> date:
    """Give the local date in the organisation of a case."""
    return today_in(session, [complaint.unit_id], now)


def _end(request: ErasureRequest, standing: Standing, on: date, now: datetime) -> None:
    request.state, request.ended_at, request.ended_on = str(standing), now, on


def _limit(legal: LegalClock, on: date) -> Limit:
    """Find the limit in force; an organisation that lacks it is bound by the law all the same."""
    for limits in (legal.limits, shipped_limits()):
        try:
            return limit_in_force(limits, Matter.ERASURE, Tier.OWN, Stage.ANSWER, on)
        except RuleBroken:
            continue
    first = [one for one in shipped_limits() if one.kind is Matter.ERASURE]
    return next(one for one in first if one.stage is Stage.ANSWER)  # asked before the law's day


def _waiting_of(session: Session, complaint_id: int) -> ErasureRequest | None:
    return session.scalars(
        select(ErasureRequest)
        .where(
            ErasureRequest.complaint_id == complaint_id,
            ErasureRequest.state == str(Standing.WAITING),
        )
        .order_by(ErasureRequest.id)
        .limit(1)
    ).one_or_none()


def _lines(
    session: Session, actor: Actor, query: Select[ErasureRequest], now: datetime
) -> list[Line]:
    rows = session.execute(
        query.join(Complaint, Complaint.id == ErasureRequest.complaint_id)
        .join(Unit, Unit.id == Complaint.unit_id)
        .where(_decidable(actor))
        .add_columns(Complaint.number, Unit.name, Unit.id)
    ).all()
    days = {row[3]: today_in(session, [row[3]], now) for row in rows}
    return [Line(row[0], row[1], row[2], (row[0].due_on - days[row[3]]).days) for row in rows]


def _decidable(actor: Actor) -> ColumnElement[bool]:
    """Give the condition that a person reads contact data of a case, and is not named in it."""
    return visible_to(actor) & Complaint.unit_id.in_(actor.units(Permission.CONTACTS))
