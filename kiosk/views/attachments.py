"""What a resident sent with a case, opened again with its code alone."""

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response
from werkzeug.exceptions import ServiceUnavailable

from kiosk.guessing import unhurried
from kiosk.slowing import busy_page
from shared.services import attachments
from shared.web import current
from shared.web.files import handed_out, small

routes = Blueprint("attachments", __name__)
Page = Response | tuple[str, int, dict[str, str]]


@routes.get("/follow/<code>/files/<int:key>")
def content(code: str, key: int) -> Page:
    """Hand out a file to who sent it."""
    session = current.session()
    return _unhurried(
        code, lambda place: handed_out(attachments.residents_content(session, code, key, place))
    )


@routes.get("/follow/<code>/files/<int:key>/small")
def thumbnail(code: str, key: int) -> Page:
    """Hand out the small picture of a photo to who sent it."""
    session = current.session()
    return _unhurried(
        code, lambda place: small(attachments.residents_thumbnail(session, code, key, place))
    )


def _unhurried(code: str, give: Callable[[Path], Response]) -> Page:
    """Who guesses codes here waits as on the page of the case."""
    folder = attachments.folder_of(current.settings().data_directory)
    try:
        return unhurried(code, lambda: give(folder))
    except ServiceUnavailable as busy:
        return busy_page(busy)
