"""The ballots of who sits in a council: one's own sessions, and one's own votes."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from shared.domain.award import Choice
from shared.domain.errors import Invalid
from shared.services import award_sessions
from shared.services import ballots as service
from shared.web import current
from shared.web.refusals import problems_of

routes = Blueprint("ballots", __name__)
Answer = Response | str | tuple[str, int]


@routes.get("/ballots")
def listing() -> str:
    """List the sessions in which one has a seat."""
    found = service.sittings(current.session(), actor().account_id)
    return render_template("ballots/listing.html", sittings=found)


@routes.get("/ballots/<int:key>")
def ballot(key: int) -> str:
    """Show what a session deals with, and what one has voted."""
    return _page(key)


@routes.post("/ballots/<int:key>")
def vote(key: int) -> Answer:
    """Vote on one nomination."""
    session = current.session()
    found = service.sitting(session, actor().account_id, key)
    try:
        item, choice = forms.key_of(request.form, "item"), request.form.get("choice", "")
        service.cast(session, found, item, choice, actor().name, current.now())
    except Invalid as refusal:
        return _page(key, problems_of(refusal)), 422
    return redirect(url_for("admin.ballots.ballot", key=key))


@routes.post("/ballots/<int:key>/recusal")
def recuse(key: int) -> Answer:
    """Declare to take no part in the vote on one nomination, with the reason."""
    session = current.session()
    found = service.sitting(session, actor().account_id, key)
    try:
        item_id = forms.key_of(request.form, "item")
        item, seat = award_sessions.place_of(session, found.session, item_id, found.seat.id)
        reason = request.form.get("reason", "")
        award_sessions.recuse(
            session, found.session, item, seat, reason, actor().name, current.now()
        )
    except Invalid as refusal:
        return _page(key, problems_of(refusal)), 422
    return redirect(url_for("admin.ballots.ballot", key=key))


def _page(key: int, problems: dict[str, str] | None = None) -> str:
    session = current.session()
    found = service.sitting(session, actor().account_id, key)
    return render_template(
        "ballots/ballot.html",
        found=found,
        lines=service.lines(session, found),
        choices=list(Choice),
        typed=request.form,
        problems=problems or {},
    )
