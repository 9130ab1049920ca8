"""The job process: takes waiting jobs one after another, each in a process of its own."""

import os
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.domain.errors import N_, RuleBroken
from shared.jobs import backup_mails, outbox
from shared.jobs.held import held
from shared.jobs.kinds import KINDS
from shared.jobs.work import Task, progress_path, result_path
from shared.services import attachments, jobs, webhooks
from shared.services.outbox import is_due

POLL_SECONDS = 0.5
PROGRESS_EVERY_SECONDS = 0.5
DAILY = ("totals", "cases", "sign_ins", "ended")
DAILY_ASKED_EVERY_SECONDS = 600.0
OFTEN = {
    "reminders": timedelta(minutes=15),
    "sealed": timedelta(minutes=15),
    "sweep": timedelta(days=1),
}
OFTEN_ASKED_EVERY_SECONDS = 30.0
LOOKED_FOR_KILLED_EVERY_SECONDS = 5.0
INSIDE = N_("Lỗi bên trong; xem nhật ký máy chủ.")
# A copy of this process begins at once; a new one would load everything again, for a second.
COPIED = get_context("fork")


@dataclass
class _Every:
    """Something to be done again and again, at once the first time."""

    seconds: float
    last: float = float("-inf")

    def has_come(self) -> bool:
        """Say whether it is time again."""
        come = time.monotonic() - self.last >= self.seconds
        if come:
            self.last = time.monotonic()
        return come


def serve(settings: Settings, parent: int) -> None:
    """Work until the process that started this one, `parent`, is gone."""
    engine = make_engine(settings.database_url)
    killed, often = _Every(LOOKED_FOR_KILLED_EVERY_SECONDS), _Every(OFTEN_ASKED_EVERY_SECONDS)
    daily = _Every(DAILY_ASKED_EVERY_SECONDS)
    while os.getppid() == parent:
        if killed.has_come():
            begin_anew(settings, engine, datetime.now(UTC))
        if often.has_come():
            ask_for_frequent(engine, settings, datetime.now(UTC))
        if daily.has_come():
            ask_for_daily(engine, datetime.now(UTC))
        job_id = _claim(engine)
        if job_id is None:
            time.sleep(POLL_SECONDS)
        else:
            engine.dispose()  # a connection belongs to one process
            _wait_for(settings, job_id, parent)


def begin_anew(settings: Settings, engine: Engine, now: datetime) -> None:
    """Have jobs begun anew whose process was killed; those that somebody is doing are left alone.

    A database or a disk that is away is asked the next time.
    """
    with suppress(SQLAlchemyError, OSError), ExitStack() as until_committed:
        session = until_committed.enter_context(Session(engine))
        with session.begin():
            for job in jobs.left(session, now):
                if until_committed.enter_context(held(settings, job.id)):
                    jobs.put_back(session, job, now)


def _wait_for(settings: Settings, job_id: int, parent: int) -> None:
    """Let a process do a job; it ends with the process that started all, and is begun anew then."""
    job = COPIED.Process(target=_alone, args=(settings, job_id))
    job.start()
    while os.getppid() == parent:
        job.join(POLL_SECONDS)
        if job.exitcode is not None:
            return
    job.kill()


def _alone(settings: Settings, job_id: int) -> None:
    run(settings, make_engine(settings.database_url), job_id)


def ask_for_daily(engine: Engine, now: datetime) -> None:
    """Ask for what is done every day; a database that is away is asked the next time."""
    with suppress(SQLAlchemyError), Session(engine) as session, session.begin():
        for kind in DAILY:
            jobs.request_daily(session, kind, now)


def ask_for_frequent(engine: Engine, settings: Settings, now: datetime) -> None:
    """Ask for what is done every few minutes, and for sending when a message waits."""
    with suppress(SQLAlchemyError), Session(engine) as session, session.begin():
        for kind, every in OFTEN.items():
            jobs.request_again(session, kind, every, now)
        if is_due(session, outbox.reach(settings), now):
            jobs.request_again(session, "outbox", timedelta(0), now)
        backup_mails.ask(session, settings, now)
        if webhooks.is_any(session):
            jobs.request_again(session, "webhook_overdue", timedelta(minutes=15), now)
        if webhooks.is_due(session, now):
            jobs.request_again(session, "webhooks", timedelta(0), now)
        if settings.outside.dossier_folder:
            jobs.request_again(session, "dossier_folder", timedelta(minutes=1), now)
        if settings.outside.scanner and attachments.waiting_for_scan(session):
            jobs.request_again(session, "scan", timedelta(minutes=1), now)


def run_waiting(settings: Settings, now: datetime) -> None:
    """Do every waiting job here and now, such as in a test."""
    engine = make_engine(settings.database_url)
    while (job_id := _claim(engine)) is not None:
        run(settings, engine, job_id, lambda: now)
    engine.dispose()


def run(
    settings: Settings,
    engine: Engine,
    job_id: int,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> None:
    """Do one claimed job, unless somebody else does; what goes wrong is noted in one line."""
    with held(settings, job_id) as free:
        try:
            if free:
                _do(settings, engine, job_id, clock)
        except RuleBroken as refusal:
            _fail(engine, job_id, str(refusal), clock())
        except Exception:
            _fail(engine, job_id, INSIDE, clock())
            raise


def _do(settings: Settings, engine: Engine, job_id: int, clock: Callable[[], datetime]) -> None:
    with Session(engine) as session, session.begin():
        job = jobs.hold(session, job_id)
        if job is None:
            return
        sign_session(session, f"job {job_id}", clock())
        task = Task(
            session=session,
            settings=settings,
            arguments=job.arguments,
            account_id=job.account_id,
            now=clock(),
            progress=_progress(settings, job_id),
            job_id=job_id,
        )
        outcome = KINDS[job.kind](task)
        if outcome.content is not None:
            result_path(settings, job_id).write_bytes(outcome.content)
        jobs.finish(session, job_id, outcome.facts, outcome.file_name, clock())


def _progress(settings: Settings, job_id: int) -> Callable[[int, int], None]:
    """Tell in a file: SQLite's one writer is this very job until it ends."""
    path = progress_path(settings, job_id)
    told = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= PROGRESS_EVERY_SECONDS:
            told = time.monotonic()
            path.write_text(f"{done} {total}")

    return tell


def _claim(engine: Engine) -> int | None:
    try:
        with Session(engine) as session, session.begin():
            job = jobs.claim(session, datetime.now(UTC))
            return None if job is None else job.id
    except SQLAlchemyError:
        return None  # the database is away: ask again


def _fail(engine: Engine, job_id: int, error: str, now: datetime) -> None:
    with Session(engine) as session, session.begin():
        jobs.fail(session, job_id, error, now)
