"""Job that writes down the reminders whose time has come."""

from shared.jobs.work import Outcome, Task
from shared.services import reminders


def write(task: Task) -> Outcome:
    """Write each reminder once, however often this runs."""
    channels = task.settings.outside.channels.keys()
    return Outcome({"written": reminders.write_due(task.session, task.now, channels)})
