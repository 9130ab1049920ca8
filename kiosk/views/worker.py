"""The service worker that holds the desk screen, so that it starts without a network."""

from flask import Blueprint, Response, render_template, request, url_for

from kiosk import screen_files
from kiosk.views import screens
from shared.web.compression import holds_no_secret

routes = Blueprint("worker", __name__)


@routes.get("/desk-worker.js")
def script() -> Response:
    """Give the worker with the list of the files it is to hold, each with its digest."""
    holds_no_secret()
    pages = {path: screen_files.checked(page.encode()) for path, page in screens.pages().items()}
    text = render_template(
        "desk/worker.js",
        version=screen_files.version(screens.render),
        files=pages | screen_files.checked_files(),
        modules=url_for("kiosk.static", filename="desk/"),
    )
    response = Response(text, mimetype="text/javascript")
    response.cache_control.no_cache = True  # a newer screen is found at the next look
    response.add_etag()
    response.make_conditional(request)
    return response
