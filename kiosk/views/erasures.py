"""Having one's data erased, asked for by the code alone, and the record of what was done."""

from collections.abc import Callable

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from kiosk.guessing import unhurried
from kiosk.slowing import busy_page
from shared.domain.erasure import Scope
from shared.domain.errors import N_, Invalid
from shared.domain.faults import Faults
from shared.domain.tracking_code import normalise_code
from shared.services import erasures, following
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("erasures", __name__)
Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@routes.get("/follow/<code>/erasure")
def show(code: str) -> Page:
    """Tell what can be erased, until when, what stays, and what was done; it can be printed."""
    return _unhurried(code, lambda: _page(code))


@routes.post("/follow/<code>/erasure")
def ask(code: str) -> Page:
    """Ask for it, once the box is ticked."""
    return _unhurried(code, lambda: _asked(code))


@routes.post("/follow/<code>/erasure/undo")
def take_back(code: str) -> Page:
    """Take the request back while nobody has decided it."""

    def act() -> Page:
        erasures.take_back(current.session(), code, current.now())
        return _back(code)

    return _unhurried(code, act)


def _unhurried(code: str, act: Callable[[], Page]) -> Page:
    try:
        return unhurried(code, act)
    except ServiceUnavailable as busy:
        return busy_page(busy)


def _asked(code: str) -> Page:
    try:
        scope = _wished()
    except Invalid as refusal:
        return _page(code, refusal), 422
    erasures.ask(current.session(), code, scope, current.now())
    return _back(code)


def _wished() -> Scope:
    scope = request.form.get("scope", "")
    with Faults() as faults:
        if scope not in set(Scope):
            faults.add(Invalid("scope_missing", N_("Xin chọn phần muốn xoá."), field="scope"))
        if not request.form.get("sure"):
            faults.add(Invalid("not_sure", N_("Xin đánh dấu vào ô xác nhận."), field="sure"))
    return Scope(scope)


def _page(code: str, refusal: Invalid | None = None) -> str:
    session = current.session()
    complaint = following.followed(session, code)
    return render_template(
        "phone/erasure.html",
        code=normalise_code(code),
        case=following.resident_view(session, complaint, current.now()),
        rights=erasures.rights(session, code, current.now()),
        problems=problems_of(refusal),
        typed=request.form,
        as_of=current.now(),
    )


def _back(code: str) -> Response:
    where = url_for("kiosk.erasures.show", code=normalise_code(code), lang=str(get_locale()))
    return redirect(where, 303)
