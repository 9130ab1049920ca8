"""Daily job that forgets failed sign-ins: names that somebody makes up do not fill the database."""

from shared.jobs.work import Outcome, Task
from shared.services import accounts


def forget(task: Task) -> Outcome:
    """Forget the failures of names that nobody has tried for a day."""
    return Outcome({"forgotten": accounts.forget_failures(task.session, task.now)})
