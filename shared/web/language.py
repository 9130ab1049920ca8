"""The reader's language: asked for in the address, kept in a cookie, Vietnamese otherwise."""

from collections.abc import Mapping
from functools import partial
from urllib.parse import quote, urlencode

from babel import Locale
from babel.support import NullTranslations, Translations
from flask import Flask, Response, current_app, g, request
from flask_babel import Babel, Domain, get_babel, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import escape

from shared.config import PROJECT_ROOT
from shared.domain.errors import N_

DEFAULT = "vi"
COOKIE = "lang"
YEAR_SECONDS = 365 * 24 * 3600
NAMES = {"vi": "Tiếng Việt", "en": "English"}
# One folder a language: a catalogue put there is a language of the screens.
CATALOGUES = PROJECT_ROOT / "shared" / "translations"


Catalogue = Translations | NullTranslations


class Catalogues(Domain):
    """The catalogues of the screens; the reader's is looked up once a request."""

    def __init__(self) -> None:
        super().__init__(str(CATALOGUES))  # type: ignore[no-untyped-call]  # it names no types
        self._last: tuple[object, Catalogue | None] = (None, None)

    def get_translations(self) -> Catalogue:
        """Give the catalogue of the reader's language."""
        locale = get_locale()
        # The same object for all words of a request; comparing two locales takes longer than all.
        asked, found = self._last
        if asked is not locale or found is None:
            found = super().get_translations()  # type: ignore[no-untyped-call]  # nor this
            self._last = (locale, found)
        return found


def languages() -> tuple[str, ...]:
    """List the languages there is a catalogue for, Vietnamese first."""
    found = {path.parents[1].name for path in CATALOGUES.glob("*/LC_MESSAGES/messages.mo")}
    return (DEFAULT, *sorted(found - {DEFAULT}))


def own_name(language: str) -> str:
    """Give a language's name in itself, with a capital as on a button."""
    named = NAMES.get(language) or Locale.parse(language, sep="-").get_display_name(language)
    return f"{(named or language)[:1].upper()}{(named or language)[1:]}"


def other_languages(names: Mapping[str, str], **kept: str) -> list[tuple[str, str, str]]:
    """Give code, own name and the address of this page in each other language; all asked stays.

    `kept` stands in the place of what the address asks under the same name.
    """
    spoken = str(get_locale())
    asked = [
        (name, text)
        for name, text in request.args.items(multi=True)
        if name != "lang" and name not in kept
    ]
    asked += [(name, text) for name, text in kept.items() if text]
    page = "" if _can_be_asked_for() else _page_of_the_form()
    return [
        (code, name, f"{page}?{urlencode([*asked, ('lang', code)])}")
        for code, name in names.items()
        if code != spoken
    ]


def _page_of_the_form() -> str:
    """Give where to go from an address that only takes forms: the one above it.

    Staff go to their first page: a refusal is the same whatever the address named.
    """
    if request.path.startswith("/admin/"):
        return "/admin/"
    return quote("/" + request.path.strip("/").rpartition("/")[0])


def _can_be_asked_for() -> bool:
    """Tell whether a link may lead here."""
    if request.method in {"GET", "HEAD"}:
        return True
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(method="GET")


def speak(app: Flask) -> None:
    """Choose the language of each request and remember a choice made in the address."""
    known = languages()
    names = {code: own_name(code) for code in known}

    def chosen() -> str:
        asked = request.args.get("lang") or request.cookies.get(COOKIE) or g.get("language")
        return asked if asked in known else DEFAULT

    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone="Asia/Ho_Chi_Minh",
        default_translation_directories=str(CATALOGUES),
        locale_selector=chosen,
    )

    catalogues = get_babel(app).instance.domain_instance = Catalogues()

    @pass_eval_context
    def translated(page: EvalContext, text: str, /, **values: object) -> str:
        """Translate for a template, where a text is a format whose percent sign is written %%.

        Without values nothing is put in, so that data with a percent sign stays as it is.
        """
        found = catalogues.get_translations().ugettext(text) if text else text
        # No text of ours is HTML; data that is translated, such as a name of a template, is none.
        words: str = escape(found) if page.autoescape else found
        if "%" not in found:
            return words
        return words % values if values else words.replace("%%", "%")

    # In the place of what the extension puts there, which looks everything up at every word.
    # N_ names a text for a table that a template keeps; `_` translates what is taken from it.
    app.jinja_env.globals.update(gettext=translated, _=translated, N_=N_)
    app.jinja_env.globals["other_languages"] = partial(other_languages, names)

    @app.after_request
    def remember(response: Response) -> Response:
        asked = request.args.get("lang") if request.query_string else None
        if asked in known:
            response.set_cookie(
                COOKIE,
                asked,
                max_age=YEAR_SECONDS,
                secure=app.config["SESSION_COOKIE_SECURE"],
                httponly=True,
                samesite="Lax",
            )
        return response

    @app.context_processor
    def offer() -> dict[str, object]:
        return {"lang": str(get_locale()), "languages": known, "language_names": names}
