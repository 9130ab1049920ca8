"""Headers that every answer carries."""

from flask import Flask, Response, request

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # tokens stand in addresses
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
STATIC_AGE_SECONDS = 3600


def safe_headers(app: Flask) -> None:
    """Forbid foreign content, framing, sniffing, referrers, and keeping personal pages."""

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(ALWAYS)
        if not _is_static():
            response.headers.setdefault("Cache-Control", "no-store")
        elif response.mimetype == "text/javascript":
            # Modules of two versions do not fit together: asked again each time, answered 304.
            response.cache_control.no_cache = True
        else:
            response.cache_control.max_age = STATIC_AGE_SECONDS
        return response


def _is_static() -> bool:
    return request.endpoint is not None and request.endpoint.rpartition(".")[2] == "static"
