"""Jobs that tell other systems of events; no transaction is open while one is waited for."""

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.adapters import webhook
from shared.db import make_engine
from shared.domain.webhook import secret_of, signed
from shared.jobs.work import Outcome, Task
from shared.services import webhooks
from shared.services.webhooks import Ready


def overdue(task: Task) -> Outcome:
    """Write down which open cases are past their due day."""
    return Outcome({"written": webhooks.note_overdue(task.session, task.now)})


def send(task: Task) -> Outcome:
    """Send every message that waits; what fails waits for its next time.

    An address that could not be told one message is not tried with others of the same run.
    """
    engine, done = make_engine(task.settings.database_url), Counter[str]()
    away: dict[str, str] = {}
    began = time.monotonic()
    try:
        while (message := _claimed(engine, task)) is not None:
            problem = away.get(message.url, "")
            try:
                if not problem:
                    _send(task, message, _since(task, began))
            except webhook.Refused as refusal:
                problem = str(refusal)
            except webhook.NotTaken as refusal:
                problem = away[message.url] = str(refusal)
            _note(engine, task, message, problem)
            done["failed" if problem else "sent"] += 1
    finally:
        engine.dispose()
    return Outcome(dict(done))


def _claimed(engine: Engine, task: Task) -> Ready | None:
    with _writing(engine) as session:
        return webhooks.claim(session, task.now)


def _since(task: Task, began: float) -> datetime:
    """Give the instant now: receivers refuse what was signed minutes ago."""
    return task.now + timedelta(seconds=time.monotonic() - began)


def _send(task: Task, message: Ready, at: datetime) -> None:
    settings = task.settings
    secret = secret_of(message.salt, settings.secret_key)
    headers = signed(secret, message.name, at, message.body)
    outside = settings.outside
    webhook.send(message.url, message.body, headers, outside.own_networks, outside.own_authority)


def _note(engine: Engine, task: Task, message: Ready, problem: str) -> None:
    with _writing(engine) as session:
        if problem:
            chance = secrets.randbelow(1000) / 1000
            webhooks.note_failed(session, message.key, problem, task.now, chance)
        else:
            webhooks.note_sent(session, message.key, task.now)


@contextmanager
def _writing(engine: Engine) -> Iterator[Session]:
    """Write in a short transaction of its own: on SQLite nobody else writes meanwhile."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
