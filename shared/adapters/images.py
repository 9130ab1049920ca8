"""Photos made anew, one at a time, by a process that may not take much."""

import fcntl
import subprocess
import sys
from pathlib import Path

from shared.config import PROJECT_ROOT

SECONDS = 30.0


class Unreadable(Exception):
    """The photo cannot be read, or is larger than it may be."""


def remake(source: Path, target: Path, thumbnail: Path, megapixels: int, lock: Path) -> None:
    """Write a photo and its thumbnail without anything but the points. Raises Unreadable.

    `lock` names a file: of several at once each waits for its turn, so that memory stays small.
    """
    command = (
        sys.executable,
        "-m",
        "shared.adapters.image_reading",
        str(megapixels),
        *(str(path) for path in (source, target, thumbnail)),
    )
    with lock.open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            done = subprocess.run(  # noqa: S603  our own module, a number and paths of ours
                command,
                cwd=PROJECT_ROOT,
                check=False,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except subprocess.TimeoutExpired as error:
            raise Unreadable from error
    if done.returncode != 0:
        raise Unreadable
