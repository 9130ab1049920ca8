"""Signing in and out."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import cookie_name, remember
from shared.domain.errors import RuleBroken
from shared.services import accounts
from shared.web import current
from shared.web.errors import in_words
from shared.web.transaction import keep_despite_refusal

routes = Blueprint("sign_in", __name__)
HELD = "held."


@routes.route("/sign-in", methods=("GET", "POST"))
def form() -> AnyResponse | str | tuple[str, int]:
    """Show the form; on a good sign-in go on to where the person was."""
    if request.method == "GET":
        return _page("", "", _inside(request.args.get("next", "")))
    name, password = request.form.get("name", ""), request.form.get("password", "")
    following = _inside(request.form.get("next", ""))
    try:
        signed = accounts.sign_in(current.session(), name, password, current.now())
    except RuleBroken as refusal:
        if refusal.code == "wrong_sign_in":
            keep_despite_refusal(
                lambda outliving: accounts.note_failure(outliving, name, current.now())
            )
        status = 429 if refusal.code == "sign_in_wait" else 401
        return _page(in_words(refusal), name, following), status
    response = _onward(following)
    remember(response, signed.token)
    return response


@routes.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session here and now, and have the browser forget its pages."""
    accounts.sign_out(current.session(), request.cookies.get(cookie_name(), ""), current.now())
    response = redirect(url_for("admin.sign_in.form"))
    # A browser refuses to touch a __Host- cookie by one that is not Secure.
    secure = current.settings().secure_cookies
    response.delete_cookie(cookie_name(), secure=secure, httponly=True, samesite="Lax")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(problem: str, name: str, following: str) -> str:
    return render_template(
        "account/sign_in.html",
        problem=problem,
        name=name,
        next=following,
        held=_held(),
        held_path=_inside(request.form.get("held_path", "")),
    )


def _held() -> list[tuple[str, str]]:
    return [
        (key.removeprefix(HELD), value)
        for key, value in request.form.items(multi=True)
        if key.startswith(HELD)
    ]


def _onward(following: str) -> Response | AnyResponse:
    """Go on; a form held while signing in is shown to be sent again, by the person's own click."""
    held_path = _inside(request.form.get("held_path", ""))
    if held_path:
        return make_response(
            render_template("account/resume.html", held=_held(), held_path=held_path)
        )
    return redirect(following or url_for("admin.home.home"))


def _inside(path: str) -> str:
    """Follow only addresses of the staff side itself."""
    plain = path.startswith("/admin/") and "\\" not in path and "//" not in path
    return path if plain else ""
