"""Slowing that all workers of this machine count together, so that more of them allow no more."""

import fcntl
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from mmap import mmap

from kiosk.slowing import FREE_IN_WINDOW, LONGEST_SECONDS, MOST_WAITING, WINDOW_SECONDS, Slowing

# More than can come within a minute: who waits in so few places is let through some 300 times.
MOST_KEPT = 1_024
WORD = 8  # bytes of a number in the memory
HELD_SECONDS = 2 * LONGEST_SECONDS  # then a place is free again, even when its worker was killed


class Memory:
    """Numbers that a process and all that it forks see: when something came, and a mark of whose.

    No name, no file; a worker that dies lets go of its lock. A mark is a keyed digest whose key
    lies in memory only, and it goes with the minute.
    """

    def __init__(self) -> None:
        self._file = os.memfd_create("niemno-slowing")
        size = WORD * (1 + MOST_WAITING + 2 * MOST_KEPT)
        os.ftruncate(self._file, size)
        whole = memoryview(mmap(self._file, size))
        at = WORD * (1 + MOST_WAITING)
        self.next = whole[:WORD].cast("Q")
        self.places = whole[WORD:at].cast("d")
        self.moments = whole[at : at + WORD * MOST_KEPT].cast("d")
        self.marks = whole[at + WORD * MOST_KEPT :].cast("Q")
        self._threads = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other threads and other processes away."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


class Places:
    """The places to wait in, of all workers together; used as a semaphore is."""

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        self._memory = memory
        self._clock = clock
        self._mine = threading.local()

    def acquire(self, *, blocking: bool = False) -> bool:
        """Take a place; say whether there was one. It never waits for one."""
        now = self._clock()
        with self._memory.alone():
            for place, until in enumerate(self._memory.places):
                if until <= now:
                    self._memory.places[place] = now + HELD_SECONDS
                    self._taken().append(place)
                    return True
        return False

    def release(self) -> None:
        """Leave the place that this thread took last."""
        with self._memory.alone():
            self._memory.places[self._taken().pop()] = 0.0

    def _taken(self) -> list[int]:
        if not hasattr(self._mine, "places"):
            self._mine.places = []
        taken: list[int] = self._mine.places
        return taken


class SharedSlowing(Slowing):
    """Counts and waits as `Slowing` does, over all processes forked from the one that made it."""

    def __init__(
        self,
        free: int = FREE_IN_WINDOW,
        clock: Callable[[], float] = time.monotonic,  # one for all processes of a machine
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(free, clock, sleep)
        self._memory = Memory()
        self._key = secrets.token_bytes(16)
        self._places = Places(self._memory, clock)

    def count(self, key: str) -> None:
        """Count one more of a key."""
        memory, mark = self._memory, self._mark(key)
        with memory.alone():
            at = memory.next[0]
            memory.moments[at], memory.marks[at] = self._clock(), mark
            memory.next[0] = (at + 1) % MOST_KEPT

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
