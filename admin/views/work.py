"""Việc của tôi: what the person may answer, the least time left first, one case open beside it."""

from flask import Blueprint, render_template, request

from admin.auth import actor
from admin.case_page import case_facts
from shared.domain.access import Permission
from shared.services import desk_invitations, inbox, kiosk_health
from shared.web import current

routes = Blueprint("work", __name__)


@routes.get("/work")
def work() -> str:
    """List the open cases; the first one, or the one asked for, stands open."""
    query = request.args.get("q", "")
    listed = inbox.work(current.session(), actor(), current.now(), query)
    numbers = [
        one.complaint.number
        for one in (*listed.mine, *listed.to_approve, *listed.others, *listed.waiting)
    ]
    asked = request.args.get("case", "")
    number = asked if asked in numbers else next(iter(numbers), "")
    return render_template(
        "work/work.html",
        work=listed,
        query=query,
        chosen=number,
        done=request.args.get("done", ""),
        now=current.now(),
        alarmed=_alarmed(),
        may_invite=actor().may(Permission.INVITE),
        served=desk_invitations.desk_served(current.session(), actor(), current.now()),
        sees_today=actor().may(Permission.TODAY),
        **(case_facts(number) if number else {"case": None}),
    )


def _alarmed() -> int:
    """Count the kiosks that ask to be looked at, for those who may see kiosks."""
    person = actor()
    sees = [one for one in (Permission.CHANNELS, Permission.TODAY) if person.may(one)]
    units = frozenset(unit for one in sees for unit in person.units(one))
    return len(kiosk_health.alarmed(current.session(), units, current.now())) if units else 0
