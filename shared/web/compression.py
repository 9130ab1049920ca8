"""Text goes over the wire compressed: style sheets, scripts and pages that hold no secret."""

import gzip

from flask import Flask, Response, g, request

from shared.web.comments import WITHOUT_COMMENTS

TEXT = frozenset({"text/css", "text/javascript", "text/html", "image/svg+xml"})
SMALLEST_BYTES = 1_000
LEVEL = 6


def holds_no_secret() -> None:
    """Let this request's page be compressed.

    A page with a form must not ask for it: beside text that a stranger can put into the page,
    the length of a compressed answer gives a form's token away (BREACH).
    """
    g.holds_no_secret = True


def compress_text(app: Flask) -> None:
    """Compress what may be compressed for browsers that say they can read it."""

    @app.after_request
    def compress(response: Response) -> Response:
        if not _may_be_compressed(response):
            return response
        response.vary.add("Accept-Encoding")
        if response.mimetype in WITHOUT_COMMENTS:
            response.direct_passthrough = False
            response.set_data(WITHOUT_COMMENTS[response.mimetype](response.get_data()))
        if request.accept_encodings["gzip"] <= 0:
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST_BYTES:
            return response
        response.set_data(gzip.compress(body, LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        etag, _ = response.get_etag()
        if etag is not None:
            response.set_etag(etag, weak=True)  # not byte for byte the file any more
        return response


def _may_be_compressed(response: Response) -> bool:
    if response.status_code != 200 or response.mimetype not in TEXT:
        return False
    static = (request.endpoint or "").rpartition(".")[2] == "static"
    return (
        (static or g.get("holds_no_secret", False))
        and "Content-Encoding" not in response.headers
        and "Range" not in request.headers
    )
