"""Long work as rows: asked for here, done by the job process, come back to at any time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.errors import NotFound
from shared.models.job import Job as Job  # the doors name it by this module

Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


def request(
    session: Session, kind: str, arguments: Mapping[str, Any], account_id: int | None, now: datetime
) -> Job:
    """Ask for long work; the arguments are plain JSON values."""
    job = Job(
        kind=kind, arguments=dict(arguments), account_id=account_id, state=QUEUED, created_at=now
    )
    session.add(job)
    session.flush()
    return job


def request_daily(session: Session, kind: str, now: datetime) -> Job | None:
    """Ask for work of a kind that nobody asked for in the last 24 hours; None when somebody did."""
    recent = select(Job.id).where(Job.kind == kind, _within(Job.created_at, timedelta(days=1), now))
    return None if session.scalar(recent.limit(1)) else request(session, kind, {}, None, now)


def request_again(session: Session, kind: str, every: timedelta, now: datetime) -> Job | None:
    """Ask for work that comes again and again, unless it waits, runs or was asked for just now.

    What was done of it more than a day ago is forgotten. Work that has been running for an hour
    was interrupted.
    """
    running = and_(Job.state == RUNNING, _within(Job.started_at, timedelta(hours=1), now))
    recent = or_(Job.state == QUEUED, running, _within(Job.created_at, every, now))
    if session.scalar(select(Job.id).where(Job.kind == kind, recent).limit(1)) is not None:
        return None
    old = Job.created_at < now - timedelta(days=1)
    session.execute(delete(Job).where(Job.kind == kind, Job.state == DONE, old))
    return request(session, kind, {}, None, now)


def _within(column: Instant, span: timedelta, now: datetime) -> ColumnElement[bool]:
    """Ask for the last `span`; a time still to come was written while the clock was wrong."""
    return and_(column > now - span, column <= now)


def last_ended(session: Session, kind: str) -> Job | None:
    """Find the latest work of a kind that was done or failed."""
    ended = select(Job).where(Job.kind == kind, Job.state.in_((DONE, FAILED)))
    return session.scalar(ended.order_by(Job.id.desc()).limit(1))


def find(session: Session, job_id: int, account_id: int) -> Job:
    """Find one's own job; NotFound for anybody else's."""
    job = session.scalar(select(Job).where(Job.id == job_id, Job.account_id == account_id))
    if job is None:
        raise NotFound
    return job


def claim(session: Session, now: datetime) -> Job | None:
    """Take the oldest waiting job; no two processes take the same."""
    waiting = select(Job.id).where(Job.state == QUEUED).order_by(Job.id).limit(1)
    return session.scalar(
        update(Job)
        .where(Job.id == waiting.scalar_subquery(), Job.state == QUEUED)
        .values(state=RUNNING, started_at=now)
        .returning(Job)
    )


def put_back_interrupted(session: Session) -> None:
    """Queue again what was running when the job process ended; every kind may run twice."""
    session.execute(update(Job).where(Job.state == RUNNING).values(state=QUEUED))


def finish(
    session: Session,
    job_id: int,
    outcome: Mapping[str, Any],
    file_name: str | None,
    now: datetime,
) -> None:
    """Note a job's outcome and the name its file is downloaded under."""
    session.execute(
        update(Job)
        .where(Job.id == job_id)
        .values(state=DONE, outcome=dict(outcome), file_name=file_name, finished_at=now)
    )


def fail(session: Session, job_id: int, error: str, now: datetime) -> None:
    """Note in one line why a job could not be done."""
    session.execute(
        update(Job).where(Job.id == job_id).values(state=FAILED, error=error[:500], finished_at=now)
    )
