"""Mời đánh giá: an officer's button lets the desk's screen ask for a rating."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin.auth import actor
from shared.domain.access import Permission
from shared.domain.errors import N_, Invalid
from shared.services import desk_invitations
from shared.services.desk_invitations import Wanted
from shared.web import current
from shared.web.numbers import whole
from shared.web.refusals import problems_of

routes = Blueprint("desk_invitations", __name__)
Page = str | tuple[str, int] | AnyResponse


@routes.get("/invite")
def form() -> str:
    """Choose the desk and what the resident came for; a scanner types the dossier's code."""
    return _form({})


@routes.post("/invite")
def invite() -> Page:
    """Let the desk's screen ask, for five minutes."""
    desk = request.form.get("desk", type=whole)
    reach = actor().units(Permission.INVITE)
    try:
        if desk is None:
            raise Invalid("missing", N_("Xin chọn quầy."), field="desk")
        procedure = request.form.get("procedure", type=whole)
        wanted = Wanted(desk, procedure, request.form.get("dossier", ""))
        desk_invitations.invite(current.session(), wanted, actor().account_id, reach, current.now())
    except Invalid as refusal:
        return _form(problems_of(refusal)), 422
    return redirect(url_for("admin.desk_invitations.form", sent=1, desk=desk))


def _form(problems: dict[str, str]) -> str:
    session, now, reach = current.session(), current.now(), actor().units(Permission.INVITE)
    typed = request.form or request.args
    desks = desk_invitations.desks_of(session, reach, now)
    chosen = typed.get("desk", type=whole) or desk_invitations.desk_served(session, actor(), now)
    known = {desk.id: desk for desk, _unit in desks}
    sent = known.get(chosen or 0) if request.args.get("sent") and not problems else None
    return render_template(
        "invite/invite.html",
        desks=desks,
        procedures=desk_invitations.procedures_of(session, reach, now),
        chosen=chosen,
        sent=sent,
        hears=sent is not None and desk_invitations.screens_hear(session, sent.id, now),
        typed=typed,
        problems=problems,
    )
