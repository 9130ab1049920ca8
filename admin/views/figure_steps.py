"""What follows a verified figure: explanations, replies, decisions; last days and leave."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from admin import campaign_forms as forms
from admin.auth import actor
from admin.opened import opened
from admin.views import campaigns as pages
from admin.views import figures as figure_pages
from shared.domain.access import Permission
from shared.domain.errors import Invalid, RuleBroken
from shared.domain.faults import Faults
from shared.domain.figure_course import LONGEST_WORDS, FigureState
from shared.services import (
    attachments,
    campaigns,
    figure_duties,
    figure_files,
    figure_rounds,
    figure_steps,
)
from shared.services.campaigns import Campaign
from shared.services.figure_rounds import LastDays
from shared.services.figures import Place
from shared.services.fresh_standings import fresh_standing
from shared.services.opened_forms import OpenedForm
from shared.web import current
from shared.web.files import handed_out, received_files
from shared.web.refusals import problems_of, status_of

routes = Blueprint("figure_steps", __name__)
Answer = AnyResponse | str | tuple[str, int]
Act = Callable[[Campaign, Place], object]
LAST_DAYS = ("enter_until", "explain_until", "decide_until")
ONE = "/campaigns/<code>/figures/<int:criterion>/<int:competitor>"


@routes.get("/campaigns/<code>/council")
def council(code: str) -> str:
    """Show what differs or was decided side by side: entered, verified, explained, decided."""
    campaign = pages.found(code)
    session, now = current.session(), current.now()
    units = actor().units(Permission.DECIDE_FIGURES)
    kept = [one for one in figure_duties.duties(session, campaign, units, now) if one.place.kept]
    settled = {FigureState.ENTERED, FigureState.AGREED}
    ranking = fresh_standing(session, campaign, now)
    return render_template(
        "campaigns/council.html",
        duties=[one for one in kept if one.state not in settled],
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )


@routes.post(f"{ONE}/explain")
def explain(code: str, criterion: int, competitor: int) -> Answer:
    """Answer a verified figure that differs."""

    def act(campaign: Campaign, _place: Place) -> None:
        figure_steps.explain(
            current.session(),
            campaign,
            forms.key_of(request.form, "figure"),
            forms.text_of(request.form, "words", LONGEST_WORDS),
            actor().units(Permission.ENTER_FIGURES),
            actor().name,
            current.now(),
            files=files,
            scanned_first=current.settings().outside.scanner is not None,
        )

    figure_pages.place_of(pages.found(code), criterion, competitor)
    try:
        files = received_files()
    except Invalid as refusal:
        return figure_pages.refused(code, criterion, competitor, "explain", refusal)
    return _done(code, criterion, competitor, "explain", act)


@routes.post(f"{ONE}/reply")
def reply(code: str, criterion: int, competitor: int) -> Answer:
    """Answer an explanation on the verifying side, with another figure or the same."""

    def act(campaign: Campaign, place: Place) -> None:
        unit = place.rule.target.unit
        changed = "changed" in request.form
        with Faults() as faults:
            key = faults.read(forms.key_of, request.form, "figure")
            answer = faults.read(forms.text_of, request.form, "answer", LONGEST_WORDS)
            figure = faults.read(forms.figure_of, request.form, unit, "again-") if changed else None
        figure_steps.reply(
            current.session(),
            campaign,
            key,
            answer,
            figure,
            actor().units(Permission.VERIFY_FIGURES),
            actor().name,
            current.now(),
        )

    return _done(code, criterion, competitor, "reply", act)


@routes.post(f"{ONE}/decide")
def decide(code: str, criterion: int, competitor: int) -> Answer:
    """Put down what the council decided."""

    def act(campaign: Campaign, place: Place) -> None:
        unit = place.rule.target.unit
        with Faults() as faults:
            key = faults.read(forms.key_of, request.form, "figure")
            figure = faults.read(forms.figure_of, request.form, unit, "decided-")
            reason = faults.read(forms.text_of, request.form, "reason", LONGEST_WORDS)
            document = faults.read(forms.text_of, request.form, "document")
        figure_steps.decide(
            current.session(),
            campaign,
            key,
            figure,
            reason,
            document,
            actor().units(Permission.DECIDE_FIGURES),
            actor(),
            current.now(),
        )

    return _done(code, criterion, competitor, "decide", act)


@routes.post(f"{ONE}/reopen")
def reopen(code: str, criterion: int, competitor: int) -> Answer:
    """Let a competitor hand in after the last day, for one criterion or for all."""

    def act(campaign: Campaign, place: Place) -> None:
        campaigns.find_to_run(current.session(), code, actor().units(Permission.RUN_CAMPAIGNS))
        asked = request.form.get("reopened", "")
        with Faults() as faults:
            chosen = faults.read(forms.key_of, request.form, "reopened") if asked else None
            until_on = faults.read(forms.date_of, request.form, "until_on")
            why = faults.read(forms.text_of, request.form, "why", LONGEST_WORDS)
        figure_rounds.reopen(
            current.session(),
            campaign,
            (place.competitor.key, None if "all" in request.form else place.criterion_id),
            chosen,
            until_on,
            why,
            actor().name,
            current.now(),
        )

    return _done(code, criterion, competitor, "reopen", act)


@routes.get("/campaigns/<code>/figures/files/<int:key>")
def file(code: str, key: int) -> Response:
    """Hand out a file of evidence."""
    folder = attachments.folder_of(current.settings().data_directory)
    campaign, units = pages.found(code), figure_pages.reach()
    return handed_out(figure_files.content(current.session(), campaign, key, units, folder))


@routes.route("/campaigns/<code>/deadlines", methods=("GET", "POST"))
def deadlines(code: str) -> Answer:
    """Show or change the last days for figures."""
    units = actor().units(Permission.RUN_CAMPAIGNS)
    campaign = campaigns.find_to_run(current.session(), code, units)
    form = opened(campaign, lambda: _shown_days(campaign))
    if request.method == "GET":
        return _deadlines_page(campaign, {}, form)
    try:
        with form.saving():
            rounds = figure_rounds.rounds(current.session(), campaign)
            with Faults() as faults:
                days = faults.read(forms.whole_of, request.form, "explain_days")
                wanted = {
                    one.key: faults.read(_last_days, one.key)
                    for one in rounds
                    if one.key is not None
                }
            figure_rounds.set_days(current.session(), campaign, days, wanted)
    except Invalid as refusal:
        return _deadlines_page(campaign, problems_of(refusal), form), status_of(refusal)
    return redirect(url_for("admin.figure_steps.deadlines", code=code))


def _shown_days(campaign: Campaign) -> dict[str, object]:
    days = {
        f"{name}-{one.key}": getattr(one, name)
        for one in figure_rounds.rounds(current.session(), campaign)
        for name in LAST_DAYS
        if one.key is not None
    }
    return {"explain_days": figure_rounds.explain_days(current.session(), campaign), **days}


def _last_days(key: int) -> LastDays:
    with Faults() as faults:
        return LastDays(
            *(
                faults.read(forms.optional_date_of, request.form, f"{name}-{key}")
                for name in LAST_DAYS
            )
        )


def _deadlines_page(campaign: Campaign, problems: dict[str, str], form: OpenedForm) -> str:
    session = current.session()
    ranking = fresh_standing(session, campaign, current.now())
    return render_template(
        "campaigns/deadlines.html",
        mark=form.mark,
        rounds=figure_rounds.rounds(session, campaign),
        explain_days=figure_rounds.explain_days(session, campaign),
        typed=request.form,
        problems=problems,
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )


def _done(code: str, criterion: int, competitor: int, name: str, act: Act) -> Answer:
    """Take a step and show the figure again; a refusal shows it with what was typed."""
    campaign = pages.found(code)
    try:
        act(campaign, figure_pages.place_of(campaign, criterion, competitor))
    except RuleBroken as refusal:
        return figure_pages.refused(code, criterion, competitor, name, refusal)
    return redirect(
        url_for("admin.figures.enter", code=code, criterion=criterion, competitor=competitor)
    )
