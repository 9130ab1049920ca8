"""Exports of the one-stop software: a file read in a process of its own, fit for any caller."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from shared.adapters.one_stop_archive import check_size
from shared.adapters.one_stop_sheet import Refused, Sheet, load, too_heavy

_SECONDS = 60
_ROOT = Path(__file__).parents[2]
# Nothing else of the environment: the secret key and the database address stay out of reach.
_KEPT = ("LD_LIBRARY_PATH", "SYSTEMROOT")
_SETTINGS = {"OPENPYXL_LXML": "False", "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


def read_sheet(path: Path) -> Sheet:
    """Read an XLSX or CSV export and leave the columns about the applicant behind.

    What the file is follows from its content, never from its name. A separate process opens it,
    with 512 MB of memory and no access to the settings of this one. Raises Refused with one clear
    line for a file that is too large, packed to explode, encrypted, old, damaged or no table.
    """
    check_size(path)
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SETTINGS
    command = [sys.executable, "-m", "shared.adapters.one_stop_reader", str(path.resolve())]
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        try:
            done = subprocess.run(  # noqa: S603  our own program; the path is one argument
                command,
                cwd=_ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.PIPE,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as cause:
            raise too_heavy() from cause
        _check_end(done.returncode, done.stderr)
        told.seek(0)
        return load(_unless_refused(told))


def _check_end(status: int, complaint: bytes) -> None:
    if status < 0 or b"MemoryError" in complaint:  # ended by a signal: out of time or memory
        raise too_heavy()
    if status > 0:
        message = f"the reader of exports failed: {complaint[-500:]!r}"
        raise RuntimeError(message)


def _unless_refused(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if line.startswith('{"refused"'):
            told = json.loads(line)
            raise Refused(told["refused"], told["message"], **told["params"])
        yield line
