"""Awards of a campaign: nominations from the standing or by hand, and the council's sessions."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.award import Measure, Reach
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure import parse_number
from shared.domain.scoring import FULL_SCORE, CompetitorKind
from shared.services import (
    award_blocks,
    award_councils,
    award_sessions,
    award_titles,
    campaigns,
    competitors,
    freezes,
)
from shared.services import nominations as service
from shared.services.award_titles import AwardTitle
from shared.services.campaigns import Campaign
from shared.services.local_days import today_in
from shared.services.nominations import Proposal
from shared.services.registers import Setup
from shared.services.standings import Standing
from shared.web import current
from shared.web.refusals import problems_of, status_of

routes = Blueprint("awards", __name__)
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/awards")
def awards(code: str) -> str:
    """Show who is nominated for what, and the sessions of the council."""
    return _overview(mine(code))


@routes.post("/campaigns/<code>/awards/nominations")
def nominate(code: str) -> Answer:
    """Nominate one competitor by hand."""
    campaign = mine(code)
    try:
        reason = request.form.get("reason", "")
        with Faults() as faults:
            title = faults.read(_title, campaign, request.form.get("title", ""))
            competitor = faults.read(forms.key_of, request.form, "competitor")
            faults.read(service.checked_reason, reason)
        service.nominate(
            current.session(),
            campaign,
            title,
            competitor,
            reason,
            actor().name,
            current.now(),
        )
    except RuleBroken as refusal:
        current.session().rollback()
        return _overview(campaign, problems_of(refusal)), status_of(refusal)
    return redirect(url_for("admin.awards.awards", code=code))


@routes.get("/campaigns/<code>/awards/from-standing")
def from_standing(code: str) -> Answer:
    """Show who reaches a line of the standing, and whom a veto criterion keeps back."""
    campaign = mine(code)
    if "title" not in request.args:
        return _by_standing(campaign)
    try:
        ranking = ranking_of(campaign)
        found = _proposals(campaign, ranking, request.args)
    except Invalid as refusal:
        return _by_standing(campaign, problems_of(refusal)), 422
    return _by_standing(campaign, found=found, ranking=ranking)


@routes.post("/campaigns/<code>/awards/from-standing")
def nominate_all(code: str) -> Answer:
    """Nominate all who reach the line and are not kept back."""
    campaign = mine(code)
    try:
        ranking = ranking_of(campaign)
        found = _proposals(campaign, ranking, request.form)
    except Invalid as refusal:
        return _by_standing(campaign, problems_of(refusal)), 422
    service.nominate_from_standing(
        current.session(),
        campaign,
        _title(campaign, request.form.get("title", "")),
        found,
        ranking,
        forms.text_of(request.form, "reason", service.LONGEST_REASON),
        actor().name,
        current.now(),
    )
    return redirect(url_for("admin.awards.awards", code=code))


@routes.post("/campaigns/<code>/awards/nominations/<int:key>/hold")
def hold(code: str, key: int) -> Answer:
    """Hold a nomination back from the council, or let it go on."""
    held = request.form.get("held") == "1"
    service.hold(current.session(), mine(code), key, held=held)
    return redirect(url_for("admin.awards.awards", code=code))


@routes.post("/campaigns/<code>/awards/nominations/<int:key>/withdraw")
def withdraw(code: str, key: int) -> Answer:
    """Take a nomination back, with the reason."""
    campaign = mine(code)
    try:
        service.withdraw(
            current.session(),
            campaign,
            key,
            request.form.get("reason", ""),
            actor().name,
            current.now(),
        )
    except Invalid as refusal:
        words = {f"reason-{key}": problems_of(refusal)["reason"]}
        return _overview(campaign, words), 422
    return redirect(url_for("admin.awards.awards", code=code))


@routes.post("/campaigns/<code>/awards/sessions")
def plan(code: str) -> Answer:
    """Plan a session of a council on nominations."""
    campaign, session = mine(code), current.session()
    try:
        council = award_councils.find(session, reach(), forms.key_of(request.form, "council"))
        made = award_sessions.plan(
            session,
            campaign,
            council,
            request.form,
            forms.keys_of(request.form, "nominations"),
            actor().name,
            current.now(),
        )
    except RuleBroken as refusal:
        current.session().rollback()
        return _overview(campaign, problems_of(refusal)), status_of(refusal)
    return redirect(url_for("admin.award_sessions.meeting", code=code, key=made.id))


def mine(code: str) -> Campaign:
    """Give a campaign the actor runs; NotFound otherwise."""
    return campaigns.find_to_run(current.session(), code, reach())


def reach() -> frozenset[int]:
    """Give the units whose campaigns the actor runs."""
    return actor().units(Permission.RUN_CAMPAIGNS)


def ranking_of(campaign: Campaign) -> Standing:
    """Give the standing that holds."""
    return freezes.in_force(current.session(), campaign, current.now())


def setup_of(campaign: Campaign) -> Setup:
    """Say who acts for the organisation of a campaign, and when."""
    organisation = award_titles.organisation(current.session(), campaign)
    return Setup(actor(), organisation, current.now(), permission=Permission.RUN_CAMPAIGNS)


def today_of(campaign: Campaign) -> date:
    """Give the local day where a campaign is run."""
    return today_in(current.session(), {campaign.unit_id}, current.now())


def page(
    campaign: Campaign,
    name: str,
    problems: dict[str, str] | None = None,
    ranking: Standing | None = None,
    **more: object,
) -> str:
    """Draw a page of a campaign's awards."""
    found = ranking or ranking_of(campaign)
    return render_template(
        f"awards/{name}.html",
        ranking=found,
        typed=request.form,
        problems=problems or {},
        today=today_of(campaign),
        **pages.frame(campaign, found),
        **more,
    )


def _overview(campaign: Campaign, problems: dict[str, str] | None = None) -> str:
    session = current.session()
    found = service.listed(session, campaign)
    officers = {one.competitor.officer_id for one in found if one.competitor.officer_id}
    today = today_of(campaign)
    return page(
        campaign,
        "overview",
        problems,
        nominations=found,
        cases=award_blocks.cases(session, actor(), officers),
        sessions=award_sessions.listed(session, campaign),
        councils=award_councils.listed(session, reach(), today),
        titles=_titles(campaign),
        competitors=competitors.of_campaign(session, campaign),
    )


def _by_standing(
    campaign: Campaign,
    problems: dict[str, str] | None = None,
    found: list[Proposal] | None = None,
    ranking: Standing | None = None,
) -> str:
    return page(
        campaign,
        "from_standing",
        problems,
        ranking,
        found=found,
        titles=_titles(campaign),
        kinds=list(CompetitorKind),
        measures=list(Measure),
        asked={**request.args, **request.form},
    )


def _titles(campaign: Campaign) -> list[AwardTitle]:
    session = current.session()
    today = today_of(campaign)
    return award_titles.of_day(session, award_titles.organisation_of(session, campaign), today)


def _title(campaign: Campaign, text: str) -> AwardTitle:
    key = forms.key_of(forms.Form({"title": text}), "title")
    session = current.session()
    return award_titles.find(session, award_titles.organisation_of(session, campaign), key)


def _proposals(campaign: Campaign, ranking: Standing, asked: forms.Form) -> list[Proposal]:
    """Read the line that is asked for; Invalid naming the field."""
    kind = forms.kind_of(asked.get("kind", ""))
    known = {str(one): one for one in Measure}
    measure = known.get(asked.get("by", ""), Measure.RANK)
    value = parse_number(asked.get("value", ""), "value")
    if measure is Measure.POINTS and value > FULL_SCORE:
        value = FULL_SCORE
    return service.proposals(
        current.session(),
        campaign,
        _title(campaign, asked.get("title", "")),
        kind,
        Reach(measure, value),
        ranking,
        {place.competitor.key for place in pages.visible(ranking, kind)},
    )
