"""Where staff are written to, entered by an administrator within the own units."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.access import Actor
from shared.domain.address import checked_email
from shared.domain.faults import Faults
from shared.models.account import Account
from shared.models.outbox import AccountAddress
from shared.services import account_directory, outbox


@dataclass(frozen=True)
class Entry:
    """An open account with its address, or nothing."""

    account: Account
    units: str  # their names
    email: str


def entries(session: Session, actor: Actor) -> list[Entry]:
    """List the open accounts within the actor's units with their addresses."""
    known = {row.account_id: row.email for row in session.scalars(select(AccountAddress))}
    return [
        Entry(
            one.account,
            ", ".join(sorted({unit.name for _grant, unit in one.grants if unit is not None})),
            known.get(one.account.id, ""),
        )
        for one in account_directory.entries(session, actor)
        if one.account.closed_at is None
    ]


def change(session: Session, actor: Actor, typed: Mapping[int, str], now: datetime) -> None:
    """Keep addresses by account; nothing takes one away. Others' accounts are left alone.

    What waits for somebody with a new address is sent at once.
    Raises Invalid naming `email-` and the key of the account whose address is none.
    """
    with Faults() as faults:
        emails = {
            one.account.id: faults.read(
                checked_email, typed.get(one.account.id, one.email), f"email-{one.account.id}"
            )
            for one in entries(session, actor)
        }
    for key, email in emails.items():
        row = session.get(AccountAddress, key)
        if row is not None and not email:
            session.delete(row)
        elif email and (row is None or email != row.email):
            row = row or AccountAddress(account_id=key)
            row.email, row.changed_at = email, now
            session.add(row)
            outbox.try_again_for(session, key, now)
    session.flush()
