"""What ended long ago and is removed: messages of cases that are over, and long work.

What keeps a message from being sent twice stays: what waits, everything of a case that is open, and
mails about copies that still are not made. An appeal opens a case with a new due day, and its
messages are of that day (services/reminders).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.orm import Session

from shared.models.complaint import Complaint
from shared.models.dossier import DossierFeed
from shared.models.job import Job
from shared.models.outbox import OutboxMessage
from shared.models.webhook import WebhookMessage
from shared.services import backup_mails, jobs, outbox, webhooks
from shared.services.inbox import OPEN_STATES

MESSAGES_KEPT = timedelta(days=90)
JOBS_KEPT = timedelta(days=30)  # their files may hold rows of dossiers
AT_ONCE = 500  # in one transaction: on SQLite nobody else writes meanwhile


def remove_messages(session: Session, now: datetime) -> int:
    """Remove some messages that ended 90 days ago; give how many, 0 when none is left."""
    oldest = now - MESSAGES_KEPT
    return _remove(session, OutboxMessage, outbox.WAITING, oldest) + _remove(
        session, WebhookMessage, webhooks.WAITING, oldest
    )


def remove_jobs(session: Session, trouble: str | None, now: datetime) -> int:
    """Remove some work that ended 30 days ago; give how many, 0 when none is left.

    Kept is what an export that came by itself is known by, and the mails about the copies that
    still are wrong, `trouble` by its key.
    """
    fed = select(DossierFeed.id).where(DossierFeed.job_id == Job.id)
    guards = and_(
        Job.kind == backup_mails.KIND, Job.arguments["trouble"].as_string() == (trouble or "")
    )
    found = select(Job.id).where(_ended(now), ~guards, ~fed.exists()).limit(AT_ONCE)
    keys = session.scalars(found).all()
    session.execute(delete(Job).where(Job.id.in_(keys)))
    return len(keys)


def jobs_with_files(session: Session, now: datetime) -> set[int]:
    """Give the work whose files are needed: what waits or runs, or ended less than 30 days ago."""
    return set(session.scalars(select(Job.id).where(~_ended(now))))


def _remove(
    session: Session,
    table: type[OutboxMessage | WebhookMessage],
    waiting: str,
    oldest: datetime,
) -> int:
    is_open = select(Complaint.id).where(
        Complaint.id == table.complaint_id, Complaint.state.in_(OPEN_STATES)
    )
    over = and_(table.state != waiting, table.ended_at < oldest)
    keys = session.scalars(select(table.id).where(over, ~is_open.exists()).limit(AT_ONCE)).all()
    # Asked once more: meanwhile somebody may have it sent again.
    session.execute(delete(table).where(table.id.in_(keys), over))
    return len(keys)


def _ended(now: datetime) -> ColumnElement[bool]:
    oldest = now - JOBS_KEPT
    return and_(Job.state.in_((jobs.DONE, jobs.FAILED)), Job.finished_at < oldest)
