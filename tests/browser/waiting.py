"""Waiting for what ends in the browser's own time."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 30


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
