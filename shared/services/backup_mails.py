"""Who is written to about copies that are not made: each administrator once for each trouble.

Each message is a row before it is sent: a piece of work, tried again until it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.domain.access import Role
from shared.domain.backup import Alarm
from shared.domain.reminder import given_up, wait_after
from shared.models.account import Account, Grant
from shared.models.job import Job
from shared.models.organisation import Organisation, Unit
from shared.models.outbox import AccountAddress
from shared.services import jobs

KIND = "backup_mail"
REFUSED = "refused:"  # how the error of a try begins that the mail server refused for good


@dataclass(frozen=True)
class Reader:
    """An administrator who can be written to."""

    account_id: int
    language: str
    email: str
    changed_at: datetime  # the address


def readers(session: Session) -> Sequence[Reader]:
    """List the administrators of every unit who have an address.

    Where there are none, those of the units at the top; never those of the sample.
    """
    return _readers(session, Grant.unit_id.is_(None)) or _readers(session, _at_the_top())


def reader(session: Session, account_id: int) -> Reader | None:
    """Give one of the readers; None who is none any more."""
    found = (one for one in readers(session) if one.account_id == account_id)
    return next(found, None)


def ask(session: Session, alarm: Alarm, now: datetime) -> int:
    """Ask for the mails of a trouble that are still to be sent; give how many."""
    rows = session.scalars(select(Job).where(Job.kind == KIND).order_by(Job.id))
    tries: dict[int, list[Job]] = {}
    for row in rows:
        if row.arguments["trouble"] == alarm.key:
            tries.setdefault(row.arguments["account"], []).append(row)
    wanted = [one for one in readers(session) if _is_due(tries.get(one.account_id, []), one, now)]
    for one in wanted:
        arguments = {"trouble": alarm.key, "account": one.account_id}
        jobs.request(session, KIND, arguments, None, now)
    return len(wanted)


def _is_due(tries: Sequence[Job], to: Reader, now: datetime) -> bool:
    """Say whether a mail is to be tried now; to a new address it is at once."""
    if any(one.state != jobs.FAILED for one in tries):
        return False
    failed = [one for one in tries if one.created_at >= to.changed_at]
    if not failed:
        return True
    answers = {one.error for one in failed[-2:]}
    refused = (failed[-1].error or "").startswith(REFUSED)
    again = len(failed) > 1 and len(answers) == 1
    if given_up(failed[0].created_at, now, refused=refused and again):
        return False
    last = failed[-1].finished_at or failed[-1].created_at
    return last + wait_after(len(failed), 0, refused=refused) <= now


def _readers(session: Session, where: ColumnElement[bool]) -> Sequence[Reader]:
    rows = session.execute(
        select(Account.id, Account.language, AccountAddress.email, AccountAddress.changed_at)
        .join(AccountAddress, AccountAddress.account_id == Account.id)
        .join(Grant, Grant.account_id == Account.id)
        .where(Account.closed_at.is_(None), Grant.role == str(Role.ADMIN), where)
        .distinct()
        .order_by(Account.id)
    )
    return [Reader(*row) for row in rows]


def _at_the_top() -> ColumnElement[bool]:
    tops = (
        select(Unit.id)
        .join(Organisation, Organisation.id == Unit.organisation_id)
        .where(Unit.parent_id.is_(None), Organisation.sample.is_(False))
    )
    return Grant.unit_id.in_(tops)
