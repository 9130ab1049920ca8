"""Emulation and commendation councils: who sits in them, who leads, how many must be present."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from admin.opened import opened
from admin.views.awards import mine, page, reach, today_of
from shared.domain.errors import Invalid
from shared.services import award_councils as service
from shared.services import campaigns
from shared.services.campaigns import Campaign
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("award_councils", __name__)
CHANGEABLE = ("name", "document", "quorum")
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/awards/councils")
def councils(code: str) -> str:
    """List the councils within reach."""
    return _list(mine(code))


@routes.post("/campaigns/<code>/awards/councils")
def found(code: str) -> Answer:
    """Found a council of the unit that runs the campaign."""
    campaign = mine(code)
    try:
        made = service.save(
            current.session(), reach(), campaign.unit_id, None, request.form, today_of(campaign)
        )
    except Invalid as refusal:
        return _list(campaign, problems_of(refusal)), 422
    return redirect(url_for("admin.award_councils.council", code=code, key=made.id))


@routes.get("/campaigns/<code>/awards/councils/<int:key>")
def council(code: str, key: int) -> str:
    """Show a council with its members."""
    return _page(mine(code), key)


@routes.post("/campaigns/<code>/awards/councils/<int:key>")
def change(code: str, key: int) -> Answer:
    """Change name, document and quorum of a council."""
    campaign, session = mine(code), current.session()
    form = _opened(key)
    try:
        with form.saving():
            service.save(session, reach(), campaign.unit_id, key, request.form, today_of(campaign))
    except Invalid as refusal:
        return _page(campaign, key, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.award_councils.council", code=code, key=key))


@routes.post("/campaigns/<code>/awards/councils/<int:key>/members")
def seat(code: str, key: int) -> Answer:
    """Add a member: an account, or a person from outside."""
    campaign, session = mine(code), current.session()
    known = service.find(session, reach(), key)
    try:
        service.add_member(session, known, request.form, reach(), today_of(campaign))
    except Invalid as refusal:
        problems = {f"member_{name}": words for name, words in problems_of(refusal).items()}
        return _page(campaign, key, problems), 422
    return redirect(url_for("admin.award_councils.council", code=code, key=key))


@routes.post("/campaigns/<code>/awards/councils/<int:key>/members/<int:member>/leave")
def leave(code: str, key: int, member: int) -> Answer:
    """Let a member leave."""
    campaign, session = mine(code), current.session()
    known = service.find(session, reach(), key)
    service.end_member(session, known, member, today_of(campaign))
    return redirect(url_for("admin.award_councils.council", code=code, key=key))


def _list(campaign: Campaign, problems: dict[str, str] | None = None) -> str:
    return page(
        campaign,
        "councils",
        problems,
        councils=service.listed(current.session(), reach(), today_of(campaign)),
        usual=service.USUAL_QUORUM,
    )


def _opened(key: int) -> OpenedForm:
    council = service.find(current.session(), reach(), key)
    return opened(council, lambda: {name: getattr(council, name) for name in CHANGEABLE})


def _page(
    campaign: Campaign,
    key: int,
    problems: dict[str, str] | None = None,
    form: OpenedForm | None = None,
) -> str:
    session = current.session()
    known = service.find(session, reach(), key)
    seated = service.members(session, known, today_of(campaign))
    taken = {one.account_id for one in seated}
    return page(
        campaign,
        "council",
        problems,
        council=known,
        mark=(form or _opened(key)).mark,
        members=seated,
        accounts=[one for one in service.candidates(session, reach()) if one.id not in taken],
        units=campaigns.units_within(session, reach()),
    )
