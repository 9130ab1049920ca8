"""Files sent in: received, made anew and kept before any transaction; scanned and swept later."""

import hashlib
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy.orm import Session

from shared.adapters import images, scanner
from shared.audit import sign_session
from shared.config import Settings
from shared.db import make_engine
from shared.domain.attachment import (
    HEAD_BYTES,
    check_count,
    kind_of,
    safe_name,
    shown_name,
    too_large,
    unreadable,
)
from shared.domain.errors import Invalid
from shared.jobs.work import Outcome, Task, folder
from shared.services import attachments
from shared.services.attachments import FOLDER, Received

PIECE = 64 * 1024


class Sent(Protocol):
    """A file as a form brings it."""

    filename: str | None
    stream: IO[bytes]


def take_in(settings: Settings, files: Sequence[Sent]) -> list[Received]:
    """Take files in: by content, not by name; photos made anew without where and by whom.

    Fields without a file do not count. Raises Invalid for the field `files`, saying which file
    and what to do. What was taken in before stays without a row, and is swept.
    """
    chosen = [file for file in files if file.filename]
    check_count(len(chosen), settings.outside.files.count)
    return [_taken_in(settings, file) for file in chosen]


def scan(task: Task) -> Outcome:
    """Ask the scanner about every file that waits for it; while it is away they stay closed."""
    address, place = task.settings.outside.scanner, folder(task.settings, FOLDER)
    if address is None:
        return Outcome()
    engine = make_engine(task.settings.database_url)
    done, after = Counter[str](), attachments.FIRST
    while (waiting := attachments.waiting_for_scan(task.session, after)) is not None:
        after, digest = waiting
        try:
            with attachments.path_of(place, digest).open("rb") as content:
                found = scanner.finding(address, content)
        except scanner.ScannerAway:
            done["away"] += 1
            break
        except (scanner.NotScanned, FileNotFoundError):
            done["not_scanned"] += 1  # it stays closed, the others do not wait for it
            continue
        with Session(engine) as session, session.begin():  # short: nothing is held meanwhile
            sign_session(session, f"job {task.job_id}", task.now)
            attachments.note_scanned(session, after, found, task.now)
        done["scanned"] += 1
    engine.dispose()
    return Outcome(dict(done))


def sweep(task: Task) -> Outcome:
    """Remove files of forms that were never sent to their end."""
    place = folder(task.settings, FOLDER)
    return Outcome({"removed": attachments.sweep(task.session, place, task.now)})


def _taken_in(settings: Settings, file: Sent) -> Received:
    limits, place = settings.outside.files, folder(settings, FOLDER)
    name = shown_name(file.filename or "")
    with _drafts(place) as (sent, remade, small):
        digest, size = _receive(file.stream, sent, limits.bytes_each)
        if size > limits.bytes_each:
            raise too_large(name, limits.megabytes)
        try:
            kind = kind_of(_head(sent))
        except Invalid as refusal:
            raise Invalid(refusal.code, refusal.message, field=refusal.field, name=name) from None
        if not kind.is_photo:
            kept = attachments.keep(place, sent)
            return Received(kind, safe_name(name, kind), digest, kept, None, size)
        try:
            images.remake(sent, remade, small, limits.megapixels, place / ".turn")
        except images.Unreadable:
            raise unreadable(name) from None
        return Received(
            kind,
            safe_name(name, kind),
            digest,
            attachments.keep(place, remade),
            attachments.keep(place, small),
            remade.stat().st_size,
        )


def _receive(stream: IO[bytes], target: Path, most: int) -> tuple[str, int]:
    """Write a stream to a file, a little beyond the limit at most; give digest and size."""
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as draft:
        while size <= most and (piece := stream.read(PIECE)):
            digest.update(piece)
            size += draft.write(piece)
    return digest.hexdigest(), size


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


@contextmanager
def _drafts(place: Path) -> Iterator[tuple[Path, Path, Path]]:
    """Name three files that are gone afterwards."""
    word = secrets.token_hex(8)
    drafts = tuple(place / f".{word}.{role}" for role in ("sent", "remade", "small"))
    try:
        yield drafts[0], drafts[1], drafts[2]
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
