"""What nobody opened in time goes up by itself, once, and is written down."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.domain.sealed import State
from shared.models.account import Account
from shared.models.sealed import SealedKey, SealedMessage, SealedReport, SealedWrap
from shared.services.sealed_readers import may_read
from shared.services.sealed_reports import SYSTEM, rise


def raise_unopened(session: Session, now: datetime) -> None:
    """Take up what lay unopened for 24 hours, and at once what nobody at its level can open.

    Whoever runs this twice finds nothing left to do.
    """
    waiting = session.scalars(
        select(SealedReport)
        .where(SealedReport.state == str(State.RECEIVED), SealedReport.rises_at.is_not(None))
        .order_by(SealedReport.id)
    ).all()
    for report in waiting:
        if report.rises_at is not None and (
            report.rises_at <= now or not can_open(session, report)
        ):
            rise(session, report, SYSTEM, now)


def can_open(session: Session, report: SealedReport) -> bool:
    """Say whether somebody at its level may read it and still uses a key that opens some of it."""
    accounts = session.scalars(
        select(Account)
        .join(SealedKey, SealedKey.account_id == Account.id)
        .join(SealedWrap, SealedWrap.key_id == SealedKey.id)
        .join(SealedMessage, SealedMessage.id == SealedWrap.message_id)
        .where(
            SealedMessage.report_id == report.id,
            SealedWrap.level == report.level,
            SealedKey.retired_at.is_(None),
        )
    ).unique()
    return any(
        may_read(session, account, report.unit_id, report.officer_id) for account in accounts
    )
