"""Gia hạn: a longer limit is asked for, allowed or declined, before the old day."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.case_page import version
from shared.domain.errors import Invalid, RuleBroken
from shared.services import extensions, inbox
from shared.web import current
from shared.web.errors import in_words
from shared.web.numbers import whole
from shared.web.refusals import problems_of, status_of

routes = Blueprint("extensions", __name__)
Page = str | Response | tuple[str, int]


@routes.get("/complaints/<number>/extension")
def form(number: str) -> str:
    """Show how far the limit may be lengthened, and what waits to be decided."""
    return _page(number)


@routes.post("/complaints/<number>/extension")
def ask(number: str) -> Page:
    """Lengthen the limit, or ask for it where somebody else decides."""
    amount = request.form.get("amount", 0, type=whole)
    try:
        decided = extensions.request(
            current.session(),
            number,
            amount,
            request.form.get("reason", ""),
            version(),
            actor(),
            current.now(),
        )
    except RuleBroken as refusal:
        return _refused(number, refusal)
    here = "admin.complaints.case" if decided else "admin.extensions.form"
    return redirect(url_for(here, number=number), 303)


@routes.post("/complaints/<number>/extension/decision")
def decide(number: str) -> Page:
    """Allow or decline what somebody asked for."""
    grant = request.form.get("grant") == "yes"
    try:
        extensions.decide(current.session(), number, version(), actor(), current.now(), grant=grant)
    except RuleBroken as refusal:
        return _refused(number, refusal)
    return redirect(url_for("admin.complaints.case", number=number), 303)


def _refused(number: str, refusal: RuleBroken) -> Page:
    current.session().rollback()  # forget the half of an act that lost against another
    return _page(number, refusal), status_of(refusal)


def _page(number: str, refusal: RuleBroken | None = None) -> str:
    session, person = current.session(), actor()
    complaint = inbox.case(session, number, person)
    room = extensions.room(session, complaint, current.now())
    return render_template(
        "complaints/extension.html",
        complaint=complaint,
        room=room,
        closed=in_words(room.refusal) if room.refusal else "",
        decides=extensions.may_decide(complaint, person),
        mine=room.waiting is not None and room.waiting.asked_by == person.name,
        refusal=in_words(refusal) if refusal else "",
        problems=problems_of(refusal) if isinstance(refusal, Invalid) else {},
        typed=request.form,
    )
