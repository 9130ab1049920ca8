"""One's own account: changing the password."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from shared.domain.errors import N_, Invalid
from shared.services import accounts
from shared.web import current
from shared.web.refusals import problems_of
from shared.web.transaction import keep_despite_refusal

routes = Blueprint("account", __name__)


@routes.route("/password", methods=("GET", "POST"))
def password() -> Response | str | tuple[str, int]:
    """Change one's own password; every session ends, this one too."""
    if request.method == "GET":
        return render_template("account/password.html", problems={})
    old, new = request.form.get("old", ""), request.form.get("password", "")
    try:
        if new != request.form.get("again", ""):
            raise Invalid(
                "not_the_same", N_("Hai lần nhập mật khẩu mới không giống nhau."), field="again"
            )
        accounts.change_password(current.session(), actor().account_id, old, new, current.now())
    except Invalid as refusal:
        if refusal.code == "wrong_password":
            keep_despite_refusal(
                lambda outliving: accounts.note_failure(outliving, actor().name, current.now())
            )
        return render_template("account/password.html", problems=problems_of(refusal)), 422
    return redirect(url_for("admin.sign_in.form", changed="yes"))
