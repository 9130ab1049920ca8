"""Files that appear complete and durable, or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give an empty draft beside the file; it takes the file's place once all went well."""
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield draft
        _sync(draft)
        draft.replace(file)
        _sync(file.parent)
    finally:
        draft.unlink(missing_ok=True)


def keep_beside(file: Path, name: str) -> Path:
    """Give a file a second name beside the first, at no moment without content."""
    kept, draft = file.with_name(name), file.with_name(f".{name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    os.link(file, draft)
    draft.replace(kept)
    return kept


def unused(file: Path) -> Path:
    """Give the name, or the first of it with a number behind that no file has yet."""
    numbered = (file.with_name(f"{file.name}-{number}") for number in count(2))
    return next(place for place in chain((file,), numbered) if not place.exists())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
