"""Long work as rows: asked for here, done by the job process, come back to at any time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.domain.errors import N_, NotFound
from shared.models.job import Job as Job  # the doors name it by this module
from shared.services.rating_storage import dialect_of

Instant = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"
# A job that ends its process each time, as one too large for the memory does, is begun no more.
MOST_TRIES = 3
INTERRUPTED = "interrupted"  # how often, in the outcome of a job that is begun anew
CUT_OFF = N_(
    "Việc này bị ngắt giữa chừng 3 lần, có thể vì máy thiếu bộ nhớ. Xin làm với ít dữ liệu hơn, "
    "hoặc báo người vận hành."
)
# Between being taken and being held by its own process a job looks like one that was killed.
BEGINNING = timedelta(seconds=5)
# A machine that lost its power says nothing: after 90 seconds of silence its job is free.
_SILENCE = {"tcp_keepalives_idle": 60, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}


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
    hangs.
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


def hold(session: Session, job_id: int) -> Job | None:
    """Hold a running job until this transaction ends; None when somebody else does, or did it.

    SQLite cannot hold a row: see jobs/held. On PostgreSQL the transaction that holds the job is the
    one that ends it, so who lost the database meanwhile cannot end what another has begun anew.
    """
    if dialect_of(session) == "postgresql":
        known = (func.set_config(name, str(value), True) for name, value in _SILENCE.items())
        session.execute(select(*known))
    return session.scalar(_not_held().where(Job.id == job_id))


def left(session: Session, now: datetime) -> Sequence[Job]:
    """Give the running jobs whose row nobody holds, and hold them until this transaction ends."""
    beginning = _within(Job.started_at, BEGINNING, now)
    return session.scalars(_not_held().where(~beginning).order_by(Job.id)).all()


def put_back(session: Session, job: Job, now: datetime) -> None:
    """Have a job begun anew that nobody does any more; every kind may run twice.

    After the third time it has failed. One that was ended meanwhile is left alone.
    """
    session.refresh(job)
    times = int(job.outcome.get(INTERRUPTED, 0)) + 1
    if job.state != RUNNING:
        return
    if times < MOST_TRIES:
        job.state, job.outcome = QUEUED, {INTERRUPTED: times}
    else:
        job.state, job.outcome, job.error, job.finished_at = FAILED, {}, CUT_OFF, now


def _not_held() -> Select[Job]:
    running = select(Job).where(Job.state == RUNNING)
    return running.with_for_update(key_share=True, skip_locked=True)


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
    """Note in one line why a running job could not be done."""
    session.execute(
        update(Job)
        .where(Job.id == job_id, Job.state == RUNNING)
        .values(state=FAILED, error=error[:500], finished_at=now)
    )
