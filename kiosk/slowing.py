"""Public forms are slowed when abused and never dropped: many phones share one office address."""

import secrets
import time
from collections.abc import Callable
from hashlib import blake2b

from flask import render_template, request
from werkzeug.exceptions import ServiceUnavailable

from kiosk.shared_memory import WORD, Memory, Places
from shared.web import current

WINDOW_SECONDS = 60.0
FREE_IN_WINDOW = 30  # a desk serves fewer residents in an hour
STEP_SECONDS = 0.1
LONGEST_SECONDS = 1.5
MOST_WAITING = 4  # threads that may wait at once, of all workers; the others go on serving
HELD_SECONDS = 2 * LONGEST_SECONDS  # then a place is free again, even when its worker was killed
# Who waits in so few places is let through some 300 times in a minute. Made-up codes do not fill
# the memory: the oldest make room.
MOST_KEPT = 1_024


class Slowing:
    """Counts what comes by each code, never by network address, and lets the excess wait.

    All processes forked from the one that made it count together: more of them allow no more.
    """

    def __init__(
        self,
        free: int = FREE_IN_WINDOW,
        clock: Callable[[], float] = time.monotonic,  # one for all processes of a machine
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._free = free
        self._clock = clock
        self._sleep = sleep
        self._memory = Memory(MOST_WAITING, MOST_KEPT)
        self._places = Places(self._memory, HELD_SECONDS, clock)
        self._key = secrets.token_bytes(16)

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
        if not self._places.take():
            raise ServiceUnavailable(retry_after=int(LONGEST_SECONDS) + 1)
        try:
            self._sleep(min(excess * STEP_SECONDS, LONGEST_SECONDS))
        finally:
            self._places.leave()

    def count(self, key: str) -> None:
        """Count one more of a key."""
        memory, mark = self._memory, self._mark(key)
        with memory.alone():
            at = memory.next[0]
            memory.moments[at], memory.marks[at] = self._clock(), mark
            memory.next[0] = (at + 1) % MOST_KEPT

    def is_over(self, key: str) -> bool:
        """Say whether more than the free ones of a key came within the last minute."""
        return self._recent(key) > self._free

    def forget(self) -> None:
        """Forget what was counted."""
        with self._memory.alone():
            for at in range(MOST_KEPT):
                self._memory.marks[at] = 0

    def _recent(self, key: str) -> int:
        """Count those of a key within the last minute, and forget what is older."""
        mark, oldest, found = self._mark(key), self._clock() - WINDOW_SECONDS, 0
        with self._memory.alone():
            marks = self._memory.marks
            for at, moment in enumerate(self._memory.moments):
                if marks[at] and moment < oldest:
                    marks[at] = 0
                found += marks[at] == mark
        return found

    def _mark(self, key: str) -> int:
        """Give what stands for a key; never 0, which is nobody's."""
        found = blake2b(key.encode(), key=self._key, digest_size=WORD).digest()
        return int.from_bytes(found) | 1


def busy_page(busy: ServiceUnavailable) -> tuple[str, int, dict[str, str]]:
    """Ask to send again in a while, with all that was typed kept in the page."""
    chosen = any(file.filename for file in request.files.values())
    page = render_template(
        "phone/busy.html",
        fields=list(request.form.items(multi=True)),
        limits=current.settings().outside.files if chosen else None,
    )
    return page, 503, {"Retry-After": str(busy.retry_after)}
