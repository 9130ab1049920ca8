"""A session of the council as its secretary leads it: quorum, vote, outcome, decision, files."""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.views.awards import mine, page
from shared.domain import award
from shared.domain.award import Choice
from shared.domain.errors import Invalid, NotFound, RuleBroken
from shared.services import award_sessions as service
from shared.services import ballots, jobs
from shared.services.award_sessions import AwardSession
from shared.services.campaigns import Campaign
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("award_sessions", __name__)
Answer = Response | str | tuple[str, int]
FILES = {
    "docx": "award_list_docx",
    "xlsx": "award_list_xlsx",
    "certificates": "award_certificates",
}
"""Form of the file → kind of the job that makes it."""


@routes.get("/campaigns/<code>/awards/sessions/<int:key>")
def meeting(code: str, key: int) -> str:
    """Show a session: seats, nominations, who has voted, and the outcome once closed."""
    return _page(*_found(code, key))


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/attendance")
def attend(code: str, key: int) -> Answer:
    """Note who is present."""
    _campaign, known = _found(code, key)
    present = set(forms.keys_of(request.form, "present"))
    service.attend(current.session(), known, present)
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/open")
def open_vote(code: str, key: int) -> Answer:
    """Open the vote."""
    campaign, known = _found(code, key)
    try:
        service.open_session(current.session(), campaign, known, actor().name, current.now())
    except RuleBroken as refusal:
        return _refused(campaign, known, refusal)
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/cancel")
def cancel(code: str, key: int) -> Answer:
    """Take back a session that was not opened."""
    campaign, known = _found(code, key)
    try:
        service.cancel(current.session(), known)
    except RuleBroken as refusal:
        return _refused(campaign, known, refusal)
    return redirect(url_for("admin.awards.awards", code=code))


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/recusals")
def recuse(code: str, key: int) -> Answer:
    """Note that a member declares to take no part in a vote."""
    campaign, known = _found(code, key)
    session = current.session()
    try:
        item, seat = _place(known)
        reason = request.form.get("reason", "")
        service.recuse(session, known, item, seat, reason, actor().name, current.now())
    except Invalid as refusal:
        problems = problems_of(refusal.called({"reason": "recusal_reason"}))
        return _page(campaign, known, problems), 422
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/papers")
def paper(code: str, key: int) -> Answer:
    """Enter a ballot that was handed in on paper."""
    campaign, known = _found(code, key)
    try:
        item, seat = _place(known)
        ballots.cast_on_paper(
            current.session(),
            known,
            item.id,
            seat.id,
            request.form.get("choice", ""),
            request.form.get("paper", ""),
            actor().name,
            current.now(),
        )
    except Invalid as refusal:
        return _page(campaign, known, problems_of(refusal)), 422
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/close")
def close(code: str, key: int) -> Answer:
    """End the vote and count it."""
    campaign, known = _found(code, key)
    try:
        service.close(current.session(), known, actor().name, current.now())
    except RuleBroken as refusal:
        return _refused(campaign, known, refusal)
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/decision")
def decide(code: str, key: int) -> Answer:
    """Note number and day of the decision."""
    campaign, known = _found(code, key)
    try:
        service.decide(
            current.session(), campaign, known, request.form, actor().name, current.now()
        )
    except Invalid as refusal:
        return _page(campaign, known, problems_of(refusal)), 422
    return _back(code, key)


@routes.post("/campaigns/<code>/awards/sessions/<int:key>/files")
def files(code: str, key: int) -> Answer:
    """Have the list or the certificates made."""
    campaign, known = _found(code, key)
    form = request.form.get("form", "")
    service.check_for_file(known, form)
    if form not in FILES:
        raise NotFound
    job = jobs.request(
        current.session(),
        FILES[form],
        {"campaign": campaign.code, "session": known.id},
        actor().account_id,
        current.now(),
    )
    return redirect(url_for("admin.jobs.job", job_id=job.id))


def _found(code: str, key: int) -> tuple[Campaign, AwardSession]:
    campaign = mine(code)
    return campaign, service.find(current.session(), campaign, key)


def _place(known: AwardSession) -> tuple[service.AwardItem, service.AwardSeat]:
    keys = (forms.key_of(request.form, name) for name in ("item", "seat"))
    return service.place_of(current.session(), known, *keys)


def _refused(campaign: Campaign, known: AwardSession, refusal: RuleBroken) -> tuple[str, int]:
    """Show the session again with why a step was refused."""
    current.session().rollback()
    return _page(campaign, known, problems_of(refusal)), status_of(refusal)


def _back(code: str, key: int) -> Response:
    return redirect(url_for("admin.award_sessions.meeting", code=code, key=key))


def _page(campaign: Campaign, known: AwardSession, problems: dict[str, str] | None = None) -> str:
    session = current.session()
    seated = service.seats(session, known)
    quorum = award.needed(award.parse_share(known.quorum, "quorum"), len(seated))
    return page(
        campaign,
        "session",
        problems,
        meeting=known,
        council=service.council_of(session, known),
        seats=seated,
        lines=service.lines(session, known),
        quorum=quorum,
        present=sum(seat.present for seat in seated),
        choices=list(Choice),
    )
