"""Waiting for what ends in the browser's own time.

What is asked must be asked of the browser: only then are its events delivered to whoever listens.
"""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 30


def until(holds: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds, for so many seconds at most."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
