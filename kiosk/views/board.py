"""The wall board of a hall: open to anybody, for it shows nothing of anybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, current_app, render_template, request

from shared.services.board import Board, board
from shared.web import current
from shared.web.compression import holds_no_secret

routes = Blueprint("board", __name__)
# A hall looks once a minute; nobody makes the server count more often by asking more often.
FRESH = timedelta(seconds=30)
MOST_KEPT = 200
THEMES = ("dark", "light", "contrast")


@dataclass(frozen=True)
class Counted:
    """A board with the instant its figures are of (UTC)."""

    board: Board
    as_of: datetime


@routes.get("/board/<code>")
def show(code: str) -> str:
    """Show a unit's board in the reader's language, dark unless another theme is asked for."""
    holds_no_secret()
    counted = _counted(code)
    asked = request.args.get("theme")
    return render_template(
        "board/board.html",
        board=counted.board,
        as_of=counted.as_of,
        theme=asked if asked in THEMES else THEMES[0],
        alternating="lang" not in request.args,
    )


def _counted(code: str) -> Counted:
    kept: dict[str, Counted] = current_app.extensions.setdefault("boards", {})
    now, known = current.now(), kept.get(code)
    if known is None or not timedelta() <= now - known.as_of < FRESH:
        known = Counted(board(current.session(), code, now), now)
        if len(kept) >= MOST_KEPT:
            kept.clear()
        kept[code] = known
    return known
