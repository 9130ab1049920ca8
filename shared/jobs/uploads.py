"""Uploaded exports in the data directory: kept for a while by a random name, once read as rows."""

import hashlib
import re
import secrets
import time
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO

from shared.adapters.one_stop import Tell, read_into
from shared.adapters.one_stop_sheet import MAX_FILE_BYTES, Refused, Sheet, SheetFile, load
from shared.config import Settings
from shared.domain.errors import N_, NotFound, RuleBroken
from shared.jobs.work import folder

KEPT_SECONDS = 7 * 24 * 3600
PIECE = 64 * 1024
_NAME = re.compile(r"[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True)
class Upload:
    """A kept file: its random name, the SHA-256 of its content, its size in bytes."""

    name: str
    digest: str
    size: int


def keep(settings: Settings, stream: IO[bytes]) -> Upload:
    """Keep an uploaded file; what lies beyond the largest size is not, and the reader refuses it.

    Files that were kept for a week are removed.
    """
    place = folder(settings, "uploads")
    _remove_old(place)
    name, digest, size = secrets.token_hex(16), hashlib.sha256(), 0
    with (place / name).open("xb") as file:
        while size <= MAX_FILE_BYTES and (piece := stream.read(PIECE)):
            digest.update(piece)
            size += file.write(piece)
    return Upload(name, digest.hexdigest(), size)


def drop(settings: Settings, name: str) -> None:
    """Remove a kept file that nobody will read; it may name applicants."""
    _raw(settings, name).unlink(missing_ok=True)


def read(settings: Settings, name: str, tell: Tell = lambda _done, _all: None) -> SheetFile:
    """Read a kept file, and from then on keep only its rows, without what is about applicants.

    `tell` hears how many of about how many rows were read. Raises Refused for a file that cannot
    be read, of which nothing is kept, and RuleBroken for one that is no longer kept.
    """
    raw, rows = _raw(settings, name), _rows(settings, name)
    if not rows.exists():
        if not raw.exists():
            raise RuleBroken("upload_gone", N_("Tệp không còn được giữ. Xin chọn lại tệp."))
        try:
            read_into(raw, rows, tell)
        except Refused:
            drop(settings, name)
            raise
    drop(settings, name)
    return SheetFile.open(rows)


def first_rows(settings: Settings, name: str, count: int) -> Sheet:
    """Give the head of a file that was read; NotFound when it is no longer kept."""
    path = _rows(settings, name)
    if not path.exists():
        raise NotFound
    with path.open(encoding="utf-8") as lines:
        return load(islice(lines, count + 1))


def _raw(settings: Settings, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NotFound
    return folder(settings, "uploads") / name


def _rows(settings: Settings, name: str) -> Path:
    return _raw(settings, name).with_suffix(".rows")


def _remove_old(place: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in place.iterdir():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
