"""The guard: signed in, allowed, within which units."""

from collections.abc import Callable

from flask import Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from shared.audit import sign_session
from shared.domain.access import Actor, Permission
from shared.domain.errors import NotAllowed
from shared.services import accounts
from shared.web import current
from shared.web.app import csrf
from shared.web.typed import NEVER_REPEATED

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = "admin.sign_in.form"
UNATTENDED = "unattended"  # in an address that a page asks for again by itself
PASSWORD = frozenset({"admin.account.password", "admin.sign_in.sign_out"})


def cookie_name() -> str:
    """Name the cookie; the browser itself binds `__Host-` ones to https and this host."""
    return "__Host-niemno" if current.settings().secure_cookies else "niemno"


def actor() -> Actor:
    """Give the signed-in person the guard let through."""
    known: Actor = g.actor
    return known


def guard(needed: Callable[[str], Permission | None]) -> AnyResponse | tuple[str, int] | None:
    """Let through whoever is signed in and has the endpoint's permission; deny by default."""
    endpoint = request.endpoint or ""
    if endpoint == "admin.static":
        return None
    if request.method not in SAFE_METHODS:
        csrf.protect()
    if endpoint == SIGN_IN:
        return None
    person = accounts.actor_of(
        current.session(),
        request.cookies.get(cookie_name(), ""),
        current.now(),
        unattended=request.method in SAFE_METHODS and UNATTENDED in request.args,
    )
    if person is None:
        return _ask_to_sign_in()
    g.actor, g.language = person, person.language
    sign_session(current.session(), person.name, current.now())
    if person.must_change_password and endpoint not in PASSWORD:
        return redirect(url_for("admin.account.password"))
    permission = needed(endpoint)
    if permission is None or not person.may(permission):
        raise NotAllowed
    return None


def _ask_to_sign_in() -> AnyResponse | tuple[str, int]:
    """Ask to sign in; a form that was being sent is held on the page, so nothing typed is lost."""
    if request.method in SAFE_METHODS:
        return redirect(url_for(SIGN_IN, next=request.full_path.rstrip("?")))
    fields = request.form.items(multi=True)
    held = [(key, value) for key, value in fields if key not in NEVER_REPEATED]
    page = render_template(
        "account/sign_in.html", held=held, held_path=request.path, next="", name=""
    )
    return page, 401


def remember(response: Response | AnyResponse, token: str) -> None:
    """Hand the browser its session token."""
    response.set_cookie(
        cookie_name(),
        token,
        httponly=True,
        secure=current.settings().secure_cookies,
        samesite="Lax",
        path="/",
    )
