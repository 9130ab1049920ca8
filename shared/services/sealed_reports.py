"""What is done with confidential reports: received, opened, verified, concluded, passed up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from shared.domain.access import Actor
from shared.domain.calendar import local_date
from shared.domain.complaint import Kind, Tier, checked_answer
from shared.domain.deadline import Stage
from shared.domain.errors import N_, Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.rating import clean_text
from shared.domain.sealed import (
    CONCLUSIONS,
    RISES_AFTER,
    Action,
    Envelope,
    Matter,
    State,
    binding,
    new_number,
    next_state,
)
from shared.domain.tracking_code import CaseCode
from shared.models.clock import ComplaintClock
from shared.models.organisation import Unit
from shared.models.sealed import (
    SealedKey,
    SealedMessage,
    SealedOpening,
    SealedReport,
    SealedStep,
    SealedWrap,
)
from shared.services.calendars import legal_clock
from shared.services.clock_judging import as_judged
from shared.services.rating_storage import insert
from shared.services.sealed_inbox import found, levels_of
from shared.services.sealed_readers import Reader, readers

RESIDENT, SYSTEM = "resident", "system"
IN_BROWSER, ON_RECEIPT = "browser", "server"


@dataclass(frozen=True)
class Text:
    """Words as they came sealed; `form_id` makes sending them twice one."""

    form_id: UUID
    binding: str
    envelope: Envelope
    sealed_in: str


@dataclass(frozen=True)
class Filing:
    """A sealed text with what stands around it."""

    text: Text
    unit_id: int
    matter: Matter
    officer_id: int | None
    language: str


@dataclass(frozen=True)
class Opened:
    """A sealed text as it is handed to an inspector's browser, with the key for that one."""

    at: datetime
    sealed_in: str
    binding: str
    iv: str
    data: str
    keys: Mapping[str, str]  # wrapped, by the fingerprint of the inspector's own keys


def receive(session: Session, filing: Filing, code: CaseCode, now: datetime) -> SealedReport:
    """Take a sealed report in under a tracking code; the same form again gives the same report.

    Raises Invalid when none of those it was sealed for may read it.
    """
    known = _of_form(session, filing)
    if known is not None:
        return known
    allowed = addressed(session, filing.unit_id, filing.officer_id, filing.text.envelope)
    report, new = _insert(session, filing, code, allowed, now)
    if new:
        _judge(session, report, Stage.CLASSIFY, now)
        keep_text(session, report, filing.text, allowed, now)
        add_step(session, report, "receive", RESIDENT, now)
        session.flush()
    return report


def _of_form(session: Session, filing: Filing) -> SealedReport | None:
    form_id = str(filing.text.form_id)
    return session.scalar(select(SealedReport).where(SealedReport.form_id == form_id))


def _insert(
    session: Session, filing: Filing, code: CaseCode, allowed: Sequence[Reader], now: datetime
) -> tuple[SealedReport, bool]:
    """Insert the report unless its form was sent already; of two at once only one is new."""
    unit = session.get_one(Unit, filing.unit_id)
    zone = legal_clock(session, unit.organisation_id).zone
    values = {
        "number": new_number(),
        "form_id": str(filing.text.form_id),
        "code_hash": code.digits_hash,
        "link_hash": code.link_hash,
        "unit_id": unit.id,
        "officer_id": filing.officer_id,
        "matter": str(filing.matter),
        "state": str(State.RECEIVED),
        "level": allowed[0].level,
        "language": filing.language,
        "received_at": now,
        "received_on": local_date(now, zone),
        "rises_at": now + RISES_AFTER if allowed[-1].level > allowed[0].level else None,
        "version": 1,
    }
    table = cast(Table, SealedReport.__table__)
    once = insert(session.get_bind().dialect.name, table).values(values).on_conflict_do_nothing()
    key = session.scalar(once.returning(table.c.id))
    if key is not None:
        return session.get_one(SealedReport, key), True
    known = _of_form(session, filing)
    if known is None:  # another report's number or code: once in 10^12, and sent again it is fine
        raise no_reader()
    return known, False


def addressed(
    session: Session, unit_id: int, officer_id: int | None, envelope: Envelope
) -> list[Reader]:
    """Give those an envelope is sealed for who may read it; Invalid when there is nobody."""
    found = [
        one
        for one in readers(session, unit_id, officer_id)
        if one.key.fingerprint in envelope.wrapped
    ]
    if not found:
        raise no_reader()
    return found


def no_reader() -> Invalid:
    """Say that none of those a text was sealed for may read it."""
    return Invalid(
        "no_reader", N_("Người nhận tin báo đã thay đổi. Xin tải lại trang và gửi lại."), field=""
    )


def keep_text(
    session: Session, report: SealedReport, text: Text, allowed: Sequence[Reader], now: datetime
) -> None:
    """Keep a sealed text, with its key for those who may read it and for nobody else."""
    message = SealedMessage(
        report_id=report.id,
        form_hash=binding(text.form_id),
        binding=text.binding,
        at=now,
        sealed_in=text.sealed_in,
        iv=text.envelope.iv,
        data=text.envelope.data,
    )
    session.add(message)
    session.flush()
    session.add_all(
        SealedWrap(
            message_id=message.id,
            key_id=one.key.id,
            level=one.level,
            wrapped=text.envelope.wrapped[one.key.fingerprint],
        )
        for one in allowed
    )
    session.flush()


def open_texts(session: Session, number: str, actor: Actor, now: datetime) -> list[Opened]:
    """Hand out the sealed texts of a report with the inspector's keys to them, and log that.

    The first opening ends the waiting to go up. Raises NotFound.
    """
    report = found(session, number, actor)
    session.add(SealedOpening(report_id=report.id, account_id=actor.account_id, at=now))
    if report.state == State.RECEIVED:
        _move(session, report, Action.OPEN, actor.name, now)
        report.rises_at = None
    session.flush()
    return _texts(session, report, actor)


def _texts(session: Session, report: SealedReport, actor: Actor) -> list[Opened]:
    rows = session.execute(
        select(SealedMessage, SealedKey.fingerprint, SealedWrap.wrapped)
        .join(SealedWrap, SealedWrap.message_id == SealedMessage.id)
        .join(SealedKey, SealedKey.id == SealedWrap.key_id)
        .where(
            SealedMessage.report_id == report.id,
            SealedWrap.level == report.level,
            SealedKey.account_id == actor.account_id,
        )
        .order_by(SealedMessage.id, SealedKey.id)
    )
    keys: dict[int, dict[str, str]] = {}
    messages: dict[int, SealedMessage] = {}
    for message, fingerprint, wrapped in rows:
        messages[message.id] = message
        keys.setdefault(message.id, {})[fingerprint] = wrapped
    return [
        Opened(one.at, one.sealed_in, one.binding, one.iv, one.data, keys[one.id])
        for one in messages.values()
    ]


def verify(session: Session, number: str, version: int, actor: Actor, now: datetime) -> None:
    """Begin to verify a report, thụ lý: the limit of a denunciation runs from now on.

    Raises NotFound, RuleBroken `changed_meanwhile` or `move_not_allowed`.
    """
    report = _seen(session, number, version, actor)
    _move(session, report, Action.VERIFY, actor.name, now)
    _judge(session, report, Stage.ANSWER, now)
    _write(session)


def conclude(
    session: Session,
    number: str,
    action: Action,
    answer: str,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Conclude a report with words that its sender reads by code, so nothing secret.

    Raises Invalid for words without content or an unknown conclusion, and as `verify` does.
    """
    report = _seen(session, number, version, actor)
    with Faults() as faults:
        if action not in CONCLUSIONS:
            told = N_("Xin chọn một kết luận.")
            faults.add(Invalid("conclusion_missing", told, field="conclusion"))
        words = faults.read(checked_answer, clean_text(answer))
    _move(session, report, action, actor.name, now)
    unit = session.get_one(Unit, report.unit_id)
    report.answer, report.rises_at, report.concluded_at = words, None, now
    report.concluded_on = local_date(now, legal_clock(session, unit.organisation_id).zone)
    _write(session)


def pass_up(session: Session, number: str, version: int, actor: Actor, now: datetime) -> None:
    """Hand a report to the level above, such as when the key was lost; it leaves this one's list.

    Raises RuleBroken `no_level_above` when it was not sealed for anybody above, and as `verify`.
    """
    report = _seen(session, number, version, actor)
    next_state(State(report.state), Action.RISE)
    if not rise(session, report, actor.name, now):
        raise RuleBroken(
            "no_level_above", N_("Tin báo này không được niêm phong cho cấp nào cao hơn.")
        )


def rise(session: Session, report: SealedReport, actor: str, now: datetime) -> bool:
    """Take a report to the next level it was sealed for; False when there is none.

    Of two who do it in the same instant one does.
    """
    levels = levels_of(session, report)
    above = next((level for level in levels if level > report.level), None)
    if above is None:
        return False
    state = next_state(State(report.state), Action.RISE)
    session.flush()
    moved = session.scalar(
        update(SealedReport)
        .where(SealedReport.id == report.id, SealedReport.version == report.version)
        .values(
            level=above,
            state=str(state),
            rises_at=now + RISES_AFTER if above < levels[-1] else None,
            version=report.version + 1,
        )
        .returning(SealedReport.id)
        .execution_options(synchronize_session=False)
    )
    session.refresh(report)
    if moved is not None:
        add_step(session, report, Action.RISE, actor, now)
        session.flush()
    return True


def add_step(
    session: Session, report: SealedReport, action: str, actor: str, now: datetime
) -> None:
    """Write a step of a report."""
    session.add(
        SealedStep(
            report_id=report.id,
            at=now,
            action=str(action),
            actor=actor,
            state=report.state,
            level=report.level,
        )
    )


def _seen(session: Session, number: str, version: int, actor: Actor) -> SealedReport:
    report = found(session, number, actor)
    if report.version != version:
        raise _changed_meanwhile()
    return report


def _move(
    session: Session, report: SealedReport, action: Action, actor: str, now: datetime
) -> None:
    report.state = str(next_state(State(report.state), action))
    add_step(session, report, action, actor, now)


def _write(session: Session) -> None:
    try:
        session.flush()
    except StaleDataError:
        raise _changed_meanwhile() from None


def _changed_meanwhile() -> RuleBroken:
    return RuleBroken(
        "changed_meanwhile", N_("Người khác vừa xử lý tin báo này. Xin tải lại trang.")
    )


def _judge(session: Session, report: SealedReport, stage: Stage, now: datetime) -> None:
    """Count the due day by the limits of a denunciation (Law on Denunciations 2018, 24 and 30).

    Without a name the law asks for no answer (article 25); it is counted the same all the same.
    """
    unit = session.get_one(Unit, report.unit_id)
    legal = legal_clock(session, unit.organisation_id)
    try:
        found = legal.due(Kind.DENUNCIATION, Tier.OWN, stage, now)
    except RuleBroken:
        return
    unkept = ComplaintClock(handling_code=None)  # a case's clock; here it only carries no rule
    judged: dict[str, Any] = as_judged(found, legal, unkept)
    report.due_on, report.rule_code, report.deadline = found.due_on, found.rule, judged
