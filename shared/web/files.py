"""Files of a form taken in, and files of a case handed out so that they can do nothing."""

from pathlib import Path
from typing import cast

from flask import Response, request, send_file

from shared.domain.attachment import FileKind
from shared.jobs.attachments import take_in
from shared.services.attachments import Content, Received
from shared.web import current
from shared.web.bodies import BoundedRequest

# On top of what every answer carries: a browser that shows it alone lets nothing in it run.
SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


def let_files_in() -> None:
    """Take a larger body for this request."""
    cast(BoundedRequest, request).let_files_in(current.settings().outside.files)


def received_files() -> list[Received]:
    """Take in the files of the form's field `files`; raises Invalid for that field.

    The body is received and photos are made anew while no transaction is open: whatever the view
    read before must be read again.
    """
    files = request.files.getlist("files")
    current.session().rollback()
    return take_in(current.settings(), files)


def handed_out(content: Content) -> Response:
    """Give a photo to look at, anything else to download."""
    response = send_file(
        content.path,
        mimetype=content.kind.mimetype,
        as_attachment=not content.kind.is_photo,
        download_name=content.name,
        conditional=False,
        etag=False,
    )
    return _closed(response)


def small(path: Path) -> Response:
    """Give the small picture of a photo."""
    kind = FileKind.JPEG
    return _closed(send_file(path, mimetype=kind.mimetype, conditional=False, etag=False))


def _closed(response: Response) -> Response:
    response.headers.add("Content-Security-Policy", SANDBOX)
    response.headers["Cache-Control"] = "private, no-store"
    return response
