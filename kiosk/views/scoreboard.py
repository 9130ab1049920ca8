"""A campaign's scoreboard for a wall, for whoever was given its address; it names no person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, current_app, render_template, request

from shared.services import walls
from shared.services.walls import Wall
from shared.web import current
from shared.web.compression import holds_no_secret

routes = Blueprint("scoreboard", __name__)
# A wall looks twice a minute; nobody makes the server count more often by asking more often.
FRESH = timedelta(seconds=30)
MOST_KEPT = 50
THEMES = ("dark", "light", "contrast")


@dataclass(frozen=True)
class _Counted:
    wall: Wall
    at: datetime


@routes.get("/scoreboard/<code>")
def show(code: str) -> str:
    """Show the units' ranking in large type, dark unless another theme is asked for."""
    # Asked of the database each time: a closed address is closed at once.
    campaign = walls.campaign_of(current.session(), code)
    holds_no_secret()
    kept: dict[str, _Counted] = current_app.extensions.setdefault("scoreboards", {})
    now, known = current.now(), kept.get(code)
    if known is None or not timedelta() <= now - known.at < FRESH:
        known = _Counted(walls.wall(current.session(), campaign, now), now)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[code] = known
    asked = request.args.get("theme")
    return render_template(
        "scoreboard.html", wall=known.wall, theme=asked if asked in THEMES else THEMES[0]
    )
