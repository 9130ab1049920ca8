"""Exports of the one-stop software: a file read in a process of its own, fit for any caller."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Timer
from typing import IO

from shared.adapters.one_stop_archive import check_size
from shared.adapters.one_stop_sheet import Refused, too_heavy

Tell = Callable[[int, int], None]

_SECONDS = 600  # on a busy machine; its own limit of processor time comes first
_TOLD_EVERY = 1_000
_ROOT = Path(__file__).parents[2]
# Nothing else of the environment: the secret key and the database address stay out of reach.
_KEPT = ("LD_LIBRARY_PATH", "SYSTEMROOT")
_SETTINGS = {"OPENPYXL_LXML": "False", "PYTHONIOENCODING": "utf-8", "PYTHONDONTWRITEBYTECODE": "1"}


def read_into(path: Path, target: Path, tell: Tell = lambda _done, _all: None) -> None:
    """Write an XLSX or CSV export to `target` as rows, without columns about the applicant.

    The form is that of `SheetFile`. What the file is follows from its content, never from its
    name. A separate process opens it, with 512 MB of memory and no access to the settings of this
    one; `tell` hears how many of about how many rows were read. Raises Refused with one clear line
    for a file that is too large, packed to explode, encrypted, old, damaged or no table; nothing
    is kept of it then.
    """
    check_size(path)
    draft = target.with_suffix(".draft")
    try:
        _read(path, draft, tell)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path, draft: Path, tell: Tell) -> None:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | _SETTINGS
    command = [sys.executable, "-m", "shared.adapters.one_stop_reader", str(path.resolve())]
    with (
        tempfile.TemporaryFile() as complaint,
        draft.open("w", encoding="utf-8") as kept,
        subprocess.Popen(  # noqa: S603  our own program; the path is one argument
            command,
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaint,
            encoding="utf-8",
        ) as reader,
    ):
        limit = Timer(_SECONDS, reader.kill)
        limit.start()
        try:
            _keep(reader.stdout or (), kept, tell)
        finally:
            limit.cancel()
            reader.kill()  # has ended, unless the file was refused half-way
        status = reader.wait()
        complaint.seek(0)
        _check_end(status, complaint.read())


def _keep(lines: Iterable[str], kept: IO[str], tell: Tell) -> None:
    expected = 0
    for count, line in enumerate(lines):
        if line.startswith('{"refused"'):
            told = json.loads(line)
            raise Refused(told["refused"], told["message"], **told["params"])
        if count == 0:
            expected = json.loads(line)["expected"]
        kept.write(line)
        if count % _TOLD_EVERY == 0:
            tell(count, max(expected, count))


def _check_end(status: int, complaint: bytes) -> None:
    if status < 0 or b"MemoryError" in complaint:  # ended by a signal: out of time or memory
        raise too_heavy()
    if status > 0:
        message = f"the reader of exports failed: {complaint[-500:]!r}"
        raise RuntimeError(message)
