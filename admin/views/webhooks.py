"""Quản trị: the addresses that are told of events, each with a secret of its own."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.domain.webhook import Event
from shared.services import webhooks
from shared.statistics import opinions
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("webhooks", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/webhooks")
def addresses() -> str:
    """List who is told, and show the form for another address."""
    return _page({})


@routes.post("/webhooks")
def register() -> Page:
    """Tell another address, and show its secret once."""
    form, settings = request.form, current.settings()
    try:
        made = webhooks.register(
            current.session(),
            form.get("unit", 0, type=whole),
            form.get("url", ""),
            form.getlist("event"),
            settings.outside.own_networks,
            settings.secret_key,
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _page(problems_of(refusal)), 422
    return _page({}, made.secret)


@routes.post("/webhooks/<int:webhook_id>/end")
def stop(webhook_id: int) -> Response:
    """Tell an address nothing more."""
    webhooks.stop(current.session(), webhook_id, actor(), current.now())
    return redirect(url_for("admin.webhooks.addresses", done="ended"), 303)


@routes.post("/webhooks/<int:webhook_id>/retry")
def retry(webhook_id: int) -> Response:
    """Try what was not taken once more."""
    webhooks.retry(current.session(), webhook_id, actor(), current.now())
    return redirect(url_for("admin.webhooks.addresses", done="tried"), 303)


def _page(problems: dict[str, str], secret: str = "") -> str:
    session = current.session()
    return render_template(
        "organisation/webhooks.html",
        addresses=webhooks.listed(session, actor()),
        units=opinions.units_named(session, actor().units(Permission.ORGANISATION)),
        events=list(Event),
        chosen=[] if secret else request.form.getlist("event"),
        problems=problems,
        typed={} if secret else request.form,
        secret=secret,
        **frame(setup()),
    )
