"""The citizen's door: its views, each with its guard; nobody signs in here."""

from collections.abc import Callable

from flask import Blueprint, Flask, abort, request

from kiosk.channel import require_kiosk, require_kiosk_in_line
from kiosk.views import (
    attachments,
    board,
    complaints,
    continuations,
    desk_invitations,
    due_days,
    erasures,
    officer_photos,
    open311,
    pairing,
    phone,
    procedures,
    published,
    qr,
    ratings,
    scoreboard,
    screen_state,
    screens,
    sealed,
    slips,
    worker,
)
from shared.web.files import let_files_in


def anybody() -> None:
    """Let everybody through: all here is public, or named by a secret code."""


VIEWS: dict[Blueprint, Callable[[], None]] = {
    ratings.routes: require_kiosk_in_line,
    pairing.routes: anybody,
    screens.routes: anybody,
    worker.routes: anybody,
    screen_state.routes: require_kiosk,
    desk_invitations.routes: require_kiosk,
    officer_photos.routes: require_kiosk,
    phone.routes: anybody,
    continuations.routes: require_kiosk,
    continuations.pages: anybody,
    complaints.routes: anybody,
    attachments.routes: anybody,
    due_days.routes: anybody,
    erasures.routes: anybody,
    slips.routes: anybody,
    sealed.routes: anybody,
    qr.routes: anybody,
    board.routes: anybody,
    scoreboard.routes: anybody,
    published.routes: anybody,
    procedures.routes: anybody,
    open311.routes: anybody,
}


# Acts to which photos and files are sent.
WITH_FILES = (
    "kiosk.phone.send_complaint",
    "kiosk.complaints.add_words",
    "kiosk.complaints.reply",
)


def register(app: Flask) -> None:
    """Open the citizen's door; an endpoint whose view has no guard is answered 403."""
    guards = {f"kiosk.{view.name}": guard for view, guard in VIEWS.items()}
    door = Blueprint(
        "kiosk",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/static/kiosk",
    )

    @door.before_request
    def check() -> None:
        if request.endpoint == "kiosk.static":
            return
        guard = guards.get((request.endpoint or "").rpartition(".")[0])
        if guard is None:
            abort(403)
        guard()
        if request.endpoint in WITH_FILES:
            let_files_in()

    for view in VIEWS:
        door.register_blueprint(view)
    app.register_blueprint(door)
