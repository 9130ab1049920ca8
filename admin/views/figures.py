"""Figures of a campaign that people enter, and their confirmation by a second person."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.refusals import problems_of
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.errors import Invalid, NotFound
from shared.services import figures as service
from shared.services import standings
from shared.services.campaigns import Campaign
from shared.services.figures import Place
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("figures", __name__)
Answer = Response | str | tuple[str, int]


@routes.get("/campaigns/<code>/figures")
def figures(code: str) -> str:
    """List where figures are to be entered, those waiting for a second person first."""
    campaign = pages.found(code)
    ranking = standings.standings(current.session(), campaign, current.now())
    return render_template(
        "campaigns/figures.html",
        places=service.places(current.session(), campaign, _reach()),
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )


@routes.route(
    "/campaigns/<code>/figures/<int:criterion>/<int:competitor>",
    methods=("GET", "POST"),
)
def enter(code: str, criterion: int, competitor: int) -> Answer:
    """Show a figure with its history, or hand in a new one with its evidence."""
    campaign = pages.found(code)
    place = _place(campaign, criterion, competitor)
    if request.method == "GET":
        return _figure_page(campaign, place, {})
    try:
        service.enter(
            current.session(),
            campaign,
            criterion,
            competitor,
            forms.figure_of(request.form, place.rule.target.unit),
            forms.text_of(request.form, "evidence", 2_000),
            actor().units(Permission.ENTER_FIGURES),
            actor().name,
            current.now(),
        )
    except Invalid as refusal:
        return _figure_page(campaign, place, problems_of(refusal)), 422
    return redirect(url_for("admin.figures.figures", code=code))


@routes.post("/campaigns/<code>/figures/<int:criterion>/<int:competitor>/verify")
def verify(code: str, criterion: int, competitor: int) -> Answer:
    """Confirm a figure with what the second person found."""
    campaign = pages.found(code)
    place = _place(campaign, criterion, competitor)
    try:
        service.verify(
            current.session(),
            campaign,
            forms.key_of(request.form, "figure"),
            forms.figure_of(request.form, place.rule.target.unit),
            forms.text_of(request.form, "note", 2_000),
            actor().units(Permission.VERIFY_FIGURES),
            actor().name,
            current.now(),
        )
    except Invalid as refusal:
        return _figure_page(campaign, place, {"verify": in_words(refusal)}), 422
    return redirect(url_for("admin.figures.figures", code=code))


def _reach() -> frozenset[int]:
    """Give the units whose figures the actor may enter or confirm."""
    both = (Permission.ENTER_FIGURES, Permission.VERIFY_FIGURES)
    return frozenset().union(*(actor().units(one) for one in both if actor().may(one)))


def _place(campaign: Campaign, criterion: int, competitor: int) -> Place:
    for place in service.places(current.session(), campaign, _reach()):
        if (place.criterion_id, place.competitor.key) == (criterion, competitor):
            return place
    raise NotFound


def _figure_page(campaign: Campaign, place: Place, problems: dict[str, str]) -> str:
    ranking = standings.standings(current.session(), campaign, current.now())
    may_verify = actor().may(Permission.VERIFY_FIGURES)
    return render_template(
        "campaigns/figure.html",
        place=place,
        history=service.history(current.session(), place.criterion_id, place.competitor.key),
        own=place.newest is not None and place.newest.entered_by == actor().name,
        may_verify=may_verify,
        typed=request.form,
        problems=problems,
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )
