"""Numbers that a process and all that it forks see: what came when, and who waits."""

import fcntl
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from mmap import mmap

WORD = 8  # bytes of a number
# Of all memories of a process: held by two threads, two locks look to the system like a deadlock
# with another process that waits the other way round, and it refuses one.
_THREADS = threading.Lock()


class Memory:
    """When the last so many came, a mark of whose each was, and until when places are taken.

    No name, no file; a worker that dies lets go of its lock. A mark is a keyed digest whose key
    lies in memory only, and it goes with the minute.
    """

    def __init__(self, places: int, kept: int) -> None:
        self._file = os.memfd_create("niemno-slowing")
        weakref.finalize(self, os.close, self._file)
        size = WORD * (1 + places + 2 * kept)
        os.ftruncate(self._file, size)
        whole = memoryview(mmap(self._file, size))
        at = WORD * (1 + places)
        self.next = whole[:WORD].cast("Q")
        self.places = whole[WORD:at].cast("d")
        self.moments = whole[at : at + WORD * kept].cast("d")
        self.marks = whole[at + WORD * kept :].cast("Q")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other threads and other processes away."""
        with _THREADS:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


class Places:
    """The places to wait in, of all workers together; each is free again after `longest` seconds.

    So none is lost with a worker that was killed while it waited.
    """

    def __init__(self, memory: Memory, longest: float, clock: Callable[[], float]) -> None:
        self._memory = memory
        self._longest = longest
        self._clock = clock
        self._mine = threading.local()

    def take(self) -> bool:
        """Take a place; say whether there was one. It never waits for one."""
        now = self._clock()
        with self._memory.alone():
            for place, until in enumerate(self._memory.places):
                if until <= now:
                    self._memory.places[place] = now + self._longest
                    self._taken().append(place)
                    return True
        return False

    def leave(self) -> None:
        """Leave the place that this thread took last."""
        with self._memory.alone():
            self._memory.places[self._taken().pop()] = 0.0

    def _taken(self) -> list[int]:
        if not hasattr(self._mine, "places"):
            self._mine.places = []
        taken: list[int] = self._mine.places
        return taken
