"""Job that writes down the reminders whose time has come, some cases in one transaction."""

from sqlalchemy.orm import Session

from shared.db import make_engine
from shared.jobs.work import Outcome, Task
from shared.services import reminders


def write(task: Task) -> Outcome:
    """Write each reminder once, however often this runs."""
    channels = task.settings.outside.channels.keys()
    engine = make_engine(task.settings.database_url)
    written = 0
    for organisation_id, keys in reminders.to_look_at(task.session, task.now):
        with Session(engine) as session, session.begin():
            written += reminders.write(session, organisation_id, keys, task.now, channels)
    engine.dispose()
    return Outcome({"written": written})
