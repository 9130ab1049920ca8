"""The files a desk screen consists of, and the version they make together."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from flask import current_app, url_for

from shared.web.comments import WITHOUT_COMMENTS

PAGES = ("/", "/demo")
# Of the files both doors share, those the desk screen loads.
SHARED = ("css/tokens.css", "css/base.css", "css/fonts.css", "css/desk.css", "img/mark.svg")
FONTS = "fonts/*.woff2"
# Of the citizen's own files the wall board's are not among them, and nobody loads a licence.
OWN = ("desk", "vendor", "prompts")
UNLOADED = frozenset({".md", ".LICENSE"})
VERSION_LENGTH = 12

Render = Callable[[str, str], str]  # path and version of a page


def version(render: Render) -> str:
    """Give the digest of everything the screen consists of, its pages too."""
    return _version(render, _stamp())


def checked_files() -> dict[str, str]:
    """Give every file by its address, with the digest a browser checks it by."""
    return dict(_digests(_stamp()))


def checked(content: bytes) -> str:
    """Give the digest of a content as browsers want it (Subresource Integrity)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


@lru_cache(maxsize=2)
def _version(render: Render, stamp: "Stamp") -> str:
    whole = hashlib.sha256()
    for address, digest in _digests(stamp).items():
        whole.update(f"{address} {digest}\n".encode())
    for path in PAGES:
        whole.update(render(path, "").encode())
    return whole.hexdigest()[:VERSION_LENGTH]


@lru_cache(maxsize=2)
def _digests(stamp: "Stamp") -> Mapping[str, str]:
    return {address: checked(_served(path)) for address, path, _changed, _size in stamp}


def _served(path: Path) -> bytes:
    """Give a file as it goes over the wire."""
    content = path.read_bytes()
    kind, _ = guess_type(path.name)
    return WITHOUT_COMMENTS[kind](content) if kind in WITHOUT_COMMENTS else content


Stamp = tuple[tuple[str, Path, int, int], ...]  # address, file, when it was changed, its size


def _stamp() -> Stamp:
    """Tell by their times whether files have changed since they were last read."""
    return tuple(
        (address, path, state.st_mtime_ns, state.st_size)
        for address, path in _files()
        for state in (path.stat(),)
    )


def _files() -> list[tuple[str, Path]]:
    shared = Path(current_app.static_folder or "")
    own = Path(current_app.blueprints["kiosk"].static_folder or "")
    names = [*SHARED, *(f"fonts/{path.name}" for path in shared.glob(FONTS))]
    files = [(url_for("static", filename=name), shared / name) for name in names]
    files += [
        (url_for("kiosk.static", filename=path.relative_to(own).as_posix()), path)
        for folder in OWN
        for path in (own / folder).rglob("*")
        if path.is_file() and path.suffix not in UNLOADED
    ]
    return sorted(files)
