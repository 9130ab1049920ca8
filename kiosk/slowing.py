"""Public forms are slowed when abused and never dropped: many phones share one office address."""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Protocol

from flask import render_template, request
from werkzeug.exceptions import ServiceUnavailable

WINDOW_SECONDS = 60.0
FREE_IN_WINDOW = 30  # a desk serves fewer residents in an hour
STEP_SECONDS = 0.1
LONGEST_SECONDS = 1.5
MOST_WAITING = 4  # threads that may wait at once; the others of the process go on serving
MOST_COUNTED = 1_000  # of one code; beyond it the wait is the longest anyway
MOST_KEYS = 10_000  # made-up codes must not fill the memory


class Waiting(Protocol):
    """Places to wait in, as a semaphore has them."""

    def acquire(self, *, blocking: bool = ...) -> bool:
        """Take a place; say whether there was one."""
        ...

    def release(self) -> None:
        """Leave it."""
        ...


class Slowing:
    """Counts what comes by each code, never by network address, and lets the excess wait."""

    def __init__(
        self,
        free: int = FREE_IN_WINDOW,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._free = free
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._sent: dict[str, deque[float]] = {}
        self._places: Waiting = threading.BoundedSemaphore(MOST_WAITING)

    def hold(self, key: str) -> None:
        """Wait up to 1.5 seconds when more than the free ones came by this code within a minute.

        Raises ServiceUnavailable with Retry-After when too many wait already.
        """
        self.count(key)
        self.wait(key)

    def wait(self, key: str) -> None:
        """Wait as `hold` does for what was counted so far, and count nothing."""
        excess = self._recent(key) - self._free
        if excess <= 0:
            return
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=int(LONGEST_SECONDS) + 1)
        try:
            self._sleep(min(excess * STEP_SECONDS, LONGEST_SECONDS))
        finally:
            self._places.release()

    def count(self, key: str) -> None:
        """Count one more of a key."""
        moment = self._clock()
        with self._lock:
            if len(self._sent) >= MOST_KEYS:
                self._forget(moment)
            sent = self._sent.setdefault(key, deque(maxlen=MOST_COUNTED))
            sent.append(moment)

    def _recent(self, key: str) -> int:
        oldest = self._clock() - WINDOW_SECONDS
        with self._lock:
            sent = self._sent.get(key, ())
            while sent and sent[0] < oldest:
                sent.popleft()
            return len(sent)

    def is_over(self, key: str) -> bool:
        """Say whether more than the free ones of a key came within the last minute."""
        return self._recent(key) > self._free

    def forget(self) -> None:
        """Forget what was counted."""
        with self._lock:
            self._sent.clear()

    def _forget(self, moment: float) -> None:
        busy = {key: sent for key, sent in self._sent.items() if sent[-1] > moment - WINDOW_SECONDS}
        self._sent = busy if len(busy) < MOST_KEYS else {}


def busy_page(busy: ServiceUnavailable) -> tuple[str, int, dict[str, str]]:
    """Ask to send again in a while, with all that was typed kept in the page."""
    page = render_template("phone/busy.html", fields=list(request.form.items(multi=True)))
    return page, 503, {"Retry-After": str(busy.retry_after)}
