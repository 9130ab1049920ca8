"""Job that takes unopened confidential reports up."""

from shared.jobs.work import Outcome, Task
from shared.services import sealed_rising


def rise(task: Task) -> Outcome:
    """Take up what nobody opened in time; how many that was is nobody's business here."""
    sealed_rising.raise_unopened(task.session, task.now)
    return Outcome({})
