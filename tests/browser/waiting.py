"""Waiting for what ends in the browser's own time."""

import time
from collections.abc import Callable

PATIENCE_SECONDS = 30


def until(holds: Callable[[], bool], patience: float = PATIENCE_SECONDS) -> None:
    """Wait until something holds, for so many seconds at most."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.05)
