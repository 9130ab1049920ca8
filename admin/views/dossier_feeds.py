"""Quản trị: exports that come by themselves, with the keys of the programs that hand them in."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.views.organisation import frame, setup
from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.services import api_keys, dossier_feeds
from shared.services.api_keys import Purpose
from shared.statistics import opinions
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("dossier_feeds", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/dossier-feeds")
def listing() -> str:
    """Show the ways in, the keys, and the last files that came."""
    return _page({})


@routes.post("/dossier-feeds")
def grant() -> Page:
    """Give a program a key, and show it once."""
    try:
        granted = api_keys.grant(
            current.session(),
            Purpose.DOSSIERS,
            request.form.get("unit", 0, type=whole),
            request.form.get("name", ""),
            actor(),
            current.now(),
        )
    except Invalid as refusal:
        return _page(problems_of(refusal)), 422
    return _page({}, granted.key)


@routes.post("/dossier-feeds/<int:key_id>/end")
def revoke(key_id: int) -> Response:
    """End a key."""
    api_keys.revoke(current.session(), key_id, actor(), current.now())
    return redirect(url_for("admin.dossier_feeds.listing", ended=1), 303)


def _page(problems: dict[str, str], key: str = "") -> str:
    session, units = current.session(), actor().units(Permission.ORGANISATION)
    settings = current.settings()
    return render_template(
        "organisation/dossier_feeds.html",
        keys=api_keys.keys(session, Purpose.DOSSIERS, actor()),
        feeds=dossier_feeds.feeds(session, units),
        units=opinions.units_named(session, units),
        problems=problems,
        typed={} if key else request.form,
        key=key,
        address=f"{settings.public_url}/api/v1/dossiers",
        folder=settings.outside.dossier_folder,
        **frame(setup()),
    )
