"""The factory: settings, clock and doors in, a WSGI application out."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from shared.config import Settings
from shared.db import db, flask_configuration
from shared.web import filters, health
from shared.web.application import Application
from shared.web.bodies import BoundedRequest
from shared.web.compression import compress_text
from shared.web.errors import errors_as_answers
from shared.web.headers import safe_headers
from shared.web.language import speak
from shared.web.lines import few_at_once
from shared.web.numbers import Key
from shared.web.transaction import one_transaction_per_request

LARGEST_BODY_BYTES = 1024 * 1024
LONGEST_SESSION = timedelta(hours=12)
Door = Callable[[Flask], None]
csrf = CSRFProtect()


def create_app(
    settings: Settings,
    doors: Iterable[Door],
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Flask:
    """Build the application with the given doors.

    `clock` gives the current instant (UTC); tests hand in their own.
    """
    app = Application(__name__, static_folder="static", template_folder="templates")
    app.request_class = BoundedRequest
    app.url_map.converters["int"] = Key
    app.config.update(flask_configuration(settings.database_url))
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TRUSTED_HOSTS=list(settings.trusted_hosts),
        MAX_CONTENT_LENGTH=LARGEST_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY_BYTES,
        # Bound to this very host: a page of a neighbouring name can put no key of its own there.
        SESSION_COOKIE_NAME="__Host-session" if settings.secure_cookies else "session",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST_SESSION,
        WTF_CSRF_TIME_LIMIT=int(LONGEST_SESSION.total_seconds()),
        WTF_CSRF_CHECK_DEFAULT=False,
        # Over https it would ask where a form came from, which no page of ours lets a browser say.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # Escaped, Vietnamese takes up to twice the room.
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    db.init_app(app)
    csrf.init_app(app)
    speak(app)
    filters.register(app)
    errors_as_answers(app)
    safe_headers(app)
    compress_text(app)
    one_transaction_per_request(app)
    few_at_once(app, settings.database_kind)
    app.register_blueprint(health.routes)
    for door in doors:
        door(app)
    return app
