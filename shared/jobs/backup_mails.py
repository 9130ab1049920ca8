"""Job that writes to one administrator that the nightly copies are not made."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from shared.adapters.mail import NotTaken, Refused, Unreachable, connected
from shared.config import Settings
from shared.domain.errors import RuleBroken
from shared.jobs import messages
from shared.jobs.work import Outcome, Task
from shared.services import backup_mails, backup_notes


def ask(session: Session, settings: Settings, now: datetime) -> None:
    """Ask for what is still to be sent, when mail is set up and something is wrong."""
    alarm = backup_notes.alarm_of(settings.data_directory, now)
    if alarm is not None and settings.outside.mail is not None:
        backup_mails.ask(session, alarm, now)


def send(task: Task) -> Outcome:
    """Send the message, unless the trouble or its reader is gone meanwhile.

    Raises RuleBroken `mail_not_sent` for what is to be tried again.
    """
    server = task.settings.outside.mail
    alarm = backup_notes.alarm_of(task.settings.data_directory, task.now)
    reader = backup_mails.reader(task.session, task.arguments["account"])
    if server is None or reader is None or alarm is None:
        return Outcome({"sent": 0})
    if alarm.key != task.arguments["trouble"]:
        return Outcome({"sent": 0})
    page = f"{task.settings.public_url}/admin/organisation"
    subject, text = messages.backup(alarm, reader.language, page)
    key = f"{alarm.key}\n{reader.account_id}"
    identity = hashlib.sha256(key.encode()).hexdigest()[:32]  # the same at every try
    try:
        with connected(server) as mail:
            mail.send(reader.email, subject, text, identity, task.now)
    except Refused as problem:
        said = f"{backup_mails.REFUSED} {problem}"
        raise RuleBroken("mail_not_sent", "%(said)s", said=said) from problem
    except (NotTaken, Unreachable) as problem:
        raise RuleBroken("mail_not_sent", "%(said)s", said=problem) from problem
    return Outcome({"sent": 1})
