"""Residents' requests to have data erased: what waits with its due day, and the decision."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.case_page import version
from shared.domain.erasure import WANTED, DataKind, Reason, Scope
from shared.domain.errors import Invalid
from shared.services import attachments, erasures
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("erasures", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/erasures")
def listing() -> str:
    """List what waits, the nearest limit first, and what was decided last."""
    waiting, decided = erasures.listed(current.session(), actor(), current.now())
    return render_template("erasures/index.html", waiting=waiting, decided=decided)


@routes.get("/erasures/<int:key>")
def show(key: int) -> str:
    """Show a request with its form, or the record of what was done."""
    return _page(key, {})


@routes.post("/erasures/<int:key>")
def decide(key: int) -> Page:
    """Erase what is ticked; the rest needs a reason and the law, which the resident reads."""
    typed = request.form
    kinds = frozenset(kind for kind in DataKind if str(kind) in typed.getlist("kind"))
    folder = attachments.folder_of(current.settings().data_directory)
    kept = (typed.get("reason", ""), typed.get("words", ""))
    try:
        erasures.decide(
            current.session(), key, kinds, kept, version(), actor(), folder, current.now()
        )
    except Invalid as refusal:
        current.session().rollback()
        return _page(key, problems_of(refusal)), 422
    return redirect(url_for("admin.erasures.show", key=key), 303)


def _page(key: int, problems: dict[str, str]) -> str:
    found = erasures.opened(current.session(), key, actor(), current.now())
    return render_template(
        "erasures/request.html",
        found=found,
        request=found.line.request,
        wanted=[kind for kind in DataKind if kind in WANTED[Scope(found.line.request.scope)]],
        reasons=list(Reason),
        problems=problems,
        typed=request.form,
    )
