"""Workers take turns at new connections, so that none is left with all of them."""

import os
import time
from multiprocessing.sharedctypes import RawValue
from socket import socket

from gunicorn.workers.gthread import ThreadWorker

GIVE_WAY_SECONDS = 0.002

_newest_taken_by = RawValue("i", 0)  # a process id; one place in memory for all workers


class TurnTaker(ThreadWorker):  # type: ignore[misc]  # gunicorn says nothing of types
    """A worker that lets the others go first when it has taken the newest connection itself.

    Kiosks and browsers keep their connection: a worker that takes them all at the start goes on to
    do all the work, and two cores then answer a third less. Nobody waits for a worker that hangs.
    """

    def accept(self, listener: socket) -> None:
        """Take one connection, unless another worker has taken it meanwhile."""
        if _newest_taken_by.value == os.getpid():
            time.sleep(GIVE_WAY_SECONDS)
        held = self.nr_conns
        super().accept(listener)
        if self.nr_conns > held:
            _newest_taken_by.value = os.getpid()
