"""Which jobs somebody is doing: a process that dies, in whatever way, lets go of its job.

On PostgreSQL whoever does a job holds its row (services/jobs), also against other machines. SQLite
cannot hold a row: there a byte of a file is locked, which the system frees with the process.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from shared.config import Settings
from shared.jobs.work import folder

FILE = "held"


@contextmanager
def held(settings: Settings, job_id: int) -> Iterator[bool]:
    """Hold a job against the other processes of this machine; False when one of them holds it."""
    if not settings.database_url.startswith("sqlite"):
        yield True
        return
    with (folder(settings, "results") / FILE).open("ab") as places:
        try:
            fcntl.lockf(places, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, job_id)
        except OSError:
            free = False
        else:
            free = True
        yield free
