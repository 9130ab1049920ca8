"""A confidential report as its sender follows it, by code alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.domain.calendar import local_date
from shared.domain.errors import NotFound, RuleBroken
from shared.domain.sealed import (
    CONCLUDED,
    NEXT_STATE,
    RISES_AFTER,
    Action,
    State,
    binding,
    next_state,
)
from shared.domain.tracking_code import hash_digits, hash_link, is_link, normalise_code
from shared.models.organisation import Organisation, Unit
from shared.models.sealed import SealedMessage, SealedReport, SealedStep
from shared.services import following
from shared.services.calendars import legal_clock
from shared.services.sealed_inbox import levels_of, steps
from shared.services.sealed_readers import Reader, readers
from shared.services.sealed_reports import (
    RESIDENT,
    Text,
    add_step,
    addressed,
    keep_text,
    no_reader,
)
from shared.services.sealed_rising import can_open


@dataclass(frozen=True)
class Followed:
    """What its sender may read of a report: never who opened it, and not its own words."""

    report: SealedReport
    unit: Unit
    sample: bool
    history: Sequence[SealedStep]
    today: date
    concluded: bool
    may_add: bool
    lost: bool  # unread, and the keys are gone of all who could still read it


def followed(session: Session, code: str) -> SealedReport:
    """Find the report of a link; NotFound when there is none, and for digits.

    Those are typed in one place only, see `followed_by_digits`.
    """
    normal = _normal(code)
    if not is_link(normal):
        raise NotFound
    return _found(session, SealedReport.link_hash == hash_link(normal))


def followed_by_digits(session: Session, digits: str, secret: str) -> SealedReport:
    """Find the report of the sixteen digits by the installation's key; NotFound without one."""
    return _found(session, SealedReport.code_hash == hash_digits(_normal(digits), secret))


def form_of_digits(session: Session, digits: str, secret: str) -> str:
    """Give the id of the form that brought what the digits open, a case or a report; NotFound."""
    try:
        return following.followed_by_digits(session, digits, secret).form_id
    except NotFound:
        return followed_by_digits(session, digits, secret).form_id


def is_one(session: Session, code: str) -> bool:
    """Say whether a link is that of a confidential report."""
    try:
        return followed(session, code) is not None
    except NotFound:
        return False


def _normal(code: str) -> str:
    try:
        return normalise_code(code)
    except RuleBroken:
        raise NotFound from None


def _found(session: Session, condition: ColumnElement[bool]) -> SealedReport:
    report = session.scalar(select(SealedReport).where(condition))
    if report is None:
        raise NotFound
    return report


def sender_view(session: Session, report: SealedReport, now: datetime) -> Followed:
    """Give what the sender may read of a report."""
    unit = session.get_one(Unit, report.unit_id)
    organisation = session.get_one(Organisation, unit.organisation_id)
    state = State(report.state)
    return Followed(
        report=report,
        unit=unit,
        sample=organisation.sample,
        history=steps(session, report),
        today=local_date(now, legal_clock(session, organisation.id).zone),
        concluded=state in CONCLUDED,
        may_add=Action.ADD in NEXT_STATE[state],
        lost=state is State.RECEIVED and report.rises_at is None and not can_open(session, report),
    )


def readers_now(session: Session, report: SealedReport) -> list[Reader]:
    """List who would read what is added now: those at the level it has reached and above."""
    found = readers(session, report.unit_id, report.officer_id)
    return [one for one in found if one.level >= report.level]


def add_words(session: Session, report: SealedReport, text: Text, now: datetime) -> None:
    """Add sealed words; to one that ended for want of them it opens the report again.

    Only those at the level it has reached and above can read them. The same form again adds
    nothing. Raises RuleBroken when the report is over, Invalid when nobody may read.
    """
    seen = select(SealedMessage.id).where(SealedMessage.form_hash == binding(text.form_id))
    if session.scalar(seen) is not None:
        return
    state = next_state(State(report.state), Action.ADD)
    found = addressed(session, report.unit_id, report.officer_id, text.envelope)
    allowed = [one for one in found if one.level >= report.level]
    if not allowed:
        raise no_reader()
    keep_text(session, report, text, allowed, now)
    if report.state == State.NOT_ENOUGH:
        report.concluded_at = report.concluded_on = report.answer = None
        above = levels_of(session, report)[-1] > report.level
        report.rises_at = now + RISES_AFTER if above else None
    report.state = str(state)
    add_step(session, report, Action.ADD, RESIDENT, now)
    session.flush()
