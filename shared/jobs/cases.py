"""Daily job for cases that are over."""

from shared.jobs.work import Outcome, Task
from shared.services import case_ends


def tidy(task: Task) -> Outcome:
    """Close what nobody speaks about any more, and remove contact data that is due."""
    closed = case_ends.close_unspoken(task.session, task.now)
    removed = case_ends.remove_contacts(task.session, task.now)
    return Outcome(facts={"closed": closed, "contacts_removed": removed})
