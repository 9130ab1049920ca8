"""A campaign's scoreboard for a screen: shown to staff, opened to all by its organiser."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from admin.auth import actor
from admin.views import campaigns as pages
from shared.domain.access import Permission
from shared.services import campaigns, walls
from shared.services.campaigns import Campaign
from shared.web import current

routes = Blueprint("scoreboards", __name__)
THEMES = ("dark", "light", "contrast")


@routes.get("/campaigns/<code>/scoreboard")
def show(code: str) -> str:
    """Show the units' ranking full screen to those who may see the campaign."""
    found = walls.wall(current.session(), pages.found(code), current.now())
    asked = request.args.get("theme")
    return render_template(
        "scoreboard.html", wall=found, theme=asked if asked in THEMES else THEMES[0]
    )


@routes.post("/campaigns/<code>/scoreboard/open")
def open_to_all(code: str) -> Response:
    """Let whoever has the address look."""
    walls.open_to_all(current.session(), _mine(code), actor().name, current.now())
    return _back(code)


@routes.post("/campaigns/<code>/scoreboard/close")
def close_to_all(code: str) -> Response:
    """Let only staff look."""
    walls.close_to_all(current.session(), _mine(code))
    return _back(code)


def _mine(code: str) -> Campaign:
    scope = actor().units(Permission.RUN_CAMPAIGNS)
    return campaigns.find_to_run(current.session(), code, scope)


def _back(code: str) -> Response:
    return redirect(url_for("admin.campaign_levels.levels", code=code, _anchor="wall"))
