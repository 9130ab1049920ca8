"""The reader's language: asked for in the address, kept in a cookie, Vietnamese otherwise."""

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale

from shared.config import PROJECT_ROOT

DEFAULT = "vi"
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
NAMES = {"vi": "Tiếng Việt", "en": "English"}


def languages() -> tuple[str, ...]:
    """List the languages there is a catalogue for, Vietnamese first."""
    folder = PROJECT_ROOT / "shared" / "translations"
    return (DEFAULT, *sorted(path.name for path in folder.glob("*") if path.is_dir()))


def speak(app: Flask) -> None:
    """Choose the language of each request and remember a choice made in the address."""
    known = languages()

    def chosen() -> str:
        asked = request.args.get("lang") or request.cookies.get(COOKIE) or g.get("language")
        return asked if asked in known else DEFAULT

    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(PROJECT_ROOT / "shared" / "translations"),
        locale_selector=chosen,
    )

    @app.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get("lang") if request.query_string else None
        if asked in known:
            response.set_cookie(COOKIE, asked, max_age=YEAR_SECONDS, httponly=True, samesite="Lax")
        return response

    @app.context_processor
    def offer() -> dict[str, object]:
        return {"lang": str(get_locale()), "languages": known, "language_names": NAMES}
