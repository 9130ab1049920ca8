"""Headers that every answer carries."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {"X-Content-Type-Options": "nosniff"}
# For a year browsers then ask this name by https alone, whatever a link or somebody between says.
OF_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
OF_PAGES = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",  # tokens stand in addresses
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
FONT = "font/woff2"
# Never opened as pages, so what binds pages binds nothing there; a desk screen asks for forty.
PARTS = frozenset({"text/javascript", "text/css", FONT})
FONT_AGE_SECONDS = 30 * 24 * 3600


def safe_headers(app: Flask) -> None:
    """Forbid foreign content, framing, sniffing, referrers, keeping personal pages, plain http."""
    always = ALWAYS | (OF_HTTPS if app.config["SESSION_COOKIE_SECURE"] else {})

    @app.after_request
    def add(response: Response) -> Response:
        static = _is_static()
        response.headers.extend(always)
        if not (static and response.mimetype in PARTS):
            response.headers.extend(OF_PAGES)
        if not static:
            response.headers.setdefault("Cache-Control", "no-store")
            return response
        response.headers.pop("Content-Disposition", None)  # the address ends in the name
        # Scripts and styles of two versions do not fit together: asked again, answered 304.
        font = response.mimetype == FONT
        response.cache_control.no_cache = None if font else True
        response.cache_control.max_age = FONT_AGE_SECONDS if font else None
        return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"
