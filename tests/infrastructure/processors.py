"""One processor for a worker of tests and for the PostgreSQL processes that answer it.

One waits while the other works, so they never want it at once; and waking a process on another
processor takes a virtual machine three times as long as a short question and its answer.
"""

import os
from contextlib import suppress
from typing import Any


def keep_to_one(worker: str) -> None:
    """Keep this process to the processor of its worker, such as `gw1`; the workers take turns."""
    processors = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {processors[int(worker.removeprefix("gw")) % len(processors)]})


def stand_beside(connection: Any) -> None:
    """Let the PostgreSQL process of a connection run where this process does, if that may be."""
    with suppress(PermissionError):  # it is another user's, and not everywhere may root do all
        os.sched_setaffinity(connection.info.backend_pid, os.sched_getaffinity(0))
