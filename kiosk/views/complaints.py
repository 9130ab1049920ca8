"""Following a case by its code alone: where it stands, the answer, and a word about the answer."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.guessing import typed, unhurried
from kiosk.slowing import busy_page
from shared.domain.errors import Invalid, NotFound
from shared.domain.tracking_code import code_of, is_digits, normalise_code
from shared.services import attachments, following, public_cases, sealed_following
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("complaints", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@routes.get("/follow")
def ask_code() -> str:
    """Ask for the code."""
    return _ask()


@routes.post("/follow")
def enter_code() -> Page:
    """Lead from a code, however it was typed, to its case; digits are in no address."""
    try:
        code = normalise_code(request.form.get("code", ""))
    except Invalid as refusal:
        return _ask(in_words(refusal)), 422
    if not is_digits(code):
        return _back(code)
    secret, session = current.settings().secret_key, current.session()
    try:
        form = typed.unhurried(lambda: sealed_following.form_of_digits(session, code, secret))
    except ServiceUnavailable as busy:
        return busy_page(busy)
    except NotFound:
        return _nobody(code)
    return _back(code_of(UUID(form), secret).link)


@routes.get("/follow/<code>")
def follow(code: str) -> Page:
    """Show where the case stands, in plain words."""
    return _unhurried(code, lambda: _case(code))


@routes.post("/follow/<code>/rating")
def rate_answer(code: str) -> Page:
    """Keep whether the answer was satisfactory."""
    return _unhurried(code, lambda: _rated(code))


@routes.post("/follow/<code>/reply")
def reply(code: str) -> Page:
    """Add what the resident answers to the officer's question."""
    session, now = current.session(), current.now()
    return _said(code, "reply", lambda words: following.reply(session, code, words, now))


@routes.post("/follow/<code>/addition")
def add_words(code: str) -> Page:
    """Add what the resident writes unasked."""
    session, now = current.session(), current.now()
    return _said(code, "add", lambda words: following.add_words(session, code, words, now))


@routes.post("/follow/<code>/appeal")
def appeal(code: str) -> Page:
    """Take the answered case to the level above."""
    words = request.form.get("appeal", "")

    def act() -> Page:
        following.appeal(current.session(), code, words, current.now())
        return _back(code)

    return _unhurried(code, act)


@routes.post("/follow/<code>/withdraw")
def withdraw(code: str) -> Page:
    """End the case by the wish of its sender."""

    def act() -> Page:
        following.withdraw(current.session(), code, current.now())
        return _back(code)

    return _unhurried(code, act)


@routes.post("/follow/<code>/publication")
def choose_publication(code: str) -> Page:
    """Keep whether the case may be public, without names, once it is answered."""

    def act() -> Page:
        complaint = following.followed(current.session(), code)
        keep_out = request.form.get("public") == "no"
        public_cases.choose(current.session(), complaint, keep_out, current.now())
        return _back(code)

    return _unhurried(code, act)


def _unhurried(code: str, act: Callable[[], Page]) -> Page:
    try:
        return unhurried(code, act)
    except ServiceUnavailable as busy:
        return busy_page(busy)
    except NotFound:
        return _confidential(code) or _nobody(code)


def _confidential(code: str) -> Page | None:
    """Lead to a confidential report when the link is that of one."""
    if not sealed_following.is_one(current.session(), code):
        return None
    return redirect(url_for("kiosk.sealed.follow", code=code, lang=str(get_locale())), 303)


def _nobody(code: str) -> Page:
    words = _("Không có vụ việc nào mang mã này. Xin kiểm tra lại từng chữ, từng số.")
    return _ask(words, code), 404


def _case(code: str, refusal: Invalid | None = None) -> Page:
    complaint = following.followed(current.session(), code)
    page = render_template(
        "phone/follow.html",
        code=normalise_code(code),
        case=following.resident_view(current.session(), complaint, current.now()),
        problems={} if refusal is None else {refusal.field: in_words(refusal)},
        typed=request.form,
        files=attachments.of_resident(current.session(), complaint),
        publication=public_cases.choice_of(current.session(), complaint),
    )
    return page if refusal is None else (page, 422)


def _rated(code: str) -> Page:
    satisfied = request.form.get("satisfied", "")
    if satisfied not in {"yes", "no"}:
        return _back(code)
    words = request.form.get("words", "")
    following.rate_answer(current.session(), code, satisfied == "yes", current.now(), words)
    return _back(code)


def _said(code: str, field: str, keep: Callable[[str], object]) -> Page:
    def act() -> Page:
        try:
            keep(request.form.get(field, ""))
        except Invalid as refusal:
            return _case(code, refusal)
        return _back(code)

    return _unhurried(code, act)


def _back(code: str) -> Response:
    where = url_for("kiosk.complaints.follow", code=normalise_code(code), lang=str(get_locale()))
    return redirect(where, 303)


def _ask(problem: str = "", typed: str = "") -> str:
    return render_template(
        "phone/follow_code.html", problem=problem, typed=request.form.get("code", typed)
    )
