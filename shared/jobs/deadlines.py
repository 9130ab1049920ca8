"""Job that lets open deadlines follow a change of the calendar."""

from shared.jobs.work import Outcome, Task
from shared.services import calendar_moves

PAGE = "/admin/organisation/calendar/versions/{number}?org={org}"


def move(task: Task) -> Outcome:
    """Move every open deadline of an organisation to where its new calendar puts it."""
    version = calendar_moves.move_open(
        task.session, task.arguments["version_id"], task.now, task.progress
    )
    page = PAGE.format(number=version.number, org=task.arguments["org"])
    return Outcome({"next": page, "looked_at": version.looked_at, "moved": version.moved})
