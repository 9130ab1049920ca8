"""Figures of a campaign that people enter, and their confirmation by a second person."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin import campaign_forms as forms
from admin.auth import actor
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.domain.errors import NotFound, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure_course import FigureState
from shared.services import figure_courses, figure_duties, figure_files, figure_rounds
from shared.services import figures as service
from shared.services.campaigns import Campaign
from shared.services.figures import Place
from shared.services.fresh_standings import fresh_standing
from shared.web import current
from shared.web.files import received_files
from shared.web.refusals import problems_of, status_of

routes = Blueprint("figures", __name__)
Answer = Response | str | tuple[str, int]
# What the list can be narrowed to.
SHOWN: Mapping[str, frozenset[FigureState]] = {
    "owed": figure_duties.OF_THE_UNIT,
    "verify": frozenset({FigureState.ENTERED}),
    "council": figure_duties.OF_THE_COUNCIL,
}


@routes.get("/campaigns/<code>/figures")
def figures(code: str) -> str:
    """List where figures are to be entered, what is due first at the head."""
    campaign = pages.found(code)
    ranking = fresh_standing(current.session(), campaign, current.now())
    duties = figure_duties.duties(current.session(), campaign, reach(), current.now())
    shown = request.args.get("show", "")
    wanted = SHOWN.get(shown)
    return render_template(
        "campaigns/figures.html",
        duties=[one for one in duties if wanted is None or one.state in wanted],
        numbers={name: sum(one.state in of for one in duties) for name, of in SHOWN.items()},
        total=len(duties),
        shown=shown if wanted is not None else "",
        may_decide=actor().may(Permission.DECIDE_FIGURES),
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
    place = place_of(campaign, criterion, competitor)
    if request.method == "GET":
        return figure_page(campaign, place)
    try:
        with Faults() as faults:
            files = faults.read(received_files)
            figure = faults.read(forms.figure_of, request.form, place.rule.target.unit)
            evidence = faults.read(forms.evidence_of, request.form, with_files=bool(files))
        campaign = pages.found(code)
        service.enter(
            current.session(),
            campaign,
            criterion,
            competitor,
            figure,
            evidence,
            actor().units(Permission.ENTER_FIGURES),
            actor().name,
            current.now(),
            files=files,
            scanned_first=current.settings().outside.scanner is not None,
            round_key=_round(),
        )
    except RuleBroken as refusal:
        return refused(code, criterion, competitor, "enter", refusal)
    return redirect(url_for("admin.figures.figures", code=code))


@routes.post("/campaigns/<code>/figures/<int:criterion>/<int:competitor>/verify")
def verify(code: str, criterion: int, competitor: int) -> Answer:
    """Confirm a figure with what the second person found."""
    campaign = pages.found(code)
    place = place_of(campaign, criterion, competitor)
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
    except RuleBroken as refusal:
        return refused(code, criterion, competitor, "verify", refusal)
    return redirect(url_for("admin.figures.figures", code=code))


def reach() -> frozenset[int]:
    """Give the units whose figures the actor may enter, confirm or decide on."""
    known = (Permission.ENTER_FIGURES, Permission.VERIFY_FIGURES, Permission.DECIDE_FIGURES)
    return frozenset().union(*(actor().units(one) for one in known if actor().may(one)))


def place_of(campaign: Campaign, criterion: int, competitor: int) -> Place:
    """Give a place for a figure in reach; NotFound otherwise."""
    for place in service.places(current.session(), campaign, reach()):
        if (place.criterion_id, place.competitor.key) == (criterion, competitor):
            return place
    raise NotFound


def refused(code: str, criterion: int, competitor: int, act: str, refusal: RuleBroken) -> Answer:
    """Show the figure again with what was typed for an act, and why it was refused."""
    current.session().rollback()
    campaign = pages.found(code)
    place = place_of(campaign, criterion, competitor)
    return figure_page(campaign, place, act, problems_of(refusal)), status_of(refusal)


def figure_page(
    campaign: Campaign, place: Place, act: str = "", problems: Mapping[str, str] | None = None
) -> str:
    """Show a figure with everything that was done to it, and what the actor can do now."""
    session, now = current.session(), current.now()
    ranking = fresh_standing(session, campaign, now)
    key, whom = place.criterion_id, place.competitor.key
    history = figure_courses.history(session, campaign, key, whom)
    return render_template(
        "campaigns/figure.html",
        place=place,
        history=history,
        files=figure_files.of_figures(session, [one.row.id for one in history]),
        steps=figure_duties.possible(session, campaign, place, actor(), now),
        leaves=service.open_rounds(session, campaign, key, whom, now),
        rounds=figure_rounds.rounds(session, campaign),
        reopenings=figure_rounds.of_place(figure_rounds.reopenings(session, campaign), key, whom),
        today=figure_rounds.today(session, campaign, now),
        own=place.newest is not None and place.newest.entered_by == actor().name,
        may_hand_in=actor().reaches(Permission.ENTER_FIGURES, place.competitor.unit_id),
        act=act,
        typed=request.form,
        problems=problems or {},
        limits=current.settings().outside.files,
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )


def _round() -> int | None:
    """Read the review a figure is for, where there was a choice; the close may have no key."""
    chosen = request.form.get("round")
    if chosen is None:
        return service.FIRST_OPEN
    return forms.key_of(request.form, "round") if chosen else None
