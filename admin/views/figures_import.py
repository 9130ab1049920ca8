"""Figures of a campaign from a CSV file: handed out to fill in, looked at, then handed in."""

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from admin import csv_pages
from admin.auth import actor
from admin.figure_files import REASON, refused_rows, rows_to_fill
from admin.views import campaigns as pages
from admin.views.organisation import csv_file
from shared.adapters.csv_text import write_rows
from shared.domain.access import Permission
from shared.domain.errors import Invalid
from shared.services import csv_import, figure_import
from shared.services.campaigns import Campaign
from shared.services.csv_import import Outlook
from shared.services.fresh_standings import fresh_standing
from shared.web import current
from shared.web.errors import in_words

routes = Blueprint("figures_import", __name__)
Page = str | tuple[str, int]
HOME = "/campaigns/<code>/figures/import"


@routes.get(f"{HOME}/template.csv")
def template(code: str) -> Response:
    """Hand out the file to fill in: a row for each competitor and criterion of the actor's."""
    found = figure_import.owed(current.session(), pages.found(code), _reach(), current.now())
    return csv_file(write_rows(rows_to_fill(found)), f"{code}-so-lieu")


@routes.route(HOME, methods=("GET", "POST"))
def look(code: str) -> Page:
    """Ask for a file, and show what handing it in would do."""
    campaign = pages.found(code)
    if request.method == "GET":
        return _page(campaign)
    upload = request.files.get("file")
    try:
        text = csv_import.decode(upload.read() if upload else b"")
        outlook = _previewed(campaign, text)
    except Invalid as refusal:
        return _page(campaign, problem=in_words(refusal)), 422
    return _page(campaign, outlook=outlook, text=text)


@routes.post(f"{HOME}/apply")
def apply(code: str) -> Page:
    """Hand in what was looked at, whole or without its bad rows, and show what became of it."""
    campaign, text = pages.found(code), request.form.get("text", "")
    outlook = figure_import.apply(
        current.session(),
        campaign,
        text,
        _reach(),
        actor().name,
        current.now(),
        gettext,
        without_bad=request.form.get("take") == "good",
    )
    return _page(campaign, outlook=outlook, text=text, done=True)


@routes.post(f"{HOME}/refused.csv")
def refused(code: str) -> Response:
    """Hand the rows back that cannot be taken, each with its reason, to be mended."""
    outlook = _previewed(pages.found(code), request.form.get("text", ""))
    return csv_file(write_rows(refused_rows(outlook)), f"{code}-dong-loi")


def _previewed(campaign: Campaign, text: str) -> Outlook:
    return figure_import.preview(
        current.session(), campaign, text, _reach(), actor().name, current.now(), gettext
    )


def _reach() -> frozenset[int]:
    return actor().units(Permission.ENTER_FIGURES)


def _page(
    campaign: Campaign,
    *,
    problem: str = "",
    outlook: Outlook | None = None,
    text: str = "",
    done: bool = False,
) -> str:
    ranking = fresh_standing(current.session(), campaign, current.now())
    unused = [words for words in outlook.unused if words != gettext(REASON)] if outlook else []
    return render_template(
        "campaigns/figures_import.html",
        columns=figure_import.COLUMNS,
        problem=problem,
        outlook=outlook,
        reasons=csv_pages.reasons(outlook),
        unused=unused,
        text=text,
        done=done,
        most=csv_import.MOST_ROWS,
        ranking=ranking,
        **pages.frame(campaign, ranking),
    )
