"""Job that sends what waits in the outbox; no transaction is open while a server is waited for."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.adapters import messenger
from shared.adapters.mail import HungUp, Mail, NotTaken, Refused, Unreachable, connected
from shared.config import Settings
from shared.db import make_engine
from shared.domain.errors import NotFound
from shared.domain.reminder import NO_ADDRESS
from shared.jobs import messages
from shared.jobs.work import Outcome, Task
from shared.models.outbox import OutboxMessage
from shared.services import outbox, reminders
from shared.services.outbox import Reach
from shared.services.reminders import Notice

MOST_HUNG_UP = 3  # messages after one another over which the server ends the connection


@dataclass(frozen=True)
class Failed:
    """Why a message could not be sent, in one line; `refused` for good or for now."""

    problem: str
    refused: bool = False


def reach(settings: Settings) -> Reach:
    """Say which ways out the settings open."""
    outside = settings.outside
    return Reach(outside.mail is not None, frozenset(outside.channels))


def send(task: Task) -> Outcome:
    """Send every message that waits; what fails waits for its next time."""
    engine = make_engine(task.settings.database_url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        run = _Run(task, engine, stack)
        while run.batch():
            pass
    return Outcome(dict(run.done))


@dataclass
class _Run:
    """One run of the job: one connection to the mail server, as long as that keeps it."""

    task: Task
    engine: Engine
    stack: ExitStack
    done: Counter[str] = field(default_factory=Counter)
    _mail: Mail | None = None
    _unreachable: str = ""
    _hung_up: int = 0

    def batch(self) -> bool:
        """Claim some messages and send them; False when there are none left."""
        with self._writing() as session:
            claimed = outbox.claim(session, reach(self.task.settings), self.task.now)
        for message in claimed:
            notice = self._wanted(message.id)
            if notice is not None and notice.open:
                self._note(message.id, self._sent(notice))
        return bool(claimed)

    def _wanted(self, key: int) -> Notice | None:
        """Give what to say, or end a message that nobody needs any more.

        Asked before each: while others were sent, the case may have come to name its reader.
        """
        with self._writing() as session:
            message = session.get_one(OutboxMessage, key)
            try:
                return reminders.notice(session, message, self.task.now)
            except NotFound:
                outbox.note_stopped(session, key, self.task.now)
                self.done["stopped"] += 1
                return None

    def _sent(self, notice: Notice) -> Failed | None:
        """Send a message; give what went wrong, or nothing."""
        settings = self.task.settings
        subject, text = messages.written(notice, settings.case_url(notice.number))
        if notice.channel is not None:
            address = settings.outside.channels[notice.channel]
            taken = messenger.send(address, subject, text)
            return None if taken else Failed("channel refused")
        if notice.email is None:
            return Failed(NO_ADDRESS)
        return self._mailed(
            lambda mail: mail.send(
                notice.email or "", subject, text, notice.identity, self.task.now
            )
        )

    def _mailed(self, send_by: Callable[[Mail], None]) -> Failed | None:
        try:
            send_by(self._open())
        except Unreachable as error:
            self._unreachable = str(error)  # the others need not wait for it as well
            return Failed(self._unreachable)
        except HungUp as error:
            self._lost(str(error))
            return Failed(str(error))
        except NotTaken as error:
            return Failed(str(error), refused=isinstance(error, Refused))
        self._hung_up = 0
        return None

    def _lost(self, problem: str) -> None:
        """Go on by a new connection, unless the server ends every one."""
        self._mail = None
        self._hung_up += 1
        if self._hung_up >= MOST_HUNG_UP:
            self._unreachable = problem

    def _open(self) -> Mail:
        if self._unreachable:
            raise Unreachable(self._unreachable)
        server = self.task.settings.outside.mail
        if self._mail is None and server is not None:
            self._mail = self.stack.enter_context(connected(server))
        if self._mail is None:
            raise Unreachable("no mail server")
        return self._mail

    def _note(self, key: int, failed: Failed | None) -> None:
        now = self.task.now
        with self._writing() as session:
            if failed is not None:
                chance, refused = secrets.randbelow(1000) / 1000, failed.refused
                outbox.note_failed(session, key, failed.problem, now, chance, refused=refused)
            else:
                outbox.note_sent(session, key, now)
        self.done["failed" if failed else "sent"] += 1

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Write in a short transaction of its own: on SQLite nobody else writes meanwhile."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
