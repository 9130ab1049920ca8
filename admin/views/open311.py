"""Quản trị: other systems that may send cases over Open311, each with a key of its own."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.services import open311
from shared.statistics import opinions
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("open311", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/open311")
def senders() -> str:
    """List who may send, and show the form that lets another system in."""
    return _page({})


@routes.post("/open311")
def grant() -> Page:
    """Let a system in, and show its key once."""
    form = request.form
    try:
        granted = open311.grant(
            current.session(),
            form.get("unit", 0, type=whole),
            form.get("name", ""),
            form.get("per_hour", 0, type=whole),
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _page(problems_of(refusal)), 422
    return _page({}, granted.key)


@routes.post("/open311/<int:sender_id>/end")
def revoke(sender_id: int) -> Response:
    """End a key."""
    open311.revoke(current.session(), sender_id, actor(), current.now())
    return redirect(url_for("admin.open311.senders", ended=1), 303)


def _page(problems: dict[str, str], key: str = "") -> str:
    session = current.session()
    return render_template(
        "organisation/open311.html",
        senders=open311.senders(session, actor()),
        units=opinions.units_named(session, actor().units(Permission.ORGANISATION)),
        problems=problems,
        typed={} if key else request.form,
        key=key,
        address=f"{current.settings().public_url}/open311/v2",
        **frame(setup()),
    )
